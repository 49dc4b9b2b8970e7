// A flood of messages that make no sense, from devices that may speak and from one program that may speak for all, with
// real presses between them: each real one is stored and answered once, each other one is refused as contract 1 says,
// and neither store, log nor memory grows with the flood.
//
//   GARBAGE_MESSAGES  how many (default 20,000; `make soak` sends a million)
//   GARBAGE_SEED      of what they are made of; it is printed
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { Garbage } from './garbage.mjs';
import { metrics, readiness } from './metrics.mjs';
import { connectClient } from './press.mjs';
import { raw } from './raw.mjs';
import { rows } from './store.mjs';
import { middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';

const messages = Number(process.env.GARBAGE_MESSAGES ?? 20_000);
const seed = Number(process.env.GARBAGE_SEED ?? 4);
const minutes = 5 + messages / 20_000; // far more than enough, on a loaded machine too
const root = 'mimamori/v1';
const inFlight = 150; // messages that a publisher has on their way
const slice = 10_000; // then it is waited for
const leastPresses = 60;
const kept = { rejected: 1000, ofDevice: 20 };

const broker = await startBroker();
const town = street(middayZone());
const names = ['button-1', 'button-2', 'button-3', 'loud-1', 'loud-2', 'loud-3'];
town.devices = names.map((device_id) => ({ device_id, resident_id: 'R001' }));
const daemon = await startDaemon({ broker, town });
const ghost = { name: 'ghost', password: await broker.addUser('ghost') }; // may speak, and is nobody's
const stray = { name: 'stray', password: await broker.addUser('stray') }; // a device whose own name is all it has
const speaker = await broker.addSpeaker();

const buttons = await Promise.all(names.slice(0, 3).map((name) => daemon.device(name)));
const louds = await Promise.all(names.slice(3).map((name) => connectClient(broker, name, daemon.passwords[name])));
const nobody = await connectClient(broker, ghost.name, ghost.password);
const all = await connectClient(broker, speaker.name, speaker.password);

const sent = { checkins: 0, states: 0, foreign: 0, echoes: 0, dropped: 0 }; // by what is to become of them
const pressed = [];
let over = false;

function memory() {
	return Number(readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
}

/** What a device says, under its own name. */
function ownMessage(garbage, name) {
	const dice = garbage.below(100);
	if (dice < 10)
		return { topic: `${root}/${name}/state`, payload: garbage.state(), retain: garbage.below(2) === 0, as: 'states' };
	// To a daemon that is there a message that the broker keeps comes as any other (contract 1).
	return { topic: `${root}/${name}/checkin`, payload: garbage.payload(), retain: dice < 13, as: 'checkins' };
}

/** What a program says that may speak for all: of devices that are none, and the daemon's own word. */
function anyMessage(garbage) {
	const dice = garbage.below(100);
	if (dice < 15)
		return { topic: 'mimamori/echo/mimamorid', payload: garbage.echo(Date.now()), as: 'echoes' };
	const name = garbage.stranger();
	const device = /^[A-Za-z0-9._-]{1,64}$/.test(name);
	if (dice < 30)
		return { topic: `${root}/${name}/state`, payload: garbage.state(), as: device ? 'states' : 'foreign' };
	return { topic: `${root}/${name}/checkin`, payload: garbage.payload(), as: device ? 'checkins' : 'foreign' };
}

/** Sends so many, some of them on their way at a time. */
async function flood({ client, gone }, garbage, count, make) {
	let left = count;
	const lane = async () => {
		while (left-- > 0) {
			const { topic, payload, retain = false, as } = make(garbage);
			sent[as]++;
			await client.publishAsync(topic, payload, { qos: 1, retain });
		}
	};
	const hungUp = gone.then(() => Promise.reject(new Error('the broker hung up')));
	await Promise.race([Promise.all(Array.from({ length: inFlight }, lane)), hungUp]);
}

/**
 * Speaks for others, for the daemon, and on topics that nobody has, without the right to: the broker drops all of it,
 * and hangs up on who goes on.
 */
async function trespass(garbage) {
	while (!over) {
		const client = await connectClient(broker, stray.name, stray.password);
		for (let i = 0; i < 20 && !client.closed; i++) {
			const topic = garbage.pick(['mimamori/echo/mimamorid', `${root}/${garbage.pick(names)}/${garbage.pick(['checkin', 'state', 'ack', 'message'])}`]);
			const payload = garbage.below(2) ? garbage.payload() : { id: `stray-${i}`, kind: 'help' };
			await client.publish(topic, payload, { qos: garbage.below(2) }).catch(() => {});
			sent.dropped++;
		}
		await client.drop();
	}
}

const garbage = Array.from({ length: 5 }, (_, i) => new Garbage(seed + i));

/** So many messages, from all who may speak. */
async function floodFromAll(count) {
	const share = Math.floor(count / 5);
	await Promise.all([
		...louds.map((loud, i) => flood(loud, garbage[i], share, (g) => ownMessage(g, names[3 + i]))),
		flood(nobody, garbage[3], share, (g) => ownMessage(g, ghost.name)),
		flood(all, garbage[4], count - 4 * share, anyMessage),
	]);
}

/** A person's button amid all of it: one press after the other, each answered. */
async function pressOn(button) {
	for (let n = 0; !over || n < leastPresses / buttons.length; n++) {
		const ack = await button.pressed('ok', { within: 60_000 });
		assert.equal(ack.result, 'stored');
		pressed.push(ack.id);
	}
}

/** How many messages came to each end, once there are `wanted` check-ins among them. */
async function counted(wanted) {
	let now;
	await waitFor(
		async () => {
			now = await metrics(daemon);
			return answered(now) >= wanted;
		},
		{ within: 120_000, what: () => `${wanted} check-ins to be answered: ${answered(now)}` },
	);
	return now;
}

function answered(now) {
	return ['stored', 'duplicate', 'unknown_device', 'rejected'].map((result) => now[`mimamori_presses_total{result="${result}"}`]).reduce((a, b) => a + b);
}

const before = { log: daemon.log.length, metrics: await metrics(daemon) };
const used = {};

test('real presses amid garbage are stored and answered, each once', { timeout: minutes * 60_000 }, async (t) => {
	t.diagnostic(`GARBAGE_SEED=${seed} GARBAGE_MESSAGES=${messages}`);
	const others = [...buttons.map(pressOn), trespass(new Garbage(seed + 6))];
	for (let done = 0; done < messages; done += slice) {
		await floodFromAll(Math.min(slice, messages - done));
		await counted(sent.checkins); // the broker keeps what the daemon has not read: not more than a slice
		if (!used.half && done + slice >= messages / 2)
			used.half = memory();
		if (messages > 5 * slice)
			process.stderr.write(`${Math.min(done + slice, messages)} of ${messages} messages, ${pressed.length} real presses\n`);
	}
	used.whole = memory();
	over = true;
	await Promise.all(others);

	t.diagnostic(`${pressed.length} real presses amid ${JSON.stringify(sent)}`);
	assert.ok(pressed.length >= leastPresses);
	const stored = rows(daemon, 'SELECT id FROM checkins').map(({ id }) => id);
	assert.deepEqual(stored.sort(), pressed.sort(), 'what is stored is what was pressed');
	for (const button of buttons) {
		const answers = button.received.filter((m) => m.topic.endsWith('/ack')).map((m) => m.json.id);
		assert.equal(answers.length, new Set(answers).size, 'no press is answered twice');
	}
});

test('each message came to its end, and every check-in has its answer', async () => {
	const now = await counted(sent.checkins + pressed.length);
	const grown = (name) => now[name] - before.metrics[name];
	assert.equal(answered(now), sent.checkins + pressed.length);
	assert.equal(grown('mimamori_presses_total{result="stored"}'), pressed.length);
	assert.equal(grown('mimamori_presses_total{result="duplicate"}'), 0);
	assert.equal(grown('mimamori_presses_total{result="failed"}'), 0, 'the store refused none');
	assert.equal(grown('mimamori_presses_total{result="foreign"}'), sent.foreign);
	assert.equal(grown('mimamori_states_total') + grown('mimamori_states_unreadable_total'), sent.states);
	assert.equal(grown('mimamori_acks_total'), sent.checkins + pressed.length);
	assert.ok(sent.dropped > 0);
});

test('neither the store nor the log nor the memory grows with the flood', async (t) => {
	assert.ok(rows(daemon, 'SELECT count(*) AS n FROM rejected')[0].n <= kept.rejected);
	assert.ok(rows(daemon, 'SELECT max(n) AS n FROM (SELECT count(*) AS n FROM rejected GROUP BY device_id)')[0].n <= kept.ofDevice);
	for (const { name } of rows(daemon, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('checkins', 'rejected')")) {
		const { n } = rows(daemon, `SELECT count(*) AS n FROM "${name}"`)[0];
		assert.ok(n <= 200, `${name} has ${n} rows`);
	}
	const lines = daemon.log.slice(before.log).split('\n').length;
	assert.ok(lines <= 50, `${lines} lines of log:\n${daemon.log.slice(before.log, before.log + 3000)}`);
	const sanitized = /asan/.test(readFileSync(`/proc/${daemon.process.pid}/maps`, 'utf8')); // keeps what is freed for a while
	t.diagnostic(`memory: ${used.half >> 20} MiB after half of it, ${used.whole >> 20} MiB after all; ${lines} lines of log`);
	assert.ok(sanitized || used.whole - used.half < 32 << 20, 'memory grew with the flood');
});

test('it heard all the time, and the forged echo moved nothing', async () => {
	assert.equal((await readiness(daemon)).status, 200);
	assert.equal((await metrics(daemon)).mimamori_connects_total, 1, 'the link was never lost');
	assert.equal(rows(daemon, 'SELECT count(*) AS n FROM blind_periods')[0].n, 0);
	const [{ heard_until }] = rows(daemon, 'SELECT heard_until FROM heartbeats');
	assert.ok(heard_until <= Date.now() && heard_until > Date.now() - 60_000);
	assert.equal((await daemon.shell('check')).code, 0, 'the store is whole');
});

test('bytes that are no MQTT end their own connection only', async () => {
	const maker = new Garbage(seed + 5);
	const lines = Array.from({ length: 30 }, () => Buffer.concat([Buffer.from([maker.below(256), maker.below(256)]), maker.payload()]));
	await Promise.all(lines.map((bytes) => raw({ web: `http://${broker.host}:${broker.port}` }, bytes, { within: 300, end: true })));
	assert.equal((await buttons[0].pressed('ok')).result, 'stored');
	assert.equal((await metrics(daemon)).mimamori_connects_total, 1);
});

test('what the broker kept of it is no press for a daemon that starts anew', async () => {
	const stored = rows(daemon, 'SELECT count(*) AS n FROM checkins')[0].n;
	const rejected = rows(daemon, 'SELECT max(id) AS id FROM rejected')[0].id;
	await daemon.stop();
	await daemon.start();
	await daemon.ready();
	await waitFor(async () => (await metrics(daemon))['mimamori_presses_total{result="retained"}'] > 0, { what: 'what the broker kept to come' });
	assert.equal((await buttons[1].pressed('ok')).result, 'stored');
	assert.equal(rows(daemon, 'SELECT count(*) AS n FROM checkins')[0].n, stored + 1);
	assert.equal(rows(daemon, 'SELECT max(id) AS id FROM rejected')[0].id, rejected, 'nothing of it was refused once more');
});
