// facts - what the list and its panel say of a row and a day, in words: what the person did, and what is done about it.
import { bracketed, hasWord, t, word } from '../../i18n.js'
import { stateWords } from '../../parts/badge.jsx'
import { today } from '../../session.js'
import { clock, when } from '../../time.js'
import { hasWords, openKey } from '../incidents/words.js'

// What the person did.
export function factOf(row) {
	const time = clock(row.checked_in_at)
	if (time) {
		if (row.kind && row.kind !== 'ok')
			return t('FACT_KIND', { time, kind: word('KIND', row.kind) })
		return row.state === 'missed' || row.state === 'unknown' ? t('FACT_LATE_PRESS', { time }) : t('FACT_PRESSED', { time })
	}
	if (row.state === 'paused')
		return t('FACT_PAUSED')
	return row.due_at ? t('FACT_DUE', { time: clock(row.due_at) }) : t('FACT_NOTHING')
}

// 済（電話・田中 10:41）; where the way says who it was already, it is not said twice: 済（ご家族 10:41）
function doneWords({ how, by, at }) {
	const way = hasWord('HOW', how) ? word('HOW', how) : '', fields = { who: by, time: when(at, today()) }
	return way && way !== by ? t('HANDLING_DONE', { how: way, ...fields }) : t('HANDLING_DONE_BY', fields)
}

// What is done about it: { text, tone }
export function handlingOf(row) {
	const { incident, question, handled } = row
	if (incident) {
		if (incident.state === 'claimed') {
			const fields = { who: incident.claimed_by, until: clock(incident.claimed_until) } // no time on a past day
			return { tone: 'info', text: incident.calling ? t('HANDLING_CALLING', fields) : t(fields.until ? 'HANDLING_GOING' : 'HANDLING_WENT', fields) }
		}
		const key = openKey(incident)
		return { tone: 'bad', text: t(key), step: key === 'HANDLING_NONE' ? incident.step : undefined }
	}
	if (question)
		return question.claimed_by ? { tone: 'info', text: hasWords(question) } : { tone: 'warn', text: t('HANDLING_NONE') }
	if (handled)
		return { tone: 'good', text: doneWords(handled) }
	return null
}

// What came of one: a press that came late is said after what the day holds of it, with its date where that is another.
export function expectationWords(e, day) {
	if (e.met_at)
		return t('FACT_KIND', { time: clock(e.met_at), kind: word('KIND', e.met_kind ?? 'ok') })
	const [, state] = stateWords(e.outcome ?? day.state)
	return e.met_late_at ? bracketed(state, t('FACT_LATE_PRESS', { time: when(e.met_late_at, day.date) })) : state
}
