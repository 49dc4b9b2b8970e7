// contract - what status --json and incidents --json must look like (contract 4 and 5): every member, no other, each
// of its type, and what the members say of each other.
import assert from 'node:assert/strict';

const kinds = ['help', 'missed', 'unwell', 'talk'];
const questions = ['pause', 'device', 'blind', 'area'];
const states = ['help', 'missed', 'unknown', 'late', 'waiting', 'ok', 'paused', 'unscheduled']; // worst first
const outcomes = [
	...['safe', 'away', 'hospital', 'emergency', 'facility', 'deceased', 'moved', 'false_alarm'],
	...['checked_in', 'answered'],
];

const text = (value) => typeof value === 'string' && value !== '';
const flag = (value) => typeof value === 'boolean';
const number = (value) => Number.isSafeInteger(value) && value >= 0;
const date = (value) => /^\d{4}-\d\d-\d\d$/.test(value);
const instant = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(value);
const oneOf = (...words) => (value) => words.includes(value);
const orNull = (shape) => (value, path) => value === null || matches(value, shape, path);
const listOf = (shape) => (value, path) => {
	assert.ok(Array.isArray(value), `${path} is no array`);
	value.forEach((item, i) => matches(item, shape, `${path}[${i}]`));
	return true;
};

/** A shape is an object of shapes by member, or a function that says whether a value is right. */
function matches(value, shape, path) {
	if (typeof shape === 'function') {
		assert.ok(shape(value, path), `${path} is ${JSON.stringify(value)}`);
		return true;
	}
	assert.equal(typeof (value ?? undefined), 'object', `${path} is ${JSON.stringify(value)}`);
	assert.deepEqual(Object.keys(value).toSorted(), Object.keys(shape).toSorted(), `the members of ${path}`);
	for (const [name, of] of Object.entries(shape))
		matches(value[name], of, `${path}.${name}`);
	return true;
}

const status = {
	date,
	version: number,
	listening: flag,
	blind: listOf({ from: instant, to: orNull(instant) }),
	totals: Object.fromEntries(['residents', 'open', ...states].map((name) => [name, number])),
	residents: listOf({
		resident_id: text,
		name: text,
		kana: (value) => typeof value === 'string',
		district: text,
		household: orNull(text),
		state: oneOf(...states),
		checked_in_at: orNull(instant),
		kind: orNull(oneOf('ok', 'unwell', 'talk', 'help', 'activity')),
		due_at: orNull(instant),
		needs_person: flag,
		handled: orNull({ by: text, how: orNull(text), at: instant }),
		incident: orNull({
			id: number,
			kind: oneOf(...kinds),
			state: oneOf('open', 'claimed'),
			step: number,
			claimed_by: orNull(text),
			claimed_until: orNull(instant),
		}),
		device: orNull({
			online: orNull(flag),
			battery: orNull((value) => number(value) && value <= 100),
			trouble: orNull(oneOf('offline', 'battery', 'rejected')),
		}),
	}),
};

/** Throws where it is not as contract 5 says; the status itself. */
export function checkedStatus(value) {
	matches(value, status, 'status');
	const { totals, residents } = value;
	assert.equal(totals.residents, residents.length);
	assert.equal(totals.open, residents.filter((r) => r.needs_person).length);
	for (const state of states)
		assert.equal(totals[state], residents.filter((r) => r.state === state).length, `totals.${state}`);
	const rank = (r) => (r.needs_person ? 0 : states.length) + states.indexOf(r.state);
	const ranks = residents.map(rank);
	assert.deepEqual(ranks, ranks.toSorted((a, b) => a - b), 'those who need a person first, then by state');
	for (const { incident, checked_in_at, kind } of residents) {
		if (incident)
			assert.equal(incident.claimed_by !== null, incident.state === 'claimed');
		assert.equal(kind === null, checked_in_at === null, 'a kind goes with its press');
	}
	return value;
}

const incident = {
	id: number,
	resident_id: orNull(text),
	kind: oneOf(...kinds, ...questions),
	state: oneOf('open', 'claimed', 'closed'),
	opened_at: instant,
	closed_at: orNull(instant),
	outcome: orNull(oneOf(...outcomes)),
	seen_by: orNull(text),
	step: number,
	claimed_by: orNull(text),
	claimed_until: orNull(instant),
	causes: listOf({ kind: oneOf(...kinds, ...questions), at: instant, answered_at: orNull(instant) }),
	told: listOf({
		person: text,
		channel: text,
		result: oneOf('waiting', 'sent', 'seen', 'answered', 'bounced', 'refused', 'dropped'),
		at: orNull(instant),
	}),
};

/** Throws where they are not as contract 4 says; the incidents themselves. */
export function checkedIncidents(value) {
	assert.ok(Array.isArray(value));
	value.forEach((one, i) => {
		const lists = one.kind === 'blind' || one.kind === 'area';
		matches(one, lists ? { ...incident, residents: listOf(text) } : incident, `incidents[${i}]`);
		assert.equal(one.closed_at !== null, one.state === 'closed');
		assert.equal(one.outcome !== null, one.state === 'closed');
		assert.equal(one.claimed_by !== null, one.state === 'claimed');
		if (lists)
			assert.equal(one.resident_id, null);
	});
	return value;
}
