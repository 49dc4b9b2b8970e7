// Seeing into the daemon, and what it does when it is told to end or to read its configuration anew.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { atEnd } from './ending.mjs';
import { metrics, readiness } from './metrics.mjs';
import { assertNobodyNamed } from './personal.mjs';
import { freePort } from './ports.mjs';
import { startMail } from './smtp.mjs';
import { stored } from './store.mjs';
import { startSupervisor } from './supervisor.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

/** A dead man's switch: when it was fetched (ms). */
async function startSwitch() {
	const fetched = [];
	const port = await freePort();
	const server = createServer((request, response) => {
		fetched.push(Date.now());
		response.end();
	});
	await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
	atEnd(() => server.close());
	return { fetched, url: `http://127.0.0.1:${port}/alive` };
}

const broker = await startBroker();
const mail = await startMail();
const heartbeat = await startSwitch();
const supervisor = await startSupervisor();
const town = street(middayZone());
const server = { echo: '1s', deaf: '3s', group: '1s' };
const settings = { server, heartbeat: { url: heartbeat.url } };
const daemon = await startDaemon({ broker, mail, town, settings, start: false });
const watched = ['env', `NOTIFY_SOCKET=${supervisor.path}`, 'WATCHDOG_USEC=600000'];

const get = (path, options) => fetch(`${daemon.web}${path}`, options);

test('without a broker it is alive but not ready, says why, and the dead man\'s switch is left alone', async () => {
	await broker.stop();
	await daemon.start({ around: watched });
	const { body } = await waitFor(async () => ((r) => r.status === 503 && r)(await readiness(daemon)), {
		what: '/readyz to answer',
	});
	assert.equal(body.ready, false);
	assert.deepEqual([body.loop.ok, body.hears.ok, body.hears.connected, body.stores.ok], [true, false, false, true]);
	const alive = await get('/healthz');
	assert.deepEqual([alive.status, await alive.json()], [200, { alive: true }]);
	await sleep(3000);
	assert.deepEqual(heartbeat.fetched, []);
});

test('with the broker it is ready, and the dead man\'s switch is told so', async () => {
	await broker.start();
	await daemon.ready({ within: 20_000 });
	const { body } = await readiness(daemon);
	assert.deepEqual([body.ready, body.hears.ok, body.stores.ok, body.tells.ok], [true, true, true, true]);
	assert.equal(body.tells.nobody_can_be_told, false);
	await waitFor(() => heartbeat.fetched.length > 0, { what: 'the heartbeat' });
	await sleep(1500);
	assert.equal(heartbeat.fetched.length, 1, 'once a minute');
});

test('a supervisor hears that it is ready, and that every part moves', async () => {
	await supervisor.process.said(/^READY=1$/m);
	const from = supervisor.process.log.length;
	await waitFor(() => supervisor.process.log.slice(from).match(/^WATCHDOG=1$/gm)?.length >= 3, { what: 'the watchdog' });
	await supervisor.process.said(/^STATUS=listening$/m);
});

test('only what is there is answered', async () => {
	for (const path of ['/healthz', '/readyz', '/metrics']) {
		const posted = await get(path, { method: 'POST', body: 'x'.repeat(100_000) });
		assert.equal(posted.status, 405);
		assert.equal(posted.headers.get('content-type'), 'application/problem+json');
		assert.equal((await get(path, { method: 'HEAD' })).status, 200);
	}
	for (const path of ['/nothing', '/healthz/', '/../etc/passwd', '/%00', `/${'x'.repeat(5000)}`])
		assert.equal((await get(path)).status, 404, path);
});

/** Reads the Prometheus text format strictly: { name: { type, samples: { 'name{labels}': value } } }. */
function prometheus(text) {
	assert.ok(text.endsWith('\n'));
	const families = {};
	let family;
	for (const line of text.slice(0, -1).split('\n')) {
		const comment = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
		if (comment) {
			const [, word, name, rest] = comment;
			if (word === 'HELP') {
				assert.ok(!(name in families), `${name} stands twice`);
				families[name] = family = { help: rest, samples: {} };
			} else {
				assert.ok(family === families[name] && ['counter', 'gauge', 'histogram'].includes(rest), line);
				family.type = rest;
			}
			continue;
		}
		const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\.)*"';
		const sample = line.match(new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${label}(?:,${label})*\\})? (\\S+)$`));
		assert.ok(sample, `no sample: ${line}`);
		const [, name, labels = '', value] = sample;
		const base = family.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
		assert.equal(families[base], family, `${name} stands under another name`);
		assert.ok(!(name + labels in family.samples), `${name}${labels} stands twice`);
		assert.ok(Number.isFinite(Number(value)), line);
		if (family.type === 'counter')
			assert.match(name, /_total$/);
		family.samples[name + labels] = Number(value);
	}
	return families;
}

test('the metrics are Prometheus text, and move', async () => {
	const answer = await get('/metrics');
	assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
	const before = prometheus(await answer.text());
	assert.equal(before.mimamori_hears.samples.mimamori_hears, 1);
	const buckets = Object.entries(before.mimamori_batch_seconds.samples).filter(([name]) => name.includes('_bucket'));
	const counts = buckets.map(([, value]) => value);
	assert.deepEqual(counts, counts.toSorted((a, b) => a - b), 'buckets hold what is below them');
	assert.equal(counts.at(-1), before.mimamori_batch_seconds.samples.mimamori_batch_seconds_count);

	const button = await daemon.device('button-1');
	await button.pressed('ok', { id: 'counted' });
	await button.press('ok', { id: 'counted' });
	await button.pressed('help', { id: 'counted-help' });
	await mail.next((m) => m.recipient === 'w001@example.jp');
	await waitFor(async () => (await metrics(daemon))['mimamori_messages_total{channel="mail",result="sent"}'] > 0);
	const after = await metrics(daemon);
	const was = Object.assign({}, ...Object.values(before).map(({ samples }) => samples));
	const rose = (name) => after[name] - was[name];
	assert.equal(rose('mimamori_presses_total{result="stored"}'), 2);
	assert.equal(rose('mimamori_presses_total{result="duplicate"}'), 1);
	assert.equal(rose('mimamori_acks_total'), 3);
	// What is counted in the store may be two seconds old.
	await waitFor(async () => (await metrics(daemon))['mimamori_incidents_open{kind="help"}'] === 1, { what: 'the incident to be counted' });
	assert.equal(after.mimamori_invariants_broken, 0);
	await sleep(1200);
	assert.ok((await metrics(daemon)).mimamori_batch_messages_total > was.mimamori_batch_messages_total + 3, 'echoes');
	await daemon.done('close', '1', '--outcome', 'false_alarm', '--how', 'phone', '--seen-by', '田中');
	await waitFor(async () => (await metrics(daemon))['mimamori_incidents_open{kind="help"}'] === 0);
	await button.leave();
});

test('SIGTERM ends it in under five seconds with presses in hand, and none that was answered is lost', async () => {
	const button = await daemon.device('button-1');
	const ids = [];
	let pressing = true;
	const presses = (async () => {
		for (let n = 0; pressing; n++) {
			const more = Array.from({ length: 50 }, (_, k) => `term-${n}-${k}`);
			ids.push(...more);
			await Promise.all(more.map((id) => button.press('ok', { id })));
		}
	})();
	const acked = () => new Set(button.received.map((m) => m.json?.id).filter((id) => id?.startsWith('term-')));
	await waitFor(() => acked().size > 200, { what: 'answers' });
	const began = Date.now();
	await daemon.stop({ within: 5000 });
	console.log(`ended in ${Date.now() - began} ms`);
	pressing = false;
	await presses;
	await sleep(200);
	const kept = new Set(stored(daemon));
	const answered = [...acked()];
	assert.deepEqual(answered.filter((id) => !kept.has(id)), []);
	assert.ok(answered.length < ids.length, 'some were still on their way');
	await supervisor.process.said(/^STOPPING=1$/m);

	await daemon.start();
	await daemon.ready();
	/* An ack is QoS 0 and may be lost with the connection: a button sends its press again until it has one. */
	await waitFor(async () => {
		const seen = acked();
		const missing = ids.filter((id) => !seen.has(id));
		await Promise.all(missing.map((id) => button.press('ok', { id })));
		await sleep(500);
		return missing.length === 0;
	}, { within: 20_000, what: 'the rest to be answered' });
	assert.equal(stored(daemon).filter((id) => id.startsWith('term-')).length, ids.length);
	await button.leave();
});

test('SIGHUP reads the configuration anew in the same process; a wrong one is named and the old one stays', async () => {
	const button = await daemon.device('button-1');
	const { pid } = daemon.process;
	await daemon.configure({ mail, settings: { ...settings, server: { ...server, name: '新しい市社協' } } });
	const from = daemon.process.log.length;
	daemon.process.signal('SIGHUP');
	await daemon.process.said(/mimamorid=starting/, { from });
	await daemon.ready();
	assert.equal(daemon.process.pid, pid);
	assert.equal((await button.pressed('unwell')).result, 'stored');
	await mail.next((m) => m.text.startsWith('新しい市社協です。'));

	await daemon.configure({ mail, settings: { ...settings, mqtt: { port: 'none' } } });
	const before = daemon.process.log.length;
	daemon.process.signal('SIGHUP');
	await daemon.process.said(/reloading=no/, { from: before });
	assert.match(daemon.process.log.slice(before), /mimamori\.conf:\d+: \[mqtt\] port: /);
	assert.equal((await button.pressed('ok', { id: 'old-configuration' })).result, 'stored');
	await daemon.configure({ mail, settings });
	await button.leave();
});

test('a web port that is taken is named', async () => {
	const other = await startDaemon({ broker, settings: { web: { listen: daemon.listen } }, start: false });
	const { code, log } = await other.fails();
	assert.equal(code, 1);
	assert.ok(log.includes(daemon.listen), log);
	assert.ok((await get('/healthz')).ok, 'the one that was there serves on');
});

test('the log names nobody', async () => {
	await daemon.stop();
	assertNobodyNamed(daemon.log, town);
	assert.ok(!daemon.log.includes(broker.password));
	assert.match(daemon.log, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info \w+=/m);
	for (const line of daemon.log.trim().split('\n'))
		assert.match(line, /^(\d{4}-\d\d-\d\dT[\d:.]+Z level=(info|warn|error) \w+=|\S*mimamori\.conf:\d+: )/, line);
});
