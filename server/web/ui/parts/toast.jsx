// toast - what was just done, in a corner and read out; announce() only reads out. All of it stands in the uppermost modal
// dialog, where one is open: whatever lies outside is covered, and neither read out nor pressed.
import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import { commas, t } from '../i18n.js'
import { createStore, useStore } from '../store.js'
import { Button } from './button.jsx'
import { Icon } from './icons.jsx'

const toasts = createStore([])
const said = createStore({ polite: '', assertive: '' })
let number = 0

const place = document.createElement('div')
const over = [] // the modal dialogs that are open, the uppermost last

function move() {
	said.set({ polite: '', assertive: '' }) // or it is read again
	;(over.at(-1) ?? document.body).append(place)
}

// Of a dialog that was just opened as a modal one; returns what it does as it closes.
export function lieOver(dialog) {
	over.push(dialog)
	move()
	return () => {
		over.splice(over.indexOf(dialog), 1)
		move()
	}
}

const remove = id => toasts.set(toasts.get().filter(x => x.id !== id))

// kind: good, bad, warn. action: { label, run }. Bad ones stay until they are closed.
export function toast(text, kind = 'good', action = null) {
	const id = ++number
	toasts.set([...toasts.get().slice(-3), { id, text, kind, action }])
	announce(text, kind === 'bad')
	return () => remove(id)
}

// What is said within one moment is read out together: the later would silence the earlier.
const saying = { polite: [], assertive: [] }
export function announce(text, now = false) {
	const name = now ? 'assertive' : 'polite'
	if (saying[name].push(text) > 1)
		return
	said.set({ ...said.get(), [name]: '' })
	setTimeout(() => said.set({ ...said.get(), [name]: commas(saying[name].splice(0)) }), 60) // the same words again are read again
}

function One({ id, text, kind, action }) {
	useEffect(() => {
		if (kind === 'bad' || action)
			return undefined
		const timer = setTimeout(() => remove(id), 6000)
		return () => clearTimeout(timer)
	}, [])
	return (
		<div class={`toast toast-${kind}`}>
			<Icon name={kind === 'good' ? 'check' : 'alert'} />
			<span>{text}</span>
			{action && <Button small onClick={() => {
				remove(id)
				action.run()
			}}>{action.label}</Button>}
			<Button small variant="quiet" icon="close" label={t('CLOSE_TOAST')} onClick={() => remove(id)} />
		</div>
	)
}

function Toasts() {
	const list = useStore(toasts)
	const { polite, assertive } = useStore(said)
	return (
		<>
			<div class="unseen" aria-live="polite" role="status">{polite}</div>
			<div class="unseen" aria-live="assertive" role="alert">{assertive}</div>
			{list.length > 0 && <section class="toasts" aria-label={t('TOASTS')}>{list.map(x => <One key={x.id} {...x} />)}</section>}
		</>
	)
}

export function startToasts() {
	place.className = 'toast-place'
	move()
	render(<Toasts />, place)
}
