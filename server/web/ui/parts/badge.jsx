// badge - states and kinds: a sign and a word, and a colour besides.
import { word } from '../i18n.js'

// "‼ 助けて" -> ['‼', '助けて']
export function stateWords(state) {
	const text = word('STATE', state)
	const cut = text.indexOf(' ')
	return cut > 0 ? [text.slice(0, cut), text.slice(cut + 1)] : ['', text]
}

export function State({ state, small = false }) {
	const [sign, name] = stateWords(state)
	return (
		<span class={`state state-${state} ${small ? 'state-small' : ''}`}>
			<span class="sign" aria-hidden="true">{sign}</span>{name}
		</span>
	)
}

// An incident's or check-in's kind: help, missed, unwell, talk, pause, device, blind, area, ok, activity
const kindSigns = { help: '‼', missed: '●', unwell: '▲', talk: '◆', pause: '‖', device: '◎', forgot: '◎', blind: '?', area: '▦', ok: '✓', activity: '～' }
export function Kind({ kind }) {
	return (
		<span class={`state kind-${kind}`}>
			<span class="sign" aria-hidden="true">{kindSigns[kind]}</span>{word('KIND', kind)}
		</span>
	)
}

// tone: plain, good, warn, bad, info
export function Tag({ tone = 'plain', children, title }) {
	return <span class={`tag tag-${tone}`} title={title}>{children}</span>
}
