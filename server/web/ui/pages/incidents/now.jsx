// now - how an incident stands, in a sentence or two: since when, who has it, what comes next.
import { dots, t, word } from '../../i18n.js'
import { Icon, useMinute } from '../../parts/index.js'
import { today } from '../../session.js'
import { since, when } from '../../time.js'
import { statusOf } from './words.js'

export const tellWords = tell => dots(tell.map(who => word('TELL', who)))

const fieldsOf = next => ({ time: when(next.at, today()), tell: tellWords(next.tell) })
const nextTime = next => t('INCIDENT_NEXT', fieldsOf(next))
const nextAgain = next => t('INCIDENT_NEXT_REPEAT', fieldsOf(next))

export function Standing({ incident }) {
	useMinute()
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
