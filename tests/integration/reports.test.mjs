// Reports: true figures for staff, only their own districts' for coordinators, nothing small in what leaves the house;
// targets.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn, withKey } from './client.mjs';
import { logins, password, people, press, startCouncil } from './council.mjs';
import { rows } from './store.mjs';
import { waitFor } from './wait.mjs';

const council = await startCouncil({ morning: false });
const { daemon, town } = council;
const callers = {};
for (const [role, login] of Object.entries(logins))
	callers[role] = await signIn(daemon, login, password);
const { admin, staff, coordinator, viewer } = callers;

const today = new Date(Date.now() + daemon.zone.offset).toISOString().slice(0, 10);
const month = today.slice(0, 7);
const year = Number(month.slice(0, 4)) - (month.slice(5) < '04' ? 1 : 0);
const inService = (district) => town.residents.filter((r) => r.district === district).length;

async function report(caller, query = '') {
	const { status, json, text } = await caller.get(`/api/v1/reports${query}`);
	assert.equal(status, 200, text);
	return json;
}

/** A figure of this month (or the period of that name), of all or a district. */
function figure(json, key, { district = null, period = month } = {}) {
	const at = json.periods.findIndex((p) => p.period === period);
	const series = json.series.find(({ of }) => of.district === district);
	assert.ok(at >= 0 && series, `${key} of ${district} in ${period}`);
	return series.values[key][at];
}

/** The lines of a CSV, by column; none of its cells are quoted. */
function table(text) {
	const [header, ...lines] = text.trim().split('\r\n');
	const columns = header.split(',');
	return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])));
}

test('what the month has come to is kept before anybody asks', async () => {
	const kept = () => rows(daemon, "SELECT sum(value) AS n FROM month_counts WHERE figure = 'residents'")[0].n;
	const n = await waitFor(kept, { what: 'the month to be counted' });
	assert.equal(n, town.residents.length);
});

test('the fiscal year by month, of all and of each district, as it is now', async () => {
	await press(council, people.ok);
	await press(council, people.waiting);
	const json = await report(staff);
	assert.deepEqual([json.from, json.to, json.by, json.hidden], [`${year}-04`, `${year + 1}-03`, 'month', false]);
	assert.equal(json.periods.length, 12);
	assert.equal(json.periods.find((p) => p.period === month).state, 'running');
	assert.deepEqual(json.series.map(({ of }) => of.district), [null, ...town.districts.map((d) => d.district).toSorted()]);
	assert.equal(figure(json, 'residents'), town.residents.length);
	assert.equal(figure(json, 'residents_new'), town.residents.length);
	for (const { district } of town.districts)
		assert.equal(figure(json, 'residents', { district }), inService(district));
	assert.equal(figure(json, 'checkins'), 2);
	assert.equal(figure(json, 'devices'), town.devices.length);
	assert.equal(figure(json, 'seen_median'), null);
	for (const period of json.periods.filter((p) => p.state === 'future').map((p) => p.period))
		assert.equal(figure(json, 'residents', { period }), null);
});

test('what is entered counts at once, in its month, its half and its year', async () => {
	for (const [id, what] of [
		[people.ok, { kind: 'visit', minutes: 30 }],
		[people.waiting, { kind: 'call' }],
	]) {
		const told = { verify: town.residents.find((r) => r.resident_id === id).phone.slice(-4), told_by: 'ご本人' };
		assert.ok((await staff.post(`/api/v1/residents/${id}/visits`, { ...what, ...told })).status < 300);
	}
	const half = `${year}-H${Number(month.slice(5)) >= 4 && Number(month.slice(5)) <= 9 ? 1 : 2}`;
	for (const [query, period] of [['', month], ['?by=half', half], ['?by=year', `${year}`]]) {
		const json = await report(viewer, query);
		assert.equal(figure(json, 'visits', { period }), 1, query);
		assert.equal(figure(json, 'calls', { period }), 1, query);
		assert.equal(figure(json, 'residents', { period }), town.residents.length, query);
	}
});

test('names and sentences are in the language of whoever asks', async () => {
	const [ja, en] = [await report(staff, '?lang=ja'), await report(staff, '?lang=en')];
	const miss = (json) => json.figures.find((f) => f.key === 'miss_rate');
	assert.equal(miss(ja).name, '合図なしの割合');
	assert.equal(miss(en).name, 'Miss rate');
	assert.match(miss(en).how, /^Missed of /);
	assert.equal(miss(en).unit, 'percent');
});

test('a coordinator reads of their own districts only', async () => {
	const json = await report(coordinator);
	assert.deepEqual(json.series.map(({ of }) => [of.scope, of.district]), [['own', null], ['district', 'D01']]);
	assert.equal(figure(json, 'residents'), inService('D01'));
	assert.equal((await coordinator.get('/api/v1/reports?district=D03')).status, 404);
	assert.equal((await coordinator.get('/api/v1/reports.csv?district=D03')).status, 404);
	const own = await report(coordinator, '?district=D01');
	assert.deepEqual(own.series.map(({ of }) => of.district), ['D01']);
	const lines = table((await coordinator.get('/api/v1/reports.csv?lang=en')).text);
	assert.deepEqual([...new Set(lines.map((l) => l['District']))], ['', 'D01']);
});

test('what is asked for must make sense', async () => {
	const bad = ['from=2026-13', 'from=2026-4', 'to=soon', 'from=2026-05&to=2026-04', 'from=2010-04&to=2026-03', 'by=week', 'hidden=2'];
	for (const query of bad) {
		const { status, json } = await staff.get(`/api/v1/reports?${query}`, { wrong: /13|-4$|soon|week|=2$/.test(query) });
		assert.deepEqual([status, json.code], [422, 'invalid'], query);
	}
	assert.equal((await staff.get('/api/v1/reports?district=D99')).status, 404);
	assert.equal((await report(staff, '?from=2020-06&to=2020-08')).series[0].values.residents.join(), ',,');
});

test('a file and a print hide small counts, and are audited', async () => {
	const answer = await staff.get(`/api/v1/reports.csv?from=${month}&to=${month}&lang=ja`);
	assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.match(answer.headers.get('content-disposition'), new RegExp(`mimamori-report-${month}-${month}.csv`));
	const cookie = [...staff.cookies].map((pair) => pair.join('=')).join('; ');
	const raw = await fetch(new URL('/api/v1/reports.csv', daemon.web), { headers: { Cookie: cookie } });
	assert.deepEqual([...new Uint8Array(await raw.arrayBuffer()).slice(0, 3)], [0xef, 0xbb, 0xbf], 'Excel reads UTF-8');
	const lines = table(answer.text);
	assert.equal(lines.length, 1 + town.districts.length);
	assert.equal(lines[0]['地区名'], '全地区');
	assert.equal(lines[0]['訪問（回）'], '5未満');
	assert.equal(lines[0]['対象者（人）'], String(town.residents.length));
	for (const line of lines)
		for (const [column, cell] of Object.entries(line))
			assert.ok(!/（[人件台回]）$/.test(column) || !/^[1-4]$/.test(cell), `${column} of ${line['地区']}: ${cell}`);

	const hidden = await report(staff, '?hidden=1');
	assert.equal(hidden.hidden, true);
	assert.equal(figure(hidden, 'visits'), '<5');
	assert.equal((await staff.post(`/api/v1/reports/prints?from=${month}&to=${month}&by=month`)).status, 204);
	const { json } = await admin.get('/api/v1/audit?subject=reports');
	assert.deepEqual(
		json.entries.filter((e) => e.detail.startsWith(`${month} to ${month}`)).slice(0, 2).map((e) => [e.what, e.who, e.detail]),
		[['print', 'user:tanaka', `${month} to ${month} by month`], ['export', 'user:tanaka', `${month} to ${month} by month`]],
	);
});

test('a program reads no small count either', async () => {
	const key = await admin.post('/api/v1/keys', { name: 'figures', login: logins.admin, scopes: 'report' });
	const json = await report(withKey(daemon, key.json.key), '?hidden=0');
	assert.equal(json.hidden, true);
	assert.equal(figure(json, 'visits'), '<5');
});

test('a target is set by an administrator, drawn with its year, and taken away', async () => {
	const all = { figure: 'visits', year, value: 240 };
	const ofD01 = { figure: 'miss_rate', year, district: 'D01', value: 1.5 };
	for (const target of [all, ofD01])
		assert.equal((await admin.put('/api/v1/targets', target)).status, 204);
	assert.deepEqual((await report(staff)).targets, [ofD01, { ...all, district: null }].map(shaped));
	assert.deepEqual((await report(coordinator)).targets, [shaped(ofD01)]);
	assert.deepEqual((await staff.get(`/api/v1/targets?year=${year}`)).json.targets.length, 2);
	assert.deepEqual((await coordinator.get('/api/v1/targets')).json.targets, [shaped(ofD01)]);
	assert.deepEqual((await staff.get(`/api/v1/targets?year=${year + 1}`)).json.targets, []);

	const wrong = { wrong: true };
	for (const broken of [{ ...all, value: 1.25 }, { ...all, value: -1 }, { ...all, value: 'many' }, { ...all, year: 26 }])
		assert.equal((await admin.put('/api/v1/targets', broken, broken.value === 1.25 ? {} : wrong)).status, 422, JSON.stringify(broken));
	const over = await admin.put('/api/v1/targets', { ...all, figure: 'miss_rate', value: 500 });
	assert.deepEqual([over.status, over.json?.errors?.map((e) => e.pointer)], [422, ['/value']], over.text);
	assert.equal((await admin.put('/api/v1/targets', { ...all, figure: 'sunshine' })).status, 422);
	assert.equal((await admin.put('/api/v1/targets', { ...all, district: 'D99' })).status, 404);
	assert.equal((await staff.put('/api/v1/targets', all)).status, 403);

	assert.equal((await admin.put('/api/v1/targets', { ...all, value: null })).status, 204);
	assert.deepEqual((await report(staff)).targets, [shaped(ofD01)]);
	const { json } = await admin.get('/api/v1/audit?what=target');
	assert.deepEqual(json.entries.map((e) => [e.subject, e.detail]), [
		['visits', `${year}: none`],
		['miss_rate', `${year} D01: 1.5`],
		['visits', `${year}: 240`],
	]);

	function shaped({ figure, value, district = null }) {
		return { figure, year, district, value };
	}
});
