// storm_verdict - what must be true after a storm (design 3), each as a function that throws where it is not. What is said
// of messages is said by their receivers; the store is only asked what they were about.
import assert from 'node:assert/strict';

import { rows, story } from './store.mjs';

/**
 * Every press that got `stored`, and, where the broker lived, every press that it took, is in the store once; none is
 * there that nobody made. `promised`: whether the broker's PUBACK was a promise. How many there are.
 */
export function everyPressIsStoredOnce({ daemon, buttons }, { promised = true } = {}) {
	const stored = new Map();
	for (const { device_id, id, kind } of rows(daemon, "SELECT device_id, id, kind FROM checkins WHERE device_id NOT LIKE 'staff/%'")) {
		const key = `${device_id} ${id}`;
		assert.ok(!stored.has(key), `${key} is stored twice`);
		stored.set(key, kind);
	}
	for (const { device, presses } of buttons)
		for (const press of presses.values()) {
			const key = `${device} ${press.id}`;
			const answered = press.results.includes('stored') || press.results.includes('duplicate');
			if (answered || (promised && press.taken))
				assert.equal(stored.get(key), press.kind, `${key} was promised: ${JSON.stringify(press)}`);
			const firsts = press.results.filter((r) => r === 'stored').length;
			assert.ok(firsts <= 1, `${key} was stored ${firsts} times`);
			assert.ok(press.results.every((r) => r === 'stored' || r === 'duplicate'), JSON.stringify(press));
			stored.delete(key);
		}
	assert.deepEqual([...stored.keys()], [], 'presses that nobody made');
	return buttons.reduce((n, b) => n + b.presses.size, 0);
}

/** Each press was answered in the end: its button is content. */
export function everyPressIsAnswered({ buttons }) {
	for (const { device, presses } of buttons)
		for (const press of presses.values())
			assert.ok(press.results.length > 0, `${device}: ${JSON.stringify(press)}`);
}

/**
 * Nobody who pressed is missed (where the broker forgets they are not due yet); everybody else is, once, and that is a
 * cause of one incident. How many are missed.
 */
export function everyMissedCheckInIsOneCause({ daemon, buttons, plan, forgetful }) {
	const outcomes = rows(
		daemon,
		'SELECT resident_id, outcome, (SELECT count(*) FROM causes c JOIN incidents i ON i.id = c.incident_id'
			+ ' WHERE c.expectation_id = e.id AND i.resident_id = e.resident_id) AS causes FROM expectations e',
	);
	const pressed = new Set(buttons.slice(0, plan.buttons).map((b) => b.resident));
	const judged = buttons.filter((b) => !forgetful || !pressed.has(b.resident));
	assert.equal(outcomes.length, judged.length, 'one expectation each');
	const of = new Map(outcomes.map((row) => [row.resident_id, row]));
	for (const { resident } of judged) {
		const { outcome, causes } = of.get(resident);
		assert.deepEqual([outcome, causes], pressed.has(resident) ? ['ok', 0] : ['missed', 1], resident);
	}
	assert.equal(
		rows(daemon, "SELECT count(*) AS n FROM incidents WHERE kind = 'missed'")[0].n,
		buttons.length - plan.buttons,
		'one incident each',
	);
	return buttons.length - plan.buttons;
}

/** What each of the messages received was about: [{ incident, what, state, person, resident }], by the message's id. */
function contents({ daemon, received }) {
	const members = new Map();
	const sql = 'SELECT n.id, n.message_id, n.incident_id AS incident, n.what, n.state, n.unsure, n.channel, n.person,'
		+ ' i.resident_id AS resident, n.written_at FROM notifications n LEFT JOIN incidents i ON i.id = n.incident_id WHERE n.message_id IS NOT NULL';
	for (const row of rows(daemon, sql))
		members.set(row.message_id, [...(members.get(row.message_id) ?? []), row]);
	const about = new Map();
	for (const { id, to } of received) {
		const found = members.get(Number(id.match(/(\d+)\.\d+(@example\.jp>)?$/)[1]));
		assert.ok(found?.every((n) => n.channel === to), `${id} at ${to} is a message of ours to them`);
		about.set(id, found);
	}
	return { members, about };
}

/**
 * Whatever is marked as sent is at its receiver. Each one missed was told to the watcher of tier 1, to staff, and, where
 * nobody answered, to the watcher of tier 2. Whoever was asked, did not refuse to hear
 * it and need not go any more heard that.
 */
export function nothingToTellIsLost(storm) {
	const { received, daemon, mail } = storm;
	const { members, about } = contents(storm);
	for (const [id, list] of members)
		if (list.some((n) => n.state === 'sent'))
			assert.ok([...about.values()].includes(list), `message ${id} was sent: ${JSON.stringify(list)}`);

	const incidents = rows(daemon, "SELECT id, resident_id, state FROM incidents WHERE kind = 'missed'");
	const heard = received.flatMap(({ id, to, refused }) => about.get(id).map((n) => ({ ...n, to, refused })));
	const told = (incident, what, person) => heard.some((n) => n.incident === incident && n.what === what && n.person === person);
	for (const { id, resident_id, state } of incidents) {
		const number = resident_id.slice(1);
		const must = (fine, what) => assert.ok(fine, `${resident_id}: ${what}\n${story(daemon, resident_id)}`);
		const mails = mail.to('tanaka@example.jp');
		must(told(id, 'alert', `watcher:A${number}`), 'tier 1 was told');
		must(state === 'closed' || mails.some((m) => m.text.includes(resident_id)), 'staff were told');
		must(state !== 'open' || told(id, 'alert', `watcher:B${number}`), 'nobody answered, and tier 2 was told');
		if (state !== 'closed')
			continue;
		/* What was dropped after refusals only is in no message that was taken, also where the others of it were sent again. */
		const asked = heard.filter((n) => n.incident === id && n.what === 'alert' && !n.refused && (n.state !== 'dropped' || n.unsure));
		for (const person of new Set(asked.map((n) => n.person)))
			must(told(id, 'ended', person), `${person} heard the end`);
	}
}

/** The notifications that a message speaks of, where it names them (webhooks do). */
function named(text) {
	return text.startsWith('{') ? JSON.parse(text).data.notifications.map(({ id }) => id) : [];
}

/**
 * What came twice is the same message, with the same key, of the same notifications; how many did. `of`: of which
 * residents it is true that nobody is told a thing in two messages, for nobody asks again about them.
 */
export function whatCameTwiceIsTheSame(storm, { of = () => true } = {}) {
	const { received } = storm;
	const { members, about } = contents(storm);
	const first = new Map();
	for (const message of received) {
		const before = first.get(message.id);
		if (before)
			assert.equal(message.to, before.to, message.id);
		const members = about.get(message.id).map((n) => n.id);
		for (const id of named(message.text))
			assert.ok(members.includes(id), `${message.id} speaks of ${id}, and is to speak of ${members}`);
		first.set(message.id, before ?? message);
	}
	for (const [id, all] of about) {
		const list = all.filter((n) => of(n.resident));
		assert.equal(new Set(list.map((n) => `${n.incident} ${n.what}`)).size, list.length, `${id}: ${JSON.stringify(list)}`);
	}
	// Nothing is said to anybody in two messages, but that it is over or that somebody goes: an alert that was on its way
	// then may have come after the first of them.
	const said = new Map();
	for (const [id, list] of about)
		for (const { incident, what, person } of list.filter((n) => n.what !== 'ended' && n.what !== 'claimed' && of(n.resident))) {
			const key = `${incident} ${what} ${person}`;
			assert.ok(!said.has(key), `${key} came as ${said.get(key)} and ${id}`);
			said.set(key, id);
		}
	assert.ok(first.size <= members.size);
	return received.length - first.size;
}
