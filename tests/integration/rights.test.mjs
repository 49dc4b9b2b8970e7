// What somebody may do when things change under them: a district, a role, a key, an address, a lock that is held.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';

import { anonymous, signIn, withKey } from './client.mjs';
import { logins, password, people, startCouncil } from './council.mjs';
import { connectDevice } from './press.mjs';
import { holdStore, rows } from './store.mjs';
import { follow } from './stream.mjs';
import { waitFor } from './wait.mjs';

const council = await startCouncil({ settings: { web: { public_url: 'http://mimamori.test' } } });
const { daemon, broker } = council;
const admin = await signIn(daemon, logins.admin, password);
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password); // of D01
const wrong = 'まちがい-9-yama';

test('the link to a watcher’s page, who looks in on two districts, is for those who have both', async () => {
	const links = [people.ok, people.elsewhere].map((resident_id) => ({ resident_id, tier: 1 }));
	const made = await admin.post('/api/v1/watchers', { watcher_id: 'N01', name: '両隣', channels: 'mail:n01@example.jp', links });
	assert.equal(made.status, 201, made.text);
	assert.equal((await coordinator.get('/api/v1/watchers/N01')).status, 200);
	for (const method of ['POST', 'DELETE']) {
		const { status, json } = await coordinator.call(method, '/api/v1/watchers/N01/link');
		assert.deepEqual([status, json.code], [403, 'not_yours'], method);
	}
	assert.equal((await staff.post('/api/v1/watchers/N01/link')).status, 201);
});

test('who moves takes what is open about them along, and is gone from the pages of those they leave', async () => {
	const [stream, whole] = [await follow(daemon, coordinator), await follow(daemon, staff)];
	assert.equal((await coordinator.get('/api/v1/status')).status, 200);
	const { id } = (await daemon.status()).residents.find((r) => r.resident_id === people.missed).incident;
	assert.equal((await coordinator.get(`/api/v1/incidents/${id}`)).status, 200);
	assert.equal((await staff.patch(`/api/v1/residents/${people.missed}`, { district: 'D03' })).status, 200);
	assert.equal((await coordinator.get(`/api/v1/incidents/${id}`)).status, 404);
	assert.equal((await staff.get(`/api/v1/incidents/${id}`)).json.district, 'D03');
	await waitFor(() => stream.all.some((e) => e.data.gone?.includes(people.missed)), { what: 'the page of D01 to lose the line' });
	assert.ok(stream.all.every((e) => !e.data.rows?.some((r) => r.district === 'D03')));
	const about = () => whole.all.filter((e) => e.event === 'rows' && (e.data.gone.includes(people.missed) || e.data.rows.some((r) => r.resident_id === people.missed)));
	await waitFor(() => about().length >= 2, { what: 'the way there on the page that has both' });
	assert.equal((await staff.patch(`/api/v1/residents/${people.missed}`, { district: 'D01' })).status, 200);
	await waitFor(() => about().length >= 4, { within: 5000, what: 'the way back on the page that has both, before the list is read again anyway' });
	assert.deepEqual(about().map((e) => e.data.rows.map((r) => r.district)[0] ?? 'gone'), ['gone', 'D03', 'gone', 'D01']);
	stream.close();
	whole.close();
});

test('an open page of who has another district from now on begins anew, with what is theirs now', async () => {
	const stream = await follow(daemon, coordinator);
	assert.equal((await admin.patch(`/api/v1/users/${logins.coordinator}`, { districts: 'D02' })).status, 200);
	await waitFor(() => stream.over, { within: 35_000, what: 'the stream to end' });
	assert.deepEqual([...new Set((await coordinator.get('/api/v1/status')).json.residents.map((r) => r.district))], ['D02']);
	assert.equal((await admin.patch(`/api/v1/users/${logins.coordinator}`, { districts: 'D01' })).status, 200);
});

test('a program has nothing to do with the sessions of whom it acts for', async () => {
	const { key } = (await admin.post('/api/v1/keys', { name: 'board', login: logins.staff, scopes: 'list' })).json;
	const program = withKey(daemon, key);
	assert.equal((await program.get('/api/v1/status')).status, 200);
	const [{ id }] = (await staff.get('/api/v1/sessions')).json.sessions;
	for (const [method, path, body] of [
		['GET', '/api/v1/sessions'],
		['DELETE', `/api/v1/sessions/${id}`],
		['PATCH', '/api/v1/session', { language: 'en' }],
	]) {
		const { status, json } = await program.call(method, path, body);
		assert.deepEqual([status, json.code], [403, 'right'], `${method} ${path}`);
	}
	assert.equal((await staff.get('/api/v1/sessions')).status, 200);
});

test('a button that could not be given to somebody else keeps its password', async () => {
	const { password: secret } = (await staff.post(`/api/v1/residents/${people.ok}/devices`, { device_id: 'btn-kept' })).json;
	const release = holdStore(daemon);
	const taken = await staff.post(`/api/v1/residents/${people.waiting}/devices`, { device_id: 'btn-kept', take_over: true });
	release();
	assert.equal(taken.status, 503, taken.text);
	const other = await staff.post(`/api/v1/residents/${people.waiting}/devices`, { device_id: 'btn-new' }); // has the broker read its file
	assert.equal(other.status, 201);
	await waitFor(() => connectDevice(broker, 'btn-new', other.json.password).catch(() => null), { what: 'the broker to have read it' });
	const button = await connectDevice(broker, 'btn-kept', secret);
	assert.equal((await button.pressed('ok')).result, 'stored', 'the old password opens still');
});

/** Tries to sign in from an address, as a front server names it. */
async function tries(from, login, secret) {
	const client = anonymous(daemon);
	client.headers = { 'X-Forwarded-For': from };
	return (await client.post('/api/v1/session', { login, password: secret })).status;
}

test('who guesses without end keeps the owner out of no new browser', async () => {
	let last;
	for (let i = 0; i < 12 && last !== 429; i++)
		last = await tries('192.0.2.7', logins.viewer, wrong);
	assert.equal(last, 429);
	assert.equal(await tries('198.51.100.4', logins.viewer, wrong), 401, 'one try of an address that is not known yet');
	assert.equal(await tries('198.51.100.4', logins.viewer, password), 429, 'and then it waits with the others');
	assert.equal(await tries('198.51.100.5', logins.viewer, password), 200);
});

test('the addresses that one site has to itself are one', async () => {
	let last;
	for (let i = 1; i < 12 && last !== 429; i++)
		last = await tries(`2001:db8:0:1::${i}`, `nobody${i}`, wrong);
	assert.equal(last, 429);
	assert.equal(await tries('2001:db8:0:2::1', 'nobody', wrong), 401);
	for (let i = 1; i < 8; i++)
		assert.equal(await tries(`::ffff:203.0.113.${i}`, `noone${i}`, wrong), 401, 'those of IPv4 are each their own');
});

test('of several front servers the last one says who called', async () => {
	const status = await new Promise((resolve, reject) => {
		const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': ['203.0.113.99', '198.51.100.77'] };
		const sent = request(`${daemon.web}/api/v1/session`, { method: 'POST', headers }, (answer) => {
			answer.resume();
			resolve(answer.statusCode);
		});
		sent.on('error', reject);
		sent.end(JSON.stringify({ login: 'forwarded', password: wrong }));
	});
	assert.equal(status, 401);
	assert.equal(rows(daemon, "SELECT address FROM audit WHERE what = 'sign_in_failed' ORDER BY id DESC LIMIT 1")[0].address, '198.51.100.77');
});
