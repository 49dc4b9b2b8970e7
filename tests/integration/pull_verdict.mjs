// pull_verdict - what must be true of what was pulled at from the web, in the store: what a 2xx said is there once, what was
// refused is not, what got no answer happened wholly or not at all.
import assert from 'node:assert/strict';

import { lived } from './pull_judge.mjs';
import { rows } from './store.mjs';

/** What a mark of each kind wrote. */
const written = {
	note: "SELECT count(*) AS n FROM timeline WHERE event IN ('note', 'watcher_note') AND detail = ?",
	no_answer: "SELECT count(*) AS n FROM timeline WHERE event IN ('no_answer', 'no_answer_other') AND detail = ?",
	closed: "SELECT count(*) AS n FROM incidents i WHERE note = ? AND state = 'closed'"
		+ " AND (SELECT count(*) FROM timeline t WHERE t.incident_id = i.id AND t.event = 'closed') = 1",
	visit: 'SELECT count(*) AS n FROM visits WHERE note = ?',
	pause: 'SELECT count(*) AS n FROM pauses WHERE reason = ?',
	consent: 'SELECT count(*) AS n FROM consents WHERE note = ?',
	never_told: 'SELECT count(*) AS n FROM never_told WHERE name = ?',
	disclosure: 'SELECT count(*) AS n FROM disclosures WHERE reason = ?',
	resident: 'SELECT count(*) AS n FROM residents WHERE resident_id = ?',
	watcher: 'SELECT count(*) AS n FROM watchers w WHERE watcher_id = ?'
		+ " AND (SELECT count(*) FROM audit a WHERE a.what = 'link_added' AND a.detail = w.watcher_id) > 0",
	device: 'SELECT count(*) AS n FROM devices WHERE device_id = ?',
	district: 'SELECT count(*) AS n FROM districts WHERE district = ?',
	policy: 'SELECT count(DISTINCT policy) AS n FROM policies WHERE policy = ?',
	user: 'SELECT count(*) AS n FROM users WHERE login = ?',
	key: 'SELECT count(*) AS n FROM api_keys WHERE name = ?',
};

/** Each mark is in the store as often as it was taken, and at most as often as it may have been. How many marks. */
export function everyActIsWhole({ daemon }, { marks }) {
	for (const { kind, mark, once, ok, open, refused } of marks) {
		const { n } = rows(daemon, written[kind], mark)[0];
		const [least, most] = once ? [Math.min(1, ok), Math.min(1, ok + open)] : [ok, ok + open];
		assert.ok(n >= least && n <= most, `${kind} ${mark}: ${ok} taken, ${open} not answered, ${refused} refused, and ${n} in the store`);
	}
	return marks.length;
}

/** Each claim that was answered with 200 is on the timeline once, and no two answers mean the same. How many there are. */
export function everyClaimIsOne({ daemon }, { claims, unanswered }) {
	const found = rows(daemon, "SELECT id, incident_id, event, person FROM timeline WHERE event IN ('claimed', 'renewed', 'taken_over')"
		+ " AND person LIKE 'user:%'");
	const byId = new Map(found.map((row) => [row.id, row]));
	const left = new Map(unanswered);
	for (const { incident, person, event } of claims) {
		if (event === null) { // the answer was cut off behind its head
			left.set(`${incident} ${person}`, (left.get(`${incident} ${person}`) ?? 0) + 1);
			continue;
		}
		const row = byId.get(event);
		assert.ok(row, `${person} was told that ${incident} is theirs by event ${event}, which is not there, or was somebody else's too`);
		assert.deepEqual([row.incident_id, row.person], [incident, person], `event ${event}`);
		byId.delete(event);
	}
	for (const { id, incident_id, person } of byId.values()) {
		const may = left.get(`${incident_id} ${person}`) ?? 0;
		assert.ok(may > 0, `${person} claimed ${incident_id} (event ${id}), and every claim of theirs was answered otherwise`);
		left.set(`${incident_id} ${person}`, may - 1);
	}
	return claims.length;
}

/** Each incident is what its timeline makes of it: nobody claimed what somebody had, or closed what was closed. */
export function everyIncidentIsAsItLived({ daemon }) {
	const timelines = Map.groupBy(
		rows(daemon, 'SELECT id, incident_id, event, person, detail FROM timeline WHERE incident_id IS NOT NULL ORDER BY id'),
		(row) => row.incident_id,
	);
	for (const { id, state, claimed_by } of rows(daemon, 'SELECT id, state, claimed_by FROM incidents')) {
		const [livedState, person, wrong] = lived(timelines.get(id) ?? []);
		const story = () => timelines.get(id).map((row) => JSON.stringify(row)).join('\n');
		assert.equal(wrong, null, `incident ${id}:\n${story()}`);
		assert.deepEqual([livedState, person], [state, state === 'claimed' ? claimed_by : null], `incident ${id}:\n${story()}`);
	}
}

/** What is done together is there together: each act of these and its line in the audit. */
export function everyActIsAudited({ daemon }) {
	const pairs = {
		claim: "SELECT count(*) AS n FROM timeline WHERE event IN ('claimed', 'renewed', 'taken_over') AND person LIKE 'user:%'",
		close: "SELECT count(*) AS n FROM timeline WHERE event = 'closed' AND person LIKE 'user:%'",
		visit: "SELECT count(*) AS n FROM visits WHERE entered_by LIKE 'user:%'",
		consent: "SELECT count(*) AS n FROM consents WHERE entered_by LIKE 'user:%'",
		never_told: 'SELECT count(*) AS n FROM never_told',
	};
	for (const [what, sql] of Object.entries(pairs)) {
		const audited = rows(daemon, "SELECT count(*) AS n FROM audit WHERE what = ? AND who LIKE 'user:%'", what)[0].n;
		assert.equal(audited, rows(daemon, sql)[0].n, `${what}: audited, and done`);
	}
}

/** Presses over HTTP as a storm's buttons have theirs. */
export function pressesOf({ presses }) {
	const byDevice = new Map();
	for (const press of presses)
		byDevice.set(press.device, [...(byDevice.get(press.device) ?? []), press]);
	return [...byDevice].map(([device, list]) => ({ device, presses: new Map(list.map((press) => [press.id, press])) }));
}

/** Nothing that an answer said was at fault, and there were answers of every operation. */
export function everyAnswerIsWhole({ faults, faultCount, statuses }, operations) {
	const kinds = new Map(faults.map((text) => [text.replaceAll(/\d+/g, 'n').slice(0, 60), text]));
	assert.equal(faultCount, 0, `${faultCount} faults:\n${[...kinds.values()].join('\n')}`);
	const silent = operations.filter(({ id }) => !statuses[id]);
	assert.deepEqual(silent.map(({ id }) => id), [], 'operations that nobody was answered of');
}
