// history - a past for residents who were imported a moment ago: what days, calendars and reports have to show. Written
// to the store before the daemon starts, as the rules would have left it.
import { DatabaseSync } from 'node:sqlite';

import { dice } from './dice.mjs';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * Gives residents so many days up to yesterday, with a window from 3 to 10 o'clock: presses around an hour of their
 * own, a miss now and then with its incident, and for the first of them what a page about one resident shows: presses
 * that drift later over the last three weeks, a week's pause, two days when we were deaf, and three forgotten presses in
 * the last fourteen days.
 */
export function rememberDays(daemon, residents, { days = 370, now = Date.now() } = {}) {
	const midnight = Math.floor((now + daemon.zone.offset) / day) * day - daemon.zone.offset;
	const database = new DatabaseSync(daemon.database);
	try {
		database.exec('BEGIN');
		residents.forEach((id, i) => new Past(database, id, i === 0).write(midnight, days, daemon.zone.offset, dice(i + 7)));
		numberByHearing(database);
		database.exec('COMMIT');
	} finally {
		database.close();
	}
}

/** Check-ins are numbered as they are heard: reports find a month by that. */
function numberByHearing(database) {
	database.exec('CREATE TEMP TABLE heard AS SELECT seq AS was, row_number() OVER (ORDER BY heard_at, seq) AS seq FROM checkins');
	database.exec('CREATE UNIQUE INDEX heard_was ON heard (was)');
	database.exec('UPDATE checkins SET seq = -(SELECT h.seq FROM heard h WHERE h.was = checkins.seq)');
	database.exec('UPDATE checkins SET seq = -seq');
	database.exec('DROP TABLE heard');
}

class Past {
	constructor(database, resident, first) {
		Object.assign(this, { database, resident, first });
		const row = database.prepare('SELECT device_id FROM devices WHERE resident_id = ?').get(resident);
		this.device = row?.device_id ?? `staff/${resident}`;
		this.insert = (sql, ...values) => database.prepare(sql).run(...values).lastInsertRowid;
	}

	write(midnight, days, offset, random) {
		const usual = 6 * hour + Math.floor(random() * 150) * minute;
		let late = null; // an expectation that nothing has met yet
		let last = 0;
		for (let ago = days; ago >= 1; ago--) {
			const began = midnight - ago * day;
			const fate = this.#fate(ago, random);
			const drift = this.first && ago <= 21 ? (21 - ago) * 5 * minute : 0;
			const noise = Math.round((random() + random() - 1) * 25) * minute + Math.round(random() * 59) * 1000;
			const pressed = began + usual + drift + noise;
			const expectation = this.#expect(began, offset, fate, pressed);
			if (fate === 'missed') {
				this.#miss(expectation, began, random);
				late = late ?? expectation;
			} else if (fate === 'ok') {
				this.#press(pressed);
				last = pressed;
				if (late)
					this.database.prepare('UPDATE expectations SET met_late_at = ? WHERE id <= ? AND resident_id = ?'
						+ " AND outcome IN ('missed', 'unknown') AND met_late_at IS NULL").run(pressed, late, this.resident);
				late = null;
			} else if (fate === 'unknown') {
				late = expectation;
			}
		}
		this.database.prepare('UPDATE expectations SET met_late_at = decided_at WHERE resident_id = ?'
			+ " AND outcome IN ('missed', 'unknown') AND met_late_at IS NULL").run(this.resident);
		const first = midnight - days * day;
		this.database.prepare('UPDATE residents SET starts = ?, began_at = ? WHERE resident_id = ?')
			.run(new Date(first + offset).toISOString().slice(0, 10), first, this.resident);
		this.database.prepare("UPDATE residents SET last_press_at = ?, last_press_kind = 'ok', last_sign_at = ?"
			+ ' WHERE resident_id = ?').run(last, last, this.resident);
	}

	#fate(ago, random) {
		const chance = random();
		if (this.first && [3, 7, 12].includes(ago))
			return 'missed';
		if (this.first && ago > 60 && ago <= 67)
			return 'paused';
		if (this.first && (ago === 40 || ago === 41))
			return 'unknown';
		return chance < 0.02 ? 'missed' : 'ok';
	}

	#press(at) {
		this.insert('INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at) VALUES (?, ?, ?, ?, ?, ?)',
			this.device, `past-${at}`, 'ok', this.resident, at, at + 400);
	}

	#expect(began, offset, outcome, pressed) {
		const [opens, due, deadline] = [began + 3 * hour, began + 10 * hour, began + 10.5 * hour];
		return this.insert(
			'INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at, outcome, decided_at,'
				+ ' met_at, met_kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
			...[this.resident, Math.round((began + offset) / day), opens, opens - 3 * hour, due, deadline, outcome],
			...[outcome === 'ok' ? due : deadline, outcome === 'ok' ? pressed : null, outcome === 'ok' ? 'ok' : null],
		);
	}

	/** Its incident: told, claimed, seen, closed. */
	#miss(expectation, began, random) {
		const opened = began + 10.5 * hour;
		const claimed = opened + Math.round(5 + random() * 40) * minute;
		const closed = claimed + Math.round(8 + random() * 30) * minute;
		const cause = this.first ? 'forgot' : ['forgot', 'forgot', 'device', 'other'][Math.floor(random() * 4)];
		const { district } = this.database.prepare('SELECT district FROM residents WHERE resident_id = ?').get(this.resident);
		const link = this.database.prepare('SELECT watcher_id FROM links WHERE resident_id = ? ORDER BY tier').get(this.resident);
		const who = link ? `watcher:${link.watcher_id}` : 'user:tanaka';
		const incident = this.insert(
			'INSERT INTO incidents (kind, resident_id, district, state, opened_at, ladder_at, step, closed_at, outcome, cause,'
				+ " how, seen_by, closed_by) VALUES ('missed', ?, ?, 'closed', ?, ?, 2, ?, 'safe', ?, 'face', ?, ?)",
			...[this.resident, district, opened, opened, closed, cause, who, who],
		);
		this.insert('INSERT INTO causes (incident_id, kind, expectation_id, at, counts_from_at, answered_at)'
			+ " VALUES (?, 'missed', ?, ?, ?, ?)", incident, expectation, opened, began, closed);
		const note = (at, event, person, detail) =>
			this.insert('INSERT INTO timeline (incident_id, resident_id, at, event, person, detail) VALUES (?, ?, ?, ?, ?, ?)',
				incident, this.resident, at, event, person, detail);
		note(opened, 'opened', '', 'missed');
		note(opened + 1000, 'step', '', 'step 1 round 1');
		note(opened + 3000, 'told', who, 'alert mail: 250 taken');
		this.insert('INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at, send_at,'
			+ " sent_at) VALUES (?, ?, 'missed', 'alert', 1, ?, 'mail:past@example.jp', 'sent', ?, ?, ?)",
			`i${incident}/1/alert/${who}/mail:past@example.jp`, incident, who, opened, opened, opened + 3000);
		note(claimed, 'claimed', who, '');
		note(closed, 'closed', who, 'safe');
	}
}
