// now - how an incident stands, in a sentence or two: since when, who has it, what comes next.
import { dots, t, word } from '../../i18n.js'
import { Icon } from '../../parts/index.js'
import { today } from '../../session.js'
import { clock, since, when } from '../../time.js'

export const tellWords = tell => dots(tell.map(who => word('TELL', who)))

export function statusOf(incident) {
	if (incident.state === 'closed')
		return { tone: 'good', text: dots(word('OUTCOME', incident.outcome), incident.cause && word('CAUSE', incident.cause), incident.how && word('HOW', incident.how), incident.seen_by) }
	if (incident.state === 'claimed') {
		const fields = { who: incident.claimed_by, until: clock(incident.claimed_until) }
		return { tone: 'info', text: incident.calling ? t('HANDLING_CALLING_UNTIL', fields) : t('HANDLING_GOING', fields) }
	}
	if (incident.no_answer)
		return { tone: 'bad', text: t('HANDLING_NO_ANSWER') }
	if (incident.reached === false)
		return { tone: 'bad', text: t('HANDLING_NOBODY') }
	return { tone: 'bad', text: t('HANDLING_NONE') }
}

const fieldsOf = next => ({ time: when(next.at, today()), tell: tellWords(next.tell) })
const nextTime = next => t('INCIDENT_NEXT', fieldsOf(next))
const nextAgain = next => t('INCIDENT_NEXT_REPEAT', fieldsOf(next))

export function Standing({ incident }) {
	const status = statusOf(incident)
	const { next } = incident
	return (
		<div class="standing">
			<p class={`handling handling-${status.tone}`}><strong>{status.text}</strong></p>
			{incident.state !== 'closed' && <p class="soft"><Icon name="clock" size={15} /> {t('INCIDENT_SINCE', { time: when(incident.opened_at, today()), length: since(incident.opened_at) })}</p>}
			{next && <p class="soft"><Icon name="bell" size={15} /> {(next.repeat ? nextAgain : nextTime)(next)}</p>}
		</div>
	)
}
