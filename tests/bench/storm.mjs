// storm - 10,000 buttons press 5,000 times a second, of 1,000,000 residents; then what that took, and a restart from it.
import { test } from 'node:test';
import { statSync } from 'node:fs';
import assert from 'node:assert/strict';

import { rows } from '../integration/store.mjs';
import { alternately, bound, figure, gate, middle } from './gates.mjs';
import { buttons, million, residents } from './million.mjs';
import { beside, memory, pressing, resting, serving } from './setting.mjs';

const seconds = 3 * Number(process.env.BENCH_SECONDS ?? 4);
const rate = 5000;
let city;

test('storm: a city of 1,000,000', { timeout: 300_000 }, async () => {
	city = await million();
	city.restore();
});

const press = () => pressing(city.broker, { buttons, spread: residents / buttons, seconds, rate, warm: 2 });
const size = (end = '') => statSync(`${city.daemon.database}${end}`, { throwIfNoEntry: false })?.size ?? 0;

test('storm: 10,000 buttons at 5,000 a second', { timeout: 600_000 }, async () => {
	const { broker, daemon } = city;
	let mib;
	const found = await alternately({
		echo: () => beside('echo', [broker.port, broker.password, 0], press),
		ours: () =>
			serving(daemon, async (process) => {
				await resting(process);
				const before = presses();
				const figures = await press();
				assert.equal(figures.answered, figures.sent, 'every press is answered');
				mib = memory(process).now;
				const log = size('-wal') / 2 ** 20;
				assert.equal(presses() - before, figures.sent, 'and in the store');
				return { ...figures, log };
			}),
	});
	gate('10,000 buttons, 5,000/s, 1,000,000 residents: p99.9', {
		...{ ours: found.ours, yardstick: found.echo, pick: (x) => x.p999 },
		...{ unit: 'ms', atMost: 3 },
	});
	figure('the same, p50 / p99 / longest', all(found.ours), '', all(found.echo));
	figure('the same, log of the store at its end', Math.max(...found.ours.map((x) => x.log)), 'MiB');
	bound('memory, 1,000,000 residents', { ours: [mib], unit: 'MiB', atMost: 64 });
});

const all = (runs) => `${middle(runs, 'p50')} / ${middle(runs, 'p99')} / ${middle(runs, 'max')} ms`;
const presses = () => rows(city.daemon, 'SELECT coalesce(max(seq), 0) AS n FROM checkins')[0].n;

test('storm: a restart after a kill', { timeout: 120_000 }, async () => {
	const { daemon } = city;
	const took = [];
	for (let i = 0; i < 3; i++) {
		await daemon.start();
		await daemon.ready({ within: 60_000 });
		await pressing(city.broker, { buttons: 1000, spread: residents / buttons, seconds: 2, rate });
		await daemon.kill();
		const began = performance.now();
		await daemon.start();
		await daemon.ready({ within: 60_000 });
		took.push((performance.now() - began) / 1000);
		await daemon.stop({ within: 60_000 });
	}
	bound('ready after a kill, 1,000,000 residents', { ours: took, unit: 's', atMost: 2 });
});

test('storm: bytes on disk', { timeout: 120_000 }, async () => {
	const bytes = (...names) =>
		rows(city.daemon, `SELECT sum(pgsize) AS n FROM dbstat WHERE name IN (${names.map((n) => `'${n}'`)})`)[0].n;
	figure('on disk, a check-in', bytes('checkins', 'sqlite_autoindex_checkins_1') / presses(), 'bytes');
	const { n } = rows(city.daemon, 'SELECT count(*) AS n FROM expectations')[0];
	const indexes = ['sqlite_autoindex_expectations_1', 'expectations_day', 'expectations_unmet'];
	figure('on disk, an expectation', bytes('expectations', ...indexes) / n, 'bytes');
});
