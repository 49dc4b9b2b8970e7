// What a kill -9 may cost: nothing that was promised (design 3). The daemon, the broker, the button and the shell die here
// at moments that chance chooses from a printed seed ($SEED gives it again), or at each of their system calls in turn.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { startDaemon } from './daemon.mjs';
import { dice, newSeed } from './dice.mjs';
import { temporaryFolder } from './ending.mjs';
import { diedAt, dyingAt } from './fatal_call.mjs';
import { rememberDays } from './history.mjs';
import { run } from './processes.mjs';
import { program } from './programs.mjs';
import { rows } from './store.mjs';
import { Storm } from './storm.mjs';
import * as verdict from './storm_verdict.mjs';
import { middayZone, street, writeTown } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';

const seed = newSeed();
console.log(`SEED=${seed}`);

const day = 86_400_000;

async function storms() {
	const storm = new Storm({ seed });
	await storm.prepare();
	await storm.blow(20);
	await storm.settle();
	const presses = verdict.everyPressIsStoredOnce(storm);
	const missed = verdict.everyMissedCheckInIsOneCause(storm);
	verdict.nothingToTellIsLost(storm);
	const twice = verdict.whatCameTwiceIsTheSame(storm);
	assert.match(await storm.daemon.done('check'), /ok/);
	assert.ok(presses >= 1000);
	console.log(`${storm.kills} kills (${JSON.stringify(storm.ends)}; at ${JSON.stringify(storm.calls)}), ${presses} presses,`
		+ ` ${missed} missed; ${storm.received.length} messages received, ${twice} of them for the second time`);
	await storm.end();
}

async function dieInRetention() {
	const random = dice(seed + 1);
	const settings = { retention: { checkins: '30d', incidents: '60d' } };
	const daemon = await startDaemon({ broker: await startBroker(), town: street(middayZone()), settings, start: false });
	rememberDays(daemon, ['R001'], { days: 100 });
	const before = monthsOf(daemon);
	const old = () => rows(daemon, 'SELECT count(*) AS n FROM checkins WHERE heard_at < ?', Date.now() - 30 * day)[0].n;
	const deaths = [];
	for (let n = 0; n < 5; n++) {
		await daemon.start({ around: dyingAt(Math.ceil(random() * 8), { under: daemon.database, after: 900 + random() * 3000 }) });
		await Promise.race([daemon.process.ended, sleep(6000)]);
		await daemon.kill();
		deaths.push(`${diedAt(daemon.process.log)} (${old()} left)`);
	}
	await daemon.start();
	await daemon.ready();
	await waitFor(() => old() === 0, { within: 60_000, what: () => `${old()} check-ins to go` });
	const after = monthsOf(daemon);
	const counted = rows(daemon, "SELECT month, sum(value) AS n FROM month_counts WHERE figure = 'checkins' GROUP BY month");
	for (const [month, n] of before)
		if (n !== after.get(month))
			assert.equal(counted.find((row) => row.month === month)?.n, n, `month ${month}`);
	assert.match(await daemon.done('check'), /ok/);
	console.log(`retention died at ${deaths.join(', ')}`);
	await daemon.stop();
}

/** How many check-ins there are of each month. */
function monthsOf(daemon) {
	const months = new Map();
	for (const { heard_at } of rows(daemon, 'SELECT heard_at FROM checkins')) {
		const date = new Date(heard_at + daemon.zone.offset);
		const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
		months.set(month, (months.get(month) ?? 0) + 1);
	}
	return months;
}

// Retention waits most of its time.
describe('beside each other', { concurrency: 2 }, () => {
	test('1,000 presses from 50 buttons, and the daemon is killed all the while', storms);
	test('a pass of retention that is killed again and again counts everything before it goes', dieInRetention);
});

test('the broker is killed and its memory lost, alone or with the daemon: what was answered is stored, who is silent is missed and told of', async () => {
	const storm = new Storm({ seed: seed + 2, presses: 200, buttons: 20, silent: 12, seconds: 10, forgetful: true });
	await storm.prepare();
	await storm.blow(8);
	await storm.settle();
	const presses = verdict.everyPressIsStoredOnce(storm, { promised: false });
	verdict.everyPressIsAnswered(storm);
	const missed = verdict.everyMissedCheckInIsOneCause(storm);
	verdict.nothingToTellIsLost(storm);
	verdict.whatCameTwiceIsTheSame(storm);
	assert.match(await storm.daemon.done('check'), /ok/);
	console.log(`${storm.kills} kills, ${storm.forgot} of them of the broker; ${presses} presses, ${missed} missed`);
	await storm.end();
});

test('the button is killed at each call on its spool: what it said was heard is stored once, and nothing is left behind', async () => {
	const broker = await startBroker();
	const devices = Array.from({ length: 60 }, (_, i) => `button-${i}`);
	const town = { ...street(middayZone()), devices: devices.map((device_id) => ({ device_id, resident_id: 'R001' })) };
	const daemon = await startDaemon({ broker, town });
	const deaths = await atEachCall((call) => diePressing(daemon, devices.pop(), call));
	const torn = deaths.flatMap((of, i) => (of === 'write' ? [i + 1] : []));
	assert.ok(torn.length >= 3, `each press was written: ${deaths}`);
	await Promise.all(torn.map((call) => diePressing(daemon, devices.pop(), call, { torn: true })));
	console.log(`the button died at ${deaths.length} calls (${deaths.join(' ')}), and in the middle of ${torn.length} writes`);
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});

/** Runs `live(n)`, from 1 on, some at a time, until one comes through alive (null); what the others died at. */
async function atEachCall(live) {
	const deaths = [];
	for (let n = 1; ; n += 6) {
		const some = await Promise.all(Array.from({ length: 6 }, (_, i) => live(n + i)));
		const alive = some.indexOf(null);
		deaths.push(...some.slice(0, alive < 0 ? some.length : alive));
		if (alive >= 0)
			return deaths;
	}
}

/**
 * Three presses of a new button that dies at that call on its spool, at the first one when it is started again, and then
 * lives on. What it died at first; null: it did not.
 */
async function diePressing(daemon, device, call, { torn = false } = {}) {
	const spool = join(temporaryFolder('spool'), 'spool');
	const left = () => (existsSync(spool) ? readdirSync(spool) : []);
	const unsent = () => left().filter((name) => !name.endsWith('.bad'));
	const button = await startButton({
		...{ broker: daemon.broker, device, password: daemon.passwords[device] },
		settings: { button: { spool } },
		around: dyingAt(call, { under: spool, torn }),
	});
	const ended = () => button.process.status;
	const heard = () => button.events.filter((e) => e.event === 'heard').map((e) => e.id);
	for (const kind of ['ok', 'talk', 'unwell'])
		button.type(kind);
	await waitFor(() => ended() || (heard().length === 3 && unsent().length === 0), { what: () => button.log });
	const died = diedAt(button.log);
	const saved = left().filter((name) => name.endsWith('.press'));
	if (ended()) {
		await button.kill();
		await button.start({ around: dyingAt(1, { under: spool }) });
		await waitFor(() => ended() || unsent().length === 0, { what: () => `it to die or to have sent all:\n${button.log}` });
		await button.kill();
		const from = button.events.length;
		await button.start();
		await button.said('online', {}, { from });
		await waitFor(() => unsent().length === 0, { what: () => `${unsent()} to leave the spool:\n${button.log}` });
	}
	await button.stop();

	const stored = new Map(rows(daemon, 'SELECT id, kind FROM checkins WHERE device_id = ?', device).map((r) => [r.id, r.kind]));
	const made = new Map(button.events.filter((e) => e.event === 'sending').map((e) => [e.id, e.kind]));
	for (const id of heard())
		assert.ok(stored.has(id), `${id} was heard`);
	for (const name of saved)
		assert.ok(stored.has(name.match(/^\d+-(.*)\.press$/)[1]), `${name} was saved`);
	for (const [id, kind] of stored)
		assert.equal(made.get(id), kind, `${id} was pressed`);
	// A file without a press in it is set aside, and only a write that never came to its end leaves one.
	assert.ok(left().length <= (died === 'write' ? 1 : 0), `it died at ${died}; in the spool: ${left()}`);
	return died;
}

test('an import that is killed has imported all or nothing', async () => {
	const daemon = await startDaemon({ broker: await startBroker(), start: false });
	const zone = middayZone();
	const folders = ['one', 'two'].map((note) => {
		const folder = join(daemon.folder, note);
		const resident = street(zone).residents[0];
		const residents = Array.from({ length: 300 }, (_, i) => ({ ...resident, resident_id: `R${i}`, policy: '', note }));
		mkdirSync(folder);
		writeTown(folder, { districts: [{ district: 'D01', name: note }], residents });
		return folder;
	});
	const importTo = async (version, call) => {
		const [command, ...args] = dyingAt(call, { under: daemon.database });
		return await run(command, [...args, program('mimamori'), '--config', daemon.config, 'import', folders[version]]);
	};
	const notes = () =>
		rows(daemon, 'SELECT DISTINCT note FROM residents UNION SELECT name FROM districts').map((row) => row.note);
	const whole = ({ code, stderr }) => Number(code === 0 && stderr.match(/^calls=(\d+)$/m)[1]);

	assert.ok(whole(await importTo(0, 0)) > 0);
	const calls = whole(await importTo(1, 0));
	const random = dice(seed + 3);
	const each = [1, 2, 3, 4, ...Array.from({ length: 16 }, () => Math.ceil(random() * calls)), calls - 2, calls - 1, calls];
	const came = { nothing: 0, all: 0 };
	const audited = () => rows(daemon, "SELECT count(*) AS n FROM audit WHERE what = 'import'")[0].n;
	for (const call of each) {
		const [[before], acts] = [notes(), audited()];
		const { signal } = await importTo(before === 'one' ? 1 : 0, call);
		const after = notes();
		assert.equal(after.length, 1, `killed at call ${call} of ${calls}: ${after}`);
		assert.equal(audited(), acts + Number(after[0] !== before), 'what was imported is on record, and nothing else');
		if (signal === 'SIGKILL')
			came[after[0] === before ? 'nothing' : 'all']++;
	}
	assert.ok(came.nothing > 0 && came.all > 0, JSON.stringify(came));
	assert.match(await daemon.done('check'), /ok/);
	console.log(`imports killed at one of their ${calls} calls: ${came.nothing} changed nothing, ${came.all} everything`);
});
