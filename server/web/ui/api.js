// api - the server's calls. Everything that goes wrong is a Problem; a session that ended in between is renewed by the
// sign-in dialog (session.js) and the call made again, so that nothing typed is lost; likewise where the same person signed
// in once more on another tab of the browser.
import { t, word, hasWord } from './i18n.js'
import { refusalWords } from './refusals.js'

export class Problem extends Error {
	// status 0: the server could not be reached. errors: [{ pointer: '/reason', detail, code?, about? }] of a body.
	constructor({ status = 0, code = '', title = '', detail = '', errors = [], retry = 0, body = null }) {
		super(detail || title || `status ${status}`)
		Object.assign(this, { status, code, title, detail, errors, retry, body })
	}
	// For the reader: what it means, and what to do.
	get words() {
		const refusal = refusalWords(this.detail)
		if (refusal)
			return refusal
		if (this.errors?.length)
			return t('PROBLEM_FIELDS')
		if (hasWord('PROBLEM', this.code))
			return word('PROBLEM', this.code, { detail: this.detail, seconds: this.retry })
		if (this.status === 0)
			return t('PROBLEM_OFFLINE')
		if (hasWord('PROBLEM', this.status))
			return word('PROBLEM', this.status, { detail: this.detail, seconds: this.retry })
		return t('PROBLEM_OTHER', { detail: this.detail || this.title || this.status })
	}
}

// Whatever was thrown, as a Problem; what is none is a mistake of ours and noted.
export function problemOf(error) {
	if (error instanceof Problem)
		return error
	console.error(error)
	return new Problem({ status: -1, detail: String(error) })
}

// What is wrong with a field, of errors.
export const faultWords = ({ code, about, detail }) => (code && hasWord('FAULT_CODE', code) ? word('FAULT_CODE', code, { about: about ?? '' }) : detail)

let csrf = '', whose = '' // the session's token, and its login
let renew = null // () => Promise<boolean>: the dialog; true: signed in again

export function setCsrf(token, login) {
	csrf = token
	whose = login
}
export function onSignedOut(handler) {
	renew = handler
}

const LIMIT_MS = 30000

// When somebody last did something on this page. What it reads later than a minute after that, it reads by itself, and the
// server does not take it for use of the session: a desk that nobody sits at signs itself out.
const PRESENT_MS = 60000
let usedAt = Date.now()
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchmove'])
	globalThis.addEventListener?.(event, () => {
		usedAt = Date.now()
	}, { capture: true, passive: true })

export function address(path, query) {
	const url = path.startsWith('/api/') ? path : '/api/v1' + path
	const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '')
	const text = new URLSearchParams(pairs).toString()
	return text ? `${url}${url.includes('?') ? '&' : '?'}${text}` : url
}

async function once(method, path, { query, body, signal, type, language, patience = LIMIT_MS }) {
	const limit = new AbortController()
	const timer = setTimeout(() => limit.abort(), patience)
	const cancel = () => limit.abort()
	signal?.addEventListener('abort', cancel)
	const headers = { Accept: 'application/json' }
	if (method !== 'GET')
		headers['X-CSRF-Token'] = csrf
	if (body !== undefined)
		headers['Content-Type'] = type ?? 'application/json'
	if (language)
		headers['Accept-Language'] = language
	if (method === 'GET' && Date.now() - usedAt > PRESENT_MS)
		headers['X-Mimamori-Background'] = '1'
	try {
		const answer = await fetch(address(path, query), {
			method, headers, credentials: 'same-origin', signal: limit.signal,
			body: body === undefined ? undefined : type ? body : JSON.stringify(body),
		})
		const text = await answer.text()
		const json = /json/.test(answer.headers.get('Content-Type') ?? '')
		const value = json && text ? JSON.parse(text) : text || null
		if (answer.ok)
			return value
		const said = json && value ? value : {}
		throw new Problem({ ...said, status: answer.status, body: said, retry: Number(answer.headers.get('Retry-After')) || 0 })
	} catch (error) {
		if (error instanceof Problem || signal?.aborted)
			throw error
		throw new Problem({ status: 0, detail: String(error.message ?? error) })
	} finally {
		clearTimeout(timer)
		signal?.removeEventListener('abort', cancel)
	}
}

// The token of the session that the browser has now; false where that is somebody else's.
async function takeToken() {
	const now = await once('GET', '/session', {})
	if (now.login !== whose)
		return false
	csrf = now.csrf
	return true
}

async function call(method, path, options = {}) {
	try {
		return await once(method, path, options)
	} catch (problem) {
		if (problem.code === 'csrf' ? await takeToken() : problem.code === 'session' && renew && !options.bare && await renew())
			return once(method, path, options)
		throw problem
	}
}

// options: { query, signal, bare (no session is the caller's own matter), type (body is sent as it is), patience (ms) }
export const get = (path, query, options) => call('GET', path, { ...options, query })
export const post = (path, body = {}, options) => call('POST', path, { ...options, body })
export const put = (path, body = {}, options) => call('PUT', path, { ...options, body })
export const patch = (path, body = {}, options) => call('PATCH', path, { ...options, body })
export const del = (path, body, options) => call('DELETE', path, { ...options, body })
