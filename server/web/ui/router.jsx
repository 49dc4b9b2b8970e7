// router - one page for each address; the browser's own history. Links are plain <a href>: clicks within the site are
// taken over here, everything else (downloads, paper, new tabs) is left to the browser.
import { Component } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from './i18n.js'
import { createStore, useStore } from './store.js'

const read = () => ({ path: location.pathname, search: location.search })
export const place = createStore(read())
let guard = null // () => boolean: may this page be left?
let current = location.pathname + location.search

export function matchRoute(routes, path) {
	for (const route of routes) {
		const names = []
		const pattern = route.path.replace(/\{(\w+)\}/g, (_, name) => {
			names.push(name)
			return '([^/]+)'
		})
		const m = new RegExp(`^${pattern}/?$`).exec(path)
		if (m) {
			try {
				return { route, params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(m[i + 1])])) }
			} catch {
				return null // not UTF-8
			}
		}
	}
	return null
}

// Asks whoever has unsaved changes.
export const mayLeave = () => !guard || guard()

// asked: mayLeave() was said yes to. Returns whether it went there.
export function navigate(to, { replace = false, asked = false } = {}) {
	if (!asked && !mayLeave())
		return false
	history[replace ? 'replaceState' : 'pushState'](null, '', to)
	current = location.pathname + location.search
	place.set(read())
	return true
}

function searchWith(changes) {
	const query = new URLSearchParams(location.search)
	for (const [name, value] of Object.entries(changes)) {
		if (value === '' || value === null || value === undefined)
			query.delete(name)
		else
			query.set(name, value)
	}
	const text = query.toString().replaceAll('%2C', ',')
	return text ? `?${text}` : ''
}

// Changes fields of the address and leaves the page where it is; '' or null takes a field away. What is pushed knows what
// it was pushed over (`over`), for undoQuery.
export function setQuery(changes, { replace = true } = {}) {
	const state = replace ? history.state : { over: location.search }
	history[replace ? 'replaceState' : 'pushState'](state, '', location.pathname + searchWith(changes))
	current = location.pathname + location.search
	place.set(read())
}

// The same, where it undoes what was pushed: then it goes back, so that opening and closing leave no trail.
let goingBack = false
export function undoQuery(changes) {
	if (goingBack)
		return
	if (history.state?.over === searchWith(changes)) {
		goingBack = true
		history.back()
	} else {
		setQuery(changes)
	}
}

// [fields, setQuery]
export function useQuery() {
	const { search } = useStore(place)
	return [Object.fromEntries(new URLSearchParams(search)), setQuery]
}

// The path alone: whoever looks at it is not drawn again when a field of the address changes.
export function usePath() {
	const [path, setPath] = useState(place.get().path)
	useEffect(() => {
		setPath(place.get().path)
		return place.subscribe(p => setPath(p.path))
	}, [])
	return path
}

// While `dirty`, leaving asks first.
export function useLeaveGuard(dirty) {
	useEffect(() => {
		if (!dirty)
			return undefined
		const before = event => event.preventDefault()
		guard = () => confirm(t('LEAVE_UNSAVED'))
		addEventListener('beforeunload', before)
		return () => {
			guard = null
			removeEventListener('beforeunload', before)
		}
	}, [dirty])
}

export function startRouter(ours) {
	addEventListener('popstate', () => {
		goingBack = false
		if (!mayLeave()) {
			history.pushState(null, '', current)
			return
		}
		current = location.pathname + location.search
		place.set(read())
	})
	addEventListener('click', event => {
		const link = event.target.closest?.('a[href]')
		if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
			return
		if (link.target || link.hasAttribute('download') || link.origin !== location.origin || !ours(link.pathname))
			return
		if (link.hash && link.pathname === location.pathname)
			return
		event.preventDefault()
		if (navigate(link.pathname + link.search))
			scrollTo(0, 0)
	})
}

// A page's module, fetched when it is first wanted; Fallback while it comes, Failed where it does not.
export function Lazy({ load, Fallback, Failed, ...props }) {
	const [state, setState] = useState({ load: null })
	const fetchPage = () => {
		setState({ load })
		load().then(module => setState({ load, Page: module.default }), error => setState({ load, error }))
	}
	useEffect(fetchPage, [load])
	if (state.load === load && state.error)
		return <Failed error={state.error} retry={fetchPage} />
	if (state.load !== load || !state.Page)
		return <Fallback />
	const { Page } = state
	return <Page {...props} />
}

// What a page throws while it is drawn ends that page only.
export class Guarded extends Component {
	constructor() {
		super()
		this.state = { error: null }
	}
	static getDerivedStateFromError(error) {
		return { error }
	}
	componentDidCatch(error) {
		console.error(error)
	}
	render({ children, Failed }, { error }) {
		return error ? <Failed error={error} retry={() => this.setState({ error: null })} /> : children
	}
}
