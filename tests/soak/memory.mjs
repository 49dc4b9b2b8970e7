// memory - a compressed life (life.mjs) does not grow. As it was built: memory, descriptors and threads of the daemon at
// the end of a life and at its first third, by when each worker has its store open and each connection was made. Under
// valgrind: nothing is lost, and nothing is read or written that is not ours. A reload begins in fresh memory; what could
// grow over it is what the process keeps: its descriptors.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';

import { newSeed } from '../integration/dice.mjs';
import { sanitized } from '../integration/programs.mjs';
import { sleep } from '../integration/wait.mjs';
import { Life, days } from './life.mjs';

const seed = newSeed();
console.error(`SEED=${seed}`);

/** Of the daemon, now: KiB of memory that is no file's, and of its store; descriptors; threads. */
function used({ daemon }) {
	const at = `/proc/${daemon.process.pid}`;
	const [, own] = readFileSync(`${at}/smaps_rollup`, 'utf8').match(/^Anonymous:\s+(\d+) kB/m);
	const store = statSync(daemon.database).size >> 10;
	return { own: Number(own), store, files: readdirSync(`${at}/fd`).length, threads: readdirSync(`${at}/task`).length };
}

/** The least of some looks: what is open for a moment only is not kept. */
async function kept(life) {
	const looks = [];
	for (let i = 0; i < 20; i++) {
		looks.push(used(life));
		await sleep(50);
	}
	return Object.fromEntries(Object.keys(looks[0]).map((name) => [name, Math.min(...looks.map((look) => look[name]))]));
}

test('memory, descriptors and threads are at the end what they were at the first third', async (t) => {
	assert.ok(!sanitized('mimamorid'), 'a sanitizer keeps what was freed');
	const life = new Life({ seed, day: 12 });
	await life.prepare();
	const third = Math.ceil(days / 3);
	let first, end;
	await life.live({
		eachDay: async (n) => {
			if (n === third - 2 || n === third + 4)
				await life.loseBroker();
			if (n === third)
				first = await kept(life);
			console.error(`day ${n}: ${JSON.stringify(used(life))} ${JSON.stringify(life.sums)}`);
		},
		last: async () => (end = await kept(life)),
	});
	t.diagnostic(`${JSON.stringify(life.sums)}; ${JSON.stringify(first)} at the first third, ${JSON.stringify(end)} at the end`);
	const grown = (name) => end[name] - first[name];
	assert.ok(grown('own') <= 1024 + 3 * grown('store'), 'memory grew'); // what is new in the store is in some caches
	assert.ok(grown('files') <= 8, 'files are left open');
	assert.ok(grown('threads') <= 6, 'threads are left');
	await life.judge();
	await life.end();
});

test('a reload leaves nothing open', async (t) => {
	const reloads = 40;
	const life = new Life({ seed });
	await life.prepare({ lead: 600_000 }); // nothing happens yet
	const first = await kept(life);
	while (life.reloads < reloads)
		await life.reload();
	const end = await kept(life);
	t.diagnostic(`${JSON.stringify(first)} at first, ${JSON.stringify(end)} after ${reloads} reloads`);
	assert.ok(end.files - first.files < reloads / 2, 'it keeps some'); // not each worker was asked, and has the store open
	assert.ok(end.threads - first.threads < reloads / 2);
	await life.end();
});

test('valgrind finds nothing lost, and nothing read or written that is not ours', async (t) => {
	const life = new Life({ seed, day: 30, pressing: 6, silent: 6, readers: 1, pause: 300 });
	const around = ['valgrind', '--quiet', '--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite'];
	around.push('--error-exitcode=99', '--num-callers=30');
	const within = 90_000;
	await life.prepare({ around, lead: 45_000, within });
	await life.live({
		until: 5,
		eachDay: async (n) => {
			if (n === 2)
				await life.beginAnew({ around, within });
			if (n === 3)
				await life.loseBroker();
			console.error(`day ${n}: ${JSON.stringify(life.sums)}`);
		},
	});
	await life.judge();
	await life.end({ within });
	assert.doesNotMatch(life.daemon.log, /^==\d+== /m);
	t.diagnostic(JSON.stringify(life.sums));
});
