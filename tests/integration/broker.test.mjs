// The broker as we ship it: who may say and hear what, and what it remembers. Looked at from the subscriber's side,
// since a publish that is not allowed is acknowledged and a subscription that is not allowed is granted.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { connectClient, connectDevice } from './press.mjs';
import { sleep } from './wait.mjs';

const broker = await startBroker();
const passwords = {};
for (const device of ['button-1', 'button-2'])
	passwords[device] = await broker.addUser(device);

const button = (device, options) => connectDevice(broker, device, passwords[device], options);
const daemon = (options) =>
	connectClient(broker, broker.user, broker.password, { topics: ['mimamori/#'], ...options });
const checkinOf = (device) => `mimamori/v1/${device}/checkin`;

test('a press arrives at the daemon and the answer at the button', async () => {
	const server = await daemon();
	const device = await button('button-1');
	const id = await device.press('ok');
	assert.equal((await server.next((m) => m.json?.id === id)).topic, checkinOf('button-1'));

	await server.publish('mimamori/v1/button-1/ack', { id, result: 'stored' }, { qos: 0 });
	assert.equal((await device.ack(id)).result, 'stored');
	await server.publish('mimamori/v1/button-1/message', { id: 'm1', kind: 'notice', text: 'こんにちは' });
	await device.next((m) => m.json?.text === 'こんにちは');
	await server.leave();
	await device.leave();
});

test('a device is heard under no name but its own', async () => {
	const server = await daemon();
	const forbidden = [
		checkinOf('button-2'),
		'mimamori/v1/button-2/state',
		'mimamori/v1/button-2/ack',
		'mimamori/v1/button-1/ack',
		'mimamori/v1/button-1/message',
		'mimamori/v1/button-1/checkin/more',
		'mimamori/echo/mimamorid',
		'mimamori/v1',
	];
	for (const topic of forbidden) {
		const forger = await button('button-1'); // Mosquitto 2.0.11 acknowledges and then hangs up
		await forger.publish(topic, { id: 'forged', kind: 'ok' }).catch((error) => assert.equal(error.code, 135));
		await forger.drop();
	}
	const device = await button('button-1');
	const id = await device.press('ok');
	await server.next((m) => m.json?.id === id); // the broker keeps order: anything forged would have come before it
	assert.deepEqual(server.received.map((m) => m.topic), [checkinOf('button-1')]);
	await server.leave();
	await device.leave();
});

test("a device does not hear another's answers, presses or states", async () => {
	const server = await daemon();
	const other = await button('button-2', {
		topics: [
			'#',
			'mimamori/v1/+/ack',
			'mimamori/v1/button-1/ack',
			'mimamori/v1/button-1/message',
			'$share/group/mimamori/v1/button-1/ack',
			checkinOf('button-1'),
		],
	});
	const device = await button('button-1');
	await device.publish('mimamori/v1/button-1/state', { online: true }, { retain: true });
	await device.publish(checkinOf('button-1'), { id: 'private', kind: 'help' });
	await server.publish('mimamori/v1/button-1/ack', { id: 'private', result: 'stored' });
	await server.publish('mimamori/v1/button-1/message', { id: 'private', kind: 'notice' });
	await device.ack('private');
	await server.publish('mimamori/v1/button-2/ack', { id: 'mine', result: 'stored' });
	await other.next((m) => m.json?.id === 'mine');
	assert.deepEqual([...new Set(other.received.map((m) => m.topic))], ['mimamori/v1/button-2/ack']);
	await Promise.all([server.leave(), device.leave(), other.leave()]);
});

test('a wrong password, an unknown name and no name are refused', async () => {
	const refused = (name, password, options) =>
		assert.rejects(connectClient(broker, name, password, options), (error) => [134, 135].includes(error.code));
	await refused('button-1', 'wrong');
	await refused('button-1', passwords['button-2']);
	await refused('button-1', '');
	await refused('nobody', 'nothing');
	await refused(undefined, undefined, { clientId: 'button-1' });
});

test('a device whose line is removed is refused after the reload', async () => {
	const password = await broker.addUser('button-3');
	await (await connectDevice(broker, 'button-3', password)).leave();
	await broker.removeUser('button-3');
	await assert.rejects(connectDevice(broker, 'button-3', password), (error) => [134, 135].includes(error.code));
});

test("a device that claims the daemon's client id neither ends its session nor gets its presses", async () => {
	const server = await daemon();
	const thief = await button('button-2', { clientId: broker.user, clean: true });
	const device = await button('button-1');
	const id = await device.press('ok');
	await server.next((m) => m.json?.id === id);
	assert.equal(server.closed, false);
	assert.deepEqual(thief.received, []);
	await Promise.all([server.leave(), device.leave(), thief.leave()]);
});

test('presses wait for a daemon that is away, and outlive kill -9 of the broker', async () => {
	const session = { clean: false, properties: { sessionExpiryInterval: 0xffffffff } };
	await (await daemon(session)).leave();
	const device = await button('button-1');
	const ids = [];
	for (let n = 0; n < 50; n++)
		ids.push(await device.press('ok'));
	await sleep(2500); // autosave_interval 1 saves when more than a second has gone by
	await broker.kill();
	await broker.start();

	const server = await daemon({ ...session, topics: [] });
	await server.next((m) => m.json?.id === ids.at(-1));
	const presses = server.received.filter((m) => m.topic === checkinOf('button-1')); // the session may still owe a retained state
	assert.deepEqual(presses.map((m) => m.json.id), ids);
	await server.leave();
	await device.drop();
});

test('more presses than any default limit wait for a daemon that is away', async () => {
	const session = { clean: false, properties: { sessionExpiryInterval: 0xffffffff } };
	await (await daemon(session)).leave();
	const device = await button('button-1');
	const count = 3000; // Mosquitto's own limit is 1000
	await Promise.all(Array.from({ length: count }, (_, n) => device.press('ok', { id: `waiting-${n}` })));
	await device.leave();

	const server = await daemon({ ...session, topics: [] });
	await server.next((m) => m.json?.id === `waiting-${count - 1}`);
	const waited = server.received.map((m) => m.json?.id).filter((id) => id?.startsWith('waiting-'));
	assert.equal(new Set(waited).size, count);
	await server.leave();
});
