// found - watchers whose name, kana or id holds what was typed, for suggestions.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api.js'

export function useWatchers(q) {
	const [found, setFound] = useState([])
	useEffect(() => {
		const abort = new AbortController()
		const timer = setTimeout(() => {
			api.get('/watchers', { q, limit: 20 }, { signal: abort.signal }).then(answer => setFound(answer.watchers), () => {})
		}, 200)
		return () => {
			clearTimeout(timer)
			abort.abort()
		}
	}, [q])
	return found
}

// As <Suggest options>.
export const suggestions = found => found.map(w => [w.watcher_id, [w.name, w.relation].filter(Boolean).join('・')])
