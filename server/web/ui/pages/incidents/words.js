// words - what an incident is about and how it stands, in a line.
import { bracketed, capital, colon, dots, hasWord, t, word } from '../../i18n.js'
import { clock, when } from '../../time.js'
import { today } from '../../session.js'

const ofPerson = new Set(['help', 'missed', 'unwell', 'talk'])
export const isQuestion = incident => !ofPerson.has(incident.kind)

// What it is about: who forgets again and again is asked about as a trouble of the button, and is none.
export const kindOf = incident => (incident.kind === 'device' && incident.detail === 'forgot' ? 'forgot' : incident.kind)

// Who has taken a question on; no time on a past day.
export function hasWords({ claimed_by: who, claimed_until }) {
	const until = clock(claimed_until)
	return until ? t('HANDLING_HAS_UNTIL', { who, until }) : t('HANDLING_HAS', { who })
}

// Nobody has it: the visit or call was not answered, nobody was reached, or it is not taken yet.
export const openKey = incident => (incident.no_answer ? 'HANDLING_NO_ANSWER' : incident.reached === false ? 'HANDLING_NOBODY' : 'HANDLING_NONE')

// How it stands: { tone, text }
export function statusOf(incident) {
	if (incident.state === 'closed')
		return { tone: 'good', text: dots(word('OUTCOME', incident.outcome), incident.cause && word('CAUSE', incident.cause), incident.how && word('HOW', incident.how), incident.seen_by) }
	if (incident.state === 'claimed') {
		if (isQuestion(incident))
			return { tone: 'info', text: hasWords(incident) }
		const fields = { who: incident.claimed_by, until: clock(incident.claimed_until) }
		return { tone: 'info', text: incident.calling ? t('HANDLING_CALLING_UNTIL', fields) : t('HANDLING_GOING', fields) }
	}
	return { tone: 'bad', text: t(openKey(incident)) }
}

// The detail of a question: a word, and a number or an instant (ms) after it.
export function questionWords(detail) {
	if (!detail)
		return ''
	const [what, rest = ''] = detail.split(/ (.*)/)
	if (!hasWord('QUESTION_WORD', what))
		return detail
	const words = word('QUESTION_WORD', what)
	return what === 'battery' && /^\d+$/.test(rest) ? bracketed(words, `${rest}%`) : words
}

// What a "no answer" led to, [text, tone]: where somebody holds it they alone are told, else those whose turn it is, as far
// as there are any, and after the last step everybody again. The incident as it was, and as the report gave it.
export function afterNoAnswer(before, after) {
	if (after.state === 'claimed')
		return [t('CALL_OTHER_SAID', { who: after.claimed_by }), 'good']
	if (after.reached === false)
		return [t('CALL_NOBODY_SAID'), 'warn']
	return [before.next?.repeat ? t('CALL_AGAIN_SAID') : t('CALL_NEXT_SAID'), 'good']
}

// A name, or a device's id; '' of what is about nobody alone.
const whoOf = incident => incident.resident?.name ?? (incident.kind === 'device' ? incident.subject : '')

export function titleOf(incident) {
	const kind = capital(word('KIND', kindOf(incident))), who = whoOf(incident)
	return who ? colon(kind, who) : kind
}
// What is done, and about whom: メモを残す：山田 花子
export const doingTo = (what, incident) => (whoOf(incident) ? colon(what, whoOf(incident)) : what)

export const at = instant => when(instant, today())
