// deadlines - many residents miss their check-in at the same instant: until all incidents and notifications are durable,
// beside a plain program that writes the same rows; and what the presses of others feel of it.
import { test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { temporaryFolder } from '../integration/ending.mjs';
import { run } from '../integration/processes.mjs';
import { sleep } from '../integration/wait.mjs';
import { expectAll } from './city.mjs';
import { alternately, figure, gate } from './gates.mjs';
import { million, residents } from './million.mjs';
import { beside, resting, serving, startPressing, tool } from './setting.mjs';

const group = 100; // of the daemon: server/watch/expectation.c
let city;
let folder;

test('deadlines: a city of 1,000,000', { timeout: 300_000 }, async () => {
	city = await million();
	folder = temporaryFolder('deadlines');
});

/** Waits until nothing of that instant is left to do; when it was seen. */
async function settled(daemon, at) {
	const database = new DatabaseSync(daemon.database, { readOnly: true });
	const look = database.prepare('SELECT 1 FROM residents WHERE next_look = 3 AND next_look_at <= ? LIMIT 1');
	const step = database.prepare('SELECT 1 FROM incidents WHERE next_step_at <= ? LIMIT 1');
	try {
		for (const until = at + 120_000; Date.now() < until; await sleep(10))
			if (!look.get(at) && !step.get(at))
				return Date.now();
		throw new Error('the deadlines are not through after two minutes');
	} finally {
		database.close();
	}
}

/** n deadlines at an instant; ms until all is durable. `during()`, if there is one, begins seconds before. */
async function strike(n, during, margin = 5 + n / 20_000) {
	const { daemon } = city;
	city.restore();
	const found = await beside('sink', ['smtp', city.mailPort, 1e9], () =>
		serving(daemon, async (process) => {
			await resting(process);
			const at = Math.ceil(Date.now() / 1000 + margin) * 1000;
			expectAll(daemon, { n, each: residents / n, first: 1, at });
			if (Date.now() > at - 2000)
				return null; // a slow machine
			const other = during?.();
			await sleep(at - Date.now());
			const done = await settled(daemon, at);
			return { ms: done - at, at, ...(await other?.(at, done)) };
		}),
	);
	return found ?? (await strike(n, during, 3 * margin));
}

/** What a plain program takes for the rows that the daemon has just written. */
async function plain(n, at) {
	const before = join(folder, 'before.db');
	city.restore(before);
	expectAll({ ...city.daemon, database: before }, { n, each: residents / n, first: 1, at });
	const args = [before, city.daemon.database, String(group)];
	const { code, stdout, stderr } = await run(tool('sqlite_rows'), args, { within: 300_000 });
	assert.equal(code, 0, stderr);
	const found = JSON.parse(stdout);
	assert.equal(found.incidents, n);
	return found;
}

for (const n of [10_000, 100_000])
	test(`deadlines: ${n} at one instant`, { timeout: 600_000 }, async () => {
		let at;
		const found = await alternately({
			ours: async () => {
				const figures = await strike(n);
				at = figures.at;
				return figures;
			},
			plain: () => plain(n, at),
		});
		gate(`${n.toLocaleString('en')} deadlines at one instant, until all is durable`, {
			...{ ours: found.ours, yardstick: found.plain, pick: (x) => x.ms },
			...{ unit: 'ms', atMost: 1.5 },
		});
		figure('rows a resident', found.plain[0].rows / n, 'rows');
	});

test('deadlines: presses meanwhile', { timeout: 600_000 }, async () => {
	const trace = join(folder, 'trace');
	const p99 = (from, to) => {
		const lines = readFileSync(trace, 'utf8').trim().split('\n').map((line) => line.split(' ').map(Number));
		const took = lines.filter(([at]) => at >= from && at < to).map(([, ms]) => ms).sort((a, b) => a - b);
		return took[Math.floor(took.length * 0.99)];
	};
	const found = await alternately({
		struck: () =>
			strike(100_000, () => {
				const pressing = startPressing(city.broker, {
					...{ buttons: 1000, spread: residents / 10_000, rate: 1000, seconds: 300, warm: 0.2, trace },
				});
				return async (at, done) => {
					await sleep(200);
					const { code } = await pressing.stop();
					assert.equal(code, 0, pressing.log);
					return { idle: p99(at - 2000, at), busy: p99(at, done) };
				};
			}),
	});
	gate('acks while 100,000 deadlines are judged, p99 beside idle', {
		...{ ours: found.struck.map((x) => x.busy), yardstick: found.struck.map((x) => x.idle) },
		...{ unit: 'ms', atMost: 5 },
	});
});
