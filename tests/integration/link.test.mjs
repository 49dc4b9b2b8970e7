// The daemon's session with the broker: what comes through it, what comes after it was away, and who may be at its ends.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { certificate } from './certificate.mjs';
import { startDaemon } from './daemon.mjs';
import { temporaryFolder } from './ending.mjs';
import { metrics, readiness } from './metrics.mjs';
import { freePort } from './ports.mjs';
import { connectClient } from './press.mjs';
import { Process } from './processes.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const broker = await startBroker();
const daemon = await startDaemon({ broker, town: street(middayZone()) });
const button = await daemon.device('button-1');

test('every message on checkin is answered, once, at QoS 0', async () => {
	const answer = async (payload, wanted) => {
		const from = button.received.length;
		await button.publish(button.topic('checkin'), payload);
		const found = await button.next((m) => button.received.indexOf(m) >= from && m.topic === button.topic('ack'));
		assert.equal(found.qos, 0);
		assert.equal(found.retain, false);
		await sleep(50);
		assert.equal(button.received.length, from + 1);
		for (const [key, value] of Object.entries(wanted))
			assert.equal(found.json[key], value, `${key} of ${found.text}`);
		return found.json;
	};
	const first = await answer({ id: 'one', kind: 'ok' }, { id: 'one', result: 'stored' });
	assert.match(first.text, /届きました/);
	assert.ok(Math.abs(first.at * 1000 - Date.now()) < 10_000);
	const again = await answer({ id: 'one', kind: 'ok' }, { id: 'one', result: 'duplicate' });
	assert.equal(again.at, first.at);
	await answer({ id: 'two', kind: 'dance' }, { id: 'two', result: 'rejected', reason: 'bad_kind' });
	await answer({ kind: 'ok' }, { id: null, result: 'rejected', reason: 'no_id' });
	await answer('', { id: null, result: 'rejected', reason: 'not_json' });
	await answer(Buffer.from([0x7b, 0xff, 0x7d]), { id: null, result: 'rejected', reason: 'not_utf8' });
	await answer('x'.repeat(4097), { id: null, result: 'rejected', reason: 'too_long' });
	await answer('x'.repeat(500_000), { id: null, result: 'rejected', reason: 'too_long' });
	await answer({ id: 'x'.repeat(65), kind: 'ok' }, { id: null, result: 'rejected', reason: 'bad_id' });
});

test('what was pressed while the daemon was away is there when it comes back', async () => {
	await daemon.stop();
	for (const id of ['away-1', 'away-2'])
		await button.press('ok', { id });
	await daemon.start();
	assert.equal((await button.ack('away-1')).result, 'stored');
	assert.equal((await button.ack('away-2')).result, 'stored');
	await daemon.ready();
});

test('a broker that ended and came back is found again, and no press it had accepted is lost', async () => {
	const connects = (await metrics(daemon)).mimamori_connects_total;
	await broker.stop();
	await daemon.process.said(/link=down/);
	await broker.start();
	const returned = await daemon.device('button-1');
	await returned.press('ok', { id: 'returned' });
	assert.equal((await returned.ack('returned')).result, 'stored');
	assert.equal((await metrics(daemon)).mimamori_connects_total, connects + 1);
	await returned.leave();
	await daemon.ready();
});

test('a broker that was killed is found again', async () => {
	await broker.kill();
	await waitFor(async () => (await readiness(daemon)).status === 503);
	await broker.start();
	await daemon.ready();
});

test('thrown out by another who takes its name, it comes back and throws that one out', async () => {
	const from = daemon.process.log.length;
	const thief = await connectClient(broker, broker.user, broker.password);
	await daemon.process.said(/link=down/, { from });
	await daemon.process.said(/link=up/, { from });
	await waitFor(() => thief.closed);
	await daemon.ready();
});

test('a wrong password is said, and tried again until it is right', async () => {
	const wrong = join(daemon.folder, 'wrong.password');
	writeFileSync(wrong, 'not yet the one\n');
	await daemon.stop();
	await daemon.configure({ settings: { mqtt: { password_file: wrong } } });
	await daemon.start();
	await daemon.process.said(/link=down .*why="refused: Not authorized"/);
	await broker.addUser(broker.user, 'not yet the one');
	await daemon.ready();
	await daemon.stop();
});

test('TLS: the broker is believed by its certificate and its name, and not otherwise', async () => {
	const { key, cert, file } = await certificate();
	const folder = temporaryFolder('tls-broker');
	const [host, port] = ['127.0.0.2', await freePort()]; // another address than the certificate names
	writeFileSync(join(folder, 'key.pem'), key);
	writeFileSync(join(folder, 'cert.pem'), cert);
	const tls = `certfile ${folder}/cert.pem\nkeyfile ${folder}/key.pem\nallow_anonymous true\n`;
	writeFileSync(
		join(folder, 'mosquitto.conf'),
		`user root\nlog_dest stderr\nlistener ${port} 127.0.0.1\n${tls}listener ${port} ${host}\n${tls}`,
	);
	const mosquitto = new Process('mosquitto', '/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')]);
	await mosquitto.said(/running/);
	const at = (address) => ({ host: address, port, username: null, password_file: null, ca_file: file });

	const secure = await startDaemon({ broker, settings: { mqtt: at('localhost') } });
	await secure.stop();

	await secure.configure({ settings: { mqtt: at(host) } });
	await secure.start();
	await secure.process.said(/link=down/);
	assert.doesNotMatch(secure.process.log, /link=up/);
	await secure.stop();

	await secure.configure({ settings: { mqtt: { ...at('localhost'), ca_file: '/etc/ssl/certs/ca-certificates.crt' } } });
	await secure.start();
	await secure.process.said(/link=down/);
	assert.doesNotMatch(secure.process.log, /link=up/);
	await secure.stop();
	await mosquitto.stop();
});
