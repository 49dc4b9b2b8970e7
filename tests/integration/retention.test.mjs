// Retention by the daemon: what is older than [retention] says goes beside the work of the day, what its months came to
// stays, and a press is answered meanwhile.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn } from './client.mjs';
import { logins, password, people, press, startCouncil } from './council.mjs';
import { rows, write } from './store.mjs';
import { waitFor } from './wait.mjs';

const day = 86_400_000;
const old = 400;
const settings = { retention: { checkins: '30d', incidents: '60d', ended: '10d' } };
// The pass of today is over when the daemon is there, so that what is old comes before it.
const council = await startCouncil({ morning: false, history: 50, settings });
const { daemon } = council;
const count = (sql, ...values) => rows(daemon, sql, ...values)[0].n;

test('check-ins and expectations older than that go, but for what an incident refers to', async () => {
	const limit = Date.now() - 30 * day;
	const oldest = Math.floor((limit + daemon.zone.offset) / day);
	await waitFor(() => count('SELECT count(*) n FROM checkins WHERE heard_at < ? AND seq NOT IN (SELECT checkin_seq FROM causes WHERE checkin_seq IS NOT NULL)', limit) === 0, {
		within: 60_000,
		what: 'old check-ins to go',
	});
	await waitFor(() => count("SELECT count(*) n FROM expectations WHERE day < ? AND outcome <> 'missed'", oldest) === 0, { within: 60_000, what: 'old expectations to go' });
	assert.ok(count('SELECT count(*) n FROM checkins WHERE heard_at >= ?', limit) > 100);
	assert.ok(count("SELECT count(*) n FROM expectations WHERE outcome = 'missed' AND day < ?", oldest) > 0, 'an incident is kept longer');
	await daemon.done('check');
});

test('what the months came to is still in the report', async () => {
	const admin = await signIn(daemon, logins.admin, password);
	const month = new Date(Date.now() - 45 * day).toISOString().slice(0, 7);
	const left = count("SELECT count(*) n FROM checkins WHERE strftime('%Y-%m', heard_at / 1000, 'unixepoch') = ?", month);
	const kept = rows(daemon, "SELECT sum(value) n FROM month_counts WHERE figure = 'checkins' AND month = ?", monthNumber(month))[0].n;
	assert.ok(kept > left, `${kept} counted, ${left} rows left of ${month}`);
	assert.equal((await admin.get('/api/v1/reports')).status, 200);
});

const monthNumber = (month) => (Number(month.slice(0, 4)) - 1970) * 12 + Number(month.slice(5)) - 1;

test('who ended is blanked; presses are answered all the while', async () => {
	const long_ago = Date.now() - 40 * day;
	write(daemon, 'UPDATE residents SET ended_at = ?, next_look = 0, next_look_at = NULL WHERE resident_id = ?', Date.now() - 11 * day, people.unscheduled);
	await daemon.stop();
	write(daemon, 'UPDATE checkins SET heard_at = ? WHERE seq <= (SELECT min(seq) FROM checkins) + ?', long_ago, old);
	await daemon.start(); // the pass begins anew
	await daemon.ready();
	const slowest = [];
	const done = waitFor(() => count('SELECT count(*) n FROM checkins WHERE heard_at = ? AND seq NOT IN (SELECT checkin_seq FROM causes WHERE checkin_seq IS NOT NULL)', long_ago) === 0, { within: 60_000, what: 'those to go' }).then(() => true);
	for (let over = false; !over; over = await Promise.race([done, Promise.resolve(false)])) {
		const began = performance.now();
		await press(council, people.ok);
		slowest.push(performance.now() - began);
	}
	assert.ok(Math.max(...slowest) < 2000, `a press took ${Math.max(...slowest)} ms`);
	await waitFor(() => rows(daemon, 'SELECT name FROM residents WHERE resident_id = ?', people.unscheduled)[0].name === people.unscheduled, {
		within: 60_000,
		what: 'the record to be blanked',
	});
	assert.equal(rows(daemon, 'SELECT phone FROM residents WHERE resident_id = ?', people.unscheduled)[0].phone, '');
});
