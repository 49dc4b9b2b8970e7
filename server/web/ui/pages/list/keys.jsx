// keys - what the keyboard does on the list. Single characters can be turned off, for this browser: who speaks to a
// computer, or shakes, presses them unasked.
import { t } from '../../i18n.js'
import { Checkbox, Dialog } from '../../parts/index.js'
import { createStore, useStore } from '../../store.js'

const OFF = 'no-letters'
function readOff() {
	try {
		return localStorage.getItem(OFF) !== null
	} catch {
		return false
	}
}
export const letters = createStore(!readOff())
function turn(on) {
	letters.set(on)
	try {
		if (on)
			localStorage.removeItem(OFF)
		else
			localStorage.setItem(OFF, 'yes')
	} catch {
		// no storage: until the page is left
	}
}

export function Keys({ onClose }) {
	const on = useStore(letters)
	const rows = [['/', t('KEYS_SEARCH')], ['j k ↓ ↑', t('KEYS_MOVE')], ['Enter', t('KEYS_OPEN')], ['Esc', t('KEYS_CLOSE')], ['r', t('KEYS_SORT')], ['?', t('KEYS_HELP')]]
	return (
		<Dialog title={t('LIST_KEYS')} onClose={onClose}>
			<dl class="keys">
				{rows.map(([names, what]) => (
					<div key={names}><dt>{names.split(' ').map(name => <kbd key={name}>{name}</kbd>)}</dt><dd>{what}</dd></div>
				))}
			</dl>
			<Checkbox label={t('KEYS_LETTERS')} hint={t('KEYS_LETTERS_HINT')} checked={on} onValue={turn} />
		</Dialog>
	)
}

// Calls what a key stands for, but not while somebody types, or a dialog lies over the page.
export function listenToKeys(table) {
	const handler = event => {
		if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
			return
		const typing = event.target.closest?.('input, textarea, select, [contenteditable]')
		if (typing || document.querySelector('dialog:modal'))
			return
		const inGrid = event.target.closest?.('.grid') || event.target === document.body || event.target.id === 'page-title'
		const run = table[event.key]
		if (!run || (event.key.length === 1 && !letters.get()) || (event.key.startsWith('Arrow') && !inGrid))
			return
		event.preventDefault()
		run()
	}
	document.addEventListener('keydown', handler)
	return () => document.removeEventListener('keydown', handler)
}
