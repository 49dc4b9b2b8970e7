// now - how things stand: today, what is expected next, when somebody last met them, what is open.
import { dots, t, word } from '../../i18n.js'
import { Card, Fact, Facts, Kind, Notice, State, useMinute, When } from '../../parts/index.js'
import { today } from '../../session.js'
import { clock, instant, since, when } from '../../time.js'
import { residentPath } from '../../values.js'
import { kindOf, statusOf } from '../incidents/words.js'
import { factOf } from '../list/facts.js'

function Next({ record }) {
	const { next } = record
	if (!next)
		return t('FACT_NOTHING')
	const due = instant(next.due_at)
	const paused = record.pauses.some(p => p.stands && instant(p.from_at) < due && due <= instant(p.to_at))
	return (
		<>
			{t('NOW_NEXT_TIMES', { opens: when(next.opens_at, today()), due: clock(next.due_at), deadline: clock(next.deadline_at) })}
			{paused && !next.met_at && <small>{t('NOW_NEXT_PAUSED')}</small>}
			{next.met_at && <small>{t('NOW_NEXT_MET', { time: when(next.met_at, today()) })}</small>}
		</>
	)
}

function Contact({ contact }) {
	useMinute()
	if (!contact)
		return <span class="faint">{t('NOW_CONTACT_NEVER')}</span>
	return (
		<>
			<When at={contact.at} /> {contact.person_name ? t('NOW_CONTACT_WHO', { how: word('HOW', contact.how), who: contact.person_name }) : word('HOW', contact.how)}
			<small>{t('NOW_CONTACT_AGO', { ago: since(contact.at) })}</small>
		</>
	)
}

function Open({ incidents }) {
	useMinute()
	return (
		<ul class="plain-list">
			{incidents.map(i => (
				<li key={i.id}>
					<Kind kind={kindOf(i)} />
					<span class="grow">{statusOf(i).text}<small> {t('NOW_OPEN_SINCE', { since: since(i.opened_at) })}</small></span>
					<a href={`/incidents/${i.id}`}>{t('INCIDENT_PAGE')}</a>
				</li>
			))}
		</ul>
	)
}

function Similar({ record }) {
	const { similar, similar_elsewhere: elsewhere } = record
	if (!similar.length && !elsewhere)
		return null
	return (
		<Notice kind="warn" title={t('PANEL_SIMILAR')}>
			<ul class="similar">
				{similar.map(s => <li key={s.resident_id}><a href={residentPath(s.resident_id)}>{s.name}</a> <small>{dots(s.resident_id, s.place)}</small></li>)}
			</ul>
			{elsewhere > 0 && t('PANEL_SIMILAR_ELSEWHERE', { count: elsewhere })}
		</Notice>
	)
}

export function Now({ record }) {
	return (
		<Card title={t('NOW')} class={record.open.length ? 'card-open' : ''}>
			<div class="stack">
				{record.open.length > 0 && <Open incidents={record.open} />}
				<Similar record={record} />
				<Facts>
					{record.today && <Fact label={t('NOW_TODAY')}><span class="row"><State state={record.today.state} />{factOf(record.today)}</span></Fact>}
					{!record.ended_at && <Fact label={t('NOW_NEXT')}><Next record={record} /></Fact>}
					<Fact label={t('NOW_LAST_PRESS')}>
						{record.last_press_at ? <><When at={record.last_press_at} /> {record.last_press_kind !== 'ok' && word('KIND', record.last_press_kind)}</> : <span class="faint">{t('NOW_NEVER')}</span>}
					</Fact>
					<Fact label={t('NOW_CONTACT')}><Contact contact={record.last_contact} /></Fact>
					{record.household_today.length > 0 && (
						<Fact label={t('NOW_HOUSEHOLD')}>
							<ul class="plain-list">
								{record.household_today.map(row => (
									<li key={row.resident_id}><State state={row.state} /><span class="grow"><a href={residentPath(row.resident_id)}>{row.name}</a> <small>{factOf(row)}</small></span></li>
								))}
							</ul>
						</Fact>
					)}
				</Facts>
			</div>
		</Card>
	)
}
