// press - from the press to its ack, stored on the way, of 100,000 residents.
import { test } from 'node:test';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { rows } from '../integration/store.mjs';
import { temporaryFolder } from '../integration/ending.mjs';
import { fill } from './city.mjs';
import { alternately, bound, figure, gate, median, middle } from './gates.mjs';
import { beside, brokerWith, daemonOf, memory, pressing, resting, serving, tool } from './setting.mjs';

const residents = 100_000;
const most = 10_000;
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
let broker;
let daemon;
let files = 0;

const press = (buttons) => pressing(broker, { buttons, spread: residents / most, seconds });
const echo = (buttons, qos = 0) => beside('echo', [broker.port, broker.password, qos], () => press(buttons));

async function ours(buttons, options) {
	return await serving(
		daemon,
		async (process) => {
			await resting(process);
			const before = stored();
			const found = await press(buttons);
			assert.ok(stored() - before >= found.answered, 'every press that was answered is in the store');
			assert.equal(found.other, 0, 'every answer says stored');
			return { ...found, mib: memory(process).now };
		},
		options,
	);
}

const stored = () => rows(daemon, 'SELECT coalesce(max(seq), 0) AS n FROM checkins')[0].n;
const rate = (x) => x.rate;

test('press: a city of 100,000', { timeout: 120_000 }, async () => {
	broker = await brokerWith(most, residents / most);
	daemon = await daemonOf(broker);
	fill(daemon, residents);
});

test('press: 1,000 buttons', { timeout: 600_000 }, async () => {
	const bare = () => {
		const file = join(temporaryFolder('bare'), `${files++}.db`);
		return beside('bare', [broker.port, broker.password, file, residents], () => press(1000));
	};
	const found = await alternately({
		echo: () => echo(1000),
		ours: () => ours(1000),
		single: () => ours(1000, { binary: tool('mimamorid-single') }),
		bare,
		echo1: () => echo(1000, 1),
	});
	gate('press, 1,000 buttons, beside an echo', { ...pair(found), pick: rate, unit: 'acked/s', atLeast: 1.2 });
	gate('press, 1,000 buttons, beside a commit per message', {
		...{ ours: found.ours, yardstick: found.single, pick: rate },
		...{ unit: 'acked/s', atLeast: 4 },
	});
	figure('the same, a bare daemon', median(found.bare.map(rate)), 'acked/s');
	figure('the same, an echo with acks of QoS 1', median(found.echo1.map(rate)), 'acked/s');
	figure('the same, p50 / p99', `${middle(found.ours, 'p50')} / ${middle(found.ours, 'p99')} ms`, '',
		`${middle(found.echo, 'p50')} / ${middle(found.echo, 'p99')} ms`);
	bound('memory after it, 100,000 residents', { ours: found.ours.map((x) => x.mib), unit: 'MiB', atMost: 30 });
});

test('press: 10,000 buttons', { timeout: 600_000 }, async () => {
	const found = await alternately({ echo: () => echo(most), ours: () => ours(most) });
	gate('press, 10,000 buttons, beside an echo', { ...pair(found), pick: rate, unit: 'acked/s', atLeast: 1 });
});

test('press: one button', { timeout: 600_000 }, async () => {
	const found = await alternately({ echo: () => echo(1), ours: () => ours(1) });
	gate('press, one button, p50', { ...pair(found), pick: (x) => x.p50, unit: 'ms', atMost: 3.5 });
});

function pair({ echo: yardstick, ours: own }) {
	return { ours: own, yardstick };
}

