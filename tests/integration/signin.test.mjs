// Signing in: passwords, second factors, sessions, keys of programs, the first account, and the audit of it all.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { anonymous, signIn, withKey } from './client.mjs';
import { logins, password, setPassword, startCouncil } from './council.mjs';
import { rows, write } from './store.mjs';
import { waitFor } from './wait.mjs';

const { daemon } = await startCouncil({ morning: false, settings: { web: { session_idle: '6s' } } });
const another = '別の-Passwort-7';

/** The code of a secret at an instant (RFC 6238), made here so that it is not ours that judges ours. */
function totp(secret, at = Date.now()) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
	const mac = createHmac('sha1', key).update(counter).digest();
	const offset = mac[19] & 15;
	return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

let owner; // of the coordinator's account, in a browser that is known

const tries = async (client, login, secret, more = {}) =>
	await client.post('/api/v1/session', { login, password: secret, ...more });

test('the reference code of RFC 6238 is what the test computes', () => {
	assert.equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000), '287082');
});

test('an unknown login and a wrong password are answered alike', async () => {
	const [unknown, wrong] = [
		await tries(anonymous(daemon), 'nobody', password),
		await tries(anonymous(daemon), logins.viewer, another),
	];
	assert.equal(unknown.status, 401);
	assert.deepEqual(unknown.json, wrong.json);
	assert.equal(wrong.headers.get('set-cookie'), null);
});

test('a session is a cookie that no script reads, and ends when one signs out', async () => {
	const client = anonymous(daemon);
	const { status, json, headers } = await tries(client, logins.staff, password);
	assert.equal(status, 200);
	assert.deepEqual(json.rights, ['list', 'record', 'act', 'sign', 'edit', 'report', 'export']);
	const cookie = headers.getSetCookie().find((line) => line.startsWith('mimamori_session='));
	assert.match(cookie, /; HttpOnly; SameSite=Strict$/);
	client.csrf = json.csrf;
	assert.equal((await client.get('/api/v1/session')).json.login, logins.staff);
	const kept = new Map(client.cookies);
	assert.equal((await client.delete('/api/v1/session')).status, 204);
	client.cookies = kept;
	assert.equal((await client.get('/api/v1/session')).status, 401, 'what was signed out stays so');
});

test('what changes something needs the token that only our page can read', async () => {
	const client = await signIn(daemon, logins.staff, password);
	const { csrf } = client;
	for (const token of [null, csrf.replace(/.$/, (c) => (c === '0' ? '1' : '0')), 'nonsense']) {
		client.csrf = token;
		const { status, json } = await client.patch('/api/v1/session', { language: 'en' });
		assert.equal(status, 403);
		assert.equal(json.code, 'csrf');
	}
	client.csrf = csrf;
	assert.equal((await client.get('/api/v1/session')).json.language, 'ja');
	assert.equal((await client.patch('/api/v1/session', { language: 'en' })).status, 204);
	assert.equal((await client.get('/api/v1/session')).json.language, 'en');
});

test('an idle session is over, a used one goes on', async () => {
	const [idle, used] = [await signIn(daemon, logins.viewer, password), await signIn(daemon, logins.viewer, password)];
	const began = Date.now();
	await waitFor(
		async () => {
			assert.equal((await used.get('/api/v1/session')).status, 200);
			return Date.now() - began > 6500;
		},
		{ within: 8000 },
	);
	assert.equal((await idle.get('/api/v1/session')).status, 401);
});

test('what a page reads by itself keeps no session alive', async () => {
	const began = Date.now();
	const alone = await signIn(daemon, logins.viewer, password);
	const headers = { 'X-Mimamori-Background': '1' };
	assert.equal((await alone.get('/api/v1/incidents', { headers })).status, 200);
	const { status } = await waitFor(
		async () => {
			await alone.send('GET', '/api/v1/events', undefined, { headers });
			const answer = await alone.get('/api/v1/incidents', { headers });
			return answer.status !== 200 && answer;
		},
		{ within: 9000, what: 'the session to be over' },
	);
	assert.equal(status, 401);
	assert.ok(Date.now() - began >= 5900, 'not before its time');
});

test('an office forgets its slips: who comes in clears their own, and nobody else’s', async () => {
	const failures = (login) => rows(daemon, 'SELECT key, failures FROM throttles ORDER BY key').filter((r) => r.key.startsWith('address:198.51.100.9') && r.key.endsWith(login)).map((r) => r.failures);
	const from = { 'X-Forwarded-For': '198.51.100.9' };
	const at = (login, secret) => anonymous(daemon).post('/api/v1/session', { login, password: secret }, { headers: from });
	for (let i = 0; i < 2; i++)
		assert.equal((await at(logins.viewer, another)).status, 401);
	assert.equal((await at(logins.staff, another)).status, 401);
	assert.deepEqual([failures('198.51.100.9'), failures(logins.viewer)], [[3], [2]]);
	assert.equal((await at(logins.viewer, password)).status, 200);
	assert.deepEqual([failures('198.51.100.9'), failures(logins.viewer), failures(logins.staff)], [[1], [], [1]]);
	assert.equal((await at(logins.viewer, password)).status, 200);
	assert.deepEqual(failures('198.51.100.9'), [1], 'an own account takes off nothing of the others');
	assert.equal((await at(logins.staff, password)).status, 200);
	assert.deepEqual([failures('198.51.100.9'), failures(logins.staff)], [[], []]);
});

test('a share that is older than what the address still counts takes nothing off', async () => {
	const from = { 'X-Forwarded-For': '198.51.100.10' };
	const at = (login, secret) => anonymous(daemon).post('/api/v1/session', { login, password: secret }, { headers: from });
	const counted = () => rows(daemon, "SELECT failures FROM throttles WHERE key = 'address:198.51.100.10'").map((r) => r.failures);
	for (let i = 0; i < 2; i++)
		assert.equal((await at(logins.viewer, another)).status, 401);
	write(daemon, "UPDATE throttles SET last_at = last_at - 7 * 3600000 WHERE key LIKE 'address:198.51.100.10%'");
	for (let i = 0; i < 2; i++)
		assert.equal((await at(logins.staff, another)).status, 401);
	assert.deepEqual(counted(), [2]);
	assert.equal((await at(logins.viewer, password)).status, 200);
	assert.deepEqual(counted(), [2]);
});

test('who hammers an account waits, and its owner in a browser of theirs does not', async () => {
	owner = await signIn(daemon, logins.coordinator, password);
	const stranger = anonymous(daemon);
	let waited;
	for (let i = 0; i < 12 && !waited; i++) {
		const answer = await tries(stranger, logins.coordinator, another);
		if (answer.status === 429)
			waited = answer;
		else
			assert.equal(answer.status, 401);
	}
	assert.ok(waited, 'after some failures the next must wait');
	assert.ok(Number(waited.headers.get('retry-after')) >= 1);
	assert.equal((await tries(stranger, logins.coordinator, password)).status, 429, 'not even the right one is looked at');
	const cookies = new Map([...owner.cookies].filter(([name]) => name === 'mimamori_browser'));
	owner.cookies = cookies;
	assert.equal((await tries(owner, logins.coordinator, password)).status, 200);
});

test('a new password ends every other session and the old one no longer opens', async () => {
	// A browser that is known, for strangers from this address must wait by now.
	const here = await waitFor(
		async () => {
			const client = anonymous(daemon);
			const { status, json } = await tries(client, logins.staff, password);
			return status === 200 && Object.assign(client, { csrf: json.csrf });
		},
		{ within: 20_000 },
	);
	const there = anonymous(daemon);
	there.cookies = new Map([...here.cookies].filter(([name]) => name === 'mimamori_browser'));
	assert.equal((await tries(there, logins.staff, password)).status, 200);
	const change = (old_password, new_password) => here.patch('/api/v1/session', { old_password, new_password });
	assert.equal((await change('wrong-password', another)).status, 401);
	assert.equal((await here.patch('/api/v1/session', { old_password: password, new_password: 'short' }, { wrong: true })).status, 422);
	assert.equal((await change(password, another)).status, 204);
	assert.equal((await here.get('/api/v1/session')).status, 200);
	assert.equal((await there.get('/api/v1/session')).status, 401);
	assert.equal((await tries(there, logins.staff, password)).status, 401);
	assert.equal((await tries(there, logins.staff, another)).status, 200);
	await setPassword(daemon, logins.staff);
});

/** An admin in a browser that is known from now on. */
async function admin() {
	const client = await waitFor(
		async () => {
			const fresh = anonymous(daemon);
			const { status, json } = await tries(fresh, logins.admin, password);
			return status === 200 && Object.assign(fresh, { csrf: json.csrf });
		},
		{ within: 30_000 },
	);
	return client;
}

test('a second factor: set up, asked for, each code once, and required where an admin says so', async () => {
	const client = await admin();
	const { json } = await client.post('/api/v1/session/totp');
	assert.match(json.uri, /^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
	assert.match(json.svg, /^<svg /);
	assert.equal((await client.put('/api/v1/session/totp', { code: '000000' })).status, 422);
	const before = totp(json.secret, Date.now() - 30_000);
	assert.equal((await client.put('/api/v1/session/totp', { code: before })).status, 204);
	assert.equal((await client.get('/api/v1/session')).json.totp.on, true);

	const again = anonymous(daemon);
	again.cookies = new Map([...client.cookies].filter(([name]) => name === 'mimamori_browser'));
	assert.equal((await tries(again, logins.admin, password)).json.code, 'totp_needed');
	assert.equal((await tries(again, logins.admin, password, { code: before })).json.code, 'totp_wrong', 'taken before');
	assert.equal((await tries(again, logins.admin, another, { code: totp(json.secret) })).json.code, 'wrong');
	const code = totp(json.secret);
	assert.equal((await tries(again, logins.admin, password, { code })).status, 200);
	assert.equal((await tries(again, logins.admin, password, { code })).json.code, 'totp_wrong', 'no code twice');
	const off = await client.delete('/api/v1/session/totp', { password: another });
	assert.deepEqual([off.status, off.json.code], [401, 'password']);
	assert.equal((await client.get('/api/v1/session')).json.totp.on, true, 'not without the password');
	assert.equal((await client.delete('/api/v1/session/totp', { password })).status, 204);
	assert.equal((await client.get('/api/v1/session')).json.totp.on, false);
});

test('a program comes in by its key, within its scopes, until it is revoked', async () => {
	const client = await admin();
	const made = await client.post('/api/v1/keys', { name: 'dashboard', login: logins.staff, scopes: 'list' });
	assert.equal(made.status, 201);
	const { id, key } = made.json;
	const program = withKey(daemon, key);
	assert.equal((await program.get('/api/v1/status')).status, 200);
	const { status, json } = await program.get('/api/v1/status.csv');
	assert.equal(status, 403);
	assert.equal(json.code, 'right');
	assert.equal((await program.get('/api/v1/keys')).status, 403, 'its user is no admin');
	assert.ok(!(await client.get('/api/v1/keys')).text.includes(key), 'shown once');
	for (const file of ['', '-wal'])
		assert.ok(!readFileSync(daemon.database + file).includes(key), `not in the store${file}`);
	assert.equal((await client.post('/api/v1/keys', { name: 'x', login: logins.staff, scopes: 'all' })).status, 422);
	assert.equal((await client.delete(`/api/v1/keys/${id}`)).status, 204);
	assert.equal((await program.get('/api/v1/status')).status, 401);
	assert.equal((await client.delete(`/api/v1/keys/${id}`)).status, 404);
});

test('an admin sees where everybody is signed in, and ends it; others see and end their own', async () => {
	const client = await admin();
	assert.equal((await tries(owner, logins.coordinator, password)).status, 200);
	const all = (await client.get('/api/v1/sessions?all=1')).json.sessions;
	assert.ok(all.some((s) => s.own) && all.some((s) => s.login !== logins.admin));
	const other = all.find((s) => s.login === logins.coordinator);
	assert.equal((await client.delete(`/api/v1/sessions/${other.id}`)).status, 204);
	assert.ok(!(await client.get('/api/v1/sessions?all=1')).json.sessions.some((s) => s.id === other.id));
	assert.ok((await client.get('/api/v1/sessions')).json.sessions.every((s) => s.login === logins.admin));
	assert.equal((await client.delete('/api/v1/sessions/0123456789abcdef')).status, 404);
});

test('who is locked out at the shell is out at once', async () => {
	const client = await admin();
	const { key } = (await client.post('/api/v1/keys', { name: 'viewer', login: logins.viewer, scopes: 'list' })).json;
	const program = withKey(daemon, key);
	assert.equal((await program.get('/api/v1/status')).status, 200);
	await daemon.done('user', 'disable', logins.viewer);
	assert.equal((await program.get('/api/v1/status')).status, 401);
});

test('the first account is made once by the link of the terminal', async () => {
	const link = (await daemon.done('user', 'setup')).trim();
	const token = link.match(/^http:\/\/127\.0\.0\.1:\d+\/setup\/([\w-]{43})$/)[1];
	assert.equal((await anonymous(daemon).send('GET', `/setup/${token}`)).status, 200);
	const make = (login, more = {}) =>
		anonymous(daemon).post('/api/v1/setup', { token, login, name: '最初 の人', password: another, ...more });
	assert.equal((await make('tanaka')).status, 409, 'a login that is there');
	assert.equal((await make('erste', { password: '        x'.slice(0, 8) })).status, 204, 'spaces are characters too');
	assert.equal((await make('zweite')).status, 404, 'once');
	assert.equal((await make('dritte', { token: 'A'.repeat(43) })).status, 404);
});

test('all of it is in the audit, with from where, and can be filtered and taken out', async () => {
	const client = await admin();
	const entries = async (query) => (await client.get(`/api/v1/audit?${query}`)).json.entries;
	const failed = await entries(`what=sign_in_failed&subject=${logins.coordinator}`);
	assert.ok(failed.length > 0 && failed.every((e) => e.address === '127.0.0.1' && e.detail === 'wrong'));
	assert.ok((await entries('what=key_made')).every((e) => e.who === 'user:admin'));
	assert.equal((await entries('what=setup')).length, 1);
	const first = (await client.get('/api/v1/audit?limit=3')).json;
	const next = (await client.get(`/api/v1/audit?limit=3&cursor=${first.next_cursor}`)).json.entries;
	assert.ok(first.entries.length === 3 && next[0].id < first.entries[2].id);
	const csv = (await client.get('/api/v1/audit.csv?what=key_made')).text;
	assert.match(csv, /^\ufeff?at,who,what,subject,detail,address,reason\r\n/);
	assert.match(csv, /user:admin,key_made,tanaka,dashboard,127\.0\.0\.1,/);
	assert.equal((await entries('what=export')).length, 1, 'that it was taken out is in it too');
});
