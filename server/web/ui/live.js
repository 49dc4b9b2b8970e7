// live - GET /api/v1/events: what changes, as it changes. One connection for each browser, however many tabs are open
// (browsers allow six to a host): the tab that holds the lock reads and passes on what it hears.
//
// Read by fetch and not EventSource, so that the keep-alive comments count as signs of life: `live.state` is 'off' (nobody
// wants to hear), 'live', 'connecting' or 'stale' (nothing heard for 40 s), `live.at` when we last heard anything (0: never).
import { createStore } from './store.js'

const SILENCE_MS = 40000
const listeners = new Map() // event -> Set of functions
export const live = createStore({ state: 'off', at: 0 })

let channel = null
let running = null // between start and stop: an AbortController
let reading = false // it is this tab that reads
let abort = null
let wake = () => {} // ends the pause before the next try

// Returns the function that ends it. Event 'reconnected' is ours: something may have been missed, load anew.
export function onLive(event, handler) {
	if (!listeners.has(event))
		listeners.set(event, new Set())
	listeners.get(event).add(handler)
	return () => listeners.get(event).delete(handler)
}

function deliver(event, data) {
	if (event === 'alive')
		live.set({ state: 'live', at: Date.now() })
	else if (event === 'lost')
		live.set({ state: 'connecting', at: live.get().at })
	else
		for (const handler of [...(listeners.get(event) ?? [])])
			handler(data)
}
function tell(event, data) {
	deliver(event, data)
	channel?.postMessage({ event, data })
}

// Cuts a stream of text into events; returns what is left over. Exported for its test.
export function parseEvents(text, take) {
	let rest = text
	for (;;) {
		const end = /\r?\n\r?\n/.exec(rest)
		if (!end)
			return rest
		const block = rest.slice(0, end.index)
		rest = rest.slice(end.index + end[0].length)
		let event = 'message'
		const data = []
		for (const line of block.split(/\r?\n/)) {
			if (line.startsWith('event:'))
				event = line.slice(6).trim()
			else if (line.startsWith('data:'))
				data.push(line.slice(5).replace(/^ /, ''))
		}
		if (data.length)
			take(event, data.join('\n'))
	}
}

async function readOnce() {
	abort = new AbortController()
	const answer = await fetch('/api/v1/events', { headers: { Accept: 'text/event-stream', 'X-Mimamori-Background': '1' }, credentials: 'same-origin', signal: abort.signal })
	if (!answer.ok || !answer.body)
		return answer.status
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
	let rest = ''
	tell('alive')
	tell('reconnected', null)
	for (;;) {
		const { value, done } = await reader.read()
		if (done)
			return 200
		tell('alive')
		rest = parseEvents(rest + value, (event, data) => {
			try {
				tell(event, JSON.parse(data))
			} catch (error) {
				console.error('event', event, error)
			}
		})
	}
}

// Until it is stopped; whoever waits for the lock waits for its end.
async function readForEver(stop) {
	let wait = 1000
	reading = !stop.aborted
	while (!stop.aborted) {
		const began = Date.now()
		let status = 0
		try {
			status = await readOnce()
		} catch {
			// the connection broke: as any other end
		}
		if (stop.aborted)
			return
		tell('lost')
		if (status === 401)
			tell('signed-out', null)
		wait = Date.now() - began > 30000 ? 1000 : Math.min(wait * 2, 15000)
		await new Promise(resolve => {
			const timer = setTimeout(resolve, wait * (0.7 + 0.6 * Math.random()))
			wake = () => {
				clearTimeout(timer)
				resolve()
			}
		})
	}
}

let silence = 0
export function startLive() {
	if (running)
		return
	running = new AbortController()
	const stop = running.signal
	live.set({ state: 'connecting', at: 0 })
	silence = setInterval(() => {
		const now = live.get()
		if (now.state === 'live' && Date.now() - now.at > SILENCE_MS) {
			live.set({ state: 'stale', at: now.at })
			abort?.abort()
		}
	}, 5000)
	if (!navigator.locks) { // not a secure context: each tab reads for itself
		readForEver(stop)
		return
	}
	channel = new BroadcastChannel('mimamori-live')
	channel.onmessage = ({ data }) => {
		if (data.event !== 'hello')
			deliver(data.event, data.data)
		else if (reading && live.get().state === 'live')
			channel.postMessage({ event: 'alive' })
	}
	channel.postMessage({ event: 'hello' })
	navigator.locks.request('mimamori-live', { signal: stop }, () => readForEver(stop)).catch(() => {})
}

export function stopLive() {
	running?.abort()
	running = null
	reading = false
	clearInterval(silence)
	wake()
	abort?.abort()
	channel?.close()
	channel = null
	live.set({ state: 'off', at: 0 })
}
