// pauses - when nothing was, or is, expected; each is looked at again a day after it was entered.
import { t } from '../../i18n.js'
import { Button, Card, Tag } from '../../parts/index.js'
import { can, today } from '../../session.js'
import { day, shortDay, when } from '../../time.js'

function review(pause) {
	const { at, state, done_at: done, done_by_name: who } = pause.review
	const said = {
		none: () => t('PAUSE_REVIEW_NONE'),
		coming: () => t('PAUSE_REVIEW_COMING', { time: when(at, today()) }),
		asked: () => t('PAUSE_REVIEW_ASKED'),
		done: () => (who ? t('PAUSE_REVIEW_DONE', { who, time: when(done, today()) }) : t('PAUSE_REVIEW_DONE_ITSELF', { time: when(done, today()) })),
	}
	return said[state]()
}

function Standing({ pause }) {
	if (pause.ended_at)
		return <Tag>{t('PAUSE_ENDED', { day: shortDay(pause.ended_at) })}</Tag>
	if (!pause.stands)
		return <Tag>{t('PAUSE_OVER')}</Tag>
	return <Tag tone="info">{t(pause.from <= today() ? 'PAUSE_NOW' : 'PAUSE_AHEAD')}</Tag>
}

export function Pauses({ record, ask }) {
	const { pauses } = record
	return (
		<Card title={t('PAUSES_OF')} actions={can('act') && !record.ended_at && <Button small icon="plus" onClick={() => ask('pause')}>{t('ADD')}</Button>}>
			{pauses.length === 0 && <p class="faint">{t('PAUSES_NONE')}</p>}
			<ul class="plain-list pauses">
				{pauses.map(p => (
					<li key={p.id} class={p.stands ? 'stands' : ''}>
						<div class="grow">
							<b>{t('PAUSE_WHEN', { from: day(p.from), to: day(p.to) })}</b> <Standing pause={p} />
							<p>{p.reason}</p>
							<small>{t('PAUSE_BY', { told_by: p.told_by, who: p.entered_by_name, time: when(p.entered_at, today()) })}</small>
							<small class={`review review-${p.review.state}`}>{review(p)}{p.review.incident && p.review.state === 'asked' && <> <a href={`/incidents/${p.review.incident}`}>{t('INCIDENT_PAGE')}</a></>}</small>
						</div>
					</li>
				))}
			</ul>
		</Card>
	)
}
