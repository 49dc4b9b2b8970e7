// found - whose name, kana or id holds what was typed, for suggestions.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api.js'

function useFound(path, list, q) {
	const [found, setFound] = useState([])
	useEffect(() => {
		const abort = new AbortController()
		const timer = setTimeout(() => {
			api.get(path, { q, limit: 20 }, { signal: abort.signal }).then(answer => setFound(answer[list]), () => {})
		}, 200)
		return () => {
			clearTimeout(timer)
			abort.abort()
		}
	}, [q])
	return found
}

export const useWatchers = q => useFound('/watchers', 'watchers', q)
export const useResidents = q => useFound('/status', 'residents', q)

// As <Suggest options>.
export const suggestions = found => found.map(w => [w.watcher_id, [w.name, w.relation].filter(Boolean).join('・')])
