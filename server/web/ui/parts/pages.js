// pages - a list that is read on from behind. Read anew, it is read as far as it was before: nobody's page shrinks.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../api.js'
import { useAct, useLoad } from './load.js'

const MOST = 200 // rows that every list gives at once

// name: the list's member of the answer; limit: how many more() reads on; turn: read anew whenever it changes.
// { load (of useLoad), rows, cursor, more(), busy }
export function usePages(path, name, { query = {}, limit, turn = 0 }) {
	const asked = JSON.stringify([path, query])
	const far = useRef(null) // how many rows are wanted of what is asked for
	if (far.current?.asked !== asked)
		far.current = { asked, rows: limit }
	const load = useLoad(async signal => {
		const wanted = far.current, rows = []
		let cursor
		do {
			const page = await api.get(path, { ...query, limit: Math.min(MOST, wanted.rows - rows.length), cursor }, { signal })
			rows.push(...page[name])
			cursor = page.next_cursor
		} while (cursor && rows.length < wanted.rows)
		return { rows, cursor }
	}, [asked])
	const shown = useRef(null)
	shown.current = load.data
	const [act, busy] = useAct()
	useEffect(() => {
		if (turn)
			load.reload()
	}, [turn])
	const more = () => act(async () => {
		const wanted = far.current, { cursor } = shown.current
		const page = await api.get(path, { ...query, limit, cursor })
		if (wanted !== far.current)
			return
		const { rows, cursor: end } = shown.current
		wanted.rows = rows.length + page[name].length
		if (end === cursor)
			load.set({ rows: [...rows, ...page[name]], cursor: page.next_cursor })
		else // it was read anew meanwhile, and ends elsewhere
			load.reload()
	})
	return { load, rows: load.data?.rows ?? [], cursor: load.data?.cursor, more, busy }
}

// What follows a first page that came with something else. of: what it came with (nothing of before stays when that is
// read anew); query: of the calls that read on from the first page's cursor. { rows, cursor, more(), busy }
export function useRest(of, { path, name, rows, cursor, query = {} }) {
	const [rest, setRest] = useState({ of, rows: [], cursor })
	const [act, busy] = useAct()
	const now = rest.of === of ? rest : { of, rows: [], cursor }
	const more = () => act(async () => {
		const page = await api.get(path, { ...query, cursor: now.cursor })
		setRest({ of, rows: [...now.rows, ...page[name]], cursor: page.next_cursor })
	})
	return { rows: [...rows, ...now.rows], cursor: now.cursor, more, busy }
}
