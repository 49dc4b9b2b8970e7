// session - who is signed in, what they may do, and signing in again where one was.
import * as api from './api.js'
import { suggestLanguage } from './i18n.js'
import { createStore, useStore } from './store.js'
import { setServerNow } from './time.js'

// undefined: not asked yet; null: nobody; else GET /api/v1/session
export const session = createStore(undefined)
export const useSession = () => useStore(session)
export const can = right => session.get()?.rights.includes(right) ?? false
export const today = () => session.get()?.date ?? ''
// Those that can be given to somebody; one that ended keeps its name.
export const openDistricts = () => session.get()?.districts.filter(d => !d.ended) ?? []
export const districtName = id => session.get()?.districts.find(d => d.district === id)?.name ?? id ?? ''

// The dialog over the page, when a session ended while somebody worked: { answer(signedIn) } or null.
export const signingIn = createStore(null)

let former = '' // whose session ended

export function begin(object) {
	api.setCsrf(object.csrf, object.login)
	setServerNow(object.now)
	suggestLanguage(object.language)
	former = object.login
	remember(true)
	session.set(object)
}

// On the page of signing in, a browser where nobody has signed in yet need not be asked.
const KNOWN = 'signed-in'
function known() {
	try {
		return localStorage.getItem(KNOWN) !== null
	} catch {
		return true
	}
}
function remember(yes) {
	try {
		if (yes)
			localStorage.setItem(KNOWN, 'yes')
		else
			localStorage.removeItem(KNOWN)
	} catch {
		// no storage: it is asked each time
	}
}
function nobody() {
	remember(false)
	session.set(null)
}

export async function load() {
	if (location.pathname === '/login' && !known()) {
		session.set(null)
		return
	}
	try {
		begin(await api.get('/session', undefined, { bare: true }))
	} catch (problem) {
		if (problem.status !== 401)
			throw problem
		nobody()
	}
}

// The session ended under the page: what is open stays, and the dialog asks to sign in again.
export const loadAgain = () => api.get('/session').then(begin).catch(() => {})

// To the browser's other tabs: who signs out leaves them all; who signs in again does so for all that ask.
const tabs = new BroadcastChannel('mimamori-session')
tabs.onmessage = ({ data }) => {
	if (data.out && session.get())
		leave()
	else if (data.login === former && signingIn.get())
		api.get('/session', undefined, { bare: true }).then(object => {
			begin(object)
			signingIn.get()?.answer(true)
		}, () => {})
}
function leave() {
	signingIn.get()?.answer(false)
	former = ''
	nobody()
}

export async function signIn(login, password, code) {
	begin(await api.post('/session', code ? { login, password, code } : { login, password }, { bare: true }))
	tabs.postMessage({ login })
}

export async function signOut() {
	await api.del('/session', undefined, { bare: true }).catch(problem => {
		if (problem.status !== 401)
			throw problem
	})
	leave()
	tabs.postMessage({ out: true })
}

// All calls that were refused meanwhile wait for the one dialog.
let waiting = null
api.onSignedOut(() => {
	if (!session.get())
		return Promise.resolve(false)
	waiting ??= new Promise(resolve => {
		signingIn.set({
			login: former,
			answer(signedIn) {
				waiting = null
				signingIn.set(null)
				if (!signedIn)
					nobody()
				resolve(signedIn)
			},
		})
	})
	return waiting
})

// The districts in the session are those of signing in; the page that changes them tells.
export function setDistricts(list) {
	const now = session.get()
	if (now)
		session.set({ ...now, districts: list.map(d => ({ district: d.district, name: d.name, ended: d.ended_at !== null })) })
}

// The date in the session is that of signing in; the list tells when a new day has begun.
export function setToday(date) {
	const now = session.get()
	if (now && date && now.date !== date)
		session.set({ ...now, date })
}
