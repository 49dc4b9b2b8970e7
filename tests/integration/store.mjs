// store - a look at a daemon's database, and what other programs on the machine may do to it.
import { DatabaseSync } from 'node:sqlite';

/** What a query gives, as rows. */
export function rows(daemon, sql, ...values) {
	const database = new DatabaseSync(daemon.database, { readOnly: true });
	try {
		return database.prepare(sql).all(...values);
	} finally {
		database.close();
	}
}

/** Changes the store beside the daemon: for what only time would bring. */
export function write(daemon, sql, ...values) {
	const database = new DatabaseSync(daemon.database);
	try {
		database.exec('PRAGMA busy_timeout = 5000');
		database.prepare(sql).run(...values);
	} finally {
		database.close();
	}
}

/** The ids of all presses stored, in the order they came. */
export function stored(daemon) {
	return rows(daemon, 'SELECT id FROM checkins ORDER BY seq').map((row) => row.id);
}

/** Another program that holds the store's lock until it is let go: call what this gives. */
export function holdStore(daemon) {
	const database = new DatabaseSync(daemon.database);
	database.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
	return () => database.close();
}
