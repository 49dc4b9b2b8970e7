// year - the last twelve months as a picture, one cell a day: a colour and a sign for how the day went. It is a grid for
// the keyboard too: arrow keys move from day to day and month to month, and what happened on the day stands below.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { lang, t, word } from '../../i18n.js'
import { Card, State, stateWords } from '../../parts/index.js'
import { today } from '../../session.js'
import { addDays, clock, day as dayWords, when } from '../../time.js'
import { STATES } from '../../values.js'

const DAYS = Array.from({ length: 31 }, (_, i) => i + 1)
const two = n => String(n).padStart(2, '0')

// The first day of the month eleven months before.
export function yearBegins(date) {
	const [y, m] = date.split('-').map(Number)
	return m === 12 ? `${y}-01-01` : `${y - 1}-${two(m + 1)}-01`
}

const lastDay = month => new Date(Date.UTC(+month.slice(0, 4), +month.slice(5), 0)).getUTCDate()
const clamp = (month, n) => `${month}-${two(Math.min(n, lastDay(month)))}`
const monthWords = (month, brief = false) => (lang() === 'en' ? new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-US', { month: 'short', timeZone: 'UTC' }) : `${+month.slice(5)}${brief ? '' : '月'}`)

function monthsFrom(first) {
	const [y, m] = first.split('-').map(Number)
	return Array.from({ length: 12 }, (_, i) => `${y + Math.floor((m - 1 + i) / 12)}-${two(((m - 1 + i) % 12) + 1)}`)
}

const narrow = matchMedia('(max-width: 56rem)')
function useNarrow() {
	const [is, set] = useState(narrow.matches)
	useEffect(() => {
		const change = () => set(narrow.matches)
		narrow.addEventListener('change', change)
		return () => narrow.removeEventListener('change', change)
	}, [])
	return is
}

// How one expectation went.
function went(e, date) {
	const time = at => (at.slice(0, 10) === date ? clock(at) : when(at, date))
	if (e.met_at)
		return e.met_kind && e.met_kind !== 'ok' ? t('YEAR_MET_KIND', { time: time(e.met_at), kind: word('KIND', e.met_kind) }) : t('YEAR_MET', { time: time(e.met_at) })
	return e.met_late_at ? t('YEAR_LATE', { time: time(e.met_late_at) }) : ''
}

function Detail({ date, of, state }) {
	return (
		<div class="year-detail">
			<p class="row"><b>{dayWords(date, { year: true })}</b>{state ? <State state={state} /> : <span class="faint">{t('YEAR_BEFORE')}</span>}</p>
			{of ? (
				<ul>
					{of.expectations.map(e => (
						<li key={e.opens_at}>{t('YEAR_EXPECTED', { opens: clock(e.opens_at), due: clock(e.due_at), deadline: clock(e.deadline_at) })} <b>{went(e, date)}</b></li>
					))}
					{of.incidents.map(i => (
						<li key={i.id}><a href={`/incidents/${i.id}`}>{t('YEAR_INCIDENT', { id: i.id, kind: word('KIND', i.kind), outcome: i.outcome ? word('OUTCOME', i.outcome) : t('YEAR_INCIDENT_OPEN') })}</a></li>
					))}
				</ul>
			) : state && <p class="faint">{t('YEAR_NOTHING')}</p>}
		</div>
	)
}

export function Year({ days }) {
	const months = monthsFrom(days.from)
	const now = days.to
	const [at, go] = useState(now)
	const byMonth = !useNarrow()
	const table = useRef(null)
	const keyed = useRef(false)
	const known = useMemo(() => new Map(days.days.map(d => [d.date, d])), [days])
	const begins = days.days[0]?.date ?? now
	const stateOf = date => known.get(date)?.state ?? (date < begins ? null : 'unscheduled')
	const counts = useMemo(() => {
		const sum = {}
		for (const d of days.days)
			sum[d.state] = (sum[d.state] ?? 0) + 1
		return sum
	}, [days])
	useLayoutEffect(() => {
		if (keyed.current)
			table.current?.querySelector('[tabindex="0"]')?.focus()
		keyed.current = false
	}, [at])
	const move = date => {
		keyed.current = true
		go(date < days.from ? days.from : date > now ? now : date)
	}
	const otherMonth = by => {
		const i = months.indexOf(at.slice(0, 7)) + by
		if (months[i])
			move(clamp(months[i], +at.slice(8)))
	}
	const steps = byMonth ? { ArrowLeft: () => move(addDays(at, -1)), ArrowRight: () => move(addDays(at, 1)), ArrowUp: () => otherMonth(-1), ArrowDown: () => otherMonth(1) }
		: { ArrowUp: () => move(addDays(at, -1)), ArrowDown: () => move(addDays(at, 1)), ArrowLeft: () => otherMonth(-1), ArrowRight: () => otherMonth(1) }
	const keys = { ...steps, Home: () => move(`${at.slice(0, 7)}-01`), End: () => move(clamp(at.slice(0, 7), 31)) }
	const cell = (month, n) => {
		const date = `${month}-${two(n)}`
		if (n > lastDay(month) || date > now)
			return <td key={date} class="no-day" />
		const state = stateOf(date)
		const [sign, name] = state ? stateWords(state) : ['', t('YEAR_BEFORE')]
		return (
			<td key={date} role="gridcell" class={`day ${state ? `state-${state}` : 'day-none'} ${date === today() ? 'day-today' : ''}`} tabIndex={date === at ? 0 : -1}
				aria-selected={date === at} aria-label={t('YEAR_CELL', { day: dayWords(date), state: name })} title={t('YEAR_CELL', { day: dayWords(date), state: name })} onClick={() => move(date)}>
				<span aria-hidden="true">{sign}</span>
			</td>
		)
	}
	return (
		<Card title={t('YEAR')}>
			<p class="hint">{t('YEAR_HINT')}</p>
			<div class="year-frame">
				<table class={`year ${byMonth ? 'year-rows' : 'year-columns'}`} role="grid" aria-label={t('YEAR')} ref={table}
					onKeyDown={event => {
						if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
							event.preventDefault()
							keys[event.key]()
						}
					}}>
					{byMonth ? (
						<>
							<thead><tr><th scope="col"><span class="unseen">{t('YEAR_MONTH')}</span></th>{DAYS.map(n => <th key={n} scope="col">{n}</th>)}</tr></thead>
							<tbody>{months.map((m, i) => <tr key={m}><th scope="row">{(i === 0 || m.endsWith('-01')) && <small>{m.slice(0, 4)}</small>}{monthWords(m)}</th>{DAYS.map(n => cell(m, n))}</tr>)}</tbody>
						</>
					) : (
						<>
							<thead><tr><th scope="col"><span class="unseen">{t('YEAR_DAY')}</span></th>{months.map(m => <th key={m} scope="col" aria-label={monthWords(m)}>{monthWords(m, true)}</th>)}</tr></thead>
							<tbody>{DAYS.map(n => <tr key={n}><th scope="row">{n}</th>{months.map(m => cell(m, n))}</tr>)}</tbody>
						</>
					)}
				</table>
			</div>
			<Detail date={at} of={known.get(at)} state={stateOf(at)} />
			<ul class="year-legend">
				{STATES.filter(s => counts[s]).map(s => (
					<li key={s}><span class={`day state-${s}`} aria-hidden="true">{stateWords(s)[0]}</span>{t('YEAR_COUNT', { state: stateWords(s)[1], count: counts[s] })}</li>
				))}
			</ul>
		</Card>
	)
}
