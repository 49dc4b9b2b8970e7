// colleagues - who could take something on: users who may act in a district, those on duty first.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'

// [{ login, name, on_duty, … }]; empty until it is known, and where it cannot be read.
export function useColleagues(district) {
	const [list, setList] = useState([])
	useEffect(() => {
		const abort = new AbortController()
		api.get('/colleagues', { district }, { signal: abort.signal }).then(({ colleagues }) => setList(colleagues), () => {})
		return () => abort.abort()
	}, [district])
	return list
}
