// A press, as any device would send it (contract 1): stored once, answered always.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { checkedIncidents, checkedStatus } from './contract.mjs';
import { startDaemon } from './daemon.mjs';
import { metrics } from './metrics.mjs';
import { connectClient } from './press.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const crowd = Array.from({ length: 20 }, (_, i) => ({ device_id: `crowd-${i}`, resident_id: `C${i}` }));
const town = street(middayZone());
town.residents.push(
	...crowd.map(({ resident_id }) => ({ resident_id, name: `住民 ${resident_id}`, district: 'D01', schedule: 'none' })),
);
town.devices.push(...crowd);

const broker = await startBroker();
const daemon = await startDaemon({ broker, town, start: false });
const button = await daemon.device('button-1');

/** What export says was stored of a device: [{ device_id, id, kind, pressed_at, heard_at }]. */
async function exported(device) {
	const folder = mkdtempSync(join(daemon.folder, 'export-'));
	await daemon.done('export', folder);
	const [head, ...lines] = readFileSync(join(folder, 'checkins.csv'), 'utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/);
	assert.equal(head, 'device_id,id,kind,pressed_at,heard_at');
	const columns = head.split(',');
	const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])));
	return rows.filter((row) => row.device_id === device);
}

const checkin = (payload, options) => button.publish(button.topic('checkin'), payload, options);
const acks = () => button.received.filter((m) => m.topic === button.topic('ack'));

test('a press that the broker had stored as retained is no press and gets no answer', async () => {
	const early = await connectClient(broker, broker.user, broker.password);
	await early.publish(button.topic('checkin'), { id: 'retained', kind: 'ok' }, { retain: true });
	await early.leave();
	await daemon.start();
	await daemon.ready();
	await waitFor(async () => (await metrics(daemon))['mimamori_presses_total{result="retained"}'] === 1, {
		what: 'the retained one to be counted',
	});
	await button.pressed('ok', { id: 'after-the-retained-one' });
	assert.deepEqual(acks().map((m) => m.json.id), ['after-the-retained-one']);
	assert.deepEqual((await exported('button-1')).map((row) => row.id), ['after-the-retained-one']);
});

test('a press is stored and answered with a greeting', async () => {
	await sleep(2500); // so that it is the resident's latest press although it is a second old
	const before = Math.floor(Date.now() / 1000);
	const at = before - 1;
	const ack = await button.pressed('ok', { id: 'first', at, battery: 87, unknown_member: { of: 'later' } });
	assert.deepEqual(Object.keys(ack).toSorted(), ['at', 'id', 'result', 'text']);
	assert.equal(ack.result, 'stored');
	assert.equal(ack.text, 'こんにちは。届きました。'); // it is midday in the daemon's zone
	assert.ok(ack.at >= before && ack.at <= Date.now() / 1000, `heard at ${ack.at}`);

	const [row] = (await exported('button-1')).filter(({ id }) => id === 'first');
	assert.equal(row.kind, 'ok');
	assert.equal(Date.parse(row.pressed_at), at * 1000);
	assert.equal(Math.floor(Date.parse(row.heard_at) / 1000), ack.at);

	const [resident] = checkedStatus(await daemon.status()).residents.filter((r) => r.resident_id === 'R001');
	assert.equal(resident.state, 'ok');
	assert.equal(Date.parse(resident.checked_in_at), at * 1000);
	assert.equal(resident.kind, 'ok');
	assert.equal(resident.device.battery, 87);
});

test('the same id again is a duplicate and changes nothing', async () => {
	await button.pressed('ok', { id: 'again' });
	const [row] = (await exported('button-1')).filter(({ id }) => id === 'again');
	const answered = acks().length;
	await button.press('ok', { id: 'again', at: Math.floor(Date.now() / 1000) - 3600 });
	await waitFor(() => acks().length > answered, { what: 'a second answer' });
	const { json } = acks()[answered];
	assert.equal(json.id, 'again');
	assert.equal(json.result, 'duplicate');
	assert.deepEqual((await exported('button-1')).filter(({ id }) => id === 'again'), [row]);
});

test('what cannot be read is rejected with its reason, never passed over', async () => {
	const unreadable = [
		['not_json', null, '{"id":"a","kind":"ok"'],
		['not_json', null, 'おはよう'],
		['not_json', null, '[]'],
		['not_json', null, ''],
		['not_utf8', null, Buffer.from([...Buffer.from('{"id":"b","kind":"ok","x":"'), 0xff, 0xfe, 0x22, 0x7d])],
		['too_long', null, JSON.stringify({ id: 'c', kind: 'ok', x: 'x'.repeat(5000) })],
		['no_id', null, { kind: 'ok' }],
		['bad_id', null, { id: 'with space', kind: 'ok' }],
		['bad_id', null, { id: 'x'.repeat(65), kind: 'ok' }],
		['bad_id', null, { id: 17, kind: 'ok' }],
		['no_kind', 'd', { id: 'd' }],
		['bad_kind', 'e', { id: 'e', kind: 'fine' }],
		['bad_at', 'f', { id: 'f', kind: 'ok', at: 'now' }],
		['bad_age', 'g', { id: 'g', kind: 'ok', age: 'long' }],
		['bad_battery', 'h', { id: 'h', kind: 'ok', battery: 101 }],
		['bad_reply_to', 'i', { id: 'i', kind: 'ok', reply_to: {} }],
	];
	const before = (await metrics(daemon))['mimamori_presses_total{result="rejected"}'];
	for (const [reason, id, payload] of unreadable) {
		const answered = acks().length;
		await checkin(payload);
		await waitFor(() => acks().length > answered, { what: `an answer to ${reason}` });
		const { json } = acks()[answered];
		assert.deepEqual(json, { id, result: 'rejected', at: json.at, reason });
	}
	assert.equal((await metrics(daemon))['mimamori_presses_total{result="rejected"}'], before + unreadable.length);
	const ids = (await exported('button-1')).map(({ id }) => id);
	assert.deepEqual(ids.filter((id) => id.length === 1), []);

	const [resident] = (await daemon.status()).residents.filter((r) => r.resident_id === 'R001');
	assert.equal(resident.device.trouble, 'rejected', 'staff see it');
	assert.equal((await button.pressed('ok', { id: 'readable' })).result, 'stored');
});

test('a device that nobody has is told so, and its help goes to staff once', async () => {
	daemon.passwords.stranger = await broker.addUser('stranger');
	const stranger = await daemon.device('stranger');
	assert.equal((await stranger.pressed('ok', { id: 'ok' })).result, 'unknown_device');
	const questions = async () => checkedIncidents(await daemon.incidents()).filter((i) => i.kind === 'device');
	assert.deepEqual(await questions(), []);

	const old = Math.floor(Date.now() / 1000) - 49 * 3600;
	const ack = await stranger.pressed('help', { id: 'old', at: old });
	assert.deepEqual([ack.result, ack.reason], ['rejected', 'too_old']);
	assert.deepEqual(await questions(), []);

	for (let n = 0; n < 2; n++) {
		const answered = stranger.received.length;
		await stranger.press('help', { id: 'help' });
		await waitFor(() => stranger.received.length > answered, { what: 'an answer' });
		assert.equal(stranger.received[answered].json.result, 'unknown_device');
	}
	const [question, ...others] = await questions();
	assert.deepEqual(others, []);
	assert.equal(question.state, 'open');
	assert.equal(question.resident_id, null);
	assert.ok(question.told.some(({ channel }) => channel === 'mail:tanaka@example.jp'), JSON.stringify(question.told));
	assert.deepEqual(await exported('stranger'), []);

	await daemon.import({ devices: [{ device_id: 'stranger', resident_id: 'R001' }] });
	const { result } = await stranger.pressed('ok', { id: 'known-now' });
	assert.equal(result, 'stored');
	await stranger.leave();
});

test('2,000 presses from 20 devices are all answered and stored exactly once', async () => {
	const devices = await Promise.all(crowd.map(({ device_id }) => daemon.device(device_id)));
	const ids = Array.from({ length: 100 }, (_, n) => `press-${n}`);
	const began = performance.now();
	await Promise.all(devices.map((device) => Promise.all(ids.map((id) => device.press('ok', { id })))));
	const results = (device) => device.received.filter((m) => m.json?.result).map((m) => m.json);
	await waitFor(() => devices.every((device) => results(device).length >= ids.length), {
		within: 30_000,
		what: () => `all answers; there came ${devices.map((device) => results(device).length)}`,
	});
	console.log(`2,000 presses answered in ${Math.round(performance.now() - began)} ms`);
	await sleep(200);
	for (const device of devices) {
		assert.deepEqual(results(device).map(({ id }) => id).toSorted(), ids.toSorted());
		assert.ok(results(device).every(({ result }) => result === 'stored'));
		assert.deepEqual((await exported(device.device)).map(({ id }) => id).toSorted(), ids.toSorted());
	}
	await Promise.all(devices.map((device) => device.leave()));
});

test('what a device says of itself shows on the list', async () => {
	const device = await daemon.device('crowd-0', {
		will: { topic: 'mimamori/v1/crowd-0/state', payload: '{"online":false}', qos: 1, retain: true },
	});
	const shown = async () => (await daemon.status()).residents.find((r) => r.resident_id === 'C0').device;
	const shows = (wanted) =>
		waitFor(
			async () => {
				const { online, battery, trouble } = await shown();
				return online === wanted.online && battery === wanted.battery && trouble === wanted.trouble;
			},
			{ what: `${JSON.stringify(wanted)} on the list` },
		);
	const say = (state) => device.publish(device.topic('state'), state, { retain: true });
	await say({ online: true, battery: 80, firmware: '1.0.0' });
	await shows({ online: true, battery: 80, trouble: null });
	await say({ online: true, battery: 9 });
	await shows({ online: true, battery: 9, trouble: 'battery' });
	await device.drop(); // without a word: the broker sends its will
	await shows({ online: false, battery: 9, trouble: 'offline' });
	assert.equal((await daemon.status()).residents.find((r) => r.resident_id === 'C0').state, 'unscheduled');
});
