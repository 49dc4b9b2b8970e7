// printed - tells the audit each time the page that is looked at is printed.
import { useEffect, useRef } from 'preact/hooks'
import * as api from '../api.js'

// usePrinted(`/residents/${id}`): the call is its /prints; query: what of it is looked at.
export function usePrinted(path, query) {
	const latest = useRef()
	latest.current = { path, query }
	useEffect(() => {
		const printed = () => api.post(`${latest.current.path}/prints`, {}, { query: latest.current.query }).catch(problem => console.error(problem))
		addEventListener('beforeprint', printed)
		return () => removeEventListener('beforeprint', printed)
	}, [])
}
