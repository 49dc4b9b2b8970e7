// mimamorid as a command: its options, a store that is not there yet, and how it ends.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { temporaryFolder } from './ending.mjs';
import { readiness } from './metrics.mjs';
import { run } from './processes.mjs';
import { program } from './programs.mjs';
import { waitFor } from './wait.mjs';

const broker = await startBroker();
const mimamorid = (...args) => run(program('mimamorid'), args);

/** A daemon that is not started yet. */
const prepared = (settings = {}) => startDaemon({ broker, settings, start: false });

test('--help names every key, --version the version', async () => {
	const help = await mimamorid('--help');
	assert.equal(help.code, 0);
	for (const key of ['timezone', 'settle', 'client_id', 'listen', 'password_file', 'profiles'])
		assert.match(help.stdout, new RegExp(key));
	const version = await mimamorid('--version');
	assert.equal(version.code, 0);
	assert.match(version.stdout, /^mimamorid \d+\.\d+\.\d+\n$/);
});

test('wrong usage is status 2', async () => {
	for (const args of [[], ['--config'], ['--nonsense'], ['--config', 'x', 'y']])
		assert.equal((await mimamorid(...args)).code, 2, args.join(' '));
});

test('a wrong configuration is status 2 and named with file and line, with --check too', async () => {
	const file = join(temporaryFolder('check'), 'wrong.conf');
	writeFileSync(file, '[server]\ntimezone = Mars/Olympus\n[mail]\ncolour = blue\n');
	for (const args of [['--config', file], ['--config', file, '--check']]) {
		const { code, stderr } = await mimamorid(...args);
		assert.equal(code, 2);
		assert.ok(stderr.includes(`${file}:2: [server] timezone: `), stderr);
		assert.ok(stderr.includes(`${file}:4: [mail] colour: unknown key`), stderr);
	}
	writeFileSync(file, '[server]\nholidays = /nowhere/holidays.csv\n');
	const { code, stderr } = await mimamorid('--config', file, '--check');
	assert.equal(code, 2);
	assert.ok(stderr.includes(`${file}:2: [server] holidays: `), stderr);
});

test('a store that the daemon makes is for nobody else on the machine', async () => {
	const folder = temporaryFolder('mine');
	const daemon = await prepared();
	const database = join(folder, 'm.db');
	await daemon.configure({ settings: { store: { url: `sqlite:${database}` } } });
	await daemon.start();
	await daemon.ready();
	for (const file of [database, `${database}-wal`])
		assert.equal(statSync(file).mode & 0o007, 0, file);
	await daemon.stop();
});

test('--check of a good configuration starts nothing', async () => {
	const daemon = await prepared();
	const { code, stdout, stderr } = await mimamorid('--config', daemon.config, '--check');
	assert.deepEqual([code, stdout, stderr], [0, '', '']);
});

test('a store that cannot be opened yet is waited for', async () => {
	const folder = join(temporaryFolder('later'), 'disk');
	const daemon = await prepared({ store: { url: `sqlite:${join(folder, 'm.db')}` } }).catch(() => null);
	assert.equal(daemon, null, 'init fails where the disk is not mounted');

	const waiting = await prepared();
	await waiting.configure({ settings: { store: { url: `sqlite:${join(folder, 'm.db')}` } } });
	await waiting.start();
	await waiting.process.said(/store=unwell/);
	const { status, body } = await waitFor(async () => {
		const now = await readiness(waiting);
		return now.status && now;
	});
	assert.equal(status, 503);
	assert.equal(body.stores.ok, false);
	assert.equal((await fetch(`${waiting.web}/healthz`)).status, 200);
	mkdirSync(folder);
	await waiting.ready();
	await waiting.stop();
});

test('a store that another program has for itself is waited for, and a stop is heard meanwhile', async () => {
	const daemon = await prepared();
	const hold = () => {
		const database = new DatabaseSync(daemon.database);
		database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
		return () => database.close();
	};
	let release = hold();
	await daemon.start();
	await daemon.process.said(/store=unwell.*locked/);
	await daemon.stop({ within: 8000 });
	release();

	release = hold();
	await daemon.start();
	await daemon.process.said(/store=unwell.*locked/);
	release();
	await daemon.ready();
	await daemon.stop();
});

test('SIGTERM and SIGINT end it at once with status 0', async () => {
	const daemon = await startDaemon({ broker });
	await daemon.stop({ within: 4000 });
	await daemon.start();
	await daemon.ready();
	assert.deepEqual(await daemon.process.stop({ signal: 'SIGINT', within: 4000 }), { code: 0, signal: null });
	daemon.wanted = false;
});

test('SIGTERM ends it while the broker does not answer', async () => {
	const daemon = await prepared({ mqtt: { host: '192.0.2.1' } }); // an address of documentation: nobody is there
	await daemon.start();
	await waitFor(async () => (await readiness(daemon)).status === 503);
	await daemon.stop({ within: 4000 });
	await daemon.configure({ settings: { mqtt: { host: 'no-such-host.invalid' } } });
	await daemon.start();
	await waitFor(async () => (await readiness(daemon)).status === 503);
	await daemon.stop({ within: 4000 });
});

