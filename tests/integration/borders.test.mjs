// What lies beyond a coordinator's districts stays there: nobody's alerts are turned away from it, no question about it
// is closed, no list, cursor, file or answer names who belongs to it.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { anonymous, signIn, withKey } from './client.mjs';
import { logins, password, people, press, sampleTown, startCouncil } from './council.mjs';
import { rawAnswer } from './raw.mjs';
import { rows, write } from './store.mjs';
import { cookies, follow } from './stream.mjs';
import { waitFor } from './wait.mjs';

const home = 'Z3';

/** W900 looks in on D03 only, W901 on D01 and D03, and lives in D03. */
function town(zone) {
	const it = sampleTown(zone);
	const [watcher, link] = [it.watchers[0], it.links[0]];
	const like = it.residents.find((r) => r.resident_id === people.waiting);
	it.residents.find((r) => r.resident_id === people.elsewhere).consent_on = '2026-01-01';
	it.residents.push({ ...like, resident_id: 'Z2', name: '縦棒 花子', kana: 'ア|イ%7C', district: 'D01' });
	it.residents.push({ ...like, resident_id: home, name: '共有 次郎', kana: 'キョウユウ', district: 'D03' });
	it.watchers.push({ ...watcher, watcher_id: 'W900', name: '遠方 太郎', kana: 'ア', channels: 'mail:far@example.jp', resident_id: '' });
	it.watchers.push({ ...watcher, watcher_id: 'W901', name: '共有 次郎', kana: 'キ|%', channels: 'mail:shared@example.jp', resident_id: home });
	it.links.push({ ...link, resident_id: 'Z2', watcher_id: 'W901', tier: '3', label: '' });
	for (const watcher_id of ['W900', 'W901'])
		it.links.push({ ...link, resident_id: people.elsewhere, watcher_id, tier: '1', label: '' });
	return it;
}

const council = await startCouncil({ town, settings: { web: { public_url: 'http://mimamori.test' } } });
const { daemon } = council;
const [admin, staff, coordinator, viewer] = await Promise.all(
	['admin', 'staff', 'coordinator', 'viewer'].map((role) => signIn(daemon, logins[role], password)),
);
const verify = council.town.residents.find((r) => r.resident_id === people.waiting).phone.slice(-4);

test('a watcher of two districts is put right by either, but told otherwise only by who has both', async () => {
	const path = '/api/v1/watchers/W901';
	assert.equal((await coordinator.patch(path, { note: '裏口から', kana: 'キ|%', ends: null })).status, 200);
	for (const change of [
		{ channels: 'mail:suzuki@example.jp' },
		{ hours: 'daily 03:00-03:01' },
		{ night: 'no' },
		{ named: 'no' },
		{ away_from: '2026-01-01', away_to: '2030-01-01' },
		{ language: 'en' },
		{ summary: true },
		{ resident_id: people.waiting },
		{ note: 'もう一つ', away_from: '2026-01-01' },
	]) {
		const { status, json } = await coordinator.patch(path, change);
		assert.deepEqual([status, json.code], [403, 'not_yours'], JSON.stringify(change));
	}
	const [kept] = rows(daemon, "SELECT channels, away_from, night, summary, note FROM watchers WHERE watcher_id = 'W901'");
	assert.deepEqual({ ...kept }, { channels: 'mail:shared@example.jp', away_from: '', night: 'yes', summary: '', note: '裏口から' });
	await press(council, people.elsewhere, 'help');
	const mail = await council.mail.next((m) => m.recipient === 'shared@example.jp' && m.text.includes('/w/'));
	assert.match(mail.text, /助けて/);
	assert.equal((await staff.patch(path, { hours: 'daily 00:00-24:00', away_from: '2030-01-01' })).status, 200);
	const end = (who, ends) => who.patch(path, { ends });
	assert.equal((await staff.post(`${path}/end`, { on: '2030-01-01', reason: '転居' })).status, 200);
	assert.deepEqual([(await end(coordinator, null)).status, (await end(staff, null)).status], [403, 200], 'nor is an end taken back');
});

test('cursors name only what was given, and of none is anything learnt', async () => {
	const [{ district: was }] = rows(daemon, "SELECT district FROM residents WHERE resident_id = 'R016'");
	const [{ first, last }] = rows(daemon, 'SELECT min(opened_at) first, max(opened_at) last FROM incidents');
	for (const at of [first - 1, first + 1, last + 1]) { // questions about another district, among all others
		write(daemon, "INSERT INTO incidents (kind, subject, district, state, opened_at, ladder_at) VALUES ('blind', ?, '', 'open', ?, ?)", `far ${at}`, at, at);
		write(daemon, 'INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) SELECT max(id), ?, ?, ? FROM incidents', people.elsewhere, at, at);
	}
	assert.equal((await admin.patch('/api/v1/residents/R016', { district: 'D01' })).status, 200); // behind those of other districts
	for (const [what, id, search = ''] of [['watchers', 'watcher_id'], ['devices', 'device_id'], ['incidents', 'id'], ['residents', 'resident_id', 'q=r0&']]) {
		const given = [];
		let cursor = null;
		do {
			const { json } = await coordinator.get(`/api/v1/${what}?${search}limit=1${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
			given.push(...json[what].map((one) => one[id]));
			cursor = json.next_cursor;
			const named = cursor && decodeURIComponent(cursor).split(what === 'incidents' ? '.' : '|').at(-1);
			assert.ok(!cursor || named === String(given.at(-1)), `${what}: ${cursor} after ${given.at(-1)}`);
		} while (cursor);
		const whole = (await coordinator.get(`/api/v1/${what}?${search}limit=200`)).json[what].map((one) => one[id]);
		assert.deepEqual(given, whole, what);
	}
	write(daemon, "UPDATE incidents SET state = 'closed', closed_at = opened_at, outcome = 'answered' WHERE subject LIKE 'far %'");
	assert.equal((await admin.patch('/api/v1/residents/R016', { district: was })).status, 200);
	const after = async (cursor) => (await coordinator.get(`/api/v1/watchers?cursor=${encodeURIComponent(cursor)}`)).text;
	assert.equal(await after('ア|W900'), await after('ア|W9000'));
	for (const cursor of ['W900', 'W9000', 'a|b|c', '|'])
		assert.equal((await coordinator.get(`/api/v1/watchers?cursor=${encodeURIComponent(cursor)}`)).status, 422, cursor);
});

test('the daily list is walked to its end, whatever a name holds', async () => {
	const seen = [];
	let cursor = null;
	do {
		const { json, text } = await coordinator.get(`/api/v1/status?limit=1${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
		assert.ok(json.residents, text);
		seen.push(...json.residents.map((r) => r.resident_id));
		cursor = json.next_cursor;
	} while (cursor);
	const whole = (await coordinator.get('/api/v1/status')).json.residents.map((r) => r.resident_id);
	assert.ok(seen.includes('Z2'));
	assert.deepEqual(seen.toSorted(), whole.toSorted());
});

test('who made a visit or takes one over is somebody the caller may know, or nobody', async () => {
	const visit = async (person) => await coordinator.post(`/api/v1/residents/${people.waiting}/visits`, { kind: 'visit', person, verify, told_by: '長女' });
	for (const [far, none] of [['W900', 'W999'], ['watcher:W900', 'watcher:W999']]) {
		const [one, other] = [await visit(far), await visit(none)];
		assert.equal(one.status, other.status);
		assert.equal(one.text.includes('遠方'), false, one.text);
		assert.equal(one.json.detail, other.json.detail?.replace('W999', 'W900'));
		assert.equal(one.json.person, other.json.person?.replace('W999', 'W900'));
	}
	assert.equal((await visit('watcher:W900')).status, 422);
	assert.equal((await visit('W901')).json.person_name, '共有 次郎');
	const { id } = (await daemon.status()).residents.find((r) => r.resident_id === people.missed).incident;
	await coordinator.post(`/api/v1/incidents/${id}/claim`);
	const give = async (to) => await coordinator.post(`/api/v1/incidents/${id}/handover`, { to });
	const [one, other] = [await give('W900'), await give('W999')];
	assert.deepEqual([one.status, one.json.detail], [422, other.json.detail.replace('W999', 'W900')]);
	assert.equal((await give('W901')).json.code, 'not_yours', 'of theirs, it is said why not');
	await coordinator.post(`/api/v1/incidents/${id}/release`);
});

test('a question about two districts is closed by who has both', async () => {
	const [{ at }] = rows(daemon, 'SELECT max(at) at FROM timeline');
	write(daemon, "INSERT INTO incidents (kind, subject, district, state, opened_at, ladder_at) VALUES ('blind', 'x', '', 'open', ?, ?)", at, at);
	const [{ id }] = rows(daemon, 'SELECT max(id) id FROM incidents');
	for (const resident of [people.waiting, people.elsewhere])
		write(daemon, 'INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) SELECT ?, resident_id, ?, due_at FROM residents WHERE resident_id = ?', id, at, resident);
	const close = async (who) => await who.post(`/api/v1/incidents/${id}/close`, { outcome: 'answered', note: 'うちの地区は大丈夫' });
	const { status, json } = await close(coordinator);
	assert.deepEqual([status, json.code], [403, 'not_yours']);
	assert.equal((await coordinator.post(`/api/v1/incidents/${id}/notes`, { note: 'D01は全員確認' })).status, 200);
	write(daemon, 'UPDATE incident_residents SET settled_at = ? WHERE incident_id = ? AND resident_id = ?', at, id, people.elsewhere);
	assert.equal((await close(coordinator)).status, 200, 'the others are accounted for');
});

test('lists say how somebody was told, and only the incident itself, which is audited, where', async () => {
	const audited = () => rows(daemon, 'SELECT count(*) n FROM audit')[0].n;
	for (const who of [viewer, admin]) {
		const before = audited();
		const { json } = await who.get('/api/v1/incidents');
		const told = json.incidents.flatMap((i) => i.told);
		assert.ok(told.length > 0 && told.every((t) => /^[a-z]+$/.test(t.channel)), JSON.stringify(told));
		assert.equal(audited(), before);
	}
	const { id } = (await daemon.status()).residents.find((r) => r.resident_id === people.elsewhere).incident;
	const before = audited();
	const { told } = (await staff.get(`/api/v1/incidents/${id}`)).json;
	assert.ok(told.some((t) => t.channel === 'mail:shared@example.jp'), JSON.stringify(told));
	assert.equal(audited(), before + 1);
});

test('a watcher’s own home is in the file of who has its district', async () => {
	const line = async (who) => (await who.get('/api/v1/export/watchers.csv')).text.split('\r\n').find((l) => l.startsWith('W901'));
	assert.ok((await line(staff)).includes(`,${home},`));
	assert.ok(!(await line(coordinator)).includes(home));
	assert.equal((await line(coordinator)).split(',').length, (await line(staff)).split(',').length);
});

test('ids that JSON would have to escape are not taken, and those that are there break no list', async () => {
	for (const resident_id of ['Z"1', 'Q\\', 'Q\u007f']) {
		const { status, json } = await admin.post('/api/v1/residents', { resident_id, name: '引用 花子', district: 'D01', check: true });
		assert.deepEqual([status, json.errors?.[0].pointer], [422, '/resident_id'], resident_id);
	}
	const columns = rows(daemon, 'PRAGMA table_info(residents)').map((c) => c.name).filter((c) => c !== 'resident_id');
	const [whole, part] = [await follow(daemon, staff), await follow(daemon, coordinator)];
	assert.equal((await staff.get('/api/v1/status')).status, 200);
	write(daemon, `INSERT INTO residents (resident_id, ${columns}) SELECT 'Z"1\\', ${columns} FROM residents WHERE resident_id = ?`, people.waiting);
	const [{ at }] = rows(daemon, 'SELECT max(at) at FROM timeline');
	write(daemon, `INSERT INTO incidents (kind, resident_id, district, state, opened_at, ladder_at) VALUES ('talk', 'Z"1\\', 'D01', 'open', ?, ?)`, at, at);
	const [{ id }] = rows(daemon, 'SELECT max(id) id FROM incidents');
	assert.equal((await coordinator.post(`/api/v1/incidents/${id}/claim`)).status, 200);
	const { json, text } = await staff.get('/api/v1/status');
	assert.ok(json?.more['Z"1\\'], text.slice(0, 300));
	for (const stream of [whole, part]) {
		await waitFor(() => stream.all.some((e) => e.event === 'rows' && e.data.more['Z"1\\']), { what: 'the row on an open page' });
		await waitFor(() => stream.all.some((e) => e.event === 'incident' && e.data.resident_id === 'Z"1\\'), { what: 'the incident on an open page' });
	}
	assert.equal((await staff.post(`/api/v1/incidents/${id}/close`, { outcome: 'safe', how: 'face', seen_by: '田中' })).status, 200);
	write(daemon, `UPDATE residents SET district = 'D03' WHERE resident_id = 'Z"1\\'`);
	await waitFor(() => part.all.some((e) => e.data.gone?.includes('Z"1\\')), { within: 20_000, what: 'it to be gone from the page of D01' });
	whole.close();
	part.close();
});

test('what is cut is cut between characters', async () => {
	for (const start of ['', 'a', 'aa']) {
		const id = encodeURIComponent(start + 'あ'.repeat(40));
		for (const path of [`residents/${id}`, `status?date=${id}`, `status?state=${id}`, `watchers/${id}`]) {
			const { body } = await rawAnswer(daemon, `GET /api/v1/${path} HTTP/1.1\r\nHost: x\r\nCookie: ${cookies(staff).Cookie}\r\nConnection: close\r\n\r\n`);
			assert.ok(body.includes('あ') && !body.includes('\ufffd'), body);
		}
		assert.equal((await staff.get(`/api/v1/status.csv?q=${encodeURIComponent(start + 'あ'.repeat(60))}`)).status, 200);
	}
	const { text } = await admin.get('/api/v1/audit?what=export&limit=5');
	assert.ok(text.includes('あああ') && !text.includes('\ufffd'), text);
});

test('a program does not sign anybody out', async () => {
	const { key } = (await admin.post('/api/v1/keys', { name: 'board', login: logins.staff, scopes: 'list' })).json;
	const program = withKey(daemon, key);
	const { status, json } = await program.delete('/api/v1/session');
	assert.deepEqual([status, json.code], [403, 'right']);
	assert.equal((await program.get('/api/v1/status')).status, 200);
	assert.equal(rows(daemon, "SELECT count(*) n FROM audit WHERE what = 'sign_out'")[0].n, 0);
});

test('codes of the second factor are guessed no faster from many addresses than from one', async () => {
	write(daemon, "UPDATE users SET totp = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', totp_on = 1 WHERE login = 'okada'");
	const guess = async (i) => {
		const client = anonymous(daemon);
		client.headers = { 'X-Forwarded-For': `10.1.0.${i}` };
		return await client.post('/api/v1/session', { login: 'okada', password, code: '000000' });
	};
	const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(i)));
	const wrong = answers.filter((a) => a.status === 401).length;
	assert.ok(wrong >= 5 && wrong <= 8, `${wrong} codes were looked at`);
	const waiting = answers.find((a) => a.status === 429);
	assert.equal(waiting.json.code, 'wait');
	assert.ok(Number(waiting.headers.get('retry-after')) <= 300, 'the owner is not kept out for long');
	assert.equal(rows(daemon, "SELECT count(*) n FROM audit WHERE what = 'sign_in_failed' AND subject = 'okada'")[0].n, wrong);
});

test('what a watcher answers through the link of an alert is in the audit, each once', async () => {
	const { text } = await council.mail.next((m) => m.recipient === 'far@example.jp' && m.text.includes('/w/'));
	const path = `/api/v1/w/${/\/w\/([\w-]{43})/.exec(text)[1]}`;
	const browser = anonymous(daemon);
	for (const body of [{ act: 'yes' }, { act: 'going', once: 'a' }, { act: 'going', once: 'a' }, { act: 'seen' }])
		assert.equal((await browser.post(path, body)).status, 200, JSON.stringify(body));
	const audit = rows(daemon, "SELECT what, subject, detail, address FROM audit WHERE who = 'watcher:W900' AND what <> 'read' ORDER BY id");
	const [{ id }] = rows(daemon, 'SELECT id FROM incidents WHERE resident_id = ? ORDER BY id DESC', people.elsewhere);
	assert.deepEqual(audit.map((e) => [e.what, e.detail]), ['yes', 'going', 'seen'].map((said) => ['answer', `incident ${id}: ${said}`]));
	assert.ok(audit.every((e) => e.subject === people.elsewhere && e.address === '127.0.0.1'));
});
