// Questions for staff that stand on no row of the list, and what the list and the page say of those that do: who has
// them, and what would suit who forgets. The tests are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn, withKey } from './client.mjs';
import { logins, password, people, sampleTown, startCouncil } from './council.mjs';
import { connectClient } from './press.mjs';
import { rows, write } from './store.mjs';
import { follow } from './stream.mjs';
import { waitFor } from './wait.mjs';

const bound = 'endo'; // may only look, in D01
const council = await startCouncil({
	history: 120,
	town: (zone, now) => {
		const town = sampleTown(zone, now);
		town.users.push({ login: bound, name: '遠藤 茂', role: 'viewer', channels: '', districts: 'D01', duty: '' });
		return town;
	},
});
const { daemon, broker, mail } = council;
const speaker = await broker.addSpeaker();
const strange = await connectClient(broker, speaker.name, speaker.password);
const callers = Object.fromEntries(await Promise.all(Object.entries({ ...logins, bound }).map(async ([role, login]) => [role, await signIn(daemon, login, password)])));
const { admin, staff, coordinator, viewer } = callers;
const path = '/api/v1/incidents';
const questions = async (who) => (await who.get('/api/v1/status')).json.questions;
const listed = async (who, id) => (await who.get(`${path}?state=open`)).json.incidents.some((i) => i.id === id);

let id; // of the question

test('help of an unknown button reaches each who may act: by mail, beside the list, among the incidents, at once', async () => {
	assert.deepEqual(await questions(coordinator), []);
	const [theirs, others] = [await follow(daemon, coordinator), await follow(daemon, callers.bound)];
	await questions(coordinator);
	await strange.publish('mimamori/v1/b-9999/checkin', { id: 'strange-1', kind: 'help' });
	const said = await waitFor(() => theirs.all.find((e) => e.event === 'questions' && e.data.questions.length), {
		within: 10_000,
		what: 'the open page to hear of it',
	});
	await mail.next((m) => m.recipient === 'suzuki@example.jp' && m.text.includes('b-9999'), { within: 60_000, what: 'a mail to the coordinator' });
	const [question, ...more] = await questions(coordinator);
	id = question.id;
	assert.deepEqual(more, []);
	assert.deepEqual(said.data.questions, [question]);
	assert.match(question.detail, /^unknown_help \d+$/);
	assert.deepEqual(
		[question.kind, question.subject, question.claimed_by, question.claimed_until],
		['device', 'b-9999', null, null],
	);
	for (const [role, who] of Object.entries({ admin, staff, coordinator, viewer })) {
		assert.deepEqual(await questions(who), [question], role);
		assert.ok(await listed(who, id), role);
		assert.equal((await who.get(`${path}/${id}`)).status, 200, role);
	}
	assert.ok((await staff.get('/api/v1/status?district=D02&state=ok&q=x')).json.questions.length === 1, 'whatever is asked for');
	assert.ok(others.all.every((e) => e.event !== 'questions'), 'not to who may not see it');
	theirs.close();
	others.close();
});

test('who is bound to districts and may not act does not see it, nor does such a key', async () => {
	const { key } = (await admin.post('/api/v1/keys', { name: 'board', login: logins.coordinator, scopes: 'list' })).json;
	for (const who of [callers.bound, withKey(daemon, key)]) {
		assert.deepEqual(await questions(who), []);
		assert.equal(await listed(who, id), false);
		assert.equal((await who.get(`${path}/${id}`)).status, 404);
	}
	const acting = (await admin.post('/api/v1/keys', { name: 'desk', login: logins.coordinator, scopes: 'list act' })).json.key;
	assert.equal((await withKey(daemon, acting).get(`${path}/${id}`)).status, 200);
});

test('the coordinator who is alone takes it on, answers it, and it is gone', async () => {
	const claimed = await coordinator.call('POST', `${path}/${id}/claim`);
	assert.equal(claimed.status, 200, claimed.text);
	const [question] = await questions(staff);
	assert.deepEqual([question.claimed_by, question.claimed_until], ['鈴木 健', claimed.json.claimed_until]);
	assert.equal((await coordinator.post(`${path}/${id}/notes`, { note: '倉庫の予備機' })).status, 200);
	const closed = await coordinator.post(`${path}/${id}/close`, { outcome: 'answered', note: '倉庫で押された' });
	assert.equal(closed.status, 200, closed.text);
	assert.deepEqual(await questions(staff), []);
	assert.ok((await coordinator.get(`${path}?state=closed`)).json.incidents.some((i) => i.id === id));
});

test('of a question that lists residents of other districts a coordinator sees nothing, as before', async () => {
	write(daemon, "INSERT INTO incidents (id, kind, subject, state, opened_at, ladder_at) VALUES (910000, 'blind', 'blind', 'open', 1, 1)");
	write(daemon, 'INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) VALUES (910000, ?, ?, 2)', people.elsewhere, Date.now() + 3_600_000);
	assert.equal((await staff.get(`${path}/910000`)).status, 200);
	assert.equal((await coordinator.get(`${path}/910000`)).status, 404);
	assert.deepEqual(await questions(staff), [], 'it stands on the row of whom it lists');
});

/** A question of kind device about a resident; its id. */
function ask(resident, subject, detail) {
	const { district } = council.town.residents.find((r) => r.resident_id === resident);
	write(
		daemon,
		"INSERT INTO incidents (kind, resident_id, subject, detail, district, state, opened_at, ladder_at) VALUES ('device', ?, ?, ?, ?, 'open', ?, ?)",
		...[resident, subject, detail, district, Date.now(), Date.now()],
	);
	return rows(daemon, 'SELECT max(id) AS id FROM incidents WHERE resident_id = ?', resident)[0].id;
}

test('the list says who has a question about somebody on it', async () => {
	const question = ask(people.unscheduled, 'b-x', 'same_id');
	const more = async () => (await staff.get('/api/v1/status')).json.more[people.unscheduled]?.question;
	const free = await waitFor(more, { within: 15_000, what: 'the question on the list' });
	assert.deepEqual(free, { id: question, kind: 'device', claimed_by: null, claimed_until: null });
	const { json } = await staff.call('POST', `${path}/${question}/claim`);
	assert.deepEqual(await more(), { id: question, kind: 'device', claimed_by: '田中 裕子', claimed_until: json.claimed_until });
});

test('of who forgets again and again the page has what the mail proposes', async () => {
	const question = ask(people.ok, `forgot/${people.ok}`, 'forgot');
	const proposal = async (who = staff) => (await who.get(`${path}/${question}`)).json.proposal;
	const day = 86_400_000;
	const midnight = Math.floor((Date.now() + daemon.zone.offset) / day) * day - daemon.zone.offset;
	const due = async (hour) => {
		write(daemon, 'UPDATE residents SET opens_at = ?, due_at = ? WHERE resident_id = ?', midnight, midnight + hour * 3_600_000, people.ok);
		return await proposal();
	};
	const early = await due(4); // long before they press
	const { from, median, to } = early.usual;
	assert.ok('05:00' < from && from <= median && median <= to && to < '23:00', JSON.stringify(early));
	const [hour, minute] = to.split(':').map(Number);
	const better = minute < 30 ? `${String(hour).padStart(2, '0')}:30` : `${String(hour + 1).padStart(2, '0')}:00`;
	assert.deepEqual([early.due, early.better_due], ['04:00', better]);
	const late = await due(24);
	assert.deepEqual([late.due, late.better_due], ['24:00', null]);
	const { key } = (await admin.post('/api/v1/keys', { name: 'list', login: logins.staff, scopes: 'list' })).json;
	assert.equal(await proposal(withKey(daemon, key)), null, 'hours are of the record');
	assert.equal((await staff.get(`${path}/${(await questionless()).id}`)).json.proposal, null);
	const closed = await staff.post(`${path}/${question}/close`, { outcome: 'answered', note: '時刻を変えた' });
	assert.equal(closed.json.proposal, null);
});

async function questionless() {
	return (await staff.get(`${path}?state=open`)).json.incidents.find((i) => i.kind === 'missed');
}
