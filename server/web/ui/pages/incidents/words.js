// words - what an incident is about, in a line.
import { hasWord, t, word } from '../../i18n.js'
import { when } from '../../time.js'
import { today } from '../../session.js'

// The detail of a question: a word, and a number or an instant (ms) after it.
export function questionWords(detail) {
	if (!detail)
		return ''
	const [what, rest = ''] = detail.split(/ (.*)/)
	if (!hasWord('QUESTION_WORD', what))
		return detail
	return word('QUESTION_WORD', what) + (what === 'battery' && /^\d+$/.test(rest) ? `（${rest}%）` : '')
}

export function titleOf(incident) {
	const kind = word('KIND', incident.kind)
	const who = incident.resident?.name ?? (incident.kind === 'device' ? incident.subject : '')
	return who ? t('INCIDENT_OF', { kind, name: who }) : kind
}

export const at = instant => when(instant, today())
