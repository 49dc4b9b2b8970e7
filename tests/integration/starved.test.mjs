// The daemon where the machine gives it too little: a disk that is slow or full, no descriptors, a log of the store that
// somebody reads without end, a lock that another program holds, names that nobody finds, mail servers that are none.
// Whatever it is: no press is lost, what answers goes on, and it is well again by itself.
//
// STARVED=long (make soak) takes as long as such things do.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { startBroker } from './broker.mjs';
import { anonymous, signIn } from './client.mjs';
import { password, setPassword } from './council.mjs';
import { startDaemon } from './daemon.mjs';
import { smallDisk } from './disk.mjs';
import { readiness } from './metrics.mjs';
import { run } from './processes.mjs';
import { startMachine } from './slow.mjs';
import { startMail } from './smtp.mjs';
import { holdStore, rows, stored } from './store.mjs';
import { startSupervisor } from './supervisor.mjs';
import { startTarpit } from './tarpit.mjs';
import { middayZone, street } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';
import { startWebhook } from './webhook.mjs';

const long = process.env.STARVED === 'long';
const [broker, mail, webhook] = [await startBroker(), await startMail(), await startWebhook()];
const supervisor = await startSupervisor();
const machine = startMachine();
const around = [...machine.around, `NOTIFY_SOCKET=${supervisor.path}`, 'WATCHDOG_USEC=600000'];

/* R001 to R009, each with a button; W001 is told by mail, of R009 W009 by webhook. */
const town = street(middayZone());
const homes = Array.from({ length: 9 }, (_, i) => i + 1);
for (const n of homes.slice(1)) {
	const resident_id = `R00${n}`;
	town.residents.push({ ...town.residents[0], resident_id, name: `佐藤 ${'一二三四五六七八九'[n - 1]}郎`, phone: `031234567${n}` });
	town.devices.push({ device_id: `button-${n}`, resident_id });
	town.links.push({ resident_id, watcher_id: n === 9 ? 'W009' : 'W001', tier: 1 });
}
const hours = { hours: 'daily 00:00-24:00', night: 'yes' };
const both = `mail:w008@example.jp webhook:${webhook.url('/second')}`;
town.watchers.push({ watcher_id: 'W009', name: '渡辺 三郎', channels: `webhook:${webhook.url('/w009')}`, ...hours });
town.watchers.push({ watcher_id: 'W008', name: '渡辺 四郎', channels: both, ...hours });
town.links.push({ resident_id: 'R008', watcher_id: 'W008', tier: 1 });
town.policies.push({ policy: 'quick', kind: 'help', after: '0s', notify: 'tier1' });
town.policies.push({ policy: 'quick', kind: 'unwell', after: '0s', notify: 'tier1' });

const settings = {
	server: { same_press: '1s', echo: '1s', deaf: '12s', group: '1s', retry_first: '1s', retry_longest: '4s', next_channel: '3s' },
	web: { public_url: 'http://mimamori.test' },
};
const daemon = await startDaemon({ broker, mail, webhook, town, settings, start: false });
await setPassword(daemon, 'tanaka');
await daemon.start({ around });
await daemon.ready();
const buttons = Object.fromEntries(await Promise.all(homes.map(async (n) => [n, await daemon.device(`button-${n}`)])));
const staff = await signIn(daemon, 'tanaka', password);

const from = (length) => daemon.log.slice(length);
const count = (sql, ...values) => Object.values(rows(daemon, sql, ...values)[0])[0];
const blind = () => count('SELECT count(*) FROM blind_periods WHERE to_at IS NOT NULL');
const missed = () => count("SELECT count(*) FROM causes WHERE kind = 'missed'");
const acked = (n) => new Set(buttons[n].received.map((m) => m.json).filter((ack) => ack?.result).map((ack) => ack.id));
const allAcked = (n, ids, within = 30_000) =>
	waitFor(() => ids.every((id) => acked(n).has(id)), { within, what: () => `${ids.length} answers\n${daemon.process.log}` });

async function pressAll(n, name, many, kind = 'ok') {
	const ids = Array.from({ length: many }, (_, i) => `${name}-${i}`);
	await Promise.all(ids.map((id) => buttons[n].press(kind, { id })));
	return ids;
}

/** The supervisor hears, while `during` goes on, that every part moves. */
async function fed(during) {
	const said = supervisor.process.log.length;
	const result = await during();
	await waitFor(() => supervisor.process.log.slice(said).match(/^WATCHDOG=1$/gm)?.length >= 2, { what: 'the watchdog' });
	return result;
}

/** The processor's time of the daemon so far, ms. */
function busy() {
	const fields = readFileSync(`/proc/${daemon.process.pid}/stat`, 'latin1').replace(/^.*\) /, '').split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
}

const idOf = async (resident) => (await daemon.incidents()).find((i) => i.resident_id === resident && i.state !== 'closed')?.id;

/** Ends what is open about these homes. */
async function close(...numbers) {
	for (const n of numbers)
		await daemon.done('close', String(await idOf(`R00${n}`)), '--outcome', 'false_alarm', '--how', 'phone', '--seen-by', '田中');
}

/** The path of the latest link mailed to a watcher about a resident. */
async function linkTo(recipient, since) {
	const { text } = await mail.next((m) => m.recipient === recipient && m.at >= since && m.text.includes('/w/'), { within: 20_000 });
	return /http:\/\/mimamori\.test(\/w\/[\w-]{43})/.exec(text)[1];
}

test('a disk on which each sync takes two seconds loses nothing and is no deafness', async () => {
	const [periods, at] = [blind(), daemon.log.length];
	machine.slow({ disk: 2000 });
	const ids = [];
	await fed(async () => {
		for (let round = 0; round < (long ? 20 : 3); round++) {
			const more = await pressAll(1, `slow-${round}`, 50);
			ids.push(...more);
			const { status, body } = await readiness(daemon);
			assert.deepEqual([status, body.loop.ok, body.stores.ok], [200, true, true], JSON.stringify(body));
			await allAcked(1, more);
		}
	});
	machine.slow();
	const kept = stored(daemon);
	assert.deepEqual(kept.filter((id) => id.startsWith('slow-')).toSorted(), ids.toSorted());
	assert.equal(blind(), periods);
	assert.ok(!/level=error/.test(from(at)), from(at));
	await daemon.ready();
});

test('a lock that is held keeps presses unanswered and changes unmade, and all of it says so', async () => {
	const [periods, since] = [blind(), Date.now()];
	await buttons[2].pressed('help', { id: 'asks' });
	const path = await linkTo('w001@example.jp', since);
	const reader = anonymous(daemon);
	const form = async (act) => {
		const { text } = await reader.get(path);
		const forms = [...text.matchAll(/<form[^>]*>([\s\S]*?)<\/form>/g)].map(
			([, inside]) => new URLSearchParams([...inside.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, k, v]) => [k, v])),
		);
		return forms.find((fields) => fields.get('act') === act) ?? assert.fail(text);
	};
	assert.equal((await reader.post(path, await form('yes'))).status, 303);
	const going = await form('going');
	const claim = () => reader.post(path, going);

	const letGo = holdStore(daemon);
	const began = Date.now();
	const ids = await pressAll(1, 'locked', 50);
	await fed(async () => {
		const [claimed, noted] = await Promise.all([
			claim(),
			staff.post(`/api/v1/incidents/${await idOf('R002')}/notes`, { note: '電話' }),
		]);
		assert.deepEqual([claimed.status, noted.status, noted.headers.get('retry-after')], [503, 503, '2']);
		assert.equal((await readiness(daemon)).status, 503);
		await sleep((long ? 60_000 : 14_000) - (Date.now() - began));
	});
	assert.ok(!ids.some((id) => acked(1).has(id)));
	letGo();
	await allAcked(1, ids);
	await daemon.ready();
	await waitFor(() => blind() === periods + 1, { what: 'the blind period' });
	assert.equal(missed(), 0);
	const again = await claim();
	assert.equal(again.status, 303, 'the same form, sent again');
	assert.equal(count("SELECT state FROM incidents WHERE resident_id = 'R002'"), 'claimed');
});

test('out of descriptors: presses go on, nobody spins, and with descriptors again all is well', async () => {
	const { pid } = daemon.process;
	const open = readdirSync(`/proc/${pid}/fd`).length;
	const limit = async (files) => assert.equal((await run('prlimit', ['--pid', String(pid), `--nofile=${files}:`])).code, 0);
	const [, usual] = readFileSync(`/proc/${pid}/limits`, 'latin1').match(/^Max open files +(\d+)/m);
	await limit(open + 1);
	const [host, port] = daemon.listen.split(':');
	const strangers = Array.from({ length: 30 }, () => connect({ host, port }).on('error', () => {}));
	const [before, began] = [busy(), Date.now()];
	await fed(async () => {
		const ids = [];
		for (let round = 0; round < 10; round++) {
			const more = await pressAll(3, `descriptors-${round}`, 20);
			await allAcked(3, more);
			ids.push(...more);
			await sleep(300);
		}
	});
	const share = (busy() - before) / (Date.now() - began);
	console.log(`${Math.round(100 * share)} % of a processor`);
	assert.ok(share < 0.5, `${share} of a processor`);
	strangers.forEach((socket) => socket.destroy());
	await limit(usual);
	await daemon.ready();
	assert.equal((await staff.get('/api/v1/session')).status, 200);
	await buttons[3].pressed('unwell', { id: 'after-descriptors' });
	await mail.next((m) => m.recipient === 'w001@example.jp' && m.at >= began + 3000, { within: 20_000 });
});

test('a store that another program keeps for itself at the start: it ends when it is asked to, whoever waits for an answer', async () => {
	await daemon.stop();
	const owner = new DatabaseSync(daemon.database);
	owner.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
	await daemon.start({ around });
	await waitFor(async () => (await readiness(daemon)).status === 503, { what: '/readyz to answer' });
	const call = fetch(`${daemon.web}/api/v1/session`).then((answer) => answer.status, () => 0);
	await sleep(500); // a worker has it, and waits for the store
	await daemon.stop();
	assert.ok([0, 401, 503].includes(await call));
	owner.close();
});

test('names that nobody finds for six seconds hold up no answer and no other channel', async () => {
	await daemon.stop();
	await daemon.configure({ mail: { ...mail, url: `smtp://mail.slow.test:${mail.port}`, tls: 'none' }, webhook, settings: { ...settings, mqtt: { host: 'broker.slow.test' } } });
	machine.slow({ names: 6000 });
	const began = Date.now();
	await daemon.start({ around });
	await fed(async () => {
		const { body } = await waitFor(async () => ((r) => r.status === 503 && r)(await readiness(daemon)), { what: '/readyz' });
		assert.deepEqual([body.loop.ok, body.hears.connected], [true, false]);
		await daemon.ready({ within: 25_000 });
	});
	assert.ok(Date.now() - began > 5500);
	const asked = Date.now();
	await buttons[5].pressed('help', { id: 'looked-up' });
	const called = Date.now();
	await buttons[9].pressed('help', { id: 'called' });
	await webhook.next((c) => c.path === '/w009' && c.at >= called, { within: 5000 });
	for (let n = 0; n < 20; n++) {
		const pressed = Date.now();
		await buttons[1].pressed('ok', { id: `names-${n}` });
		assert.ok(Date.now() - pressed < 2500, `an answer took ${Date.now() - pressed} ms`);
	}
	const { at } = await mail.next((m) => m.recipient === 'w001@example.jp' && m.at >= asked, { within: 20_000 });
	console.log(`mail after ${at - asked} ms`);
	assert.equal((await readiness(daemon)).body.tells.ok, true);
	machine.slow();
	await close(5, 9);
});

for (const way of ['silent', 'drip', 'garbage', 'cut'])
	test(`a mail server that is ${way}: others hear, who has another channel hears there, and the mail is tried again`, async () => {
		const tarpit = await startTarpit(way);
		await daemon.stop();
		await daemon.configure({ mail: { url: `smtp://127.0.0.1:${tarpit.port}`, tls: 'none' }, webhook, settings });
		await daemon.start({ around });
		await daemon.ready();
		const since = Date.now();
		for (const n of [6, 8, 9])
			await buttons[n].pressed('unwell', { id: `${way}-${n}` });
		await waitFor(() => tarpit.connections > 0, { what: 'a try' });
		const other = await webhook.next((c) => c.path === '/w009' && c.at >= since, { within: 5000, what: 'another person' });
		assert.ok(other.at - since < 5000);
		// What has no answer is known to have failed after half a minute only.
		if (long || way === 'garbage' || way === 'cut')
			await webhook.next((c) => c.path === '/second' && c.at >= since, { within: 60_000, what: 'the next channel' });
		if (way === 'cut') {
			await waitFor(() => new Set(tarpit.ids).size < tarpit.ids.length, { within: 20_000, what: 'the same mail again' });
			const most = Math.max(...[...new Set(tarpit.ids)].map((id) => tarpit.ids.filter((other) => other === id).length));
			assert.ok(most >= 2);
		}
		await fed(() => daemon.ready());
		await close(6, 8, 9);
		await daemon.stop({ within: 5000 });
	});

// Some hundred megabytes are written.
if (long)
	test('a reader without end lets the log of the store grow, which is told once; without it the log is short again', async () => {
		await daemon.stop();
		await daemon.configure({ mail, webhook, settings });
		await daemon.start({ around });
		await daemon.ready();
		const at = daemon.log.length;
		const reader = new DatabaseSync(daemon.database, { readOnly: true });
		reader.exec('BEGIN');
		reader.prepare('SELECT count(*) FROM checkins').all();
		const writer = new DatabaseSync(daemon.database);
		writer.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = OFF; CREATE TABLE ballast (b BLOB)');
		for (let n = 0; n < 17; n++)
			writer.exec('INSERT INTO ballast VALUES (zeroblob(16777216))');
		writer.close();
		await waitFor(() => /level=warn store_log=grows /.test(from(at)), { within: 20_000, what: 'it to be told' });
		const ids = await pressAll(4, 'log', 200);
		await allAcked(4, ids);
		await sleep(2500);
		assert.equal(from(at).match(/store_log=grows/g).length, 1);
		assert.equal((await readiness(daemon)).status, 200);
		reader.exec('ROLLBACK');
		reader.close();
		await waitFor(() => /level=info store_log=truncated/.test(from(at)), { within: 20_000, what: 'it to be shortened' });
		const dropped = new DatabaseSync(daemon.database);
		dropped.exec('PRAGMA busy_timeout = 5000; DROP TABLE ballast; VACUUM');
		dropped.close();
		await daemon.ready();
		await daemon.stop();
	});

test('on a disk that is full incidents, messages, changes and copies wait or fail by name, and none is lost', async () => {
	const disk = await smallDisk(join(daemon.folder, 'small'), 24_000_000, daemon.database);
	const path = join(disk.folder, 'mimamori.db');
	await daemon.configure({ mail, webhook, settings: { ...settings, store: { url: `sqlite:${path}` } } });
	await daemon.start({ around: [...disk.around, ...around] });
	await daemon.ready();
	const { pid } = daemon.process;
	const inside = (...args) => ((command) => run(command[0], [...command.slice(1), ...args]))(disk.beside(pid));
	const ask = async (sql) => (await inside('sqlite3', path, sql)).stdout.trim();

	mail.slow(3000, { to: 'w001@example.jp' });
	const began = mail.arrived.length;
	await buttons[7].pressed('help', { id: 'before-full' });
	const onItsWay = await waitFor(() => mail.arrived.slice(began).find((m) => m.recipient === 'w001@example.jp'), {
		what: 'a mail to be on its way',
	});
	await disk.fill(pid); // while its answer is still to come
	for (let round = 0; (await readiness(daemon)).status === 200; round++) {
		assert.ok(round < 200, 'the disk does not get full');
		await pressAll(1, `filling-${round}`, 200);
		await sleep(20);
	}
	await buttons[6].press('help', { id: 'while-full' });
	const notes = `/api/v1/incidents/${await ask("SELECT id FROM incidents WHERE resident_id = 'R002'")}/notes`;
	let noted = { status: 200 };
	for (let n = 0; n < 200 && noted.status === 200; n++) // a little may still find room
		noted = await staff.post(notes, { note: '電話' });
	assert.deepEqual([noted.status, noted.headers.get('retry-after')], [503, '2']);
	await sleep(4000); // the mail is answered by now, and cannot be recorded
	const stands = await ask("SELECT count(*) FROM checkins WHERE id = 'while-full'"); // so may this one
	assert.ok(!acked(6).has('while-full') || stands === '1');
	mail.accept();

	await disk.makeRoom(pid);
	await daemon.ready();
	await buttons[6].ack('while-full', { within: 20_000 });
	await waitFor(async () => (await ask("SELECT count(*) FROM notifications WHERE what = 'alert' AND state IN ('waiting', 'in_flight')")) === '0', {
		within: 20_000,
		what: 'all to be told',
	});
	assert.equal(await ask("SELECT count(*) FROM incidents WHERE resident_id IN ('R006', 'R007') AND state = 'open' AND kind = 'help'"), '2');
	const alert = (resident) =>
		`SELECT n.state || n.message_id FROM notifications n JOIN incidents i ON i.id = n.incident_id
		 WHERE i.resident_id = '${resident}' AND i.state = 'open' AND n.what = 'alert' AND n.channel = 'mail:w001@example.jp'`;
	for (const resident of ['R006', 'R007'])
		assert.match(await ask(alert(resident)), /^sent\d+$/, 'one alert, and a server took it');
	const tries = mail.arrived.slice(began).filter((m) => m.messageId === onItsWay.messageId);
	console.log(`${tries.length} tries of the mail that could not be recorded, under one Message-ID`);
	assert.equal(await ask('PRAGMA integrity_check'), 'ok');
});
