// A resident over HTTP: record, days, timeline, presses, and what is told about them. In order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { anonymous, signIn } from './client.mjs';
import { listed, logins, password, people, press, startCouncil } from './council.mjs';
import { localDate } from './town.mjs';
import { rows } from './store.mjs';

const council = await startCouncil({ history: 370 });
const { daemon, town } = council;
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);

const day = 86_400_000;
const today = localDate(daemon.zone, Date.now());
const path = (id, part = '') => `/api/v1/residents/${id}${part}`;
const record = async (id, who = staff) => (await who.get(path(id))).json;
const of = (id) => town.residents.find((r) => r.resident_id === id);
const phone = (id) => of(id).phone.slice(-4);

test('the record says who it is, in words what is expected, and how things stand', async () => {
	const r = await record(people.ok);
	assert.equal(r.name, '山田 花子');
	assert.equal(r.birth_date, of(people.ok).birth_date);
	assert.match(r.schedule_words.ja, /^毎日 \d+:\d\d/);
	assert.match(r.schedule_words.en, /^every day \d+:\d\d/);
	assert.equal(r.today.resident_id, people.ok);
	assert.equal(r.today.state, 'ok');
	assert.equal(r.next.met_at, r.last_press_at);
	assert.deepEqual(r.household_today, []);
	assert.deepEqual(r.open, []);
	assert.deepEqual(r.similar, []);
	const watchers = town.links.filter((l) => l.resident_id === people.ok);
	assert.deepEqual(r.watchers.map((w) => w.watcher_id).toSorted(), watchers.map((l) => l.watcher_id).toSorted());
	assert.deepEqual(r.watchers[0].channels, ['mail']);
	const [button] = r.devices;
	assert.deepEqual([button.online, button.battery, button.firmware, button.trouble], [true, 87, '1.0.0', null]);
	assert.ok(button.last_press_at);
	const missed = await record(people.missed);
	assert.deepEqual(missed.open.map((i) => [i.kind, i.resident_id]), [['missed', people.missed]]);
	assert.ok(missed.watchers.every((w) => w.tier >= 1));
});

test('who lives together is shown with how they are today, who has the same name is warned of', async () => {
	const [first, second] = people.household;
	const r = await record(first);
	assert.deepEqual(r.household_today.map((row) => [row.resident_id, row.state]), [[second, 'waiting']]);
	const alike = await record(people.alike[0]);
	assert.deepEqual(alike.similar.map((s) => s.resident_id), [people.alike[1]]);
	assert.equal(alike.similar_elsewhere, 0);
});

test('care, entry and keys are for those who may act', async () => {
	const { resident_id, name, district } = of(people.ok);
	await daemon.import({ residents: [{ resident_id, name, district, care: '右耳が聞こえない', entry_consent: 'police' }] });
	const seen = await record(people.ok);
	assert.deepEqual([seen.may_know, seen.care, seen.entry_consent], [true, '右耳が聞こえない', 'police']);
	const looked = await record(people.ok, viewer);
	assert.deepEqual([looked.may_know, looked.care, looked.entry_consent], [false, null, null]);
	assert.ok(looked.watchers.every((w) => w.key === null));
});

test('who is elsewhere does not exist for a coordinator, in no part of the record', async () => {
	assert.equal((await record(people.ok, coordinator)).name, '山田 花子');
	for (const part of ['', '/days', '/timeline', '/presses', '/visits'])
		assert.equal((await coordinator.get(path(people.elsewhere, part))).status, 404, part);
	const told = { verify: phone(people.elsewhere), told_by: '長男' };
	for (const [part, body] of [
		['/checkins', told],
		['/pauses', { ...told, from: today, to: today, reason: '入院' }],
		['/resume', told],
		['/end', { ...told, reason: 'moved' }],
		['/visits', { ...told, kind: 'visit' }],
	])
		assert.equal((await coordinator.post(path(people.elsewhere, part), body)).status, 404, part);
	assert.equal((await staff.get(path('R999'))).status, 404);
	assert.equal((await anonymous(daemon).get(path(people.ok))).status, 401);
});

test('the days of a year: outcomes, presses, incidents', async () => {
	const { json } = await staff.get(path(people.ok, '/days'));
	assert.equal(json.to, today);
	assert.equal(json.from, localDate(daemon.zone, Date.now() - 364 * day));
	assert.equal(json.days.length, 365);
	const states = Object.groupBy(json.days, (d) => d.state);
	assert.equal(states.paused.length, 7);
	assert.equal(states.unknown.length, 2);
	assert.ok(states.missed.length >= 3);
	for (const { expectations, incidents } of states.missed) {
		assert.equal(expectations[0].outcome, 'missed');
		assert.equal(incidents[0].kind, 'missed');
	}
	const last = json.days.at(-1);
	assert.deepEqual([last.date, last.state, last.expectations[0].outcome], [today, 'ok', null]);
	assert.ok(last.expectations[0].met_at, 'what has met it is known before it is decided');
	const dates = json.days.map((d) => d.date);
	assert.deepEqual(dates, dates.toSorted());
	const month = await staff.get(path(people.ok, `/days?from=${dates[10]}&to=${dates[12]}`));
	assert.deepEqual(month.json.days, json.days.slice(10, 13));
	for (const wrong of [`?from=${today}&to=${dates[0]}`, `?from=2020-01-01&to=${today}`])
		assert.equal((await staff.get(path(people.ok, `/days${wrong}`))).json.code, 'invalid', wrong);
	assert.equal((await staff.get(path(people.ok, '/days?from=2026-13-01'), { wrong: true })).status, 422);
});

test('a day of help is one of help', async () => {
	const { json } = await staff.get(path(people.help, `/days?from=${today}&to=${today}`));
	assert.equal(json.days[0].state, 'help');
	assert.deepEqual(json.days[0].incidents.map((i) => [i.kind, i.outcome]), [['help', null]]);
	const waiting = await staff.get(path(people.waiting, `/days?from=${today}&to=${today}`));
	assert.equal(waiting.json.days[0].state, 'waiting');
	const paused = await staff.get(path(people.paused, `/days?from=${today}&to=${today}`));
	assert.equal(paused.json.days[0].state, 'paused', 'though it is not decided yet');
	const late = await staff.get(path(people.late, `/days?from=${today}&to=${today}`));
	assert.equal(late.json.days[0].state, 'late');
});

test('presses of ninety days, and when they usually come', async () => {
	const { json } = await staff.get(path(people.ok, '/presses'));
	assert.equal(json.from, localDate(daemon.zone, Date.now() - 89 * day));
	assert.ok(json.presses.length > 70 && json.presses.length <= 90);
	assert.ok(json.presses.every((p) => p.at >= json.from));
	const { from_minute: from, to_minute: to, median_minute: median } = json.usual;
	assert.ok(from < median && median < to, `${from} ${median} ${to}`);
	const none = await staff.get(path(people.alike[1], '/presses'));
	assert.equal(none.json.usual, null, 'nothing is learned of somebody who never pressed');
});

test('the timeline is read on page by page, each event once, latest first', async () => {
	const whole = (await staff.get(path(people.ok, '/timeline?limit=500'))).json;
	assert.equal(whole.next_cursor, null);
	const ids = [];
	let cursor = '';
	do {
		const { json } = await staff.get(path(people.ok, `/timeline?limit=7${cursor && `&cursor=${cursor}`}`));
		ids.push(...json.events.map((e) => e.id));
		cursor = json.next_cursor;
	} while (cursor);
	assert.deepEqual(ids, whole.events.map((e) => e.id));
	assert.ok(ids.length > 20);
	const at = whole.events.map((e) => Date.parse(e.at));
	assert.deepEqual(at, at.toSorted((a, b) => b - a));
	assert.ok(whole.events.some((e) => e.event === 'closed' && e.incident && e.person_name));
	assert.equal((await staff.get(path(people.ok, '/timeline?cursor=1'))).json.code, 'invalid');
});

test('the timeline of one day is all of that day, however long ago, and audited as a reading', async () => {
	const { events } = (await staff.get(path(people.ok, '/timeline?limit=500'))).json;
	const dates = [...new Set(events.map((e) => e.at.slice(0, 10)))];
	const oldest = dates.at(-1);
	const readings = () => rows(daemon, "SELECT count(*) AS n FROM audit WHERE what = 'read' AND subject = ? AND detail = 'timeline'", people.ok)[0].n;
	assert.equal(readings(), 1, 'and the next in ten minutes are none of their own');
	for (const date of [oldest, dates[1], today]) {
		const { json } = await staff.get(path(people.ok, `/timeline?date=${date}`));
		assert.deepEqual(json, { events: events.filter((e) => e.at.startsWith(date)), next_cursor: null }, date);
	}
	const one = (await staff.get(path(people.ok, `/timeline?date=${oldest}&limit=1`))).json;
	assert.equal(one.events.length, 1);
	const next = (await staff.get(path(people.ok, `/timeline?date=${oldest}&limit=500&cursor=${one.next_cursor}`))).json;
	assert.deepEqual([...one.events, ...next.events], events.filter((e) => e.at.startsWith(oldest)));
	assert.equal(readings(), 1);
	assert.equal((await staff.get(path(people.ok, '/timeline?date=2026-13-01'), { wrong: true })).status, 422);
	assert.equal((await coordinator.get(path(people.elsewhere, `/timeline?date=${today}`))).status, 404);
});

test('a check-in that staff enter needs what only who knows them can say', async () => {
	const id = people.waiting;
	const wrong = await staff.post(path(id, '/checkins'), { verify: '0000', told_by: '娘' });
	assert.deepEqual([wrong.status, wrong.json.code], [422, 'not_verified']);
	assert.ok(!wrong.json.detail.includes(phone(id)), 'what is on record is not said');
	assert.equal((await listed(council, id, 'waiting')).state, 'waiting');
	const stored = await staff.post(path(id, '/checkins'), { verify: of(id).birth_date, told_by: '娘', note: '元気な声' });
	assert.equal(stored.status, 201);
	await listed(council, id, 'ok');
	const { json } = await staff.get(path(id, '/timeline'));
	assert.deepEqual(
		[json.events[0].event, json.events[0].person_name, json.events[0].detail],
		['staff_checkin', '田中 裕子', 'told by 娘: 元気な声'],
	);
	const audited = rows(daemon, "SELECT what, who FROM audit WHERE subject = ? AND what <> 'read' ORDER BY id", id);
	assert.deepEqual(audited.map((r) => `${r.what} ${r.who}`), ['verify_failed user:tanaka', 'checkin user:tanaka']);
});

test('whoever guesses is stopped, for that resident, and nobody else is', async () => {
	const id = people.late;
	const guess = (who, verify) => who.post(path(id, '/checkins'), { verify, told_by: '娘' });
	for (let n = 0; n < 5; n++)
		assert.equal((await guess(staff, `000${n}`)).status, 422);
	const stopped = await guess(staff, phone(id));
	assert.deepEqual([stopped.status, stopped.json.code], [429, 'throttled']);
	assert.ok(Number(stopped.headers.get('retry-after')) > 0);
	assert.equal((await staff.post(path(people.missed, '/checkins'), { verify: '0000', told_by: '娘' })).status, 422);
	assert.equal((await guess(coordinator, phone(id))).status, 201);
});

test('a pause is entered, stands on the record with its review, and is ended', async () => {
	const id = people.ok;
	const told = { verify: phone(id), told_by: '長女' };
	const to = localDate(daemon.zone, Date.now() + 3 * day);
	const missing = await staff.post(path(id, '/pauses'), { ...told, from: today, reason: '入院' }, { wrong: true });
	assert.deepEqual([missing.status, missing.json.errors[0].pointer], [422, '/to']);
	const backwards = await staff.post(path(id, '/pauses'), { ...told, from: to, to: today, reason: '入院' });
	assert.deepEqual([backwards.status, backwards.json.code], [422, 'refused']);
	const { status, json: pause } = await staff.post(path(id, '/pauses'), { ...told, from: today, to, reason: '入院' });
	assert.equal(status, 201);
	assert.deepEqual([pause.from, pause.to, pause.reason, pause.told_by, pause.entered_by_name], [today, to, '入院', '長女', '田中 裕子']);
	assert.equal(pause.stands, true);
	assert.deepEqual([pause.review.state, pause.review.incident], ['coming', null]);
	assert.equal(Date.parse(pause.review.at) - Date.parse(pause.entered_at), day);
	assert.equal((await record(id)).pauses[0].id, pause.id);
	assert.equal((await staff.post(path(id, '/resume'), { ...told, verify: '1999-01-01' })).json.code, 'not_verified');
	assert.equal((await staff.post(path(id, '/resume'), told)).status, 200);
	const [ended] = (await record(id)).pauses;
	assert.equal(ended.stands, false);
	assert.ok(ended.ended_at);
	assert.equal(ended.review.state, 'none');
	assert.equal((await staff.post(path(id, '/resume'), told)).json.code, 'refused');
	const audited = rows(daemon, "SELECT who, address FROM audit WHERE what IN ('pause', 'resume') AND subject = ?", id);
	assert.deepEqual(audited.map((r) => ({ ...r })), [1, 2].map(() => ({ who: 'user:tanaka', address: '127.0.0.1' })), 'once each, and from where');
});

test('a visit counts as a check-in and is the last human contact', async () => {
	const id = people.household[1];
	assert.equal((await staff.get(path(id, '/visits'))).json.visits.length, 0);
	const told = { verify: phone(id), told_by: '長女' };
	const { status, json } = await staff.post(path(id, '/visits'), { ...told, kind: 'visit', minutes: 20, note: '庭の話をした' });
	assert.equal(status, 201);
	assert.deepEqual([json.person, json.person_name, json.minutes, json.note], ['user:tanaka', '田中 裕子', 20, '庭の話をした']);
	await listed(council, id, 'ok');
	const { last_contact } = await record(id);
	assert.deepEqual([last_contact.how, last_contact.person_name], ['visit', '田中 裕子']);
	const [watcher] = town.links.filter((l) => l.resident_id === id);
	const at = new Date(Date.now() - 3_600_000 + daemon.zone.offset).toISOString().slice(0, 19)
		+ `${daemon.zone.offset < 0 ? '-' : '+'}${String(Math.abs(daemon.zone.offset / 3_600_000)).padStart(2, '0')}:00`;
	const call = await staff.post(path(id, '/visits'), { ...told, kind: 'call', person: watcher.watcher_id, at });
	assert.equal(call.json.person, `watcher:${watcher.watcher_id}`);
	assert.equal(Date.parse(call.json.at), Date.parse(at));
	const list = (await staff.get(path(id, '/visits?limit=1'))).json;
	assert.equal(list.visits[0].kind, 'visit', 'latest first');
	const more = (await staff.get(path(id, `/visits?limit=1&cursor=${list.next_cursor}`))).json;
	assert.deepEqual([more.visits[0].kind, more.next_cursor], ['call', null]);
	const { events } = (await staff.get(path(id, '/timeline'))).json;
	assert.deepEqual(
		events.filter((e) => e.event === 'visited' || e.event === 'called').map((e) => e.detail),
		['told by 長女', 'told by 長女: 20 min: 庭の話をした'],
	);
	const audited = rows(daemon, "SELECT detail FROM audit WHERE what = 'visit' AND subject = ? ORDER BY id", id);
	assert.deepEqual(audited.map((r) => r.detail), ['visit (told by 長女)', 'call (told by 長女)']);
	assert.equal((await viewer.post(path(id, '/visits'), { ...told, kind: 'visit' })).status, 403);
	assert.equal((await staff.post(path(id, '/visits'), { ...told, kind: 'letter' }, { wrong: true })).status, 422);
});

test('a call of one of two of the same name is not entered on the other', async () => {
	const [one, other] = people.alike;
	const before = await record(other);
	const call = { kind: 'call', told_by: 'ご本人' };
	assert.equal((await staff.post(path(other, '/visits'), call, { wrong: true })).json.code, 'invalid');
	assert.equal((await staff.post(path(other, '/visits'), { kind: 'call', verify: phone(other) }, { wrong: true })).json.code, 'invalid');
	assert.equal((await staff.post(path(other, '/visits'), { ...call, verify: phone(one) })).json.code, 'not_verified');
	assert.equal((await staff.get(path(other, '/visits'))).json.visits.length, 0);
	const after = await record(other);
	assert.deepEqual([after.last_press_at, after.last_contact, after.today.state], [before.last_press_at, before.last_contact, 'waiting']);
	assert.equal((await staff.post(path(other, '/visits'), { ...call, verify: of(other).birth_date })).status, 201);
});

test('a device without MQTT presses with its own credential and gets its ack', async () => {
	const { device_id } = town.devices.find((d) => d.resident_id === people.alike[0]);
	const basic = (name, secret) => ({ headers: { Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` } });
	const mine = basic(device_id, daemon.passwords[device_id]);
	const device = anonymous(daemon);
	const pressed = await device.post('/api/v1/checkins', { id: 'http-1', kind: 'talk', battery: 55 }, mine);
	assert.deepEqual([pressed.status, pressed.json.id, pressed.json.result], [200, 'http-1', 'stored']);
	assert.ok(pressed.json.text.startsWith('届きました。'), pressed.json.text);
	assert.equal((await device.post('/api/v1/checkins', { id: 'http-1', kind: 'talk' }, mine)).json.result, 'duplicate');
	const { json } = await device.send('POST', '/api/v1/checkins', { kind: 'ok' }, mine);
	assert.deepEqual([json.result, json.reason, json.id], ['rejected', 'no_id', null]);
	const unknown = (what) => device.post('/api/v1/checkins', { id: 'http-2', kind: 'help' }, what);
	for (const what of [{}, basic(device_id, 'wrong'), basic('nobody', daemon.passwords[device_id]), basic('', ''), { headers: { Authorization: 'Basic ***' } }]) {
		const { status, headers } = await unknown(what);
		assert.equal(status, 401);
		assert.match(headers.get('www-authenticate'), /^Basic /);
	}
	assert.equal(rows(daemon, "SELECT count(*) AS n FROM checkins WHERE id = 'http-2'")[0].n, 0);
	assert.equal((await record(people.alike[0])).devices[0].battery, 55);
	assert.deepEqual((await record(people.alike[0])).open.map((i) => i.kind), ['talk']);
});

test('the end of the service needs a reason and says what is still open', async () => {
	const id = people.talk;
	const told = { verify: phone(id), told_by: '長男' };
	assert.equal((await staff.post(path(id, '/end'), told, { wrong: true })).status, 422);
	assert.equal((await viewer.post(path(id, '/end'), { ...told, reason: 'moved' })).status, 403);
	const { status, json } = await staff.post(path(id, '/end'), { ...told, reason: 'moved' });
	assert.equal(status, 200);
	assert.ok(json.open_incident > 0);
	const ended = await record(id);
	assert.ok(ended.ended_at);
	assert.equal(ended.end_reason, 'moved');
	assert.equal(ended.next, null);
	const again = await staff.post(path(id, '/checkins'), told);
	assert.deepEqual([again.status, again.json.code], [422, 'refused']);
	assert.equal((await press(council, id)).result, 'stored', 'its button lives until the open incident closes');
});

test('every reading of a record is audited with what was read', async () => {
	const entries = rows(daemon, "SELECT detail FROM audit WHERE what = 'read' AND subject = ? AND who = 'user:tanaka'", people.ok);
	const read = new Set(entries.map((e) => e.detail));
	for (const part of ['', 'days', 'timeline', 'presses'])
		assert.ok(read.has(part), part);
});

test('a printed page is audited, and only of who may be read', async () => {
	const prints = () => rows(daemon, "SELECT who, detail FROM audit WHERE what = 'print' AND subject = ?", people.ok).map((r) => r.who);
	assert.equal((await staff.post(`/api/v1/residents/${people.ok}/prints`)).status, 204);
	assert.deepEqual(prints(), [`user:${logins.staff}`]);
	assert.equal((await staff.post('/api/v1/residents/R999/prints')).status, 404);
	assert.deepEqual(prints().length, 1);
});

test('whoever has ended is found by name, kana or id, and each who is shown was read', async () => {
	const find = async (who, query) => await who.get(`/api/v1/residents?${new URLSearchParams(query)}`);
	const ids = async (who, query) => (await find(who, query)).json.residents.map((r) => r.resident_id);
	const { resident_id, name, kana, district, place } = of('R012');
	assert.deepEqual(await ids(staff, { q: name, ended: 'true' }), []);
	assert.deepEqual(await ids(staff, { q: name }), [resident_id]);
	const ended = await staff.post(path(resident_id, '/end'), { verify: phone(resident_id), told_by: '長男', reason: 'facility' });
	assert.equal(ended.status, 200, ended.text);
	const hiragana = kana.replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));
	for (const q of [name, name.slice(0, 2), kana, hiragana.replace(' ', ''), resident_id.toLowerCase()])
		assert.ok((await ids(staff, { q, ended: 'true' })).includes(resident_id), q);
	const [found] = (await find(staff, { q: name, ended: 'true' })).json.residents;
	assert.deepEqual(found, { resident_id, name, kana, district, place, ended_at: (await record(resident_id)).ended_at, end_reason: 'facility' });
	assert.deepEqual(await ids(staff, { q: name }), []);
	assert.deepEqual(await ids(coordinator, { q: name, ended: 'true' }), [], 'of another district');
	assert.equal((await find(coordinator, { q: name, ended: 'true', district })).status, 404);
	const read = rows(daemon, "SELECT DISTINCT who, subject FROM audit WHERE what = 'read' AND detail = 'search'").map((r) => `${r.who} ${r.subject}`);
	assert.ok(read.includes(`user:${logins.staff} ${resident_id}`), read.join());
	assert.ok(!read.some((line) => line === `user:${logins.coordinator} ${resident_id}`), read.join());
});

test('a search is for something, goes on page by page, and needs the right to read records', async () => {
	const ask = async (who, query, options) => await who.get(`/api/v1/residents?${query}`, options);
	assert.equal((await ask(staff, 'q=%20')).status, 422);
	assert.equal((await ask(staff, 'ended=true', { wrong: true })).status, 422);
	assert.equal((await ask(staff, 'q=R&ended=perhaps', { wrong: true })).status, 422);
	const whole = (await ask(staff, 'q=r0')).json;
	assert.equal(whole.next_cursor, null);
	const seen = [];
	for (let cursor = ''; cursor !== null; ) {
		const page = (await ask(staff, `q=r0&limit=3${cursor && `&cursor=${cursor}`}`)).json;
		assert.ok(page.residents.length <= 3);
		seen.push(...page.residents);
		cursor = page.next_cursor;
	}
	assert.deepEqual(seen, whole.residents);
	assert.ok(seen.length > 10);
	assert.ok((await ask(coordinator, 'q=r0')).json.residents.every((r) => r.district === 'D01'));
});
