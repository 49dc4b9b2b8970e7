// town - people to import (contract 2), and times of day that a test can wait for.
//
// Schedules are times of day in the deployment's zone and may not cross midnight. A test that runs at any hour
// therefore picks its zone so that it is about noon there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hour = 3_600_000;

const ahead = 12 - new Date().getUTCHours();
const zone = { name: `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`, offset: ahead * hour };

/**
 * A zone in which it is about noon now: { name (for [server] timezone), offset (ms that it is ahead of UTC) }. The same
 * one for all of a test file, also where an hour ends in the middle of it.
 */
export function middayZone() {
	return zone;
}

/** The local date of an instant (ms), 2026-11-23. */
export function localDate(zone, at) {
	return new Date(at + zone.offset).toISOString().slice(0, 10);
}

/** Its local time of day, 12:04:05 (what is less than a second is cut). */
export function localTime(zone, at) {
	return new Date(at + zone.offset).toISOString().slice(11, 19);
}

/** A schedule whose window lies around this instant: `opens` and `due` in seconds from it, `grace` in seconds. */
export function scheduleAround(zone, at, { opens = -60, due, grace }) {
	return `daily ${localTime(zone, at + opens * 1000)}-${localTime(zone, at + due * 1000)} +${grace}s`;
}

/** Writes TABLE.csv for each table of { table: [{ column: value }] }; rows may name different columns. */
export function writeTown(folder, town) {
	for (const [table, rows] of Object.entries(town)) {
		const columns = [...new Set(rows.flatMap(Object.keys))];
		const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
		const text = lines.map((cells) => cells.map(quoted).join(',')).join('\r\n');
		writeFileSync(join(folder, `${table}.csv`), `${text}\r\n`);
	}
}

function quoted(cell) {
	const text = String(cell);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One street: resident R001 with button-1, watchers W001 (tier 1), W002 (tier 2) and the staff member tanaka, all by
 * mail at NAME@example.jp and reachable at any hour. Today's window is open and due in so many seconds; the steps
 * of its policy follow each other by `step` seconds: resident and staff, tier 1, tier 2.
 */
export function street(zone, { now = Date.now(), due = 3600, grace = 1800, step = 2 } = {}) {
	const always = 'daily 00:00-24:00';
	const today = localDate(zone, now);
	const watcher = (watcher_id, name) => ({
		watcher_id,
		name,
		channels: `mail:${watcher_id.toLowerCase()}@example.jp`,
		hours: always,
		night: 'yes',
	});
	return {
		districts: [{ district: 'D01', name: '本町' }],
		residents: [
			{
				resident_id: 'R001',
				name: '山田 花子',
				kana: 'ヤマダ ハナコ',
				district: 'D01',
				category: 'elderly_alone',
				birth_date: '1941-05-03',
				phone: '0312345678',
				place: '本町2丁目',
				schedule: scheduleAround(zone, now, { due, grace }),
				policy: 'quick',
				starts: today,
				consent_on: today,
			},
		],
		watchers: [watcher('W001', '鈴木 一郎'), watcher('W002', '高橋 幸子')],
		links: [
			{ resident_id: 'R001', watcher_id: 'W001', tier: 1 },
			{ resident_id: 'R001', watcher_id: 'W002', tier: 2 },
		],
		devices: [{ device_id: 'button-1', resident_id: 'R001' }],
		policies: [
			{ policy: 'quick', kind: 'missed', after: '0s', notify: 'resident+staff' },
			{ policy: 'quick', kind: 'missed', after: `${step}s`, notify: 'tier1' },
			{ policy: 'quick', kind: 'missed', after: `${2 * step}s`, notify: 'tier2+staff' },
		],
		users: [{ login: 'tanaka', name: '田中', role: 'staff', channels: 'mail:tanaka@example.jp', duty: always }],
	};
}
