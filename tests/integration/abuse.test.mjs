// Wrong, huge, slow, malformed and malicious requests: each gets the right status and a problem that says why, and
// changes nothing; and the loop that hears is not delayed by any of it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { anonymous, signIn } from './client.mjs';
import { logins, password, people, press, startCouncil } from './council.mjs';
import { metrics } from './metrics.mjs';
import { answerBreaches, operationOf } from './openapi.mjs';
import { Process } from './processes.mjs';
import { answersIn, raw, rawAnswer } from './raw.mjs';
import { rows } from './store.mjs';
import { sleep, waitFor } from './wait.mjs';

const council = await startCouncil();
const { daemon } = council;
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);
const sessionCookie = 'mimamori_session';
const port = Number(new URL(daemon.web).port);
const host = `Host: 127.0.0.1:${port}\r\n`;
const cookie = `Cookie: ${[...staff.cookies].map(([k, v]) => `${k}=${v}`).join('; ')}\r\n`;
const mine = `${host}${cookie}X-CSRF-Token: ${staff.csrf}\r\n`;
const changing = `/api/v1/residents/${people.waiting}/visits`;
const told = (resident) => ({ verify: council.town.residents.find((r) => r.resident_id === resident).phone.slice(-4), told_by: 'ご本人' });
const visit = { kind: 'visit', minutes: 10, note: '玄関で', ...told(people.waiting) };

/**
 * All that people have entered and that came of it: every table but those in which we only note that we were asked, and
 * what time alone brings (mails that leave, questions told again).
 */
function everything() {
	const aside = ['audit', 'sessions', 'throttles', 'heartbeats', 'api_keys', 'browsers', 'addresses', 'notifications'];
	const tables = rows(daemon, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
	const found = {};
	for (const { name } of tables.filter((t) => !aside.includes(t.name))) {
		const all = rows(daemon, `SELECT * FROM ${name}`);
		found[name] = JSON.stringify(name === 'timeline' ? all.filter(({ event }) => event !== 'told' && event !== 'retry') : all);
	}
	return found;
}

/** Does it, and sees that nothing has changed. */
async function unchanged(work) {
	const before = everything();
	await work();
	const now = everything();
	for (const [table, was] of Object.entries(before))
		assert.equal(now[table], was, table);
}

/** An answer refuses with this status: a problem as described, in words. */
function refuses(answer, status, what, code) {
	assert.ok(answer, `${what}: there was no answer`);
	assert.ok([status].flat().includes(answer.status), `${what}: ${answer.status} ${answer.text ?? answer.body}`);
	const type = answer.headers.get?.('content-type') ?? answer.headers['content-type'];
	assert.equal(type, 'application/problem+json', what);
	assert.equal(answerBreaches(operationOf('GET', '/api/v1/status'), answer.status, type, answer.json), '', what);
	assert.equal(answer.json.status, answer.status, what);
	if (code)
		assert.equal(answer.json.code, code, what);
}

/** What is no HTTP that could be read is refused by the library, in words of its own. */
function byLibrary(answer, statuses, what) {
	assert.ok(statuses.includes(answer?.status), `${what}: ${answer?.status}`);
}

// These take a while by their nature and begin now.
const slow = {
	// A head that comes byte by byte, and a body that never ends.
	heads: new Process('guests', process.execPath, [guide('guests.mjs'), String(port), '20', 'dribble']),
	body: (async () => {
		const began = performance.now();
		const dribble = Array.from({ length: 90 }, () => ['a', 1000]).flat();
		const head = `POST ${changing} HTTP/1.1\r\n${mine}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n`;
		const { text } = await raw(daemon, [head, ...dribble], { within: 90_000 });
		return { text, took: performance.now() - began };
	})(),
	began: performance.now(),
};

function guide(name) {
	return fileURLToPath(new URL(name, import.meta.url));
}

test('a path that is not there, and a method that a path does not take', async () => {
	await unchanged(async () => {
		for (const path of ['/nothing', '/api/v1/nothing', '/api/v2/status', '/api/v1/status/', '/api', '/.env', '/wp-login.php'])
			refuses(await staff.send('GET', path), 404, path, 'unknown');
		for (const [method, path, allow] of [
			['DELETE', '/api/v1/status', 'GET, HEAD'],
			['POST', '/healthz', 'GET, HEAD'],
			['GET', `/api/v1/residents/${people.ok}/pauses`, 'POST'],
			['PUT', '/api/v1/session', null],
			['OPTIONS', '/api/v1/status', 'GET, HEAD'],
		]) {
			const answer = await staff.send(method, path);
			refuses(answer, 405, `${method} ${path}`, 'method');
			const said = answer.headers.get('allow');
			assert.ok(said && (!allow || said === allow), `${method} ${path}: Allow ${said}`);
		}
		for (const method of ['TRACE', 'CONNECT', 'BREW', 'get', 'PROPFINDPROPFINDPROPFIND']) {
			const answer = await rawAnswer(daemon, `${method} /api/v1/status HTTP/1.1\r\n${mine}Connection: close\r\n\r\n`);
			refuses(answer, [400, 405, 501], method);
		}
	});
});

test('tricks in a path lead nowhere', async () => {
	await unchanged(async () => {
		for (const path of [
			'/../../etc/passwd',
			'/ui/../../../../etc/passwd',
			'/ui/..%2f..%2f..%2fetc%2fpasswd',
			'/ui/%2e%2e/%2e%2e/etc/passwd',
			'/ui//etc/passwd',
			'/ui/main.js%00.html',
			'//api/v1/status',
			'/api/v1//status',
			'/api//v1/status',
			'/api/v1/./status',
			'/api/v1/residents/../status',
			'/api/v1/status%00',
			'/api/v1/residents/%00',
			'/api/v1/residents/R001%00',
			'/api/v1/residents/%ff%fe',
			'/api/v1/residents/%zz',
			'/api/v1/residents/%',
			`/api/v1/residents/${people.ok}%2f..%2f${people.elsewhere}`,
			`/api/v1/residents/..%2f${people.ok}`,
			`/api/v1/residents/${people.ok}'%20OR%20'1'='1`,
			`/api/v1/residents/${people.ok.toLowerCase()}`,
			`/api/v1/residents/${'R'.repeat(5000)}`,
			'/api/v1/residents/',
			'/api/v1/incidents/0',
			'/api/v1/incidents/-1',
			'/api/v1/incidents/1e1',
			'/api/v1/incidents/99999999999999999999999999',
			'/api/v1/incidents/1%20',
			'\\api\\v1\\status',
		]) {
			const answer = await rawAnswer(daemon, `GET ${path} HTTP/1.1\r\n${mine}Connection: close\r\n\r\n`);
			refuses(answer, [400, 404], path);
			assert.ok(!answer.body.includes('root:'), path);
		}
		const whole = await rawAnswer(daemon, `GET http://evil.example/api/v1/status HTTP/1.1\r\n${mine}Connection: close\r\n\r\n`);
		assert.ok([200, 400, 404].includes(whole?.status));
		// A NUL byte itself ends the path: nothing behind it is seen, and rights are those of what stands before it.
		refuses(await rawAnswer(daemon, `GET /api/v1/sta\0tus HTTP/1.1\r\n${mine}Connection: close\r\n\r\n`), [400, 404], 'NUL');
		refuses(await rawAnswer(daemon, `GET /api/v1/status\0.css HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), [400, 401], 'NUL');
	});
});

test('a query that is none is refused, not guessed at', async () => {
	await unchanged(async () => {
		for (const query of [
			'limit=0',
			'limit=-1',
			'limit=1e9',
			'limit=99999999999999999999',
			'limit=abc',
			'date=2026-13-01',
			'date=yesterday',
			"date=2026-11-23'--",
			'cursor=%00',
			'cursor=../../x',
			'q=%ff',
			'q=%',
			'state=nonsense',
		])
			refuses(await staff.send('GET', `/api/v1/status?${query}`), [400, 422], query);
		for (const q of ["'; DROP TABLE residents; --", '%25_%25', '"<script>', '\\', '(', '𠮷野', 'a'.repeat(1000)]) {
			const answer = await staff.send('GET', `/api/v1/status?q=${encodeURIComponent(q)}`);
			assert.ok([200, 422].includes(answer.status), `${q}: ${answer.status}`);
			if (answer.status === 200)
				assert.deepEqual(answer.json.residents, [], q);
		}
	});
});

test('a body that is no proper JSON object is refused', async () => {
	const send = (body, type = 'application/json') =>
		rawAnswer(daemon, [
			`POST ${changing} HTTP/1.1\r\n${mine}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
			body,
		]);
	const known = Buffer.from(JSON.stringify(told(people.waiting)).replace('}', ','));
	/* Who it is about is right in each that begins as one that is taken: what is wrong with it is something else. */
	const complete = (body) => (body.indexOf('{"kind"') === 0 ? Buffer.concat([known, Buffer.from(body).subarray(1)]) : body);
	await unchanged(async () => {
		const good = JSON.stringify(visit);
		for (const body of [
			'',
			' ',
			'null',
			'[]',
			'"visit"',
			'7',
			'{',
			`${good}x`,
			`${good}${good}`,
			good.replaceAll('"', "'"),
			'{"kind":"visit",}',
			'{"kind":"visit","kind":"call"}',
			'{"kind":"visit","\\u006bind":"call"}',
			`{"kind":"visit","note":${'['.repeat(5000)}${']'.repeat(5000)}}`,
			`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
			'['.repeat(60_000),
			'{"kind":"visit","minutes":1e999}',
			'{"kind":"visit","minutes":NaN}',
			'{"kind":"visit","minutes":0x10}',
			'{"kind":"visit","minutes":1.5}',
			'{"kind":"visit","minutes":-1}',
			'{"kind":"visit","minutes":99999999999999999999999999999}',
			'{"kind":"visit","minutes":"ten"}',
			'{"kind":"visit","minutes":{"$gt":0}}',
			'{"kind":"dance"}',
			'{"kind":["visit"]}',
			'{"kind":"visit","note":"\\ud800"}',
			'{"kind":"visit","note":"a\\u0000b"}',
			'{"kind":"visit","note":"a\\u0007b"}',
			'{"kind":"visit","unheard_of":1}',
			'{"kind":"visit","__proto__":{}}',
			`{"kind":"visit","note":"${'あ'.repeat(15_000)}"}`,
			Buffer.from('7b226b696e64223a227669736974222c226e6f7465223a22ff22 7d'.replace(' ', ''), 'hex'),
			Buffer.from('7b226b696e64223a227669736974222c226e6f7465223a22c0af227d', 'hex'),
			Buffer.from('7b226b696e64223a227669736974222c226e6f7465223a22eda080227d', 'hex'),
			Buffer.from(good, 'utf16le'),
			Buffer.concat([Buffer.from(good), Buffer.from([0])]),
		])
			refuses(await send(complete(body)), [400, 422], String(body).slice(0, 80));
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', ''])
			refuses(await send(good, type), 415, `type ${type}`, 'type');
		const none = `POST ${changing} HTTP/1.1\r\n${mine}Content-Length: ${good.length}\r\nConnection: close\r\n\r\n`;
		refuses(await rawAnswer(daemon, [none, good]), 415, 'no type', 'type');
	});
	const accepted = await send(JSON.stringify(visit), 'application/json; charset=utf-8');
	assert.ok(accepted.status < 300, `the honest body is taken: ${accepted.body}`);
});

test('a body over the limit is refused as soon as that is known', async () => {
	await unchanged(async () => {
		const head = `POST ${changing} HTTP/1.1\r\n${mine}Content-Type: application/json\r\n`;
		refuses(await rawAnswer(daemon, `${head}Content-Length: 70000\r\n\r\n`), 413, 'announced', 'size');
		refuses(await rawAnswer(daemon, `${head}Content-Length: 99999999999\r\n\r\n`), 413, 'announced and huge', 'size');
		const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`;
		const chunked = [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array(6).fill(chunk), '0\r\n\r\n'];
		refuses(await rawAnswer(daemon, chunked), 413, 'in chunks', 'size');
		for (const length of ['-1', 'abc', '18446744073709551616', '1, 2', '0x10', '+2'])
			byLibrary(await rawAnswer(daemon, [`${head}Content-Length: ${length}\r\nConnection: close\r\n\r\n`, '{}']), [400, 413], length);
	});
});

test('few large bodies are on their way at a time, and none of strangers', async () => {
	const large = (who, length) => `POST /api/v1/imports HTTP/1.1\r\n${who}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
	await unchanged(async () => {
		refuses(await rawAnswer(daemon, large(host, 70_000)), 413, 'a stranger', 'size');
		const part = 'a'.repeat(3 << 19);
		const until = /HTTP/;
		const stalled = Array.from({ length: 4 }, () => raw(daemon, [large(mine, 30e6), part], { within: 6000, until }));
		await sleep(1500);
		refuses(await rawAnswer(daemon, large(mine, 30e6)), 503, 'the fifth', 'busy');
		for (const { text } of await Promise.all(stalled))
			assert.equal(text, '', 'those before it may go on');
		refuses(await rawAnswer(daemon, [large(mine, part.length), part]), [400, 403, 422], 'when they have gone, another is read');
	});
});

test('cookies, keys and proofs that are expired, forged or garbled open nothing', async () => {
	const name = sessionCookie;
	const token = staff.cookies.get(name);
	await unchanged(async () => {
		const nobody = anonymous(daemon);
		refuses(await nobody.send('GET', '/api/v1/status'), 401, 'nobody');
		for (const value of [
			'',
			'x',
			token.slice(0, -1),
			`${token}x`,
			token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase(),
			token.split('').reverse().join(''),
			'../../etc/passwd',
			"' OR 1=1 --",
			'%00',
			'a'.repeat(4000),
		]) {
			refuses(await nobody.send('GET', '/api/v1/status', undefined, { headers: { Cookie: `${name}=${value}` } }), 401, value);
			refuses(await nobody.send('GET', '/api/v1/status', undefined, { headers: { Authorization: `Bearer ${value || 'x'}` } }), 401, value);
			const both = { Cookie: `${name}=${token}`, Authorization: `Bearer ${value || 'x'}` };
			refuses(await nobody.send('GET', '/api/v1/status', undefined, { headers: both }), 401, 'a wrong key beside a good cookie');
		}
		refuses(await nobody.send('GET', '/api/v1/status', undefined, { headers: { Authorization: `Bearer ${token}` } }), 401, 'a session is no key');
		const asked = async (headers) => await staff.send('POST', changing, visit, { headers });
		const { csrf } = staff;
		for (const proof of [null, '', 'x', `${csrf}x`, csrf.slice(1), coordinator.csrf]) {
			staff.csrf = null;
			refuses(await asked(proof === null ? {} : { 'X-CSRF-Token': proof }), 403, `proof ${proof}`, 'csrf');
			staff.csrf = csrf;
		}
	});
	const gone = await signIn(daemon, 'okada', password);
	const kept = gone.cookies.get(name);
	await gone.delete('/api/v1/session');
	const late = await anonymous(daemon).send('GET', '/api/v1/status', undefined, { headers: { Cookie: `${name}=${kept}` } });
	refuses(late, 401, 'a session that was ended');
});

test('what lies in another district does not exist', async () => {
	await unchanged(async () => {
		refuses(await coordinator.send('GET', `/api/v1/residents/${people.elsewhere}`), 404, 'record');
		refuses(await coordinator.send('POST', `/api/v1/residents/${people.elsewhere}/visits`, visit), 404, 'visit');
		const theirs = (await staff.get('/api/v1/status?limit=100')).json.residents.find((r) => r.resident_id === people.unwell);
		refuses(await coordinator.send('GET', `/api/v1/incidents/${theirs.incident.id}`), 404, 'incident');
		refuses(await coordinator.send('POST', `/api/v1/incidents/${theirs.incident.id}/claim`, {}), 404, 'claim');
		const list = (await coordinator.get('/api/v1/status?limit=100')).json.residents;
		assert.ok(list.length > 0 && list.every((r) => r.district === 'D01'));
		const other = await coordinator.send('GET', '/api/v1/status?district=D03');
		assert.ok(other.status >= 400 || other.json.residents.length === 0);
	});
});

test('too many and too long headers', async () => {
	await unchanged(async () => {
		const get = (more, path = '/api/v1/status', who = mine) =>
			rawAnswer(daemon, `GET ${path} HTTP/1.1\r\n${who}${more}Connection: close\r\n\r\n`, { within: 3000 });
		const headers = (count) => Array.from({ length: count }, (_, i) => `X-${i}: a\r\n`).join('');
		const cookies = (count) => `Cookie: ${Array.from({ length: count }, (_, i) => `c${i}=1`).join('; ')}\r\n`;
		refuses(await get(headers(100)), 400, 'many headers', 'malformed');
		refuses(await get(cookies(120), '/api/v1/status', host), 400, 'many cookies', 'malformed');
		refuses(await get('', `/api/v1/status?${'a=1&'.repeat(100)}`), 400, 'many query fields', 'malformed');
		byLibrary(await get(headers(1000)), [400, 413, 431], 'very many headers');
		byLibrary((await get(cookies(1000), '/api/v1/status', host)) ?? { status: 'hung up' }, [400, 431, 'hung up'], 'very many cookies');
		byLibrary(await get(`X-Long: ${'a'.repeat(60_000)}\r\n`), [400, 413, 431], 'a long header');
		byLibrary(await get('', `/api/v1/status?q=${'a'.repeat(100_000)}`), [400, 414, 431], 'a long line');
	});
});

test('requests that are no proper HTTP, or could be read as two, are never taken', async () => {
	const good = JSON.stringify(visit);
	const head = `POST ${changing} HTTP/1.1\r\n${mine}Content-Type: application/json\r\n`;
	const chunks = `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`;
	await unchanged(async () => {
		for (const [what, bytes] of [
			['a space in a name', `GET /healthz HTTP/1.1\r\n${host}X Y: 1\r\n\r\n`],
			['a space before the colon', `${head}Content-Length : ${good.length}\r\n\r\n${good}`],
			['two hosts', `GET /healthz HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`],
			['two lengths', `${head}Content-Length: 2\r\nContent-Length: ${good.length}\r\n\r\n${good}`],
			['length and chunks', `${head}Content-Length: ${good.length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`],
			['an unknown encoding', `${head}Transfer-Encoding: xchunked\r\n\r\n${chunks}`],
			['two encodings', `${head}Transfer-Encoding: gzip, chunked\r\n\r\n${chunks}`],
		]) {
			const { text, closed } = await raw(daemon, `${bytes}GET /healthz HTTP/1.1\r\n${host}\r\n`, { within: 3000 });
			const answers = answersIn(text);
			refuses(answers[0], 400, what, 'malformed');
			assert.ok(closed && answers.length === 1, `${what}: what follows is not read as a request`);
		}
		for (const [what, bytes] of [
			['nonsense', 'hello\r\n\r\n'],
			['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
			['a new version', 'GET /api/v1/status HTTP/9.9\r\n\r\n'],
			['no host', 'GET /api/v1/status HTTP/1.1\r\n\r\n'],
			['a header of no name', `${head.replace('Content-Type', ': 1\r\nContent-Type')}Content-Length: ${good.length}\r\n\r\n${good}`],
			['a chunk of no size', `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n${good}\r\n0\r\n\r\n`],
			['a chunk too large', `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n${good}\r\n0\r\n\r\n`],
			['a body cut short', `${head}Content-Length: ${good.length + 5}\r\n\r\n${good}`],
		]) {
			const { text } = await raw(daemon, bytes, { within: 3000, end: true });
			assert.ok(answersIn(text).every(({ status }) => status >= 400), `${what}: ${text.slice(0, 200)}`);
		}
	});
});

test('HTTP/1.0, HEAD, several requests in one go, and a client that hangs up', async () => {
	const old = await rawAnswer(daemon, `GET /healthz HTTP/1.0\r\n\r\n`);
	assert.deepEqual([old.status, old.json], [200, { alive: true }]);
	const { text: heads } = await raw(daemon, `HEAD /api/v1/status?limit=5 HTTP/1.1\r\n${mine}Connection: close\r\n\r\n`);
	assert.match(heads, /^HTTP\/1\.1 200 /);
	assert.equal(heads.split('\r\n\r\n')[1], '', 'HEAD has no body');
	const one = `GET /healthz HTTP/1.1\r\n${host}\r\n`;
	const last = `GET /nothing HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
	const { text } = await raw(daemon, one.repeat(20) + last);
	assert.deepEqual(
		answersIn(text).map(({ status }) => status),
		[...Array(20).fill(200), 404],
	);
	await unchanged(async () => {
		for (let i = 0; i < 50; i++)
			await raw(daemon, `POST ${changing} HTTP/1.1\r\n${mine}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{`, {
				within: 5,
			});
	});
	assert.equal((await fetch(`${daemon.web}/healthz`)).status, 200);
});

test('what goes out says that it is not to be kept, framed, sniffed or followed', async () => {
	for (const [who, path] of [
		[staff, '/api/v1/status?limit=1'],
		[anonymous(daemon), '/'],
		[anonymous(daemon), '/login'],
		[anonymous(daemon), '/nothing'],
	]) {
		const { headers, status } = await who.send('GET', path);
		const csp = headers.get('content-security-policy') ?? '';
		assert.match(csp, /default-src 'none'/, path);
		assert.match(csp, /script-src 'self'(;|$)/, path);
		assert.match(csp, /frame-ancestors 'none'/, path);
		assert.ok(!/unsafe|https?:|\*/.test(csp), csp);
		assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
		assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
		assert.equal(headers.get('access-control-allow-origin'), null, path);
		if (path.startsWith('/api/') || status !== 200)
			assert.equal(headers.get('cache-control'), 'no-store', path);
	}
	const answer = await anonymous(daemon).send('POST', '/api/v1/session', { login: logins.staff, password });
	const set = answer.headers.get('set-cookie');
	for (const word of ['HttpOnly', 'SameSite=Strict', 'Path=/'])
		assert.ok(set.includes(word), set);
});

test('passwords cannot be tried without end, and the real user still comes in', async () => {
	const guess = async (login, secret) => await anonymous(daemon).send('POST', '/api/v1/session', { login, password: secret });
	const wrong = await guess(logins.viewer, 'wrong-password-1');
	const unknown = await guess('nobody-of-that-name', 'wrong-password-1');
	refuses(wrong, 401, 'a wrong password');
	refuses(unknown, 401, 'an unknown login');
	assert.deepEqual(
		[unknown.json.code, unknown.json.detail],
		[wrong.json.code, wrong.json.detail],
		'who does not know the password does not learn who is there',
	);
	let slowed = null;
	for (let i = 0; i < 40 && !slowed; i++) {
		const answer = await guess(logins.viewer, `guess-${i}-of-many`);
		if (answer.status === 429)
			slowed = answer;
	}
	refuses(slowed, 429, 'the guesses go on');
	assert.ok(Number(slowed.headers.get('retry-after')) > 0);
	refuses(await guess(logins.viewer, 'x'.repeat(60_000)), 422, 'a long password');
	// The account's own browser, and the office beside whoever guesses.
	for (const [login, browser] of [
		[logins.viewer, viewer],
		[logins.staff, staff],
	]) {
		const known = anonymous(daemon);
		known.cookies = new Map([...browser.cookies].filter(([name]) => name !== sessionCookie));
		const began = performance.now();
		const answer = await known.post('/api/v1/session', { login, password });
		assert.equal(answer.status, 200, `${login} in a browser where they were before: ${answer.text}`);
		assert.ok(performance.now() - began < 2000);
	}
});

test('10,000 connections that say nothing keep nobody out', async () => {
	const idle = new Process('guests', process.execPath, [guide('guests.mjs'), String(port), '10000']);
	const [, opened] = await idle.said(/^open (\d+)$/m, { within: 60_000 });
	assert.ok(Number(opened) >= 9990, `${opened} of 10,000 were let in`);
	const began = performance.now();
	const user = await signIn(daemon, logins.coordinator, password, { from: '192.0.2.7' });
	assert.equal((await user.get('/api/v1/status?limit=50')).status, 200);
	assert.equal((await user.post(`/api/v1/residents/${people.missed}/visits`, { ...visit, ...told(people.missed) })).status, 201);
	const took = performance.now() - began;
	assert.ok(took < 3000, `signing in, reading and entering took ${Math.round(took)} ms`);
	assert.equal((await press(council, people.waiting)).result, 'stored');
	// They are shown out, so that a forgotten browser does not take a place for ever.
	await waitFor(
		async () => {
			const from = idle.log.length;
			idle.type('how many?');
			return Number((await idle.said(/closed (\d+)/, { from }))[1]) >= Number(opened);
		},
		{ within: 60_000, what: 'the idle connections to be closed' },
	);
	idle.child.stdin.end();
	await idle.ended;
});

test('the loop that hears is not delayed by the web', { timeout: 120_000 }, async (t) => {
	const list = { path: '/api/v1/status?limit=200', headers: { Cookie: cookie.slice(8, -2) } };
	const requests = [
		list,
		{ ...list, path: '/api/v1/status?q=%E3%83%A4' },
		{ ...list, path: `/api/v1/residents/${people.ok}` },
		{
			method: 'POST',
			path: changing,
			headers: { ...list.headers, 'X-CSRF-Token': staff.csrf, 'Content-Type': 'application/json' },
			body: JSON.stringify(visit),
		},
		{ path: '/nothing' },
		{ method: 'POST', path: '/api/v1/session', headers: { 'Content-Type': 'application/json' }, body: '{' },
	];
	const quiet = await latencies(6);
	const hammer = new Process('hammer', process.execPath, [guide('hammer.mjs'), String(port), '32', '8', JSON.stringify(requests)]);
	await sleep(500);
	const hammered = await latencies(6);
	await hammer.ended;
	const web = JSON.parse(hammer.log.trim().split('\n').at(-1));
	t.diagnostic(`presses while it is quiet: ${say(quiet)}; while the web is hammered: ${say(hammered)}`);
	t.diagnostic(`the web meanwhile: ${web.rate} requests/s, p99 ${web.p99} ms, ${JSON.stringify(web.statuses)}`);
	assert.ok(web.rate > 50 && web.errors === 0, 'it was hammered');
	assert.ok(hammered.p50 < 100, `half of the presses waited ${hammered.p50} ms or more`);
	assert.ok(hammered.max < 1500, `a press waited ${hammered.max} ms`);
	const { mimamori_presses_total: _, ...counted } = await metrics(daemon);
	assert.equal(counted.mimamori_messages_in_hand, 0);
});

/** Presses 50 times a second for so many seconds: how long each waited for its ack. */
async function latencies(seconds) {
	const { device_id } = council.town.devices.find((d) => d.resident_id === people.waiting);
	const button = await daemon.device(device_id, { clientId: device_id });
	const waiting = new Map();
	const took = [];
	button.client.on('message', (topic, payload) => {
		const { id } = JSON.parse(payload);
		if (waiting.has(id))
			took.push(performance.now() - waiting.get(id));
		waiting.delete(id);
	});
	const until = performance.now() + seconds * 1000;
	for (let i = 0; performance.now() < until; i++) {
		const id = `late-${Math.round(until)}-${i}`;
		waiting.set(id, performance.now());
		await button.publish(button.topic('checkin'), { id, kind: 'activity' }, { qos: 1 });
		await sleep(20);
	}
	await waitFor(() => waiting.size === 0, { what: 'every press to be answered' });
	await button.leave();
	council.buttons.delete(device_id);
	took.sort((a, b) => a - b);
	const at = (part) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * part))] * 10) / 10;
	return { presses: took.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function say({ presses, p50, p99, max }) {
	return `${presses} presses, p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms`;
}

test('heads and bodies that come drop by drop are not waited for without end', { timeout: 150_000 }, async () => {
	await slow.heads.said(/^open 20$/m);
	await waitFor(
		async () => {
			const from = slow.heads.log.length;
			slow.heads.type('how many?');
			return Number((await slow.heads.said(/closed (\d+)/, { from }))[1]) === 20;
		},
		{ within: 60_000, what: 'the slow heads to be closed' },
	);
	slow.heads.child.stdin.end();
	const { text, took } = await slow.body;
	assert.ok(took < 85_000, 'a body that never ended was waited for');
	assert.ok(!/^HTTP\/1\.1 2/.test(text));
});

test('nothing of it harmed the daemon, and the log names nobody', async () => {
	assert.equal((await fetch(`${daemon.web}/readyz`)).status, 200);
	for (const button of council.buttons.values())
		await button.leave();
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
	assert.ok(!daemon.log.includes(password) && !daemon.log.includes(staff.cookies.get(sessionCookie)));
});
