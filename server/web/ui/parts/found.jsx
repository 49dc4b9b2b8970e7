// found - people by their name, kana or id: as one types they are suggested, and whose id stands there is named.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api.js'
import { apart, dots } from '../i18n.js'
import { Suggest } from './form.jsx'
import { Icon } from './icons.jsx'

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

// Each as [id, who that is].
const byWatcher = w => [w.watcher_id, dots(w.name, w.relation)]
const byResident = r => [r.resident_id, apart(r.name, r.kana)]

// The id of somebody, with their name under the label once it is known.
function Somebody({ found, hint, value, ...rest }) {
	const name = found.find(([id]) => id === value.trim())?.[1]
	return <Suggest hint={<span role="status">{name ? <b class="found"><Icon name="check" size={14} />{name}</b> : hint}</span>} options={found} value={value} maxLength={64} {...rest} />
}

// onFound(id or ''): whose id it is, when they are known; but: an id that is not suggested.
export function WatcherField({ value, onFound, but, ...rest }) {
	const found = useFound('/watchers', 'watchers', value).filter(w => w.watcher_id !== but)
	const known = found.some(w => w.watcher_id === value.trim()) ? value.trim() : ''
	useEffect(() => {
		onFound?.(known)
	}, [known])
	return <Somebody found={found.map(byWatcher)} value={value} {...rest} />
}

export const ResidentField = ({ value, ...rest }) => <Somebody found={useFound('/status', 'residents', value).map(byResident)} value={value} {...rest} />
