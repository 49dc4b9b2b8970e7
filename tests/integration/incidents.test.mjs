// Incidents over HTTP: the lists, one with its timeline, and what staff do about it. The tests are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn, withKey } from './client.mjs';
import { logins, password, people, startCouncil } from './council.mjs';
import { rows, write } from './store.mjs';

const council = await startCouncil();
const { daemon } = council;
const staff = await signIn(daemon, logins.staff, password);
const other = await signIn(daemon, 'okada', password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);
const admin = await signIn(daemon, logins.admin, password);

const path = '/api/v1/incidents';
const open = async (who = staff) => (await who.get(`${path}?state=open`)).json.incidents;
const of = async (resident) => (await open()).find((i) => i.resident_id === resident);
const act = async (who, id, what, body) =>
	body ? await who.post(`${path}/${id}/${what}`, body) : await who.call('POST', `${path}/${id}/${what}`);
const done = async (...args) => {
	const { status, json } = await act(...args);
	assert.equal(status, 200, JSON.stringify(json));
	return json;
};

test('open incidents come gravest first, with who they are about and how they are handled', async () => {
	const list = (await open()).filter((i) => i.resident_id);
	const kinds = list.map((i) => i.kind);
	const order = ['help', 'missed', 'unwell', 'talk', 'pause', 'device'];
	assert.deepEqual(kinds, kinds.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
	const help = list.find((i) => i.kind === 'help');
	assert.deepEqual(help.resident, {
		resident_id: people.help,
		name: '髙橋 正男',
		kana: 'タカハシ マサオ',
		district: 'D01',
	});
	assert.equal(help.state, 'open');
	assert.equal(help.calling, false);
	assert.equal(help.no_answer, false);
	const told = help.told.find((t) => t.person === 'tanaka');
	assert.equal(told.name, '田中 裕子');
	assert.equal(told.what, 'alert');
	assert.equal(told.channel, 'mail');
});

test('a list is read on page by page, each incident once', async () => {
	const whole = await staff.get(path);
	const ids = [];
	let cursor = '';
	do {
		const { json } = await staff.get(`${path}?limit=1${cursor && `&cursor=${cursor}`}`);
		assert.ok(json.incidents.length <= 1);
		ids.push(...json.incidents.map((i) => i.id));
		cursor = json.next_cursor;
	} while (cursor);
	assert.deepEqual(ids, whole.json.incidents.map((i) => i.id));
	assert.ok(ids.length >= 4);
	for (const wrong of ['x', 'o.1', 'o.1.2x', 'q.1.2', 'o.1.0', 'o.1.-2'])
		assert.equal((await staff.get(`${path}?cursor=${wrong}`)).json.code, 'invalid', wrong);
	assert.equal((await staff.get(`${path}?state=closed&cursor=o.1.1`)).status, 422);
	assert.equal((await staff.get(`${path}?state=over`, { wrong: true })).json.code, 'invalid');
	assert.equal((await staff.get(`${path}?limit=0`, { wrong: true })).json.code, 'invalid');
});

test('of other districts a coordinator sees nothing', async () => {
	const mine = await open(coordinator);
	assert.ok(mine.length > 0);
	assert.ok(mine.every((i) => i.district === 'D01'));
	const elsewhere = await of(people.unwell);
	assert.equal((await coordinator.get(`${path}/${elsewhere.id}`)).status, 404);
	assert.equal((await act(coordinator, elsewhere.id, 'claim')).status, 404);
	assert.equal((await coordinator.get(`${path}?district=D02`)).status, 404);
	assert.equal((await coordinator.get(`${path}?resident=${people.unwell}`)).status, 404);
	assert.equal((await of(people.unwell)).state, 'open');
	const theirs = (await staff.get(`${path}?district=D02`)).json.incidents;
	assert.ok(theirs.length > 0 && theirs.every((i) => i.district === 'D02'));
	const one = (await staff.get(`${path}?resident=${people.unwell}`)).json.incidents;
	assert.deepEqual(one.map((i) => i.id), [elsewhere.id]);
});

test('one incident tells its story and what comes next', async () => {
	const { id } = await of(people.missed);
	const { json } = await staff.get(`${path}/${id}`);
	assert.equal(json.timeline[0].event, 'opened');
	assert.equal(json.timeline[0].detail, 'missed');
	assert.deepEqual(json.ladder[0].tell, ['resident', 'staff']);
	assert.equal(json.ladder[0].fired, true);
	assert.equal(json.ladder.at(-1).fired, false);
	assert.equal(json.next.repeat, false);
	assert.deepEqual(json.next.tell, ['tier1']);
	assert.equal(Date.parse(json.next.at) - Date.parse(json.ladder[0].at), 30 * 60_000);
	assert.equal((await staff.get(`${path}/99999`)).status, 404);
	assert.equal((await staff.get(`${path}/abc`, { wrong: true })).status, 404);
});

test('who only looks changes nothing', async () => {
	const { id } = await of(people.missed);
	assert.equal((await viewer.get(`${path}/${id}`)).status, 200);
	for (const [what, body] of [['claim'], ['release'], ['report', { result: 'no_answer' }], ['close', { outcome: 'safe' }], ['notes', { note: 'x' }], ['handover', { to: 'okada' }]]) {
		const { status, json } = await act(viewer, id, what, body);
		assert.deepEqual([what, status, json.code], [what, 403, 'right']);
	}
	assert.equal((await of(people.missed)).state, 'open');
});

test('who takes it on has it; nobody else does meanwhile, and hears who has it', async () => {
	const { id } = await of(people.missed);
	const mine = await done(staff, id, 'claim');
	assert.equal(mine.state, 'claimed');
	assert.equal(mine.claimed_by, '田中 裕子');
	assert.equal(mine.claimed_by_person, 'user:tanaka');
	assert.equal(mine.calling, true);
	assert.equal(mine.next, null);
	const refused = await act(other, id, 'claim');
	assert.deepEqual([refused.status, refused.json.code], [409, 'claimed']);
	assert.match(refused.json.detail, /田中 裕子/);
	const renewed = await done(staff, id, 'claim');
	assert.ok(renewed.timeline.some((e) => e.event === 'renewed'));
});

test('a note stands on the timeline with who wrote it', async () => {
	const { id } = await of(people.missed);
	const noted = await done(staff, id, 'notes', { note: '電話は話し中\n10分後にもう一度' });
	const { event, person_name, detail } = noted.timeline.at(-1);
	assert.deepEqual([event, person_name, detail], ['note', '田中 裕子', '電話は話し中\n10分後にもう一度']);
	const long = 'あ'.repeat(333);
	assert.equal((await done(staff, id, 'notes', { note: long })).timeline.at(-1).detail, long);
	const wrong = await act(staff, id, 'notes', { note: 'あ'.repeat(334) });
	assert.deepEqual([wrong.status, wrong.json.errors[0].pointer], [422, '/note']);
	assert.equal((await staff.post(`${path}/${id}/notes`, { text: 'x' }, { wrong: true })).status, 422);
});

test('it is handed to somebody by name', async () => {
	const { id } = await of(people.missed);
	const nobody = await act(staff, id, 'handover', { to: 'nobody' });
	assert.deepEqual([nobody.status, nobody.json.code], [422, 'unknown_person']);
	const handed = await done(staff, id, 'handover', { to: 'okada' });
	assert.equal(handed.claimed_by_person, 'user:okada');
	assert.equal((await act(staff, id, 'claim')).json.code, 'claimed');
});

test('no answer gives it to the next, and says so', async () => {
	const { id, step } = await of(people.missed);
	const reported = await done(other, id, 'report', { result: 'no_answer', note: '新聞がたまっている' });
	assert.equal(reported.state, 'open');
	assert.equal(reported.no_answer, true);
	assert.equal(reported.step, step + 1);
	assert.ok(reported.timeline.some((e) => e.event === 'no_answer' && e.detail === '新聞がたまっている'));
	assert.equal((await staff.post(`${path}/${id}/report`, { result: 'gone' }, { wrong: true })).status, 422);
	assert.equal((await act(staff, id, 'report', { result: 'heard' })).json.code, 'invalid');
});

test('it closes with an outcome, who saw the person and how, and is over then', async () => {
	const { id } = await of(people.missed);
	for (const body of [{ outcome: 'safe' }, { outcome: 'safe', how: 'phone' }, { outcome: 'hospital', how: 'kin', seen_by: '長女' }]) {
		const { status, json } = await act(staff, id, 'close', body);
		assert.deepEqual([status, json.code], [422, 'invalid'], JSON.stringify(body));
	}
	const closed = await done(staff, id, 'close', {
		...{ outcome: 'safe', cause: 'forgot', how: 'phone', seen_by: '田中 裕子', note: '寝ていた' },
	});
	assert.deepEqual(
		[closed.state, closed.outcome, closed.cause, closed.how, closed.seen_by, closed.note, closed.closed_by_name],
		['closed', 'safe', 'forgot', 'phone', '田中 裕子', '寝ていた', '田中 裕子'],
	);
	assert.equal(closed.next, null);
	for (const [what, body] of [['claim'], ['release'], ['notes', { note: 'x' }], ['report', { result: 'seen' }], ['close', { outcome: 'safe', how: 'phone', seen_by: 'x' }], ['handover', { to: 'okada' }]]) {
		const { status, json } = await act(staff, id, what, body);
		assert.deepEqual([what, status, json.code], [what, 409, 'closed']);
		assert.match(json.detail, /safe/);
	}
	const past = (await staff.get(`${path}?state=closed`)).json.incidents;
	assert.equal(past[0].id, id);
	assert.ok(past.every((i) => i.state === 'closed'));
	assert.equal(await of(people.missed), undefined);
});

test('who may not read records learns how somebody was told, and no address', async () => {
	const { json } = await admin.post('/api/v1/keys', { name: 'board', login: logins.staff, scopes: 'list' });
	const program = withKey(daemon, json.key);
	const list = (await program.get(path)).json.incidents;
	const channels = list.flatMap((i) => i.told.map((t) => t.channel));
	assert.ok(channels.length > 0 && channels.every((channel) => /^[a-z]+$/.test(channel)), String(channels));
	assert.equal((await program.call('POST', `${path}/${list[0].id}/claim`)).status, 403);
});

test('every reading of one and every act is audited', async () => {
	const { json } = await admin.get('/api/v1/audit?who=user:tanaka&limit=200');
	const entries = json.entries.map(({ what, subject, detail }) => `${what} ${subject} ${detail}`);
	const incident = (await staff.get(`${path}?state=closed`)).json.incidents[0].id;
	const acts = ['claim', 'close', 'handover', 'note', 'read'].map((act) => `${act} ${people.missed} incident ${incident}${{ close: ': safe', handover: ': user:okada' }[act] ?? ''}`);
	for (const entry of acts)
		assert.ok(entries.includes(entry), `${entry} of ${entries.join('\n')}`);
	assert.ok(json.entries.every((e) => e.address === '127.0.0.1' || e.address === '::1'), 'from where');
	const by = async (query) => (await admin.get(`/api/v1/audit?limit=500&${query}`)).json.entries;
	const said = (list) => list.map(({ what, subject, detail }) => `${what} ${subject} ${detail}`);
	const [whose, which] = [said(await by(`subject=${people.missed}`)), said(await by(`subject=${incident}`))];
	for (const entry of acts) {
		assert.ok(whose.includes(entry), `${entry} by resident`);
		assert.ok(which.includes(entry), `${entry} by incident`);
	}
	assert.ok(which.every((line) => line.match(/ incident (\d+)/)?.[1] === String(incident)), which.join('\n'));
});

test('the audit is asked by a login as by what it notes', async () => {
	const by = async (who) => (await admin.get(`/api/v1/audit?limit=500&who=${encodeURIComponent(who)}`)).json.entries.map((e) => e.who);
	const key = withKey(daemon, (await admin.post('/api/v1/keys', { name: 'desk/tanaka', login: logins.viewer, scopes: 'record' })).json.key);
	await key.get(`/api/v1/residents/${people.ok}`);
	const mine = withKey(daemon, (await admin.post('/api/v1/keys', { name: 'desk', login: logins.staff, scopes: 'record' })).json.key);
	await mine.get(`/api/v1/residents/${people.ok}`);
	assert.deepEqual([...new Set(await by(logins.staff))].toSorted(), [`key:desk/${logins.staff}`, `user:${logins.staff}`]);
	assert.deepEqual([...new Set(await by(`user:${logins.staff}`))], [`user:${logins.staff}`]);
	assert.deepEqual(new Set(await by('root')), new Set(['shell:root']));
	for (const who of ['anaka', 'tanak', '%', 'user', 'user:', 'desk'])
		assert.deepEqual(await by(who), [], who);
});

test('a page that loads itself anew is one reading of a session, and an act is noted each time', async () => {
	const [incident] = (await staff.get(`${path}?state=open`)).json.incidents.filter((i) => i.kind === 'talk');
	const noted = (what) => rows(daemon, 'SELECT detail FROM audit WHERE what = ? AND subject = ? AND who = ?', what, people.talk, 'user:okada').map((r) => r.detail).toSorted();
	const [one, two] = [await signIn(daemon, 'okada', password), await signIn(daemon, 'okada', password)];
	const read = async (client) => {
		await client.get(`/api/v1/residents/${people.talk}`);
		await client.get(`/api/v1/residents/${people.talk}/timeline`);
		await client.get(`${path}/${incident.id}`);
	};
	for (let i = 0; i < 5; i++)
		await read(one);
	const first = ['', `incident ${incident.id}`, 'timeline'];
	assert.deepEqual(noted('read'), first);
	await Promise.all(Array.from({ length: 12 }, () => read(one)));
	assert.deepEqual(noted('read'), first, 'whichever thread answers');
	await read(two);
	assert.deepEqual(noted('read'), [...first, ...first].toSorted(), 'another session is another reading');
	for (let i = 0; i < 2; i++)
		await done(one, incident.id, 'notes', { note: 'x' });
	assert.equal(noted('note').length, 2);
	for (let i = 0; i < 2; i++)
		await one.call('POST', `/api/v1/residents/${people.talk}/prints`);
	assert.equal(noted('print').length, 2);
});

/** A question that lists residents, as the end of a time when we were deaf would raise it; its id. */
function question(residents) {
	const id = 900_000;
	write(daemon, "INSERT INTO incidents (id, kind, subject, state, opened_at, ladder_at) VALUES (?, 'blind', 'blind', 'open', 1, 1)", id);
	for (const resident of residents)
		write(daemon, 'INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) VALUES (?, ?, ?, ?)', id, resident, Date.now() + 3_600_000, 2);
	return id;
}

test('a question about several is a reading of each who is shown, and a print likewise', async () => {
	const listed = [people.ok, people.waiting, 'R019'];
	const id = question(listed);
	const audited = (what, who) => rows(daemon, 'SELECT subject FROM audit WHERE what = ? AND who = ? AND detail = ? ORDER BY subject', what, `user:${who}`, `incident ${id}`).map((r) => r.subject);
	const { json } = await staff.get(`${path}/${id}`);
	assert.deepEqual(json.listed.map((r) => r.resident_id).toSorted(), listed.toSorted());
	assert.deepEqual(audited('read', logins.staff), listed.toSorted());
	const own = (await coordinator.get(`${path}/${id}`)).json.listed.map((r) => r.resident_id);
	assert.ok(own.length > 0 && own.length < listed.length);
	assert.deepEqual(audited('read', logins.coordinator), own.toSorted(), 'nobody of other districts');
	assert.equal((await staff.call('POST', `${path}/${id}/prints`)).status, 204);
	assert.deepEqual(audited('print', logins.staff), listed.toSorted());
	const other = await signIn(daemon, 'okada', password);
	await done(other, id, 'claim');
	assert.deepEqual(audited('read', 'okada'), listed.toSorted(), 'the answer to an act shows them as well');
});

test('a printed page of an incident is audited', async () => {
	const { id } = await of(people.help);
	assert.equal((await viewer.call('POST', `${path}/${id}/prints`)).status, 204);
	const [row, ...more] = rows(daemon, "SELECT who, subject, detail FROM audit WHERE what = 'print' AND who = ?", `user:${logins.viewer}`);
	assert.deepEqual({ ...row }, { who: `user:${logins.viewer}`, subject: people.help, detail: `incident ${id}` });
	assert.deepEqual(more, []);
});
