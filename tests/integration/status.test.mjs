// The daily list over HTTP: the same list as the shell's, page by page, searched, cut to who may see what, and live.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn } from './client.mjs';
import { listed, logins, password, people, press, sampleTown, startCouncil } from './council.mjs';
import { write } from './store.mjs';
import { cookies, follow } from './stream.mjs';
import { localDate } from './town.mjs';
import { waitFor } from './wait.mjs';

const town = (zone, now) => {
	const made = sampleTown(zone, now);
	made.residents.find((r) => r.resident_id === people.waiting).name = '=cmd|calc 一郎';
	return made;
};
const council = await startCouncil({ town });
const { daemon } = council;
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const status = async (client, query = '') => (await client.get(`/api/v1/status${query}`)).json;
const ids = (list) => list.residents.map((r) => r.resident_id);

test('it is the list that the shell shows', async () => {
	const { districts, signoffs, more, questions, next_cursor, nobody_can_be_told, ...list } = await status(staff);
	assert.deepEqual(list, await daemon.status());
	assert.equal(next_cursor, null);
	assert.deepEqual(signoffs, []);
	assert.deepEqual(questions, []);
	assert.ok(Object.keys(more).every((id) => list.residents.some((r) => r.resident_id === id)));
	assert.equal(nobody_can_be_told, false);
	assert.deepEqual(districts.map((d) => d.district), ['D01', 'D02', 'D03']);
	assert.equal(districts.reduce((sum, d) => sum + d.totals.residents, 0), list.totals.residents);
	for (const { district, version, totals } of districts) {
		const own = await daemon.status('--district', district);
		assert.deepEqual({ version, totals }, { version: own.version, totals: own.totals });
	}
});

test('page by page it is the same list, every row once', async () => {
	const whole = await status(staff);
	const seen = [];
	for (let cursor = ''; cursor !== null; ) {
		const page = await status(staff, `?limit=4${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
		assert.deepEqual(page.totals, whole.totals);
		assert.ok(page.residents.length <= 4);
		seen.push(...page.residents);
		cursor = page.next_cursor;
	}
	assert.deepEqual(seen, whole.residents);
});

test('what is typed is found in name, kana and id, however it is written', async () => {
	const { name, kana, resident_id } = (await status(staff)).residents.find((r) => r.resident_id === people.missed);
	const hiragana = kana.replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));
	for (const q of [name.slice(1), kana, hiragana, hiragana.replace(' ', ''), resident_id.toLowerCase(), 'Ｒ００２'])
		assert.ok(ids(await status(staff, `?q=${encodeURIComponent(q)}`)).includes(people.missed), q);
	assert.deepEqual(ids(await status(staff, `?q=${encodeURIComponent('だれもいない')}`)), []);
});

test('by state, by district, and only those who need a person', async () => {
	const all = (await status(staff)).residents;
	const only = async (query, keep) => assert.deepEqual((await status(staff, query)).residents, all.filter(keep), query);
	await only('?state=help,missed', (r) => ['help', 'missed'].includes(r.state));
	await only('?state=needed', (r) => r.needs_person);
	assert.ok(all.some((r) => r.state === 'late' && !r.needs_person), 'or, not and');
	await only('?state=needed,late', (r) => r.needs_person || r.state === 'late');
	const { text } = await staff.get('/api/v1/status.csv?state=needed,late');
	assert.equal(text.trim().split('\n').length - 1, all.filter((r) => r.needs_person || r.state === 'late').length, 'the file likewise');
	await only('?district=D02', (r) => r.district === 'D02');
	assert.equal((await staff.get('/api/v1/status?state=fine')).status, 422);
	assert.equal((await staff.get('/api/v1/status?district=D99')).status, 404);
	assert.equal((await staff.get('/api/v1/status?date=yesterday', { wrong: true })).status, 422);
	assert.equal((await staff.get('/api/v1/status?limit=0', { wrong: true })).status, 422);
	assert.equal((await staff.get('/api/v1/status?cursor=1')).status, 422);
});

test('a coordinator sees the own district and no trace of others', async () => {
	const mine = await status(coordinator);
	assert.ok(mine.residents.length > 0 && mine.residents.every((r) => r.district === 'D01'));
	assert.deepEqual(mine.districts.map((d) => d.district), ['D01']);
	assert.equal(mine.totals.residents, mine.residents.length);
	assert.equal((await coordinator.get('/api/v1/status?district=D02')).status, 404);
	assert.ok(!(await coordinator.get('/api/v1/status.csv')).text.includes('D02'));
	assert.ok(!(await coordinator.get('/paper')).text.includes('緑ヶ丘'));
});

test('a district that has ended stands among the others only where somebody is on its list', async () => {
	const admin = await signIn(daemon, logins.admin, password);
	const shown = async () => [
		(await status(staff)).districts.map((d) => d.district),
		(await staff.get('/api/v1/signoffs')).json.districts.map((d) => d.district),
	];
	assert.equal((await admin.post('/api/v1/districts', { district: 'D09', name: '旧村' })).status, 201);
	const all = ['D01', 'D02', 'D03', 'D09'];
	assert.deepEqual(await shown(), [all, all]);
	assert.equal((await admin.post('/api/v1/districts/D09/end', { reason: '合併' })).status, 204);
	assert.deepEqual(await shown(), [all.slice(0, 3), all.slice(0, 3)]);
	write(daemon, "UPDATE districts SET ended_at = 1 WHERE district = 'D03'"); // whose people are on its list
	assert.deepEqual((await shown())[0], all.slice(0, 3));
	write(daemon, "UPDATE districts SET ended_at = NULL WHERE district = 'D03'");
});

test('a past day is as it was then, a day to come has nothing yet', async () => {
	const of = (days) => localDate(daemon.zone, Date.now() + days * 86_400_000);
	const past = await status(staff, `?date=${of(-3)}`);
	assert.equal(past.date, of(-3));
	assert.deepEqual(past.residents, [], 'they were enrolled today');
	assert.equal(past.totals.residents, 0);
	assert.ok(!(await staff.get(`/paper?date=${of(-3)}`)).text.includes(people.ok));
	assert.equal((await staff.get(`/api/v1/status.csv?date=${of(-3)}`)).text.trim().split('\n').length, 1, 'a head alone');
	const ahead = await status(staff, `?date=${of(1)}`);
	assert.ok(ahead.residents.some((r) => r.state === 'waiting'));
});

test('as a file it opens in Excel and runs nothing', async () => {
	const { headers } = await staff.get('/api/v1/status.csv?district=D01');
	assert.match(headers.get('content-disposition'), /^attachment; filename="mimamori-\d{4}-\d\d-\d\d\.csv"$/);
	const answer = await fetch(`${daemon.web}/api/v1/status.csv?district=D01`, { headers: cookies(staff) });
	const text = Buffer.from(await answer.arrayBuffer()).toString();
	assert.ok(text.startsWith('\ufeffdate,resident_id,'), 'a byte order mark');
	assert.ok(text.includes(",'=cmd|calc 一郎,"), 'a formula in a name is a text');
});

test('on paper: who, telephone, address, watchers in order, and no places of keys', async () => {
	const { text, headers } = await staff.get('/paper?district=D01');
	assert.match(headers.get('content-type'), /^text\/html/);
	const resident = council.town.residents.find((r) => r.resident_id === people.ok);
	for (const part of [resident.name, resident.phone, '☐', '見守りの方'])
		assert.ok(text.includes(part), part);
	for (const link of council.town.links.filter((l) => l.key))
		assert.ok(!text.includes(link.key), 'where a key is kept');
	const { entries } = (await (await signIn(daemon, logins.admin, password)).get('/api/v1/audit?what=print')).json;
	assert.ok(entries.length >= 1 && entries.some((e) => e.who === `user:${logins.staff}`));
});

test('what one has done is on the next list one asks for', async () => {
	const { incident } = (await status(staff)).residents.find((r) => r.resident_id === people.talk);
	for (let i = 0; i < 3; i++) {
		assert.equal((await staff.post(`/api/v1/incidents/${incident.id}/claim`)).status, 200);
		const claimed = (await status(staff)).residents.find((r) => r.resident_id === people.talk);
		assert.equal(claimed.incident.state, 'claimed');
		assert.equal((await status(staff)).more[people.talk].calling, true, 'staff call');
		assert.equal((await staff.post(`/api/v1/incidents/${incident.id}/release`)).status, 200);
		const free = (await status(staff)).residents.find((r) => r.resident_id === people.talk);
		assert.equal(free.incident.state, 'open');
	}
});

test('a press is on the open page within a moment, and only where it may be seen', async () => {
	const [theirs, own] = [await follow(daemon, staff), await follow(daemon, coordinator)];
	await status(staff);
	const there = council.town.residents.find((r) => r.resident_id === people.waiting);
	await press(council, there.resident_id);
	const row = await waitFor(
		() => theirs.all.flatMap((e) => e.data.rows ?? []).find((r) => r.resident_id === there.resident_id && r.state === 'ok'),
		{ within: 5000, what: () => `a row of ${there.resident_id}: ${JSON.stringify(theirs.all)}` },
	);
	assert.deepEqual(row, (await status(staff)).residents.find((r) => r.resident_id === there.resident_id));
	const changed = theirs.all.flatMap((e) => e.data.rows ?? []).map((r) => r.resident_id);
	assert.ok(changed.every((id) => id === there.resident_id), `no other row moves: ${changed}`);
	assert.equal(own.all.flatMap((e) => e.data.rows ?? []).length > 0, there.district === 'D01');
	theirs.close();
	own.close();
});

test('whoever looks at an incident hears that something came back of a telling', async () => {
	const [theirs, own] = [await follow(daemon, staff), await follow(daemon, coordinator)];
	const there = council.town.residents.find((r) => r.resident_id === people.ok);
	await press(council, there.resident_id, 'help');
	const { id } = await waitFor(async () => (await status(staff)).residents.find((r) => r.resident_id === there.resident_id).incident);
	const said = (stream) => stream.all.filter((e) => e.event === 'incident' && e.data.id === id).length;
	let read = 0;
	await waitFor(
		async () => {
			if (said(theirs) === read)
				return false; // nothing new: a page reads nothing anew
			read = said(theirs);
			const { told } = (await staff.get(`/api/v1/incidents/${id}`)).json;
			return told.length > 0 && told.every(({ result }) => result !== 'waiting');
		},
		{ within: 20_000, what: 'every telling to have come to something' },
	);
	assert.equal(said(own) > 0, there.district === 'D01');
	theirs.close();
	own.close();
});

test('a stream ends with its session or its key', async () => {
	const admin = await signIn(daemon, logins.admin, password);
	const leaving = await signIn(daemon, logins.viewer, password);
	const { id, key } = (await admin.post('/api/v1/keys', { name: 'board', login: logins.staff, scopes: 'list' })).json;
	let over = 0;
	for (const headers of [cookies(leaving), { Authorization: `Bearer ${key}` }, cookies(staff)]) {
		const answer = await fetch(`${daemon.web}/api/v1/events`, { headers });
		assert.equal(answer.status, 200);
		(async () => {
			for await (const _ of answer.body); // to its end
			over++;
		})().catch(() => {});
	}
	assert.equal((await leaving.delete('/api/v1/session')).status, 204);
	assert.equal((await admin.delete(`/api/v1/keys/${id}`)).status, 204);
	await waitFor(() => over === 2, { within: 35_000, what: 'two streams to end' });
});

test('the state that only time changes comes too', async () => {
	assert.ok(await listed(council, people.late, 'late'));
	await waitFor(async () => (await status(staff)).residents.some((r) => r.resident_id === people.late && r.state === 'late'));
});
