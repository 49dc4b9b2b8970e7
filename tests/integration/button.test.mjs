// The Linux button against a real broker; the server is an MQTT.js client here that answers as each test wants.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { connectClient } from './press.mjs';

const broker = await startBroker();

async function serve() {
	return await connectClient(broker, broker.user, broker.password, { topics: ['mimamori/v1/+/checkin'] });
}

const newButton = async (device, settings) =>
	await startButton({ broker, device, password: await broker.addUser(device), settings });
const answer = (server, device, ack) => server.publish(`mimamori/v1/${device}/ack`, ack, { qos: 0 });
const seconds = () => Math.floor(Date.now() / 1000);

test('a press is sent, and heard once the server says so', async () => {
	const server = await serve();
	const button = await newButton('heard');
	const id = await button.press();
	const { json, retain, topic } = await server.next((m) => m.json?.id === id);
	assert.equal(topic, 'mimamori/v1/heard/checkin');
	assert.equal(json.kind, 'ok');
	assert.equal(retain, false);
	assert.ok(json.age >= 0 && json.age < 10, `age ${json.age}`);
	assert.ok(!button.events.some((e) => e.event === 'heard'), 'nothing was heard yet');

	await answer(server, 'heard', { id, result: 'stored', at: seconds(), text: 'おはようございます。届きました。' });
	assert.match((await button.said('heard', { id })).text, /おはようございます。届きました。$/);
	await button.stop();
	await server.leave();
});

test('a press without an answer is sent again, also after kill -9, under the same id, and no more once it is heard', async () => {
	const server = await serve();
	const button = await newButton('again');
	const id = await button.press('talk');
	await server.next((m) => m.json?.id === id);
	await button.kill();
	const before = server.received.length;
	await button.start();
	const again = await server.next((m) => m.json?.id === id && server.received.indexOf(m) >= before);
	assert.equal(again.json.kind, 'talk');

	await answer(server, 'again', { id, result: 'duplicate', at: seconds() });
	await button.said('heard', { id });
	const settled = server.received.length;
	await button.kill();
	await button.start();
	const next = await button.press('unwell');
	await server.next((m) => m.json?.id === next);
	assert.ok(!server.received.slice(settled).some((m) => m.json.id === id));
	await button.stop();
	await server.leave();
});

test('a press made while the broker is away arrives when it is back', async () => {
	const button = await newButton('away');
	await button.said('online');
	await broker.kill();
	await button.said('offline');
	const id = await button.press('help');
	await broker.start();
	const server = await serve();
	assert.equal((await server.next((m) => m.json?.id === id, { within: 20_000 })).json.kind, 'help');
	await button.stop();
	await server.leave();
});

test('its state is retained, and says offline after a stop and after kill -9', async () => {
	const server = await connectClient(broker, broker.user, broker.password);
	await server.client.subscribeAsync('mimamori/v1/state/state', { qos: 1 });
	const button = await newButton('state');
	const said = (online, n) =>
		server.next((m) => m.json?.online === online && server.received.indexOf(m) >= n, { what: `online ${online}` });
	await said(true, 0);
	await button.kill();
	await said(false, 1);
	await button.start();
	await said(true, 2);
	await button.stop();
	await said(false, 3);
	await server.leave();

	const later = await connectClient(broker, broker.user, broker.password, { topics: ['mimamori/v1/state/state'] });
	assert.deepEqual(await later.next((m) => m.retain).then((m) => m.json.online), false);
	await later.leave();
});

test('a reminder is shown', async () => {
	const server = await serve();
	const button = await newButton('reminded');
	await button.said('online');
	const text = 'けさの合図をお待ちしています。ボタンを1回押してください。';
	await server.publish('mimamori/v1/reminded/message', { id: 'm1', kind: 'reminder', text });
	assert.equal((await button.said('message', { kind: 'reminder' })).text, text);
	await button.stop();
	await server.leave();
});

test('a hold announces help, and a press takes it back before anything is sent', async () => {
	const server = await serve();
	const button = await newButton('held', { button: { hold: '1s', announce: '3s' } });
	await button.said('online');
	button.type('down');
	await button.said('announced');
	button.type('up');
	button.type('ok');
	await button.said('taken_back');
	const { id } = await button.said('sending');
	assert.equal((await server.next((m) => m.json?.id === id)).json.kind, 'ok');
	assert.ok(!server.received.some((m) => m.topic.includes('/held/') && m.json.kind === 'help'));

	const from = button.events.length;
	button.type('down');
	await button.said('announced', {}, { from });
	button.type('up');
	const help = await button.said('sending', { kind: 'help' }, { from });
	assert.equal((await server.next((m) => m.json?.id === help.id)).json.kind, 'help');
	await button.stop();
	await server.leave();
});
