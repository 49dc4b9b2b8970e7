// store - a look at a daemon's database, and what other programs on the machine may do to it.
import { DatabaseSync } from 'node:sqlite';

/** The database beside the daemon, which may be writing: a lock is waited for. */
function opened(daemon, options = {}) {
	const database = new DatabaseSync(daemon.database, options);
	database.exec('PRAGMA busy_timeout = 5000');
	return database;
}

/** What a query gives, as rows. */
export function rows(daemon, sql, ...values) {
	const database = opened(daemon, { readOnly: true });
	try {
		return database.prepare(sql).all(...values);
	} finally {
		database.close();
	}
}

/** Changes the store beside the daemon: for what only time would bring. */
export function write(daemon, sql, ...values) {
	const database = opened(daemon);
	try {
		database.prepare(sql).run(...values);
	} finally {
		database.close();
	}
}

/** The ids of all presses stored, in the order they came. */
export function stored(daemon) {
	return rows(daemon, 'SELECT id FROM checkins ORDER BY seq').map((row) => row.id);
}

/** All that the store says of a resident, to be read by who looks for a fault. */
export function story(daemon, resident) {
	const incidents = 'WHERE incident_id IN (SELECT id FROM incidents WHERE resident_id = ?)';
	const parts = ['residents', 'expectations', 'incidents'].map((table) => `${table} WHERE resident_id = ?`);
	return [...parts, `timeline ${incidents}`, `notifications ${incidents}`]
		.flatMap((of) => rows(daemon, `SELECT * FROM ${of}`, resident))
		.map((row) => JSON.stringify(row))
		.join('\n');
}

/** Another program that holds the store's lock until it is let go: call what this gives. */
export function holdStore(daemon) {
	const database = opened(daemon);
	database.exec('BEGIN IMMEDIATE');
	return () => database.close();
}
