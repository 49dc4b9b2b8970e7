// The clock of the machine is wrong, is set, or jumps, under libfaketime: nobody is accused, no press is lost or stored
// with a time that was not while it can be waited for, and what waits does not wait for years.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { signIn } from './client.mjs';
import { password, setPassword } from './council.mjs';
import { startDaemon } from './daemon.mjs';
import { startClock } from './faketime.mjs';
import { metrics, readiness } from './metrics.mjs';
import { startMail } from './smtp.mjs';
import { holdStore, rows, stored } from './store.mjs';
import { startSupervisor } from './supervisor.mjs';
import { middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';

const day = 86_400_000;
const clock = startClock();
const [broker, mail, supervisor] = [await startBroker(), await startMail(), await startSupervisor()];
const server = {
	echo: '1s',
	deaf: '3s',
	deaf_told: '2s',
	group: '1s',
	claim: '15s',
	claim_help: '15s',
	retry_first: '1s',
	retry_longest: '4s',
};
const watched = [...clock.around, `NOTIFY_SOCKET=${supervisor.path}`, 'WATCHDOG_USEC=400000'];
const town = street(middayZone());
town.residents.push({ ...town.residents[0], resident_id: 'R002', name: '佐藤 次郎' }); // is waited for all the time
const daemon = await startDaemon({ broker, mail, town, settings: { server }, start: false });
await setPassword(daemon, 'tanaka');
const button = await daemon.device('button-1');

const from = (length) => daemon.log.slice(length);
const one = (sql, ...values) => Object.values(rows(daemon, sql, ...values)[0] ?? { none: null })[0];
const missed = () => one("SELECT count(*) FROM causes WHERE kind = 'missed'");
const heardAt = (id) => one('SELECT heard_at FROM checkins WHERE id = ?', id);
const waiting = () =>
	waitFor(async () => ((r) => /clock is behind/.test(r.body?.hears.why) && r)(await readiness(daemon)), {
		what: () => `it to wait for the clock:\n${daemon.log}`,
	});
const near = (at, when, within, what) => assert.ok(Math.abs(at - when) < within, `${what}: ${new Date(at).toISOString()}`);

async function start() {
	await daemon.start({ around: watched });
	await daemon.ready();
}

/** Sets it, and waits until the daemon has noticed. */
async function jumpBy(ms) {
	const at = daemon.log.length;
	clock.setBy(ms);
	await waitFor(() => /clock=jumped/.test(from(at)), { what: () => `the jump:\n${from(at)}` });
}

test('a clock behind the last heartbeat is waited for: nothing is heard, changed or lost meanwhile', async () => {
	await start();
	await button.pressed('ok', { id: 'before' });
	await daemon.stop();
	clock.setBy(-day);
	const said = supervisor.process.log.length;
	await daemon.start({ around: watched });
	const { status, body } = await waiting();
	assert.deepEqual([status, body.ready, body.loop.ok, body.hears.connected, body.stores.ok], [503, false, true, false, true]);
	assert.equal((await fetch(`${daemon.web}/healthz`)).status, 200);
	const call = await fetch(`${daemon.web}/api/v1/session`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: '{"login":"tanaka","password":"x"}',
	});
	assert.deepEqual([call.status, call.headers.get('retry-after'), (await call.json()).code], [503, '10', 'clock']);
	await supervisor.process.said(/^STATUS=waiting for the clock to be set$/m, { from: said });
	await button.press('help', { id: 'meanwhile' });
	const told = supervisor.process.log.length;
	await waitFor(() => supervisor.process.log.slice(told).match(/^WATCHDOG=1$/gm)?.length >= 3, { what: 'the watchdog' });
	assert.deepEqual(stored(daemon), ['before']);
	assert.match(daemon.log, /level=error clock=behind by_ms=\d+ /);

	clock.setBy(0);
	await daemon.ready();
	assert.equal((await button.ack('meanwhile')).result, 'stored');
	near(heardAt('meanwhile'), Date.now(), 60_000, 'it was heard by the clock that was set');
	await mail.next((m) => m.recipient === 'tanaka@example.jp', { what: 'the alert of the help' });
	assert.match(daemon.log, /level=info clock=set/);
	assert.equal(missed(), 0);
	await daemon.stop();
});

test('while it waits it ends when it is asked to', async () => {
	clock.setBy(-day);
	await daemon.start({ around: watched });
	await waiting();
	await daemon.stop({ within: 5000 });
});

test('a clock that nobody sets is gone by after a while; a clock set then accuses nobody', async () => {
	await daemon.configure({ mail, settings: { server: { ...server, clock_wait: '2s' } } });
	clock.setBy(-3 * day);
	await start();
	assert.match(daemon.log, /level=error clock=behind error="nobody set it/);
	await button.pressed('ok', { id: 'by-the-wrong-clock' });
	near(heardAt('by-the-wrong-clock'), clock.now(), 10_000, 'it goes by its clock');
	await jumpBy(0);
	await button.pressed('ok', { id: 'by-the-right-clock' });
	near(heardAt('by-the-right-clock'), Date.now(), 10_000, 'it goes by the clock that was set');
	await daemon.ready();
	assert.equal(missed(), 0);
});

const ways = [
	['a year ahead', () => 365 * day],
	['a minute and a second back', () => -61_000],
	['into 1970', () => -Date.now() + 1000],
	['into 2038', () => 2_147_483_640_000 - Date.now()],
];

for (const [where, by] of ways)
	test(`the clock jumps ${where} and back: presses are answered, a claim ends, a try goes out, nobody is accused`, async () => {
		const [there, back] = ['there', 'back'].map((way) => `${way}-${where.replaceAll(' ', '-')}`);
		const { id } = (await daemon.incidents()).find((i) => i.kind === 'help');
		await daemon.done('claim', String(id), '--by', 'tanaka');
		mail.refuse(451, { at: 'data', to: 'w001@example.jp' });
		const began = mail.arrived.length;
		const tried = daemon.shell('test-alert', 'W001'); // which waits for what becomes of it
		await waitFor(() => mail.arrived.slice(began).some((m) => m.recipient === 'w001@example.jp'), { what: 'a try' });

		await jumpBy(by());
		await button.pressed('ok', { id: there });
		near(heardAt(there), clock.now(), 10_000, 'it was heard there');
		if (by() > 0)
			await waitFor(async () => (await daemon.incidents()).some((i) => i.kind === 'blind'), { what: 'staff to be asked' });
		await jumpBy(0);
		await button.pressed('ok', { id: back });
		near(heardAt(back), Date.now(), 10_000, 'it was heard here');
		const until = one('SELECT claimed_until FROM incidents WHERE id = ?', id);
		assert.ok(until === null || until < Date.now() + 16_000, `claimed until ${until}`);

		mail.accept();
		await mail.next((m) => m.recipient === 'w001@example.jp' && m.at > Date.now() - 60_000 && mail.arrived.indexOf(m) >= began, {
			what: 'the waiting try',
		});
		await tried;
		await waitFor(() => one('SELECT state FROM incidents WHERE id = ?', id) === 'open', {
			within: 25_000,
			what: 'the claim to end',
		});
		await daemon.ready();
		assert.equal(missed(), 0);
		assert.equal(one('SELECT count(*) FROM notifications WHERE state = ? AND send_at > ?', 'waiting', Date.now() + 60_000), 0);
		assert.equal(one("SELECT count(*) FROM incidents WHERE state <> 'closed' AND next_step_at > ?", Date.now() + 3_660_000), 0);
		assert.equal(one('SELECT count(*) FROM residents WHERE next_look_at > ?', Date.now() + 2 * day), 0);
	});

test('what is in hand when the clock is set back is not stored with a time that is still to come', async () => {
	await jumpBy(day);
	await daemon.ready();
	const letGo = holdStore(daemon);
	const ids = ['in-hand-1', 'in-hand-2', 'in-hand-3'];
	await Promise.all(ids.map((id) => button.press('ok', { id })));
	await waitFor(async () => (await metrics(daemon)).mimamori_messages_in_hand >= ids.length, { what: 'them to be in hand' });
	await jumpBy(0);
	letGo();
	for (const id of ids) {
		assert.equal((await button.ack(id)).result, 'stored');
		near(heardAt(id), Date.now(), 60_000, `${id} was heard by the clock that was set`);
	}
	await daemon.ready();
});

test('who waits for the store while the clock is set back goes by what it is then', async () => {
	const { id } = (await daemon.incidents()).find((i) => i.kind === 'help');
	await jumpBy(day);
	const staff = await signIn(daemon, 'tanaka', password);
	const release = holdStore(daemon);
	const claim = () => staff.post(`/api/v1/incidents/${id}/claim`);
	const notes = Array.from({ length: 12 }, (_, i) => staff.post(`/api/v1/incidents/${id}/notes`, { note: `${i}` }));
	const waits = Promise.all([claim(), ...notes]); // some of them come after the daemon has seen to its clock
	await readiness(daemon);
	await jumpBy(0);
	release();
	const [{ status }] = await waits;
	assert.equal(status === 503 ? (await claim()).status : status, 200);
	const until = one('SELECT claimed_until FROM incidents WHERE id = ?', id);
	assert.ok(until < Date.now() + 16_000, `claimed until ${new Date(until).toISOString()}`);
	const late = rows(daemon, "SELECT detail FROM timeline WHERE event = 'note' AND at > ?", Date.now() + 60_000);
	assert.deepEqual(late, [], 'notes of tomorrow');
	await daemon.ready();
	assert.equal(missed(), 0);
});

test('after all that every press is there once, and the store is whole', async () => {
	assert.equal(new Set(stored(daemon)).size, stored(daemon).length);
	assert.equal(stored(daemon).length, 7 + 2 * ways.length);
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
