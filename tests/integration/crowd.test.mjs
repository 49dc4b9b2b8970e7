// Many at once: who signs in, who sends large bodies, who follows the list, who waits while another program holds a lock.
// Nobody else waits for them, the loop hears, and an end or a reload does not work off what they asked for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { anonymous, signIn } from './client.mjs';
import { logins, password, people, press, startCouncil } from './council.mjs';
import { atEnd } from './ending.mjs';
import { sanitized } from './programs.mjs';
import { answersIn, rawAnswer } from './raw.mjs';
import { rows } from './store.mjs';
import { cookies, follow } from './stream.mjs';
import { sleep, waitFor } from './wait.mjs';

const council = await startCouncil({ morning: false });
const { daemon, broker } = council;
const port = Number(new URL(daemon.web).port);
const admin = await signIn(daemon, logins.admin, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);

/** So many sign-ins at once, each from an address of its own: a promise of the answers. */
function signInAtOnce(count) {
	return Promise.all(
		Array.from({ length: count }, async (_, k) => {
			const client = anonymous(daemon);
			client.headers = { 'X-Forwarded-For': `10.9.${k >> 8}.${k & 255}` };
			return await client.send('POST', '/api/v1/session', { login: `nobody${k}`, password: 'wrong-pass-x' }).catch(() => null);
		}),
	);
}

const count = (answers, status) => answers.filter((a) => a?.status === status).length;

/** How long it takes, in ms. */
async function timed(work) {
	const from = performance.now();
	await work();
	return performance.now() - from;
}

test('sign-ins wait for each other, and nobody waits for them', async () => {
	const crowd = signInAtOnce(120);
	await sleep(300);
	const waits = [];
	for (let i = 0; i < 10; i++) {
		waits.push(await timed(() => fetch(`${daemon.web}/healthz`)));
		waits.push(await timed(() => fetch(`${daemon.web}/w/${'a'.repeat(43)}`)));
	}
	assert.ok(Math.max(...waits) < 1000, `${waits.map(Math.round)}`);
	const answers = await crowd;
	assert.equal(count(answers, 401) + count(answers, 503), 120);
	assert.ok(count(answers, 401) >= 100, `${count(answers, 401)} of the crowd were tried`);
	const turnedAway = answers.find((a) => a.status === 503);
	assert.ok(turnedAway, 'more than can wait are turned away');
	assert.equal(turnedAway.json.code, 'busy');
	assert.ok(Number(turnedAway.headers.get('retry-after')) > 0);
});

test('a reload does not work off who waits: they are told to come again, and nothing was not heard', async () => {
	const crowd = signInAtOnce(100);
	await sleep(300);
	daemon.process.child.kill('SIGHUP');
	await daemon.process.said(/mimamorid=stopped/);
	const answers = await crowd;
	assert.equal(count(answers, 401) + count(answers, 503), 100, 'each has an answer');
	assert.ok(count(answers, 503) > 50, `${count(answers, 503)} were told to come again`);
	assert.ok(answers.filter((a) => a.status === 503).every((a) => Number(a.headers.get('retry-after')) > 0));
	await daemon.ready();
	const at = (pattern) => Date.parse(daemon.log.match(pattern)[1]);
	const took = at(/^(\S+) .*mimamorid=stopped/m) - at(/^(\S+) .*reloading=yes/m);
	assert.ok(took < 1500, `it ended after ${took} ms`);
	assert.deepEqual(rows(daemon, 'SELECT * FROM blind_periods'), []);
	assert.equal((await press(council, people.ok)).result, 'stored');
});

/** Connections that begin to send a body to `path` and keep its last byte: finish() sends that; the answers. */
async function beginBodies(number, path, head, length) {
	const sockets = Array.from({ length: number }, () => connect({ port, host: '127.0.0.1' }));
	const texts = sockets.map(() => '');
	atEnd(() => sockets.forEach((s) => s.destroy()));
	sockets.forEach((socket, i) => {
		socket.on('error', () => {});
		socket.on('data', (chunk) => (texts[i] += chunk));
		socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`);
		socket.write(Buffer.alloc(length - 1, 0x20));
	});
	await sleep(1500);
	return {
		async finish() {
			sockets.forEach((s) => s.writable && s.write(' '));
			await waitFor(() => texts.every((t, i) => t || sockets[i].destroyed), { within: 20_000, what: 'an answer to each' });
			sockets.forEach((s) => s.destroy());
			return texts.map((t) => answersIn(t)[0]);
		},
		leave: () => sockets.forEach((s) => s.destroy()),
	};
}

/** The daemon's memory, in MB; of a sanitizer's build, which keeps what was freed, nothing can be said: 0. */
function memory() {
	const status = readFileSync(`/proc/${daemon.process.child.pid}/status`, 'utf8');
	return sanitized('mimamorid') ? 0 : Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

test('a cookie or a key that is none opens no large body', async () => {
	const before = memory();
	const forged = [
		await beginBodies(60, '/api/v1/imports', 'Cookie: mimamori_session=x\r\n', 1 << 20),
		await beginBodies(60, '/api/v1/imports', `Authorization: Bearer ${'a'.repeat(43)}\r\n`, 1 << 20),
	];
	assert.ok(memory() - before < 60, `${Math.round(memory() - before)} MB more for 120 MB of strangers`);
	for (const bodies of forged)
		for (const answer of await bodies.finish())
			assert.equal(answer?.status, 401, answer?.body);
	const announced = await beginBodies(4, '/api/v1/imports', 'Cookie: a=b\r\n', 70_000);
	const content = Buffer.from(`district,name\n${'D01,本町\n'.repeat(200_000)}`).toString('base64');
	const imported = await admin.send('POST', '/api/v1/imports', { files: [{ name: 'districts.csv', content }] });
	assert.equal(imported.status, 200, 'who may come in sends a large one meanwhile');
	assert.equal(imported.json.errors.length, 2000);
	announced.leave();
});

test('all bodies of strangers share one budget, and a short one needs none', async () => {
	const before = memory();
	const bodies = await beginBodies(400, `/api/v1/w/${'a'.repeat(43)}`, '', 60_000);
	assert.ok(memory() - before < 60, `${Math.round(memory() - before)} MB more`);
	const answer = await rawAnswer(daemon, [
		`POST /api/v1/w/${'a'.repeat(43)} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n`,
		'{"act":"yes"}',
	]);
	assert.notEqual(answer.status, 503, answer.body);
	const answers = await bodies.finish();
	assert.ok(count(answers, 503) > 50 && count(answers, 503) < 250, `${count(answers, 503)} of 400 were turned away`);
	const again = await beginBodies(1, `/api/v1/w/${'a'.repeat(43)}`, '', 60_000);
	assert.notEqual((await again.finish())[0].status, 503, 'what they held is free again');
});

/** What the kernel holds for one who has not read it yet, in bytes. */
function unsent(from, to) {
	const hex = (number) => number.toString(16).toUpperCase().padStart(4, '0');
	const line = readFileSync('/proc/net/tcp', 'utf8').match(new RegExp(`0100007F:${hex(from)} 0100007F:${hex(to)} \\w+ (\\w+):`));
	return parseInt(line[1], 16);
}

test('who asks and asks and reads nothing is kept little of', async () => {
	const page = await (await fetch(`${daemon.web}/`)).text();
	const asset = page.match(/\/assets\/[^"]+\.css/)[0];
	const guest = connect({ port, host: '127.0.0.1' });
	atEnd(() => guest.destroy());
	await once(guest, 'connect');
	guest.pause();
	guest.write(`GET ${asset} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(200));
	await sleep(1500);
	const unread = unsent(port, guest.localPort);
	assert.ok(unread > 1000 && unread < 400_000, `the kernel holds ${unread} bytes`);
	guest.destroy();
});

test('one session follows the list on so many pages; the oldest ends, and others follow on', async () => {
	const other = await follow(daemon, coordinator);
	const own = [];
	for (let i = 0; i < 18; i++)
		own.push(await follow(daemon, viewer));
	await waitFor(() => own[0].over && own[1].over, { what: 'the two oldest to end' });
	const over = own.filter((s) => s.over).length;
	assert.equal(over, 2);
	assert.ok(!other.over);
	const next = await fetch(`${daemon.web}/api/v1/events`, { headers: cookies(admin) });
	assert.equal(next.status, 200);
	await next.body.cancel();
	for (const stream of [other, ...own])
		stream.close();
});

/** Another program holds the lock of the broker's passwords: a function that lets go of it. */
async function holdLock() {
	const holder = spawn('flock', ['-x', `${broker.passwords}.lock`, 'sh', '-c', 'echo held; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
	atEnd(() => holder.stdin.end());
	await once(holder.stdout, 'data');
	return async () => {
		holder.stdin.end('\n');
		await once(holder, 'exit');
	};
}

const give = (n) => coordinator.send('POST', `/api/v1/residents/${people.waiting}/devices`, { device_id: `btn-lock-${n}`, kind: 'button' });

test('while another program holds the lock of the passwords, presses and pages go on, and no device is given', async () => {
	const letGo = await holdLock();
	const from = performance.now();
	const given = [give(1), give(2)];
	await sleep(200);
	let checked = null;
	const checks = coordinator.send('GET', '/api/v1/checks').then((answer) => ((checked = performance.now() - from), answer));
	assert.ok((await timed(() => press(council, people.ok))) < 1500, 'a press is stored meanwhile');
	assert.ok((await timed(() => coordinator.get(`/api/v1/residents/${people.waiting}`))) < 1500, 'and a record read');
	assert.equal(checked, null, 'what takes long waits for its turn: two are under way');
	for (const answer of await Promise.all(given)) {
		assert.equal(answer.status, 503, answer.text);
		assert.equal(answer.json.code, 'broker');
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
		assert.match(answer.json.detail, /another program holds this lock/);
	}
	assert.ok(performance.now() - from < 8000);
	assert.equal((await checks).status, 200);
	assert.deepEqual(rows(daemon, "SELECT device_id FROM devices WHERE device_id LIKE 'btn-lock-%'"), []);
	assert.ok(!readFileSync(broker.passwords, 'utf8').includes('btn-lock-'));
	await letGo();
	assert.equal((await give(3)).status, 201);
	assert.ok(readFileSync(broker.passwords, 'utf8').includes('btn-lock-3:'));
	assert.deepEqual(rows(daemon, 'SELECT * FROM blind_periods'), []);
});

test('a call that is under way at a reload is answered, and until then presses are', async () => {
	const letGo = await holdLock();
	const given = give(4);
	await sleep(300);
	const from = daemon.process.log.length;
	daemon.process.child.kill('SIGHUP');
	await daemon.process.said(/reloading=yes/, { from });
	const late = await fetch(`${daemon.web}/healthz`);
	assert.equal(late.status, 503);
	assert.ok(Number(late.headers.get('retry-after')) > 0);
	assert.ok((await timed(() => press(council, people.ok))) < 1500, 'a press is stored meanwhile');
	assert.ok(!daemon.process.log.slice(from).includes('mimamorid=stopped'), 'by the daemon that is about to end');
	assert.equal((await given).json.code, 'broker');
	await daemon.process.said(/mimamorid=starting/, { from });
	await letGo();
	await daemon.ready();
	assert.deepEqual(rows(daemon, 'SELECT * FROM blind_periods'), []);
});

test('an end does not work off who waits either', async () => {
	for (const button of council.buttons.values())
		await button.leave();
	const crowd = signInAtOnce(100);
	await sleep(300);
	const took = await timed(() => daemon.stop());
	assert.ok(took < 2500, `it ended after ${Math.round(took)} ms`);
	const answers = await crowd;
	assert.ok(count(answers, 503) > 50, `${count(answers, 503)} were told to come again`);
});
