// told - who was told about an incident, and what came back: one line a person and channel, the latest result.
import * as api from '../../api.js'
import { dots, t, word } from '../../i18n.js'
import { Button, Tag, useAct, When } from '../../parts/index.js'
import { can } from '../../session.js'

const tones = { answered: 'good', seen: 'good', sent: 'info', waiting: 'plain', bounced: 'bad', refused: 'bad', dropped: 'plain' }

/* Only a watcher's page says "seen" or "answered": it is on one telephone now, and is freed for another. */
const opened = (incident, one) => incident.state !== 'closed' && ['seen', 'answered'].includes(one.result)

function FreeLink({ incident, one }) {
	const [act, busy] = useAct()
	const path = `/incidents/${incident.id}/links/${encodeURIComponent(one.person)}/free`
	return <Button small variant="quiet" busy={busy} onClick={() => act(() => api.post(path), t('FREE_LINK_DONE'))}>{t('FREE_LINK')}</Button>
}

export function Told({ incident }) {
	const latest = new Map()
	for (const one of incident.told)
		latest.set(`${one.person} ${one.channel}`, one)
	const asked = [...latest.values()].filter(one => one.what !== 'ended' || incident.state === 'closed')
	if (!asked.length)
		return <p class="faint">{t('TOLD_NOBODY')}</p>
	const declined = new Set((incident.declined ?? []).map(d => d.person.replace(/^\w+:/, '')))
	return (
		<ul class="told">
			{asked.map(one => (
				<li key={`${one.person} ${one.channel}`}>
					<span class="told-who">{one.name ?? one.person}<small>{dots(word('CHANNEL', one.channel.split(':')[0]), one.what && word('WHAT', one.what))}</small></span>
					<span class="told-what">
						<When at={one.at} />
						{can('act') && opened(incident, one) && <FreeLink incident={incident} one={one} />}
						{declined.has(one.person) ? <Tag tone="warn">{t('CHOICE_NOT_NOW')}</Tag> : <Tag tone={tones[one.result]}>{word('RESULT', one.result)}</Tag>}
					</span>
				</li>
			))}
		</ul>
	)
}
