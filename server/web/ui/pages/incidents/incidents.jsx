// incidents - those that need somebody, and those that are over.
import { useEffect, useRef } from 'preact/hooks'
import { apart, dots, key, t, word } from '../../i18n.js'
import { onLive } from '../../live.js'
import { Kind, Loaded, Page, Pager, Select, Table, Tabs, useMinute, usePages, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { districtName, useSession } from '../../session.js'
import { instant, length, since } from '../../time.js'
import { kindOf, questionWords, statusOf } from './words.js'

const link = incident => `/incidents/${incident.id}`
const who = incident => (incident.resident ? (
	<>
		<a href={link(incident)}>{incident.resident.name}</a>
		<small class="block">{apart(incident.resident.kana, incident.resident.resident_id)}</small>
	</>
) : <a href={link(incident)}>{incident.subject || t('INCIDENT_QUESTION')}</a>)
const handling = incident => {
	const { tone, text } = statusOf(incident)
	return <span class={`handling handling-${tone}`}>{text}</span>
}
const what = incident => <><Kind kind={kindOf(incident)} />{incident.detail && <small class="block">{questionWords(incident.detail)}</small>}</>

const open = [
	{ name: 'kind', label: key('INCIDENT_WHAT'), cell: what },
	{ name: 'who', label: key('INCIDENT_WHO'), cell: who },
	{ name: 'district', label: key('DISTRICT'), class: 'desk', cell: i => districtName(i.district) },
	{ name: 'age', label: key('INCIDENT_AGE'), align: 'right', cell: i => since(i.opened_at), sort: i => instant(i.opened_at) },
	{ name: 'step', label: key('INCIDENT_STEP'), align: 'right', class: 'desk', cell: i => (i.step > 0 ? i.step : '–') },
	{ name: 'handling', label: key('INCIDENT_HANDLING'), cell: handling },
]
const past = [
	{ name: 'kind', label: key('INCIDENT_WHAT'), cell: what },
	{ name: 'who', label: key('INCIDENT_WHO'), cell: who },
	{ name: 'district', label: key('DISTRICT'), class: 'desk', cell: i => districtName(i.district) },
	{ name: 'closed', label: key('INCIDENT_CLOSED'), cell: i => <When at={i.closed_at} /> },
	{ name: 'took', label: key('INCIDENT_TOOK'), align: 'right', cell: i => length(instant(i.closed_at) - instant(i.opened_at)) },
	{ name: 'outcome', label: key('INCIDENT_OUTCOME'), cell: i => <>{word('OUTCOME', i.outcome)}<small class="block">{dots(i.how && word('HOW', i.how), i.seen_by)}</small></> },
]

function List({ state, district }) {
	useMinute()
	const { load, rows, ...pages } = usePages('/incidents', 'incidents', { query: { state, district }, limit: 100 })
	const timer = useRef(0)
	useEffect(() => {
		const change = () => { // not put off by the next one: in a storm there is always a next one
			timer.current ||= setTimeout(() => {
				timer.current = 0
				load.reload()
			}, 500)
		}
		const ends = (state === 'open' ? ['incident', 'rows', 'reconnected'] : ['reconnected']).map(event => onLive(event, change))
		return () => {
			clearTimeout(timer.current)
			timer.current = 0
			ends.forEach(end => end())
		}
	}, [state, district])
	const columns = (state === 'open' ? open : past).map(c => ({ ...c, label: t(c.label) }))
	return (
		<Loaded of={load}>
			{() => (
				<>
					<Table caption={t('INCIDENTS')} columns={columns} rows={rows} empty={state === 'open' ? t('INCIDENTS_NO_OPEN') : t('INCIDENTS_NO_PAST')} />
					{rows.length > 0 && <Pager shown={rows.length} {...pages} />}
				</>
			)}
		</Loaded>
	)
}

export default function Incidents() {
	const now = useSession()
	const [query, setQuery] = useQuery()
	const state = query.state === 'closed' ? 'closed' : 'open'
	return (
		<Page title={t('INCIDENTS')} actions={now.districts.length > 1 && (
			<Select label={t('DISTRICT')} hideLabel value={query.district ?? ''} empty={t('EVERY_DISTRICT')} options={now.districts.map(d => [d.district, d.name])} onValue={district => setQuery({ district })} />
		)}>
			<Tabs label={t('INCIDENTS_TABS')} value={state} onValue={value => setQuery({ state: value === 'open' ? '' : value })}
				tabs={[{ value: 'open', label: t('INCIDENTS_TAB_OPEN') }, { value: 'closed', label: t('INCIDENTS_TAB_PAST') }]}>
				<List key={state} state={state} district={query.district ?? ''} />
			</Tabs>
		</Page>
	)
}
