// Consent, persons never to be told, records of disclosures, the whole record, replacing a watcher, and the checks of the
// enrolment, over HTTP. In order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { anonymous, signIn } from './client.mjs';
import { logins, password, people, press, startCouncil } from './council.mjs';
import { rows, write } from './store.mjs';
import { localDate } from './town.mjs';
import { waitFor } from './wait.mjs';

const publicUrl = 'http://mimamori.test';
const council = await startCouncil({ settings: { web: { public_url: publicUrl } } });
const { daemon, town, mail } = council;
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);
const admin = await signIn(daemon, logins.admin, password);

const today = localDate(daemon.zone, Date.now());
const path = (id, part) => `/api/v1/residents/${id}/${part}`;
const links = (id) => town.links.filter((l) => l.resident_id === id);
const watchersOf = (id) => links(id).map((l) => l.watcher_id);
const nameOf = (watcher) => town.watchers.find((w) => w.watcher_id === watcher).name;
const agreed = { agreed_on: today, agreed_by: '本人', form: 'paper' };
const alerts = (watcher, resident) =>
	rows(
		daemon,
		`SELECT n.state FROM notifications n JOIN incidents i ON i.id = n.incident_id
		WHERE n.person = ? AND i.resident_id = ? AND n.what = 'alert'`,
		`watcher:${watcher}`,
		resident,
	);
const audited = (what, subject) =>
	rows(daemon, 'SELECT who, detail, reason FROM audit WHERE what = ? AND subject = ? ORDER BY id', what, subject).map((row) => ({ ...row }));

test('what was agreed is recorded, kept as history, and true of record and link', async () => {
	const [first] = watchersOf(people.waiting);
	const before = (await staff.get(path(people.waiting, 'consents'))).json;
	assert.equal(before.service, '2026-04-01');
	assert.deepEqual(before.consents, []);
	assert.deepEqual(before.links.find((l) => l.watcher_id === first).shares, ['name', 'place', 'address']);
	assert.ok(before.links.every((l) => l.may_be_told && l.agreed === null));

	const { status, json } = await staff.post(path(people.waiting, 'consents'), {
		...agreed, what: 'link', watcher_id: first, items: ['name', 'care'], given: true, note: '長女が同席',
	});
	assert.equal(status, 201);
	assert.deepEqual([json.watcher_name, json.items, json.entered_by_name], [nameOf(first), ['name', 'care'], '田中 裕子']);
	await staff.post(path(people.waiting, 'consents'), { ...agreed, what: 'entry', items: ['police'], given: true });
	await staff.post(path(people.waiting, 'consents'), { ...agreed, what: 'service', given: true, agreed_by: '長男' });

	const after = (await coordinator.get(path(people.waiting, 'consents?limit=2'))).json;
	assert.deepEqual([after.service, after.entry], [today, 'police']);
	assert.deepEqual(after.consents.map((a) => a.what), ['service', 'entry']);
	const rest = (await coordinator.get(path(people.waiting, `consents?limit=2&cursor=${after.next_cursor}`))).json;
	assert.deepEqual([rest.consents.map((a) => a.what), rest.next_cursor], [['link'], null]);
	const link = after.links.find((l) => l.watcher_id === first);
	assert.deepEqual([link.shares, link.agreed, link.agreed_on], [['name', 'care'], true, today]);
	assert.deepEqual(audited('consent', people.waiting).map((a) => a.detail), [
		`link ${first} given name care`, 'entry given police', 'service given ',
	]);
});

test('who may enter is for those who may act on it, wherever it stands', async () => {
	const of = async (client, part) => (await client.get(path(people.waiting, part))).json;
	const [all, seen] = [await of(staff, 'consents'), await of(viewer, 'consents')];
	assert.deepEqual([all.may_know, all.entry, all.consents.map((a) => a.what)], [true, 'police', ['service', 'entry', 'link']]);
	assert.deepEqual([seen.may_know, seen.entry, seen.consents.map((a) => a.what)], [false, null, ['service', 'link']]);
	const first = await of(viewer, 'consents?limit=1');
	const next = await of(viewer, `consents?limit=1&cursor=${first.next_cursor}`);
	assert.deepEqual([next.consents.map((a) => a.what), next.next_cursor], [['link'], null]);
	const consents = ({ events }) => events.filter((e) => e.event === 'consent').map((e) => e.detail.split(' ')[0]);
	assert.deepEqual(consents(await of(staff, 'timeline')), ['service', 'entry', 'link']);
	assert.deepEqual(consents(await of(viewer, 'timeline')), ['service', 'link']);
	assert.ok(!JSON.stringify(await of(viewer, 'timeline?limit=500')).includes('police'));
});

test('what makes no sense is refused, and changes nothing', async () => {
	const at = path(people.waiting, 'consents');
	const post = async (body, options) => (await staff.post(at, { ...agreed, given: true, ...body }, options)).status;
	assert.equal(await post({ what: 'link', items: ['name'] }), 422);
	assert.equal(await post({ what: 'link', watcher_id: 'W999', items: ['name'] }), 422);
	assert.equal(await post({ what: 'service', agreed_on: '2099-01-01' }), 422);
	assert.equal(await post({ what: 'service', items: ['name'] }), 422);
	assert.equal(await post({ what: 'link', watcher_id: watchersOf(people.waiting)[0], items: ['phone'] }, { wrong: true }), 422);
	assert.equal(await post({ what: 'all' }, { wrong: true }), 422);
	assert.equal((await staff.post(at, { ...agreed, what: 'service' }, { wrong: true })).status, 422);
	assert.equal((await viewer.post(at, { ...agreed, what: 'service', given: false })).status, 403);
	assert.equal((await coordinator.post(path(people.elsewhere, 'consents'), { ...agreed, what: 'service', given: false })).status, 404);
	assert.equal((await staff.get(at)).json.consents.length, 3);
});

test('consent that is taken back stops alerts: of one watcher, then of all', async () => {
	const who = 'R012';
	const [first, second] = watchersOf(who);
	await staff.post(path(who, 'consents'), { ...agreed, what: 'link', watcher_id: first, given: false });
	await press(council, who, 'help');
	await waitFor(() => alerts(second, who).some((n) => n.state === 'sent'), { what: 'the second watcher to be told' });
	assert.deepEqual(alerts(first, who), []);
	const { json } = await staff.get(path(who, 'consents'));
	assert.equal(json.links.find((l) => l.watcher_id === first).may_be_told, false);

	const other = 'R013';
	await staff.post(path(other, 'consents'), { ...agreed, what: 'service', given: false });
	assert.equal((await staff.get(path(other, 'consents'))).json.service, null);
	await press(council, other, 'help');
	await waitFor(
		() => rows(daemon, "SELECT 1 FROM notifications n JOIN incidents i ON i.id = n.incident_id WHERE i.resident_id = ? AND n.state = 'sent'", other).length,
		{ what: 'staff to be told' },
	);
	for (const watcher of watchersOf(other))
		assert.deepEqual(alerts(watcher, other), []);
});

test('somebody who must never be told is told nothing, whatever the link says, and is linked no more', async () => {
	const who = 'R014';
	const [first, second, third] = watchersOf(who);
	const at = path(who, 'never-told');
	const { status, json } = await staff.post(at, { watcher_id: first, reason: '本人の希望' });
	assert.deepEqual([status, json.name, json.like], [201, nameOf(first), []]);
	assert.equal((await staff.post(at, { watcher_id: first, reason: 'もう一度' })).status, 422);
	assert.equal((await staff.post(at, { name: '誰か', watcher_id: second, reason: 'x' })).status, 422);
	assert.equal((await staff.post(at, { reason: 'x' })).status, 422);
	assert.equal((await viewer.post(at, { watcher_id: second, reason: 'x' })).status, 403);
	assert.deepEqual(audited('never_told', who), [{ who: 'user:tanaka', detail: first, reason: '本人の希望' }]);

	await press(council, who, 'help');
	await waitFor(() => alerts(second, who).some((n) => n.state === 'sent'), { what: 'the second watcher to be told' });
	assert.deepEqual(alerts(first, who), []);
	assert.equal((await coordinator.get(path(who, 'never-told'))).status, town.residents.find((r) => r.resident_id === who).district === 'D01' ? 200 : 404);

	await staff.delete(`/api/v1/residents/${who}/watchers/${first}`, { reason: 'やめる' });
	const again = await staff.put(`/api/v1/residents/${who}/watchers/${first}`, { tier: '1' }, { wrong: true });
	assert.equal(again.status, 422);
	const link = await staff.put(`/api/v1/residents/${who}/watchers/${first}`, { tier: 1 });
	assert.equal(link.status, 422, link.text);

	assert.equal((await staff.delete(`${at}/${json.id}`, { reason: '和解した' })).status, 204);
	assert.equal((await staff.delete(`${at}/${json.id}`, { reason: 'もう一度' })).status, 422);
	assert.equal((await staff.delete(`${path(people.ok, 'never-told')}/${json.id}`, { reason: 'x' })).status, 404);
	assert.ok((await staff.get(at)).json.never_told[0].lifted_at);
	assert.ok([200, 201].includes((await staff.put(`/api/v1/residents/${who}/watchers/${first}`, { tier: 1 })).status));
	assert.ok(third || second);
});

test('watchers of a like name are warned of where only a name is known', async () => {
	const [first] = watchersOf(people.ok);
	const { json } = await staff.post(path(people.ok, 'never-told'), { name: nameOf(first).replace(' ', '　'), reason: '絶縁' });
	assert.deepEqual(json.like, [{ watcher_id: first, name: nameOf(first), linked: true }]);
	const checks = (await staff.get('/api/v1/checks?code=never_told_like')).json;
	assert.deepEqual(checks.checks.map((c) => [c.subject, c.detail]), [[people.ok, first]]);
});

test('every telling is on record: the mail of an alert, what staff told in an emergency', async () => {
	const [first] = watchersOf(people.help);
	const at = path(people.help, 'disclosures');
	const { json } = await waitFor(
		async () => {
			const answer = await staff.get(at);
			return answer.json.disclosures.some((d) => d.watcher_id === first) && answer;
		},
		{ what: 'a record of the alert' },
	);
	const told = json.disclosures.find((d) => d.watcher_id === first && d.channel === 'mail');
	assert.deepEqual([told.name, told.basis, told.by_name], [nameOf(first), 'consent', null]);
	assert.deepEqual(told.items, ['name', 'place', 'state']);
	assert.ok(told.incident_id);

	const said = {
		name: '本町消防署', items: ['name', 'address', 'state'], reason: '倒れているのが見えるため', channel: 'telephone', incident_id: told.incident_id,
	};
	const made = await staff.post(at, said);
	assert.equal(made.status, 201);
	assert.deepEqual([made.json.basis, made.json.name, made.json.by_name], ['emergency', '本町消防署', '田中 裕子']);
	assert.deepEqual(audited('disclosed', people.help), [{ who: 'user:tanaka', detail: 'name address state', reason: said.reason }]);
	const { timeline } = (await staff.get(`/api/v1/incidents/${told.incident_id}`)).json;
	assert.ok(timeline.some((t) => t.event === 'disclosed'));
	assert.equal((await staff.post(at, { ...said, reason: ' ' })).status, 422);
	assert.equal((await staff.post(at, { ...said, items: [] })).status, 422);
	assert.equal((await staff.post(at, { ...said, items: ['shoes'] }, { wrong: true })).status, 422);
	assert.equal((await staff.post(at, { ...said, incident_id: 99999 })).status, 422);
	assert.equal((await viewer.post(at, said)).status, 403);
});

test("one person's whole record is a file, with a reason, and audited", async () => {
	const at = path(people.help, 'record');
	assert.equal((await staff.get(at, { wrong: true })).status, 422);
	assert.equal((await viewer.get(`${at}?reason=x`)).status, 403);
	assert.equal((await coordinator.get(`${path(people.elsewhere, 'record')}?reason=x`)).status, 404);
	const answer = await staff.get(`${at}?reason=${encodeURIComponent('本人からの開示請求')}`);
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-disposition'), /^attachment; filename="record\.json"$/);
	const whole = answer.json;
	const resident = town.residents.find((r) => r.resident_id === people.help);
	assert.deepEqual([whole.resident.name, whole.resident.phone], [resident.name, resident.phone]);
	assert.equal(whole.watchers.length, watchersOf(people.help).length);
	assert.equal(whole.checkins[0].kind, 'help');
	assert.ok(whole.incidents[0].timeline.length && whole.incidents[0].told.length);
	assert.ok(whole.disclosures.length >= 2);
	assert.ok(whole.audit.some((a) => a.what === 'export' && a.reason === '本人からの開示請求'));
	assert.ok(!answer.text.includes('@example.jp') || resident.channels);
});

test('a watcher is replaced from a day on; until then it can be taken back', async () => {
	const [old] = watchersOf(people.unwell);
	const by = town.watchers.find((w) => !town.links.some((l) => l.watcher_id === w.watcher_id))?.watcher_id ?? 'W030';
	const at = `/api/v1/watchers/${old}/replacement`;
	const homes = town.links.filter((l) => l.watcher_id === old);
	const seen = (await staff.get(`${at}?by=${by}`)).json;
	assert.deepEqual([seen.replacements, seen.homes.length], [[], homes.length]);

	const later = localDate(daemon.zone, Date.now() + 5 * 86_400_000);
	const plan = await staff.post(at, { by, from: later, reason: '任期満了' });
	assert.equal(plan.status, 201, plan.text);
	assert.deepEqual([plan.json.replacement.by, plan.json.replacement.from, plan.json.replacement.done_at], [by, later, null]);
	assert.equal((await staff.post(at, { by, from: later, reason: '二度' })).status, 422);
	assert.equal((await staff.post(at, { by: old, from: later, reason: 'x' })).status, 422);
	assert.equal((await staff.post(at, { by: 'W999', from: later, reason: 'x' })).status, 404);
	assert.equal((await viewer.get(at)).status, 403);

	const sheet = await staff.get(`/watchers/${by}/sheet`);
	assert.equal(sheet.status, 200);
	assert.match(sheet.headers.get('content-type'), /^text\/html/);
	const name = town.residents.find((r) => r.resident_id === homes[0].resident_id).name;
	assert.ok(sheet.text.includes(name), 'homes to come stand on the sheet');
	assert.ok(sheet.text.includes('先に「行きます」を押してから'));

	assert.equal((await staff.delete(at, { reason: '続けることになった' })).status, 204);
	assert.equal((await staff.delete(at, { reason: 'x' })).status, 404);
	assert.ok((await staff.get(at)).json.replacements[0].dropped_at);
	assert.ok(!(await staff.get(`/watchers/${by}/sheet`)).text.includes(name));

	write(daemon, "UPDATE links SET key = '社協の金庫' WHERE watcher_id = ?", old);
	assert.equal((await staff.post(at, { by, from: today, reason: '転居' })).status, 201);
	await waitFor(
		() => rows(daemon, 'SELECT 1 FROM links WHERE watcher_id = ?', old).length === 0,
		{ what: 'the links to move' },
	);
	for (const { resident_id } of homes)
		assert.equal(rows(daemon, 'SELECT 1 FROM links WHERE watcher_id = ? AND resident_id = ?', by, resident_id).length, 1);
	assert.equal(rows(daemon, 'SELECT ends FROM watchers WHERE watcher_id = ?', old)[0].ends, today);
	const mine = await staff.get(`/watchers/${by}/sheet?lang=en`);
	assert.ok(mine.text.includes(name) && mine.text.includes('Home') && !mine.text.includes('社協の金庫'));
	const told = (await staff.get(path(homes[0].resident_id, 'disclosures'))).json.disclosures;
	assert.equal(told.filter((d) => d.watcher_id === by && d.channel === 'paper').length, 1, 'printed twice a day is told once');
});

test('a sheet says nothing that the link does not share', async () => {
	const watcher = 'W005';
	const [link] = town.links.filter((l) => l.watcher_id === watcher);
	write(daemon, "UPDATE links SET shares = 'label' WHERE watcher_id = ? AND resident_id = ?", watcher, link.resident_id);
	const { name, address } = town.residents.find((r) => r.resident_id === link.resident_id);
	const { text } = await staff.get(`/watchers/${watcher}/sheet`);
	assert.ok(!text.includes(name) && !text.includes(address));
	assert.ok(text.includes('社協が直接お伝えします'));
});

test('the checks of the enrolment name what is missing', async () => {
	write(daemon, "UPDATE residents SET consent_on = '' WHERE resident_id = 'R020'");
	write(daemon, "UPDATE residents SET phone = '', birth_date = '' WHERE resident_id = 'R019'");
	write(daemon, "UPDATE watchers SET channels = 'line:U1' WHERE watcher_id = 'W011'");
	const { json } = await admin.get('/api/v1/checks');
	const of = (code) => json.checks.filter((c) => c.code === code).map((c) => c.subject);
	assert.ok(of('no_consent').includes('R020'));
	assert.ok(of('no_identifier').includes('R019'));
	assert.ok(of('similar_name').includes(people.alike[0]));
	assert.deepEqual(json.checks.find((c) => c.subject === 'W011' && c.code === 'watcher_channel')?.detail, 'off');
	for (const [code, count] of Object.entries(json.counts))
		assert.equal(json.checks.filter((c) => c.code === code).length, count, code);
	assert.deepEqual(json.checks.find((c) => c.code === 'holidays_unknown'), // there is no file of them here
		{ code: 'holidays_unknown', subject: '[server] holidays', name: null, district: null, detail: null, people: [] });
	assert.deepEqual(json.checks.find((c) => c.code === 'similar_name' && c.subject === people.alike[0]).people, [{ id: people.alike[1], name: council.town.residents.find((r) => r.resident_id === people.alike[1]).name }]);
	const few = json.checks.filter((c) => c.code === 'no_consent');
	assert.ok(few.length >= 2);
	const page = (await admin.get('/api/v1/checks?code=no_consent&limit=1')).json;
	assert.deepEqual(page.checks, [few[0]]);
	assert.deepEqual((await admin.get(`/api/v1/checks?code=no_consent&limit=1&cursor=${page.next_cursor}`)).json.checks, [few[1]]);
	const firsts = (await admin.get('/api/v1/checks?limit=1')).json;
	assert.deepEqual(firsts.checks.map((c) => c.code), Object.keys(json.counts).filter((code) => json.counts[code] > 0));
	const theirs = (await coordinator.get('/api/v1/checks')).json;
	assert.ok(theirs.checks.every((c) => c.district === 'D01' || c.district === null));
	assert.ok(theirs.checks.length < json.checks.length);
	assert.equal((await viewer.get('/api/v1/checks')).status, 403);
	assert.equal((await anonymous(daemon).get('/api/v1/checks')).status, 401);
	assert.equal((await admin.get('/api/v1/checks?code=all', { wrong: true })).status, 422);
	assert.ok(mail);
});
