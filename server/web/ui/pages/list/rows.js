// rows - the daily list as a page holds it: everybody's row, and the order in which they stand.
//
// The order is frozen: what comes later changes rows where they stand and moves none of them. `changed` counts the rows
// that would stand elsewhere by now; sort() puts everybody in their place, when the reader asks for it.
import { STATES } from '../../values.js'
import { rowKey } from './fold.js'

const rank = Object.fromEntries(STATES.map((state, i) => [state, i]))

export const GROUPS = ['needed', 'late', 'done']
function groupOf(row) {
	if (row.needs_person)
		return 0
	return row.state === 'late' || row.state === 'waiting' || row.state === 'unknown' ? 1 : 2
}
const placeOf = row => groupOf(row) * 16 + rank[row.state]

function compare(a, b) {
	if (a.place !== b.place)
		return a.place - b.place
	const [x, y] = [a.row, b.row]
	if (x.district !== y.district)
		return x.district < y.district ? -1 : 1
	if (x.kana !== y.kana)
		return x.kana < y.kana ? -1 : 1
	return x.resident_id < y.resident_id ? -1 : 1
}

export class Rows {
	// entry: { row, place (where it stands), key (what it is found by), gone, fresh (came after the order was made),
	// turn (of what told of it last) }
	entries = new Map()
	turn = 0 // rises with each update
	order = [] // entries as they stand
	moved = new Set() // of entries that would stand elsewhere
	households = new Map() // household -> Set of entries
	version = 0 // rises with each order
	totals = Object.fromEntries(['residents', 'open', ...STATES].map(name => [name, 0]))

	#count(row, by) {
		this.totals.residents += by
		this.totals[row.state] += by
		this.totals.open += row.needs_person ? by : 0
	}

	#setHousehold(entry, household) {
		const former = entry.row?.household
		if (former && former !== household)
			this.households.get(former)?.delete(entry)
		if (household) {
			if (!this.households.has(household))
				this.households.set(household, new Set())
			this.households.get(household).add(entry)
		}
	}

	#put(row) {
		let entry = this.entries.get(row.resident_id)
		if (!entry) {
			entry = { row: null, place: -1, key: '', gone: false, fresh: true, turn: 0 }
			this.entries.set(row.resident_id, entry)
		} else if (!entry.gone) {
			this.#count(entry.row, -1)
		}
		this.#setHousehold(entry, row.household)
		if (!entry.row || entry.row.name !== row.name || entry.row.kana !== row.kana)
			entry.key = rowKey(row)
		entry.row = row
		entry.gone = false
		this.#count(row, 1)
		return entry
	}

	// Rows as they are read page by page: they stand in the order of the list, behind those of their group. since: the
	// turn when the page was asked for; what an update told of later is newer than the page.
	load(rows, since = this.turn) {
		for (const row of rows) {
			const known = this.entries.get(row.resident_id)
			if (known && !known.fresh) {
				if (known.turn <= since)
					this.#change(row)
				continue
			}
			const entry = known && known.turn > since ? known : this.#put(row)
			entry.place = placeOf(entry.row)
			entry.fresh = false
			this.moved.delete(entry)
			this.order.push(entry)
		}
		this.order.sort((a, b) => groupOf16(a) - groupOf16(b)) // stable: within a group they stay
		this.version++
	}

	#change(row) {
		const entry = this.#put(row)
		if (entry.fresh || placeOf(row) !== entry.place)
			this.moved.add(entry)
		else
			this.moved.delete(entry)
		return entry
	}

	// What has changed: nobody moves. Returns those who ask for help since.
	update(rows, gone) {
		const help = []
		this.turn++
		for (const row of rows) {
			const before = this.entries.get(row.resident_id)
			const asked = before && !before.gone && before.row.state === 'help'
			this.#change(row).turn = this.turn
			if (row.state === 'help' && row.needs_person && !asked)
				help.push(row)
		}
		for (const id of gone) {
			const entry = this.entries.get(id)
			if (!entry || entry.gone)
				continue
			this.#count(entry.row, -1)
			entry.gone = true
			entry.turn = this.turn
			this.moved.add(entry)
		}
		return help
	}

	// A whole list that was read anew, pages of { rows, since } as in load, takes the place of this one: the same as
	// update, with all who are not in it gone. What an update told of meanwhile stays.
	replace(pages) {
		const there = new Set(pages.flatMap(({ rows }) => rows.map(row => row.resident_id)))
		const newer = (id, since) => this.entries.get(id)?.turn > since
		const rows = pages.flatMap(({ rows, since }) => rows.filter(row => !newer(row.resident_id, since)))
		return this.update(rows, [...this.entries.keys()].filter(id => !there.has(id) && !newer(id, pages[0].since)))
	}

	sort() {
		for (const [id, entry] of this.entries) {
			if (entry.gone) {
				this.#setHousehold(entry, null)
				this.entries.delete(id)
			}
		}
		this.order = [...this.entries.values()]
		for (const entry of this.order) {
			entry.place = placeOf(entry.row)
			entry.fresh = false
		}
		this.order.sort(compare)
		this.moved.clear()
		this.version++
	}

	get changed() {
		return this.moved.size
	}

	// The entries that stand on the list and match, as they stand. district, states: empty for all; words: folded.
	match({ district = '', states = null, needed = false, words = '' }) {
		return this.order.filter(({ row, key }) => (!district || row.district === district) &&
			(!states || states.has(row.state) || (needed && row.needs_person)) && (!words || key.includes(words)))
	}

	// Counts of one district, or of all.
	count(district) {
		if (!district)
			return this.totals
		const totals = Object.fromEntries(Object.keys(this.totals).map(name => [name, 0]))
		for (const { row, gone } of this.entries.values()) {
			if (gone || row.district !== district)
				continue
			totals.residents++
			totals[row.state]++
			totals.open += row.needs_person ? 1 : 0
		}
		return totals
	}

	// The others in the house.
	others(row) {
		if (!row.household)
			return []
		return [...this.households.get(row.household) ?? []].map(e => e.row).filter(r => r.resident_id !== row.resident_id)
	}

	get(id) {
		return this.entries.get(id)?.row ?? null
	}
}

const groupOf16 = entry => entry.place >> 4
