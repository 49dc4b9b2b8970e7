// HTTP on [web] listen: what each press counts as, and HTTPS.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import https from 'node:https';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { certificate } from './certificate.mjs';
import { startDaemon } from './daemon.mjs';
import { metrics } from './metrics.mjs';
import { middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';

const daemon = await startDaemon({ broker: await startBroker(), town: street(middayZone()) });

test('presses are counted by what became of them', async () => {
	const button = await daemon.device('button-1');
	assert.equal((await metrics(daemon))['mimamori_residents{state="waiting"}'], 1);
	for (const id of ['a', 'b'])
		assert.equal((await button.pressed('ok', { id })).result, 'stored');
	await button.press('ok', { id: 'b' });
	await button.publish(button.topic('checkin'), 'nonsense');
	await button.publish(button.topic('checkin'), { id: 'c', kind: 'ok' }, { retain: true });
	await button.publish(button.topic('state'), { online: true, battery: 80 }, { retain: true });
	await waitFor(async () => (await metrics(daemon)).mimamori_states_total >= 1);
	// What is counted in the store may be two seconds old.
	await waitFor(async () => (await metrics(daemon))['mimamori_residents{state="ok"}'] === 1, { what: 'the press to be counted' });
	const counted = await metrics(daemon);
	const of = (result) => counted[`mimamori_presses_total{result="${result}"}`];
	assert.equal(of('stored'), 3, 'a live copy of a retained message is a press');
	assert.equal(of('duplicate'), 1);
	assert.equal(of('rejected'), 1);
	assert.equal(counted.mimamori_acks_total, 5);
	assert.equal(counted['mimamori_residents{state="waiting"}'], 0);
	assert.equal(counted['mimamori_incidents_open{kind="help"}'], 0);
	assert.ok(counted.mimamori_batch_seconds_count > 0);
	assert.equal(counted['mimamori_batch_seconds_bucket{le="+Inf"}'], counted.mimamori_batch_seconds_count);
	assert.equal(counted.mimamori_connects_total, 1);
	assert.equal(counted.mimamori_messages_in_hand, 0);
});

test('HTTPS where a certificate is configured', async () => {
	const { key, cert } = await certificate();
	const files = { tls_certificate: join(daemon.folder, 'cert.pem'), tls_key: join(daemon.folder, 'key.pem') };
	writeFileSync(files.tls_certificate, cert);
	writeFileSync(files.tls_key, key);
	await daemon.configure({ settings: { web: files } });
	const from = daemon.process.log.length;
	daemon.process.signal('SIGHUP');
	await daemon.process.said(/web=listening .* tls=yes/, { from });
	const status = await new Promise((resolve, reject) => {
		const get = https.get(`${daemon.web.replace('http', 'https')}/healthz`, { ca: cert }, (answer) => {
			answer.resume();
			resolve(answer.statusCode);
		});
		get.on('error', reject);
	});
	assert.equal(status, 200);
	await daemon.stop();

	await daemon.configure({ settings: { web: { ...files, tls_key: join(daemon.folder, 'no-such.pem') } } });
	await daemon.start();
	await daemon.process.said(/no-such\.pem: No such file/);
	assert.equal((await daemon.process.ended).code, 1);
	daemon.wanted = false;
});
