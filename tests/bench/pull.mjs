// pull - what 500 requests a second of every kind, valid and hostile, cost the presses: their acks beside the same without.
//
//   BENCH_RATE (1000 presses a second)  BENCH_PULL (500 requests a second)  BENCH_SECONDS (8, each run)
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { metrics } from '../integration/metrics.mjs';
import { invite, pull } from '../integration/pull_town.mjs';
import { sleep } from '../integration/wait.mjs';
import { change, fill } from './city.mjs';
import { alternately, figure, gate, median, middle } from './gates.mjs';
import { brokerWith, daemonOf, pressing, resting } from './setting.mjs';

const residents = 10_000;
const buttons = 1000;
const rate = Number(process.env.BENCH_RATE ?? 1000);
const requests = Number(process.env.BENCH_PULL ?? 500);
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
let broker;
let daemon;
let seed = 1;

test('pull: a city of 10,000', { timeout: 120_000 }, async () => {
	broker = await brokerWith(buttons, residents / buttons);
	daemon = await daemonOf(broker, { settings: { web: { public_url: 'http://mimamori.test' } } });
	fill(daemon, residents);
	change(daemon, ["INSERT INTO districts (district, name) VALUES ('D01', '本町')"], [
		"INSERT INTO users (login, name, role, channels, duty) VALUES ('tanaka', '田中 裕子', 'staff', 'mail:tanaka@example.jp', 'daily 00:00-24:00')",
	]);
	await invite(daemon);
	await daemon.start();
	await daemon.ready({ within: 60_000 });
});

/** Presses for a while; besides, how long the loop's turns took to store what they brought. */
async function pressed() {
	const before = await metrics(daemon);
	const found = await pressing(broker, { buttons, spread: residents / buttons, seconds, rate, warm: 2 });
	const after = await metrics(daemon);
	assert.equal(found.answered, found.sent, 'every press is answered');
	const grown = (name) => after[`mimamori_batch_seconds_${name}`] - before[`mimamori_batch_seconds_${name}`];
	return { ...found, turn: (1000 * grown('sum')) / grown('count') };
}

test('pull: presses, while nobody asks and while everybody does', { timeout: 600_000 }, async () => {
	const found = await alternately({
		idle: async () => {
			await resting(daemon.process);
			return await pressed();
		},
		pulled: async () => {
			const puller = await pull(daemon, { seed: seed++, rate: requests, leave: '^R\\d' });
			await sleep(500);
			const figures = await pressed();
			const { rate: came, p99: web, faultCount, faults } = JSON.parse(readFileSync(await puller.end(), 'utf8'));
			assert.equal(faultCount, 0, faults.join('\n'));
			return { ...figures, came, web };
		},
	});
	gate(`presses, ${rate}/s, pulled at from the web: p99`, {
		...{ ours: found.pulled, yardstick: found.idle, pick: (x) => x.p99 },
		...{ unit: 'ms', atMost: 2 },
	});
	for (const [name, what] of [['p50', 'p50'], ['max', 'longest'], ['turn', 'a batch, mean']])
		figure(`the same, ${what}`, median(found.pulled.map((x) => x[name])), 'ms', `${middle(found.idle, name)} ms`);
	figure('the same, requests', median(found.pulled.map((x) => x.came)), '/s', `p99 ${middle(found.pulled, 'web')} ms`);
	await daemon.stop({ within: 60_000 });
});
