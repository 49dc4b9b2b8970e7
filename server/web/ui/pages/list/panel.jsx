// panel - beside the list: who this is, what is being done, what happened today, and what one can do about it with a
// telephone in the hand.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, capital, commas, dots, hasWord, lang, t, word } from '../../i18n.js'
import { onLive } from '../../live.js'
import { Button, ButtonLink, Fact, Facts, Icon, Loaded, Notice, SidePanel, State, Tag, Timeline, useLoad, When } from '../../parts/index.js'
import { can, districtName, today } from '../../session.js'
import { ageOf, clock, day as dayWords } from '../../time.js'
import { residentPath } from '../../values.js'
import { IncidentActs } from '../incidents/acts.jsx'
import { Standing } from '../incidents/now.jsx'
import { Told } from '../incidents/told.jsx'
import { kindOf } from '../incidents/words.js'
import { CheckinDialog, PauseDialog } from './entries.jsx'
import { expectationWords, factOf } from './facts.js'

// Of watchers whom a timeline only names by id: { 'watcher:W001': '鈴木 一郎' }; record: as far as it is there.
export const namesOf = record => Object.fromEntries((record?.watchers ?? []).map(w => [`watcher:${w.watcher_id}`, w.name]))

// Whoever walks down the list with the keys opens nobody's record on the way.
const pause = signal => new Promise(resolve => {
	const timer = setTimeout(resolve, 180)
	signal.addEventListener('abort', () => clearTimeout(timer))
})

export const telephone = phone => phone && <a class="phone" href={`tel:${phone.replace(/[^\d+]/g, '')}`}><Icon name="phone" size={16} />{phone}</a>

// Reads again when the person's line has changed; the panel may have gone on to another's.
function useAgain(reload, row) {
	const shown = useRef(row)
	useEffect(() => {
		const before = shown.current
		shown.current = row
		if (before && row && before !== row && before.resident_id === row.resident_id)
			reload()
	}, [row])
}

// What is needed before the first ring: the number, and that it is the right person.
function Reach({ record }) {
	return (
		<>
			<div class="reach">
				{telephone(record.phone) ?? <span class="faint">{t('PANEL_NO_PHONE')}</span>}
				{record.contact && <small>{t('PANEL_CONTACT', { how: dots(record.contact.split(' ').map(way => word('CONTACT', way))) })}</small>}
			</div>
			{(record.similar.length > 0 || record.similar_elsewhere > 0) && (
				<Notice kind="warn" title={t('PANEL_SIMILAR')}>
					{commas(record.similar.map(s => bracketed(s.name, dots(s.resident_id, s.place))))}
					{record.similar_elsewhere > 0 && ` ${t('PANEL_SIMILAR_ELSEWHERE', { count: record.similar_elsewhere })}`}
				</Notice>
			)}
		</>
	)
}

function Who({ record }) {
	const paused = record.pauses.find(p => !p.ended_at && p.from <= today() && p.to >= today())
	return (
		<section>
			<h3>{t('PANEL_WHO')}</h3>
			<Facts>
				<Fact label={t('PANEL_ADDRESS')} always>{record.address ?? record.place}</Fact>
				<Fact label={t('PANEL_CARE')}>{record.care}</Fact>
				<Fact label={t('PANEL_ENTRY')}>{record.entry_consent && word('ENTRY', record.entry_consent)}</Fact>
				<Fact label={t('PANEL_SCHEDULE')}>{record.schedule_words?.[lang()]}</Fact>
				<Fact label={t('PANEL_LAST_CONTACT')}>{record.last_contact && <><When at={record.last_contact.at} /> {dots(word('HOW', record.last_contact.how), record.last_contact.person_name)}</>}</Fact>
				<Fact label={t('PANEL_NOTE')}>{record.note}</Fact>
			</Facts>
			{paused && <Notice>{t('PANEL_PAUSE_UNTIL', { date: dayWords(paused.to), reason: hasWord('OUTCOME', paused.reason) ? word('OUTCOME', paused.reason) : paused.reason })}</Notice>}
		</section>
	)
}

function Watchers({ record }) {
	const list = record.watchers.filter(w => !w.ended && w.may_be_told)
	return (
		<section>
			<h3>{t('PANEL_WATCHERS')}</h3>
			{list.length === 0 && <p class="faint">{t('PANEL_NO_WATCHER')}</p>}
			<ul class="plain-list">
				{list.map(w => (
					<li key={w.watcher_id}>
						<Tag>{t('PANEL_TIER', { tier: w.tier })}</Tag>
						<span class="grow">{w.name}<small> {dots(w.relation, w.channels.map(c => word('CHANNEL', c)))}</small></span>
						{w.away && <Tag tone="warn">{t('PANEL_AWAY')}</Tag>}
						<small>{w.reached_at ? <When at={w.reached_at} /> : t('PANEL_NOT_REACHED')}</small>
					</li>
				))}
			</ul>
		</section>
	)
}

// The open incident of the person, and an open question about them: each with its acts. One that is closed while somebody
// writes about it stays until that is done; none changes its place, or its dialog would shut.
function Incidents({ ids, record, turn }) {
	const [held, hold] = useState([])
	const shown = useRef([])
	shown.current = [...new Set([...shown.current, ...ids])].filter(id => ids.includes(id) || held.includes(id))
	return shown.current.map(id => (
		<OneIncident key={id} id={id} record={record} turn={turn} onHold={on => hold(before => [...before.filter(other => other !== id), ...(on ? [id] : [])])} />
	))
}

function OneIncident({ id, record, turn, onHold }) {
	const incident = useLoad(async signal => {
		await pause(signal)
		return api.get(`/incidents/${id}`, undefined, { signal })
	}, [id])
	useAgain(incident.reload, turn)
	useEffect(() => onLive('incident', event => event.id === id && incident.reload()), [id])
	return (
		<section class="panel-incident">
			<Loaded of={incident} lines={3}>
				{data => (
					<>
						<div class="panel-incident-head">
							<h3>{capital(word('KIND', kindOf(data)))}</h3>
							<a href={`/incidents/${id}`}>{t('INCIDENT_PAGE')}</a>
						</div>
						<Standing incident={data} />
						<IncidentActs incident={data} set={incident.set} record={record} onHold={onHold} />
						<h4>{t('TOLD_LIST')}</h4>
						<Told incident={data} />
					</>
				)}
			</Loaded>
		</section>
	)
}

// The day's check-ins as they were expected, its incidents that are not drawn above, and what else happened.
function Today({ id, day, turn, above, names }) {
	const events = useLoad(async signal => {
		await pause(signal)
		const [days, timeline] = await Promise.all([
			api.get(`${residentPath(id)}/days`, { from: day, to: day }, { signal }),
			api.get(`${residentPath(id)}/timeline`, { date: day, limit: 500 }, { signal }),
		])
		return { day: days.days[0], events: timeline.events }
	}, [id, day])
	useAgain(events.reload, turn)
	return (
		<section>
			<h3>{day === today() ? t('PANEL_TODAY') : t('PANEL_THAT_DAY')}</h3>
			<Loaded of={events} lines={3}>
				{data => (
					<>
						{data.day?.expectations.map(e => (
							<p key={e.opens_at} class="expectation">
								<span class="soft">{clock(e.opens_at)}〜{clock(e.due_at)}</span>
								<strong>{expectationWords(e, data.day)}</strong>
							</p>
						))}
						{data.day?.incidents.filter(i => !above.includes(i.id)).map(i => (
							<p key={i.id} class="day-incident">
								<strong>{dots(word('KIND', i.kind), i.outcome && word('OUTCOME', i.outcome))}</strong>
								<a href={`/incidents/${i.id}`}>{t('INCIDENT_PAGE')}</a>
							</p>
						))}
						<Timeline events={data.events} names={names} brief />
					</>
				)}
			</Loaded>
		</section>
	)
}

function House({ rows, row, onOpen }) {
	const others = row?.household ? rows.others(row) : []
	if (!others.length)
		return null
	return (
		<section>
			<h3>{t('PANEL_HOUSE')}</h3>
			<ul class="plain-list">
				{others.map(other => (
					<li key={other.resident_id}>
						<State state={other.state} small />
						<button type="button" class="link grow" onClick={() => onOpen(other.resident_id)}>{other.name}</button>
						<small>{factOf(other)}</small>
					</li>
				))}
			</ul>
		</section>
	)
}

// row: the line of the list (it changes as the list does), null where the list has none; day: '' is today.
export function ResidentPanel({ id, row, rows, day, focus, onClose, onOpen }) {
	const may = can('record')
	const record = useLoad(async signal => {
		if (!may)
			return { resident_id: id }
		await pause(signal)
		return api.get(residentPath(id), undefined, { signal })
	}, [id])
	useAgain(record.reload, row)
	const [entering, enter] = useState('')
	const name = row?.name ?? record.data?.name ?? id
	const ids = day ? [] : [row?.incident?.id, row?.question?.id].filter(Boolean)
	return (
		<SidePanel about={id} onClose={onClose} focus={focus} title={name}
			kicker={row && <State state={row.state} />}
			footer={may && <ButtonLink href={residentPath(id)} icon="person">{t('PANEL_RECORD')}</ButtonLink>}>
			<p class="panel-sub">{row?.kana ?? record.data?.kana}<span class="id">{id}</span>{districtName(row?.district ?? record.data?.district)}{record.data?.birth_date && <span>{t('PANEL_AGE', { age: ageOf(record.data.birth_date) })}</span>}</p>
			{record.data?.watchers && <Reach record={record.data} />}
			<Incidents key={id} ids={ids} record={record.data?.watchers && record.data} turn={row} />
			{may && <Loaded of={record} lines={5}>{data => <Who record={data} />}</Loaded>}
			{may && !day && can('act') && record.data && (
				<section>
					<h3>{t('ENTER')}</h3>
					<div class="row">
						<Button small icon="button" onClick={() => enter('checkin')}>{t('ENTER_CHECKIN')}</Button>
						<Button small icon="pause" onClick={() => enter('pause')}>{t('ENTER_PAUSE')}</Button>
					</div>
				</section>
			)}
			{may && <Today key={`${id} ${day}`} id={id} day={day || today()} turn={row} above={ids} names={namesOf(record.data)} />}
			<House rows={rows} row={row} onOpen={onOpen} />
			{record.data?.watchers && <Watchers record={record.data} />}
			{entering === 'checkin' && <CheckinDialog record={record.data} onClose={() => enter('')} onDone={record.reload} />}
			{entering === 'pause' && <PauseDialog record={record.data} onClose={() => enter('')} onDone={record.reload} />}
		</SidePanel>
	)
}

