// tick - a turn of the rules with nothing due costs the same whether a thousand live here or a million.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { run } from '../integration/processes.mjs';
import { sleep } from '../integration/wait.mjs';
import { fill } from './city.mjs';
import { alternately, bound, figure, gate, middle } from './gates.mjs';
import { million } from './million.mjs';
import { brokerWith, daemonOf, resting, serving, tool, used } from './setting.mjs';

const sizes = [1e3, 1e4, 1e5, 1e6];
const daemons = {};

test('tick: cities of 1,000 to 1,000,000', { timeout: 300_000 }, async () => {
	const broker = await brokerWith(1, 1);
	for (const n of sizes.slice(0, 3)) {
		daemons[n] = await daemonOf(broker);
		fill(daemons[n], n);
	}
	const city = await million();
	city.restore();
	daemons[1e6] = city.daemon;
});

test('tick: nothing is due', { timeout: 300_000 }, async () => {
	const tick = async (n) => {
		const { code, stdout, stderr } = await run(tool('tick'), [daemons[n].database]);
		assert.equal(code, 0, stderr);
		return JSON.parse(stdout);
	};
	const found = await alternately(Object.fromEntries(sizes.map((n) => [n, () => tick(n)])));
	gate('a tick with nothing due, 1,000,000 beside 1,000', {
		...{ ours: found[1e6], yardstick: found[1e3], pick: (x) => x.p50 / 1000 },
		...{ unit: 'ms', atMost: 1.5 },
	});
	bound('a tick with nothing due, 1,000,000, p99', { ours: found[1e6].map((x) => x.p99 / 1000), unit: 'ms', atMost: 1 });
	figure('the same, 1,000 … 1,000,000', `${sizes.map((n) => middle(found[n], 'p50')).join(' ')} µs`, '');
});

test('tick: the daemon idle', { timeout: 120_000 }, async () => {
	const seconds = 6;
	for (const n of [1e3, 1e6])
		await serving(daemons[n], async (process) => {
			await resting(process);
			const before = used(process);
			await sleep(seconds * 1000);
			const share = ((used(process) - before) / seconds) * 100;
			figure(`idle, ${n.toLocaleString('en')} residents: of one core`, share, '%', `${before} s of it to start`);
		});
});
