// The store in bad days: copied while it is written, locked by another program, on a full disk, read-only, corrupt,
// of a newer version. Nothing is acknowledged that is not on disk, and what was not comes again by itself.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { closeSync, copyFileSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { bound, makeReadOnly, smallDisk } from './disk.mjs';
import { readiness } from './metrics.mjs';
import { run } from './processes.mjs';
import { holdStore, stored } from './store.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const broker = await startBroker();
const daemon = await startDaemon({ broker, town: street(middayZone()) });
const button = await daemon.device('button-1');

/** The ids answered so far. */
const answered = () => new Set(button.received.map((m) => m.json).filter((ack) => ack?.result).map((ack) => ack.id));

const allAnswered = (ids, within = 20_000) =>
	waitFor(() => ids.every((id) => answered().has(id)), {
		within,
		what: () => `${ids.length} answers\n${daemon.process.log}`,
	});

/** Presses so often; the ids. The broker has them all when this resolves. */
async function pressAll(name, count = 100) {
	const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
	await Promise.all(ids.map((id) => button.press('ok', { id })));
	return ids;
}

const unready = () =>
	waitFor(async () => ((r) => r.status === 503 && r.body)(await readiness(daemon)), { what: '/readyz to be 503' });

/** What mimamori check says of a copy of the store: { code, stdout, stderr }. */
async function check(path) {
	await daemon.configure({ settings: { store: { url: `sqlite:${path}` } } });
	try {
		return await daemon.shell('check');
	} finally {
		await daemon.configure();
	}
}

test('a backup made while presses go on is whole', async () => {
	const earlier = await pressAll('earlier', 1000);
	await allAnswered(earlier);
	const copy = join(daemon.folder, 'copy.db');
	const backup = daemon.shell('backup', copy);
	let over = false;
	backup.finally(() => (over = true));
	let rounds = 0;
	while (!over || rounds === 0)
		await allAnswered(await pressAll(`meanwhile-${rounds++}`, 20));
	const { code, stderr } = await backup;
	assert.equal(code, 0, stderr);
	const checked = await check(copy);
	assert.deepEqual([checked.code, checked.stderr], [0, '']);
	assert.match(checked.stdout, /ok/);
	assert.ok((statSync(copy).mode & 0o077) === 0, 'the copy is for its owner only');

	const kept = stored({ database: copy });
	const all = stored(daemon);
	assert.deepEqual(kept, all.slice(0, kept.length), 'the copy is the store as it was');
	assert.ok(kept.length >= earlier.length);

	const again = await daemon.shell('backup', copy);
	assert.equal(again.code, 1);
	assert.match(again.stderr, /copy\.db/);
	assert.deepEqual(stored({ database: copy }), kept, 'what is there is not overwritten');
});

test('while another program holds the lock nothing is answered, and then everything is', async () => {
	const letGo = holdStore(daemon);
	const ids = await pressAll('locked');
	const body = await unready(); // not for a short lock: this one is held for more than five seconds
	assert.deepEqual([body.stores.ok, body.hears.connected], [false, true]);
	assert.ok(!ids.some((id) => answered().has(id)));
	assert.match(daemon.process.log, /level=error store=busy /);
	letGo();
	await allAnswered(ids);
	await daemon.ready();
	assert.equal(new Set(stored(daemon)).size, stored(daemon).length);
});

test('on a full disk nothing is answered; with room again all of it is stored, by itself', async () => {
	await daemon.stop();
	const disk = await smallDisk(join(daemon.folder, 'small'), 4_000_000, daemon.database);
	const path = join(disk.folder, 'mimamori.db');
	await daemon.configure({ settings: { store: { url: `sqlite:${path}` } } });
	await daemon.start({ around: disk.around });
	await daemon.ready();
	const { pid } = daemon.process;
	const onDisk = async () => {
		const [command, ...args] = [...disk.beside(pid), 'sqlite3', path, 'SELECT id FROM checkins ORDER BY seq'];
		const { code, stdout, stderr } = await run(command, args);
		assert.equal(code, 0, stderr);
		return stdout.trim().split('\n');
	};
	const before = (await onDisk()).length;
	const ids = await pressAll('room');
	await allAnswered(ids);

	await disk.fill(pid);
	for (let round = 0; (await readiness(daemon)).status === 200; round++) {
		assert.ok(round < 100, 'the disk does not get full');
		ids.push(...(await pressAll(`full-${round}`, 200)));
		await sleep(50);
	}
	assert.equal((await unready()).stores.ok, false);
	const held = ids.filter((id) => !answered().has(id));
	ids.push(...(await pressAll('still-full')));
	await sleep(2000);
	assert.ok(held.length > 0 && !held.some((id) => answered().has(id)));
	assert.match(daemon.process.log, /level=error store=unwell error=".*mimamori\.db: .*(full|disk I\/O error)/);
	assert.equal(daemon.process.status, null, 'it serves on');

	await disk.makeRoom(pid);
	await daemon.ready();
	await allAnswered(ids);
	assert.match(daemon.process.log, /store=well/);
	const kept = (await onDisk()).slice(before);
	assert.deepEqual(kept.toSorted(), ids.toSorted());
	await daemon.stop();
	await daemon.configure();
});

test('a read-only store is named and waited for', async () => {
	const giveBack = makeReadOnly(daemon.folder);
	const from = daemon.log.length;
	await daemon.start({ around: bound });
	await waitFor(() => /level=error store=unwell error=".*mimamori\.db: /.test(daemon.log.slice(from)), {
		what: () => `an error:\n${daemon.log.slice(from)}`,
	});
	assert.equal((await unready()).stores.ok, false);
	const ids = await pressAll('read-only', 20);
	await sleep(500);
	assert.ok(!ids.some((id) => answered().has(id)));
	giveBack();
	await daemon.ready();
	await allAnswered(ids);
	await daemon.stop();
});

/** Writes garbage into a copy of the store; its path. */
function spoil(name, at, bytes) {
	const path = join(daemon.folder, name);
	copyFileSync(daemon.database, path);
	const file = openSync(path, 'r+');
	writeSync(file, Buffer.alloc(bytes, 'garbage '), 0, bytes, at);
	closeSync(file);
	return path;
}

test('a corrupt store is named; no program goes on with it', async () => {
	const page = 4096;
	const middle = await check(spoil('middle.db', page * Math.floor(statSync(daemon.database).size / page / 2), 8 * page));
	assert.equal(middle.code, 1);
	assert.match(middle.stderr, /middle\.db/);

	const path = spoil('head.db', 0, 100);
	const head = await check(path);
	assert.equal(head.code, 1);
	assert.match(head.stderr, /head\.db.*not a database/);
	await daemon.configure({ settings: { store: { url: `sqlite:${path}` } } });
	const { code, log } = await daemon.fails();
	await daemon.configure();
	assert.equal(code, 1);
	assert.match(log, /level=error store=corrupt error=".*head\.db/);
});

test('where a look finds the store corrupt the daemon ends and says so: else nobody would be judged any more', async () => {
	const database = new DatabaseSync(daemon.database, { readOnly: true });
	const { rootpage } = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'residents_look'").get();
	database.close();
	const path = spoil('looks.db', 4096 * (rootpage - 1), 4096);
	await daemon.configure({ settings: { store: { url: `sqlite:${path}` } } });
	const { code, log } = await daemon.fails();
	await daemon.configure();
	assert.notEqual(code, 0);
	assert.match(log, /store=corrupt error=".*looks\.db/);
});

test('a store of a newer version is refused with both versions named', async () => {
	const path = join(daemon.folder, 'newer.db');
	copyFileSync(daemon.database, path);
	const database = new DatabaseSync(path);
	const { version } = database.prepare('SELECT max(version) AS version FROM schema_version').get();
	database.exec(`UPDATE schema_version SET version = 99 WHERE version = ${version}`);
	database.close();
	const wanted = new RegExp(`version 99,.* ${version}\\b`);
	await daemon.configure({ settings: { store: { url: `sqlite:${path}` } } });
	const { code, log } = await daemon.fails();
	assert.equal(code, 1);
	assert.match(log, wanted);
	const shell = await daemon.shell('status');
	assert.equal(shell.code, 1);
	assert.match(shell.stderr, wanted);
	await daemon.configure();
});

test('after all that every press is there once, and the store is whole', async () => {
	await daemon.start();
	await daemon.ready();
	const ids = await pressAll('last', 10);
	await allAnswered(ids);
	assert.equal(new Set(stored(daemon)).size, stored(daemon).length);
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
