// Daemon and broker lose sight of each other: both come back by themselves, no press is lost, and what we could not
// hear is nobody's fault. Our hearing is tested each second here, and a gap of three is a blind period.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { checkedIncidents, checkedStatus } from './contract.mjs';
import { startDaemon } from './daemon.mjs';
import { readiness } from './metrics.mjs';
import { connectDevice } from './press.mjs';
import { rows, stored } from './store.mjs';
import { middayZone, scheduleAround, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const zone = middayZone();
const deaf = 3000;
const settle = 3000;
const server = { echo: '1s', deaf: `${deaf / 1000}s`, settle: `${settle / 1000}s` };

const broker = await startBroker();
const town = street(zone);
const phones = ['phone-0', 'phone-1', 'phone-2'];
const neighbour = { ...town.residents[0], resident_id: 'R002', name: '佐藤 次郎' };
town.residents.push(neighbour);
town.devices.push({ device_id: 'button-2', resident_id: 'R002' });
town.devices.push(...phones.map((device_id) => ({ device_id, resident_id: 'R001' })));
const daemon = await startDaemon({ broker, town, settings: { server } });
const button = await startButton({
	broker,
	device: 'button-2',
	password: daemon.passwords['button-2'],
	settings: { button: { repeat: '1s' } },
});
await button.said('online');

const unready = () =>
	waitFor(async () => ((r) => r.status === 503 && r.body)(await readiness(daemon)), {
		within: 15_000,
		what: '/readyz to be 503',
	});
/** The button, once what it is given is no repeat of its last press; the id. */
async function press() {
	await sleep(1200);
	return await button.press('ok');
}
const alive = async () => (await fetch(`${daemon.web}/healthz`)).status === 200;
const row = async (id) => checkedStatus(await daemon.status()).residents.find((r) => r.resident_id === id);

async function connectPhones() {
	return await Promise.all(phones.map((name) => connectDevice(broker, name, daemon.passwords[name])));
}

/** Waits for one answer to each press, and gives the answers. */
const answered = (clients, ids) =>
	waitFor(
		() => {
			const acks = clients.flatMap((c) => c.received).map((m) => m.json).filter((ack) => ids.includes(ack?.id));
			return new Set(acks.map((ack) => ack.id)).size === ids.length && acks;
		},
		{ within: 20_000, what: () => `${ids.length} answers` },
	);

for (const [how, gone] of [
	['stopped', () => broker.stop()],
	['killed', () => broker.kill()],
])
	test(`the broker is ${how} and started: the daemon comes back by itself, and presses made meanwhile arrive`, async () => {
		await button.said('heard', { id: await press() });
		await gone();
		const body = await unready();
		assert.deepEqual([body.hears.ok, body.hears.connected, body.stores.ok, body.tells.ok], [false, false, true, true]);
		assert.ok(await alive());
		const ids = [await press(), await press()];
		assert.ok(!stored(daemon).some((id) => ids.includes(id)));
		await broker.start();
		await daemon.ready({ within: 20_000 });
		for (const id of ids)
			await button.said('heard', { id }, { within: 15_000 });
		assert.deepEqual(stored(daemon).filter((id) => ids.includes(id)).toSorted(), ids.toSorted());
		await daemon.stop(); // its next connection is a first one again, without a long back-off
		await daemon.start();
		await daemon.ready();
	});

test('a broker that falls silent is deafness too', async () => {
	broker.process.signal('SIGSTOP');
	const body = await unready();
	broker.process.signal('SIGCONT');
	assert.deepEqual([body.hears.ok, body.hears.connected], [false, true]);
	await daemon.ready();
	await button.said('heard', { id: await press() });
});

for (const [how, gone] of [
	['stopped', () => daemon.stop()],
	['killed', () => daemon.kill()],
])
	test(`the daemon is ${how} while devices press: all of it is stored and answered after its start`, async () => {
		const clients = await connectPhones();
		const before = stored(daemon).length;
		const ids = Array.from({ length: 300 }, (_, n) => `${how}-${n}`);
		const at = Math.floor(Date.now() / 1000);
		const began = Date.now();
		await gone();
		await Promise.all(ids.map((id, n) => clients[n % 3].press('ok', n === 0 ? { id, at } : { id })));
		await sleep(deaf + 1500 - (Date.now() - began));
		assert.deepEqual(clients.flatMap((c) => c.received), []);
		await daemon.start();
		await daemon.ready();
		const acks = await answered(clients, ids);
		assert.ok(acks.every((ack) => ack.result === 'stored'));
		assert.equal(stored(daemon).length, before + ids.length);

		const pressed = new Map(
			rows(daemon, 'SELECT id, pressed_at FROM checkins WHERE id LIKE ?', `${how}-%`).map((r) => [r.id, r.pressed_at]),
		);
		assert.equal(pressed.get(ids[0]), at * 1000, 'a press with a time keeps it');
		for (const id of ids.slice(1))
			assert.ok(pressed.get(id) <= began + 200, 'one without a time may be as old as our deafness');
		await Promise.all(clients.map((client) => client.leave()));
	});

test('who falls due while we are deaf is unknown, not missed, and is judged when it has settled; nobody is forgotten', async () => {
	const now = Date.now();
	const schedule = scheduleAround(zone, now, { due: 4, grace: 2 });
	const people = [
		{ ...town.residents[0], resident_id: 'D001', name: '伊藤 清' },
		{ ...neighbour, resident_id: 'D002', name: '加藤 健一' },
	];
	await daemon.import({
		residents: people.map((person) => ({ ...person, schedule })),
		devices: [{ device_id: 'button-2', resident_id: 'D002' }],
	});
	assert.deepEqual([(await row('D001')).state, (await row('D002')).state], ['waiting', 'waiting']);
	await broker.stop();
	const from = Date.now();
	const id = await press();
	await sleep(now + 6500 - Date.now()); // past the deadline, and deaf for longer than `deaf`
	const meanwhile = checkedStatus(await daemon.status());
	assert.equal(meanwhile.listening, false);
	assert.equal(meanwhile.blind.at(-1).to, null);
	assert.deepEqual([(await row('D001')).state, (await row('D002')).state], ['unknown', 'unknown']);
	assert.ok(!checkedIncidents(await daemon.incidents()).some((i) => i.kind === 'missed'));

	await broker.start();
	const to = Date.now();
	await button.said('heard', { id }, { within: 15_000 });
	await daemon.ready({ within: 20_000 });
	const after = checkedStatus(await daemon.status());
	assert.equal(after.listening, true);
	const blind = after.blind.at(-1);
	assert.ok(Math.abs(Date.parse(blind.from) - from) < 2500, `deaf from ${blind.from}`);
	assert.ok(Date.parse(blind.to) >= to - 1000, `deaf to ${blind.to}`);
	assert.equal((await row('D001')).state, 'unknown');
	assert.equal((await row('D001')).incident, null);

	await waitFor(async () => (await row('D001')).state === 'missed', { within: 15_000, what: 'D001 to be missed' });
	const incident = checkedIncidents(await daemon.incidents()).find((i) => i.resident_id === 'D001');
	assert.ok(
		Date.parse(incident.opened_at) >= Date.parse(blind.to) + settle - 1000,
		`opened ${incident.opened_at}, deaf to ${blind.to}`,
	);
	assert.equal((await row('D002')).state, 'ok', 'pressed while nobody could hear');
	assert.equal((await daemon.status()).totals.unknown, 0);
	await button.stop();
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
