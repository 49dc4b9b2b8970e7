// pages - a list that is read on from behind: its first page anew whenever `turn` changes, older ones as they are asked for.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { useAct, useLoad } from '../../parts/index.js'

// name: the list's member of the answer. { load (of useLoad), rows, cursor, more(), busy }
export function usePages(path, name, turn, limit) {
	const first = useLoad(signal => api.get(path, { limit }, { signal }), [path])
	const [older, setOlder] = useState({ rows: [], cursor: null, read: false })
	const [act, busy] = useAct()
	useEffect(() => setOlder({ rows: [], cursor: null, read: false }), [path])
	useEffect(() => {
		if (turn)
			first.reload()
	}, [turn])
	const fresh = first.data?.[name] ?? []
	const known = new Set(fresh.map(row => row.id))
	const cursor = older.read ? older.cursor : first.data?.next_cursor
	const more = async () => {
		const page = await act(() => api.get(path, { limit, cursor }))
		if (page)
			setOlder({ rows: [...older.rows, ...page[name]], cursor: page.next_cursor, read: true })
	}
	return { load: first, rows: [...fresh, ...older.rows.filter(row => !known.has(row.id))], cursor, more, busy }
}
