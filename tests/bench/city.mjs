// city - many residents, written straight into the store: an import of a million would take longer than what is measured.
//
// Resident R0000000 has button B0000000 and so on; five neighbours share a watcher; a hundred districts have a member of
// staff each, always on duty. Everybody pressed yesterday, staff were told today what is to be signed, and nothing is due
// for half a day.
import { DatabaseSync } from 'node:sqlite';

import { scheduleAround } from '../integration/town.mjs';

const hour = 3_600_000;

/** Runs statements on a daemon's database, in one transaction; what the last one gives. */
export function change(daemon, ...statements) {
	const database = new DatabaseSync(daemon.database);
	try {
		database.exec('PRAGMA busy_timeout = 60000; PRAGMA cache_size = -200000; BEGIN IMMEDIATE');
		for (const [sql, values = {}] of statements)
			database.prepare(sql).run(values);
		database.exec('COMMIT; PRAGMA wal_checkpoint(PASSIVE)');
	} finally {
		database.close();
	}
}

const upTo = 'WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $n - 1)';
const id = (letter, of = 'i') => `printf('${letter}%07d', ${of})`;

const dayOf = ({ zone }, at) => Math.floor((at + (zone?.offset ?? 9 * hour)) / (24 * hour));

/**
 * Fills an empty store (after `mimamori init`) with so many residents. watcher: a watcher's channel, in SQL; `alone`
 * gives each resident one of their own, who is told first and nobody else.
 */
export function fill(daemon, n, { watcher = "'mail:w' || i || '@example.jp'", alone = false } = {}) {
	const neighbours = alone ? 1 : 5;
	const at = Date.now();
	const district = `printf('D%03d', i % 100)`;
	change(
		daemon,
		[`${upTo} INSERT INTO districts (district, name) SELECT ${district}, '第' || i || '地区' FROM n`, { n: 100 }],
		[
			`${upTo} INSERT INTO residents (resident_id, name, kana, district, birth_date, phone, place, consent_on, began_at,
			 opens_at, counts_from_at, due_at, deadline_at, next_look, next_look_at)
			 SELECT ${id('R')}, '山田 花子' || i, 'ヤマダ ハナコ', ${district}, '1941-05-03', printf('03%08d', i), '本町2丁目', '2026-04-01', $at,
			 $at + $far + i % 3600 * 1000, $at, $at + $far + 7200000 + i % 3600 * 1000, $at + $far + 9000000 + i % 3600 * 1000,
			 1, $at + $far + 7200000 + i % 3600 * 1000 FROM n`,
			{ n, at, far: 12 * hour },
		],
		[
			`${upTo} INSERT INTO devices (device_id, resident_id, online, battery, firmware, state_at)
			 SELECT ${id('B')}, ${id('R')}, 1, 87, '1.0.0', $at FROM n`,
			{ n, at },
		],
		[`${upTo} INSERT INTO device_residents (device_id, resident_id) SELECT ${id('B')}, ${id('R')} FROM n`, { n }],
		[
			`${upTo} INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at, outcome, decided_at,
			 met_at, met_kind) SELECT ${id('R')}, $day - 1, $opens, $opens, $due, $due, 'ok', $due, $due - 3600000, 'ok' FROM n`,
			{ n, day: dayOf(daemon, at), opens: at - 34 * hour, due: at - 24 * hour },
		],
		[`INSERT INTO daily_tasks (task, subject, day, done_at) VALUES ('unsigned', '', $day, $at)`, { day: dayOf(daemon, at), at }],
		[
			`${upTo} INSERT INTO watchers (watcher_id, name, channels, hours, night)
			 SELECT ${id('W')}, '鈴木 一郎', ${watcher}, 'daily 00:00-24:00', 'yes' FROM n`,
			{ n: Math.ceil(n / neighbours) },
		],
		[
			`${upTo} INSERT INTO links (resident_id, watcher_id, tier, label) SELECT ${id('R')}, ${id('W', `i / ${neighbours}`)}, 1, i % ${neighbours} + 1 FROM n`,
			{ n },
		],
		...(alone
			? [
					["INSERT INTO policies (policy, kind, position, after, notify) VALUES ('first', 'missed', 1, '0m', 'tier1')"],
					["UPDATE residents SET policy = 'first'"],
				]
			: []),
		...Array.from({ length: 100 }, (_, i) => [
			`INSERT INTO users (login, name, role, districts, channels, duty)
			 VALUES ($login, '田中 裕子', 'staff', $district, $channels, 'daily 00:00-24:00')`,
			{ login: `staff${i}`, district: `D${String(i).padStart(3, '0')}`, channels: `mail:s${i}@example.jp` },
		]),
	);
}

/**
 * Makes n residents be judged at `at` (whole seconds), each `each`th from number `first` on: their window is open, DUE
 * is past, they were reminded and did not press.
 */
export function expectAll(daemon, { n, each, first, at }) {
	const schedule = scheduleAround(daemon.zone, at, { opens: -6 * 3600, due: -1800, grace: 1800 });
	const chosen = id('R', 'i * $each + $first');
	const times = { n, each, first, at, due: at - 1800_000, opens: at - 6 * hour };
	change(
		daemon,
		[
			`${upTo} INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at)
			 SELECT ${chosen}, $day, $opens, $opens, $due, $at FROM n`,
			{ ...times, day: dayOf(daemon, at) },
		],
		[
			`${upTo} UPDATE residents SET schedule = $schedule, opens_at = $opens, counts_from_at = $opens, due_at = $due,
			 deadline_at = $at, next_look = 3, next_look_at = $at, expectation_id =
			 (SELECT id FROM expectations e WHERE e.resident_id = residents.resident_id AND e.opens_at = $opens)
			 WHERE resident_id IN (SELECT ${chosen} FROM n)`,
			{ ...times, schedule },
		],
	);
}
