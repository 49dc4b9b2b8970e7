// peers - what a user would build instead: a Node-RED flow, and mosquitto_sub | awk | sqlite3.
import { test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { temporaryFolder } from '../integration/ending.mjs';
import { Process } from '../integration/processes.mjs';
import { sleep } from '../integration/wait.mjs';
import { fill } from './city.mjs';
import { startFlow } from './flow.mjs';
import { alternately, figure, gate } from './gates.mjs';
import { brokerWith, daemonOf, memory, pressing, serving, startPressing } from './setting.mjs';

const residents = 100_000;
const buttons = 1000;
const presses = 20_000;
const held = 50; // rows that stay in the pipe's buffers until more come
const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const spread = residents / buttons;
let broker;
let daemon;
let folder;
let runs = 0;

test('peers: a city of 100,000', { timeout: 120_000 }, async () => {
	broker = await brokerWith(buttons, spread);
	daemon = await daemonOf(broker);
	fill(daemon, residents);
	folder = temporaryFolder('peers');
});

async function red() {
	const process = await startFlow(broker, join(folder, `red-${runs++}`));
	try {
		const found = await pressing(broker, { buttons, spread, seconds });
		return { ...found, mib: memory(process).now };
	} finally {
		await process.kill();
	}
}

test('peers: Node-RED', { timeout: 600_000 }, async () => {
	const ours = () => serving(daemon, async () => await pressing(broker, { buttons, spread, seconds }));
	const found = await alternately({ red, ours });
	gate('press, 1,000 buttons, beside a Node-RED flow', {
		...{ ours: found.ours, yardstick: found.red, pick: (x) => x.rate },
		...{ unit: 'acked/s', atLeast: 4 },
	});
	figure('the same: its memory', '', '', `${found.red[0].mib.toFixed(0)} MiB`);
});

const sql = `CREATE TABLE IF NOT EXISTS checkins (seq INTEGER PRIMARY KEY, device_id TEXT, id TEXT, at INTEGER, UNIQUE (device_id, id));`;
const pipe = `mosquitto_sub -h 127.0.0.1 -p "$1" -u mimamorid -P "$2" -q 1 -t 'mimamori/v1/+/checkin' -F '%t %p' |
awk 'BEGIN { print "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${sql}"; fflush() }
{ split($1, t, "/"); split($0, p, "\\""); printf "INSERT OR IGNORE INTO checkins (device_id, id, at) VALUES (\\047%s\\047, \\047%s\\047, 0);\\n", t[3], p[4]; fflush() }' |
sqlite3 "$3"`;

/** Presses as fast as the broker takes them; how many a second were stored until (nearly) all were. */
async function stored(database, wanted, from) {
	const began = performance.now();
	const pressing_ = startPressing(broker, { buttons, spread, presses, seconds: 300, puback: true });
	const look = database.prepare('SELECT coalesce(max(seq), 0) AS n FROM checkins');
	for (const until = began + 120_000; look.get().n - from < wanted; await sleep(10))
		assert.ok(performance.now() < until, `only ${look.get().n - from} of ${wanted} are stored`);
	const rate = wanted / ((performance.now() - began) / 1000);
	const { code } = await pressing_.ended;
	assert.equal(code, 0, pressing_.log);
	database.close();
	return { rate };
}

async function piped() {
	const file = join(folder, `pipe-${runs++}.db`);
	const database = new DatabaseSync(file);
	database.exec(`PRAGMA journal_mode = WAL; ${sql}`);
	const process = new Process('pipe', 'setsid', ['sh', '-c', pipe, 'sh', String(broker.port), broker.password, file]);
	try {
		await sleep(1000); // it says nothing when it is subscribed
		return await stored(database, presses - held, 0);
	} finally {
		await endGroup(process);
	}
}

/** mosquitto_sub ends, and the two after it with their input. */
async function endGroup(process_) {
	process.kill(-process_.pid, 'SIGTERM');
	await process_.ended;
}

test('peers: mosquitto_sub | awk | sqlite3', { timeout: 600_000 }, async () => {
	const ours = () =>
		serving(daemon, async () => {
			const database = new DatabaseSync(daemon.database, { readOnly: true });
			const from = database.prepare('SELECT coalesce(max(seq), 0) AS n FROM checkins').get().n;
			return await stored(database, presses - held, from);
		});
	const found = await alternately({ piped, ours });
	gate('20,000 presses to store, beside mosquitto_sub | awk | sqlite3', {
		...{ ours: found.ours, yardstick: found.piped, pick: (x) => x.rate },
		...{ unit: 'stored/s', atLeast: 3 },
	});
});
