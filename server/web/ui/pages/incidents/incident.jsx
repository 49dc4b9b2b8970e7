// incident - one of them: how it stands, what one can do, and its story.
import { useEffect } from 'preact/hooks'
import * as api from '../../api.js'
import { apart, t, word } from '../../i18n.js'
import { onLive } from '../../live.js'
import { Card, Fact, Facts, Kind, Loaded, Page, Table, Tag, Timeline, useLoad, usePrinted, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can, districtName } from '../../session.js'
import { day, wallClock } from '../../time.js'
import { residentPath } from '../../values.js'
import { telephone } from '../list/panel.jsx'
import { IncidentActs } from './acts.jsx'
import { Standing, tellWords } from './now.jsx'
import { Told } from './told.jsx'
import { at, isQuestion, questionWords, titleOf } from './words.js'

function Ladder({ incident }) {
	if (!incident.ladder.length)
		return null
	return (
		<Card title={t('INCIDENT_LADDER')}>
			<ol class="ladder">
				{incident.ladder.map(step => (
					<li key={step.step} class={step.fired ? 'fired' : ''}>
						<span class="ladder-number">{step.step}</span>
						<When at={step.at} />
						<span class="grow">{tellWords(step.tell)}</span>
						{step.fired ? <Tag tone="good">✓ {t('INCIDENT_FIRED')}</Tag> : <Tag>{t('INCIDENT_STILL')}</Tag>}
					</li>
				))}
			</ol>
		</Card>
	)
}

function Listed({ incident }) {
	if (!incident.listed?.length)
		return null
	return (
		<Card title={t('INCIDENT_LISTED')}>
			<Table caption={t('INCIDENT_LISTED')} rows={incident.listed} rowKey={r => r.resident_id} columns={[
				{ name: 'who', label: t('INCIDENT_WHO'), cell: r => (can('record') ? <a href={residentPath(r.resident_id)}>{r.name}</a> : r.name) },
				{ name: 'place', label: t('PANEL_ADDRESS'), cell: r => r.place ?? '' },
				{ name: 'phone', label: t('PANEL_PHONE'), cell: r => telephone(r.phone) },
				{ name: 'settled', label: t('INCIDENT_SETTLED'), cell: r => (r.settled_at ? <Tag tone="good">✓ <When at={r.settled_at} /></Tag> : <Tag>{t('INCIDENT_STILL')}</Tag>) },
			]} />
		</Card>
	)
}

// Who forgets again and again: when they usually press, and what may suit them better.
function Proposal({ incident: { proposal, resident } }) {
	if (!proposal)
		return null
	const { usual, due, better_due: better } = proposal
	return (
		<Card title={t('PROPOSAL')}>
			<div class="stack-s">
				<p>{usual ? t('QUESTION_FORGOT_USUAL', { from: wallClock(usual.from), to: wallClock(usual.to), median: wallClock(usual.median) }) : t('PROPOSAL_NOT_KNOWN')}</p>
				{better ? <p>{t('QUESTION_FORGOT_LATER', { due: wallClock(due), time: wallClock(better) })}</p> : (
					<>
						{due && <p>{t('PROPOSAL_DUE', { due: wallClock(due) })}</p>}
						<p>{t('QUESTION_FORGOT_DEVICE')}</p>
					</>
				)}
				{can('edit') && <p><a href={`${residentPath(resident.resident_id)}?edit=schedule`}>{t('PROPOSAL_EDIT')}</a></p>}
			</div>
		</Card>
	)
}

function Ending({ incident }) {
	if (incident.state !== 'closed')
		return null
	return (
		<Facts>
			<Fact label={t('INCIDENT_OUTCOME')}>{word('OUTCOME', incident.outcome)}</Fact>
			<Fact label={t('CLOSE_CAUSE')}>{incident.cause && word('CAUSE', incident.cause)}</Fact>
			<Fact label={t('CLOSE_HOW')}>{incident.how && word('HOW', incident.how)}</Fact>
			<Fact label={t('CLOSE_SEEN_BY')}>{incident.seen_by}</Fact>
			<Fact label={t('INCIDENT_UNTIL')}>{incident.until && day(incident.until)}</Fact>
			<Fact label={t('NOTE')}>{incident.note}</Fact>
			<Fact label={t('INCIDENT_CLOSED_BY')}>{incident.closed_by_name}</Fact>
			<Fact label={t('INCIDENT_CLOSED')}><When at={incident.closed_at} /></Fact>
		</Facts>
	)
}

// Names of those whom only a detail names.
const namesIn = incident => Object.fromEntries([...(incident.claimed_by_person ? [[incident.claimed_by_person, incident.claimed_by]] : []), ...incident.told.filter(x => x.name).map(x => [x.person, x.name]), ...incident.timeline.filter(e => e.person_name).map(e => [e.person, e.person_name])])

function Whole({ incident, set }) {
	const [query, setQuery] = useQuery()
	const newest = query.order === 'new'
	return (
		<div class="incident">
			<div class="stack">
				<Card class={incident.state === 'closed' ? 'incident-closed' : 'incident-open'}>
					<Standing incident={incident} />
					<Ending incident={incident} />
					<IncidentActs incident={incident} set={set} />
				</Card>
				<Proposal incident={incident} />
				<Card title={t('TIMELINE')} actions={(
					<button type="button" class="button button-quiet button-small" onClick={() => setQuery({ order: newest ? '' : 'new' })}>{newest ? t('INCIDENT_STORY_FIRST') : t('INCIDENT_STORY_LAST')}</button>
				)}>
					<Timeline events={incident.timeline} names={namesIn(incident)} steps={isQuestion(incident) ? undefined : incident.ladder.length} newest={newest} brief dated />
				</Card>
				<Listed incident={incident} />
			</div>
			<div class="stack">
				<Card title={incident.resident ? t('INCIDENT_WHO') : t('INCIDENT_SUBJECT')}>
					<Facts>
						{incident.resident && (
							<Fact label={t('COLUMN_NAME')}>{can('record') ? <a href={residentPath(incident.resident.resident_id)}>{incident.resident.name}</a> : incident.resident.name}<small class="block">{apart(incident.resident.kana, incident.resident.resident_id)}</small></Fact>
						)}
						<Fact label={t('COLUMN_ID')}>{!incident.resident && incident.subject}</Fact>
						<Fact label={t('INCIDENT_DETAIL')}>{questionWords(incident.detail)}</Fact>
						<Fact label={t('DISTRICT')}>{incident.district && districtName(incident.district)}</Fact>
						<Fact label={t('INCIDENT_OPENED')}><When at={incident.opened_at} /></Fact>
					</Facts>
				</Card>
				{incident.causes.length > 0 && (
					<Card title={t('INCIDENT_CAUSES')}>
						<ul class="plain-list">
							{incident.causes.map((c, i) => (
								<li key={i}><Kind kind={c.kind} /><span class="grow"><When at={c.at} /></span>{c.answered_at && <small>{t('INCIDENT_CAUSE_ANSWERED', { time: at(c.answered_at) })}</small>}</li>
							))}
						</ul>
					</Card>
				)}
				<Card title={t('TOLD_LIST')}><Told incident={incident} /></Card>
				<Ladder incident={incident} />
			</div>
		</div>
	)
}

export default function Incident({ params }) {
	const incident = useLoad(signal => api.get(`/incidents/${params.id}`, undefined, { signal }), [params.id])
	useEffect(() => {
		const ends = [onLive('incident', event => String(event.id) === params.id && incident.reload()), onLive('reconnected', () => incident.reload()),
			onLive('rows', ({ rows }) => rows.some(row => String(row.incident?.id ?? '') === params.id || String(row.question?.id ?? '') === params.id) && incident.reload())]
		return () => ends.forEach(end => end())
	}, [params.id])
	usePrinted(`/incidents/${params.id}`)
	const { data } = incident
	return (
		<Page title={data ? titleOf(data) : t('INCIDENT_NUMBER', { id: params.id })} kicker={<a href="/incidents">{t('INCIDENTS_BACK')}</a>} lead={data && t('INCIDENT_NUMBER', { id: params.id })}>
			<Loaded of={incident}>{whole => <Whole incident={whole} set={incident.set} />}</Loaded>
		</Page>
	)
}
