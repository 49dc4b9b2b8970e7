// What an acknowledged press is worth: the broker gets our PUBACK, and the button our ack, only after the commit. It
// hangs on when libmosquitto lets a PUBACK go (design 5.1), which is a fact of its implementation and is pinned here.
// The buttons of this file never repeat a press: what arrives twice was offered twice by the broker.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { metrics, readiness } from './metrics.mjs';
import { run } from './processes.mjs';
import { holdStore, stored } from './store.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const presses = 40;
const broker = await startBroker();
const daemon = await startDaemon({ broker, town: street(middayZone()) });
const button = await daemon.device('button-1');

/** Presses so often, each with its id; the ids. The broker has them all when this resolves. */
async function pressAll(name) {
	const ids = Array.from({ length: presses }, (_, i) => `${name}-${i}`);
	await Promise.all(ids.map((id) => button.press('ok', { id })));
	return ids;
}

/** The daemon has read so many messages and not stored them. */
const inHand = (number) =>
	waitFor(async () => (await metrics(daemon)).mimamori_messages_in_hand >= number, { what: `${number} in hand` });

const answers = (ids) => button.received.filter((m) => m.topic.endsWith('/ack') && ids.includes(m.json?.id));

const answered = (ids) =>
	waitFor(() => new Set(answers(ids).map((m) => m.json.id)).size === ids.length, {
		within: 20_000,
		what: () => `${ids.length} acks; there came ${answers(ids).length}\n${daemon.log}`,
	});

test('killed between read and commit: the broker delivers every press again', async () => {
	const release = holdStore(daemon);
	const ids = await pressAll('killed');
	await inHand(presses);
	await sleep(300); // it keeps trying, and keeps them
	await daemon.kill();
	release();
	assert.deepEqual(stored(daemon), []);
	assert.deepEqual(answers(ids), []);

	await daemon.start();
	await daemon.ready();
	await answered(ids);
	assert.deepEqual(stored(daemon).sort(), ids.toSorted());
	assert.ok(answers(ids).every((m) => m.json.result === 'stored'));
	await sleep(300);
	assert.equal(answers(ids).length, presses, 'what was committed is not delivered once more');
});

test('ended in good order between read and commit: the broker delivers every press again', async () => {
	const before = stored(daemon).length;
	const release = holdStore(daemon);
	const ids = await pressAll('ended');
	await inHand(presses);
	await daemon.stop({ within: 5000 });
	release();
	assert.equal(stored(daemon).length, before);
	assert.deepEqual(answers(ids), []);

	await daemon.start();
	await daemon.ready();
	await answered(ids);
	assert.equal(stored(daemon).length, before + presses);
});

test('a busy store delays the answers and loses nothing', async () => {
	const before = stored(daemon).length;
	const release = holdStore(daemon);
	const ids = await pressAll('busy');
	await inHand(presses);
	await sleep(1500);
	assert.deepEqual(answers(ids), []);
	const connects = (await metrics(daemon)).mimamori_connects_total;
	release();
	await answered(ids);
	assert.equal(stored(daemon).length, before + presses);
	assert.equal((await metrics(daemon)).mimamori_connects_total, connects, 'the connection was kept');
});

test('commit refused by the store: nothing is acknowledged, every press is delivered again', async () => {
	const before = stored(daemon).length;
	// The daemon's files may not grow: each write of its store fails as on a disk that is full.
	const limit = (bytes) => run('prlimit', ['--pid', String(daemon.process.pid), `--fsize=${bytes}:unlimited`]);
	assert.equal((await limit(1)).code, 0);
	const ids = await pressAll('refused');
	await waitFor(async () => (await readiness(daemon)).status === 503, { what: '/readyz to be 503' });
	const { body } = await readiness(daemon);
	assert.equal(body.stores.ok, false);
	await waitFor(async () => (await metrics(daemon)).mimamori_store_unwell_total >= 3, { what: 'some tries' });
	assert.deepEqual(answers(ids), []);
	assert.equal(stored(daemon).length, before);
	assert.equal(daemon.process.status, null, 'a full disk is not its end');

	await limit('unlimited');
	await daemon.ready();
	await answered(ids);
	assert.deepEqual(stored(daemon).slice(before).sort(), ids.toSorted());
});
