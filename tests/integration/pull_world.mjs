// pull_world - what those who pull at the web know: whom there is to ask about, what they found and made so far, and what
// became of everything that they wrote. The judge of the store (pull_verdict.mjs) goes by that last part.
import { dice } from './dice.mjs';

/** What of each kind is kept to ask about: the latest. */
const kept = 60;

export class World {
	/** Open incidents as answers showed them last: { id, district, resident, kind }, by id. */
	incidents = new Map();
	/** What was made, by kind: identifiers, the latest last. */
	made = {};
	/** By `kind mark`: { kind, mark, once, ok, open, refused }: how many requests that wrote it were taken, not answered, refused. */
	marks = new Map();
	/** Claims that were answered with 200: { incident, person, event (its row of the timeline) }. */
	claims = [];
	/** Requests to claim that no answer came to, by `incident person`. */
	unanswered = new Map();
	#number = 0;
	#decks = new Map();

	/** `given`: { seed, zone offset, guests: { district: [resident] }, watchers, devices: { id: password }, tokens }. */
	constructor(given) {
		Object.assign(this, given);
		this.random = dice(given.seed);
	}

	pick(list) {
		return list[Math.floor(this.random() * list.length)];
	}

	/** A word that nobody used before. */
	word(prefix) {
		return `${prefix}-${this.seed.toString(36)}-${++this.#number}`;
	}

	/** The values of a list, each once before one comes again. */
	dealt(name, list) {
		const deck = this.#decks.get(name);
		if (deck?.length > 0)
			return deck.pop();
		const next = [...list];
		for (let i = next.length - 1; i > 0; i--) {
			const k = Math.floor(this.random() * (i + 1));
			[next[i], next[k]] = [next[k], next[i]];
		}
		this.#decks.set(name, next);
		return next.pop();
	}

	resident(district = this.pick(Object.keys(this.guests))) {
		return this.pick(this.guests[district]);
	}

	incident(wanted = () => true) {
		const found = [...this.incidents.values()].filter(wanted);
		return found.length > 0 ? this.pick(found) : null;
	}

	keep(kind, id) {
		const list = (this.made[kind] ??= []);
		list.push(id);
		if (list.length > kept)
			list.shift();
	}

	/** One that was made, or null; `use`: nobody else gets it. */
	one(kind, { use = false } = {}) {
		const list = this.made[kind] ?? [];
		if (list.length === 0)
			return null;
		const at = Math.floor(this.random() * list.length);
		return use ? list.splice(at, 1)[0] : list[at];
	}

	day(days = 0) {
		return new Date(Date.now() + this.offset + days * 86_400_000).toISOString().slice(0, 10);
	}

	/** What a request that writes a mark came to: 'ok', 'open' (no answer came) or 'refused'. */
	came([kind, mark, once = false], how) {
		const key = `${kind} ${mark}`;
		const entry = this.marks.get(key) ?? { kind, mark, once, ok: 0, open: 0, refused: 0 };
		entry[how]++;
		this.marks.set(key, entry);
	}

	get found() {
		return { marks: [...this.marks.values()], claims: this.claims, unanswered: [...this.unanswered] };
	}
}
