// resident - everything about one person: how things stand now, whom to call, how the last year went, what happened.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { dots, t, word } from '../../i18n.js'
import { onLive } from '../../live.js'
import { Button, Loaded, Menu, MenuItem, Notice, Page, State, useLoad, usePrinted } from '../../parts/index.js'
import { can, districtName, today } from '../../session.js'
import { ageOf, day } from '../../time.js'
import { residentPath } from '../../values.js'
import { CheckinDialog, PauseDialog } from '../list/entries.jsx'
import { namesOf } from '../list/panel.jsx'
import { EndDialog, ResumeDialog, VisitDialog } from './acts.jsx'
import { Consents } from './consents.jsx'
import { Devices } from './devices.jsx'
import { Now } from './now.jsx'
import { Pauses } from './pauses.jsx'
import { Presses } from './presses.jsx'
import { Record } from './record.jsx'
import { Story } from './story.jsx'
import { Visits } from './visits.jsx'
import { Watchers } from './watchers.jsx'
import { Year, yearBegins } from './year.jsx'

// Several changes of one moment are one reading.
function useLive(id, reload) {
	const latest = useRef(reload)
	latest.current = reload
	useEffect(() => {
		let timer = 0
		const soon = () => {
			clearTimeout(timer)
			timer = setTimeout(() => latest.current(), 400)
		}
		const ends = [
			onLive('rows', ({ rows, gone }) => (rows.some(row => row.resident_id === id) || gone.includes(id)) && soon()),
			onLive('reconnected', soon),
			onLive('reload', soon),
		]
		return () => {
			clearTimeout(timer)
			ends.forEach(end => end())
		}
	}, [id])
}

function Actions({ record, ask }) {
	const paused = record.pauses.some(p => p.stands)
	if (!can('act') || record.ended_at)
		return null
	return (
		<>
			<Button variant="primary" icon="button" onClick={() => ask('checkin')}>{t('ACT_CHECKIN')}</Button>
			<Button icon="house" onClick={() => ask('visit')}>{t('ACT_VISIT')}</Button>
			<Button icon="pause" onClick={() => ask(paused ? 'resume' : 'pause')}>{t(paused ? 'ACT_RESUME' : 'ACT_PAUSE')}</Button>
			<Menu label={t('RESIDENT_MORE')} icon="more" text={t('RESIDENT_MORE')}>
				{close => (
					<>
						{paused && <MenuItem icon="pause" onClick={() => { close(); ask('pause') }}>{t('ACT_PAUSE')}</MenuItem>}
						<MenuItem icon="out" onClick={() => { close(); ask('end') }}>{t('ACT_END')}</MenuItem>
					</>
				)}
			</Menu>
		</>
	)
}

const dialogs = { checkin: CheckinDialog, pause: PauseDialog, resume: ResumeDialog, end: EndDialog, visit: VisitDialog }

function Whole({ record, days, turn, changed, ask }) {
	return (
		<>
			{record.ended_at && <Notice kind="warn">{t('RESIDENT_ENDED', { day: day(record.ended_at, { year: true }), reason: word('END_REASON', record.end_reason || 'other') })}</Notice>}
			<div class="resident-halves">
				<div class="stack">
					<Now record={record} />
					<Watchers record={record} changed={changed} />
					<Devices record={record} changed={changed} />
					<Pauses record={record} ask={ask} />
					<Visits id={record.resident_id} turn={turn} />
				</div>
				<Record record={record} changed={changed} />
			</div>
			<Loaded of={days} lines={6}>
				{data => (
					<>
						<Year days={data} />
						<Presses id={record.resident_id} days={data.days} turn={turn} />
					</>
				)}
			</Loaded>
			<div class="resident-halves">
				<Story id={record.resident_id} turn={turn} names={namesOf(record)} />
				<Consents record={record} changed={changed} turn={turn} />
			</div>
		</>
	)
}

export default function Resident({ params }) {
	const { id } = params
	const [asking, ask] = useState('')
	const [turn, setTurn] = useState(0)
	const record = useLoad(signal => api.get(residentPath(id), undefined, { signal }), [id])
	const days = useLoad(signal => api.get(`${residentPath(id)}/days`, { from: yearBegins(today()), to: today() }, { signal }), [id])
	const changed = () => {
		record.reload()
		days.reload()
		setTurn(n => n + 1)
	}
	useLive(id, changed)
	usePrinted(residentPath(id))
	const r = record.data
	const Asked = dialogs[asking]
	const facts = r && [r.kana, r.resident_id, r.birth_date && t('PANEL_AGE', { age: ageOf(r.birth_date) }), r.category && word('CATEGORY', r.category)]
	return (
		<Page title={r ? r.name : t('RESIDENT')} kicker={r && <span class="row">{r.today && <State state={r.today.state} />}{districtName(r.district)}</span>}
			lead={r && dots(facts)} actions={r && <Actions record={r} ask={ask} />}>
			<Loaded of={record} lines={10}>
				{data => <Whole record={data} days={days} turn={turn} changed={changed} ask={ask} />}
			</Loaded>
			{Asked && r && <Asked record={r} onDone={changed} onClose={() => ask('')} />}
		</Page>
	)
}
