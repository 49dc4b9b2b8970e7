// load - reading something for a page, and doing something for a button, with what can go wrong kept for the reader.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { problemOf } from '../api.js'
import { toast } from './toast.jsx'

// const page = useLoad(signal => api.get(`/residents/${id}`, undefined, { signal }), [id])
// page: { data, problem, busy, reload(), set(data) }. An older answer never replaces a newer one; what was there stays
// until the new one comes, unless `deps` changed.
export function useLoad(read, deps) {
	const [state, setState] = useState({ data: null, problem: null, busy: true })
	const latest = useRef(read)
	const turn = useRef(0)
	const under = useRef(null)
	latest.current = read
	const reload = useCallback(async () => {
		const mine = ++turn.current
		setState(s => ({ ...s, busy: true }))
		const abort = new AbortController()
		under.current?.abort()
		under.current = abort
		try {
			const data = await latest.current(abort.signal)
			if (mine === turn.current)
				setState({ data, problem: null, busy: false })
		} catch (error) {
			if (mine !== turn.current || abort.signal.aborted)
				return
			setState(s => ({ ...s, problem: problemOf(error), busy: false }))
		}
	}, [])
	useEffect(() => {
		setState({ data: null, problem: null, busy: true })
		reload()
		return () => {
			turn.current++
			under.current?.abort()
		}
	}, deps)
	return { ...state, reload, set: data => setState(s => ({ ...s, data })) }
}

// const [act, busy, problem] = useAct(); <Button busy={busy} onClick={() => act(() => api.post(…), t('SAVED'))}>
// act resolves to what the call gave, or undefined where it failed: the problem is kept, and said as a toast unless
// `quiet` (the caller shows it).
export function useAct({ quiet = false } = {}) {
	const [state, setState] = useState({ busy: false, problem: null })
	const there = useRef(true)
	useEffect(() => {
		there.current = true
		return () => {
			there.current = false
		}
	}, [])
	const act = async (work, done) => {
		setState({ busy: true, problem: null })
		try {
			const value = await work()
			if (there.current)
				setState({ busy: false, problem: null })
			if (done)
				toast(done)
			return value ?? null
		} catch (error) {
			const problem = problemOf(error)
			if (there.current)
				setState({ busy: false, problem })
			if (!quiet)
				toast(problem.words, 'bad')
			return undefined
		}
	}
	return [act, state.busy, state.problem]
}
