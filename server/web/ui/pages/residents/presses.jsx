// presses - when somebody checks in, day by day over 90 days, with the range that is usual for them: who drifts towards
// the deadline is seen, and said in words, before a check-in is missed.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Card, Loaded, Notice, useLoad } from '../../parts/index.js'
import { addDays, clock, date, day as dayWords, length, shortDay } from '../../time.js'

const DAYS = 90
const RECENT = 14
const DRIFT = 15 // minutes; less is nothing
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 12, 10, 26]

const minuteOf = at => (at ? Number(at.slice(11, 13)) * 60 + Number(at.slice(14, 16)) + Number(at.slice(17, 19)) / 60 : null)
const clockOf = minute => `${Math.floor(minute / 60)}:${String(Math.round(minute) % 60).padStart(2, '0')}`
const lengthOf = minutes => length(Math.round(minutes) * 60000)

function median(list) {
	const sorted = [...list].sort((a, b) => a - b)
	const half = sorted.length >> 1
	return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

// What the numbers mean: { usual, drift, tone }
function reading(first, dates, due, usual) {
	const split = dates.length - RECENT
	const of = list => list.map(d => first.get(d)).filter(m => m !== undefined)
	const [before, recent] = [of(dates.slice(0, split)), of(dates.slice(split))]
	const said = usual ? t('PRESSES_USUAL', { from: clockOf(usual.from_minute), to: clockOf(usual.to_minute), median: clockOf(usual.median_minute) }) : t('PRESSES_UNKNOWN')
	if (!usual || recent.length < 5 || before.length < 10)
		return { usual: said, drift: '', tone: 'plain' }
	const by = median(recent) - median(before)
	if (by >= DRIFT) {
		const left = due === null ? null : due - median(recent)
		return { usual: said, tone: 'warn', drift: left === null || left > 0 ? t('PRESSES_LATER', { length: lengthOf(by), left: lengthOf(left ?? 0) }) : t('PRESSES_LATER_OVER', { length: lengthOf(by) }) }
	}
	return { usual: said, tone: 'plain', drift: by <= -DRIFT ? t('PRESSES_EARLIER', { length: lengthOf(-by) }) : t('PRESSES_STEADY') }
}

// The middle of the last RECENT days, for each day that has enough of them.
function running(first, dates) {
	const line = []
	dates.forEach((d, i) => {
		const near = dates.slice(Math.max(0, i - RECENT + 1), i + 1).map(x => first.get(x)).filter(m => m !== undefined)
		if (near.length >= 5)
			line.push([i, median(near)])
	})
	return line
}

function useWidth() {
	const element = useRef(null)
	const [width, set] = useState(0)
	useEffect(() => {
		const watch = new ResizeObserver(([entry]) => set(Math.round(entry.contentRect.width)))
		watch.observe(element.current)
		return () => watch.disconnect()
	}, [])
	return [element, width]
}

const shapeOf = press => (press.device_id.startsWith('staff/') ? 'staff' : ['unwell', 'talk', 'help'].includes(press.kind) ? 'other' : press.kind === 'activity' ? 'activity' : 'press')

function Mark({ shape, x, y, children }) {
	if (shape === 'staff')
		return <rect class="mark mark-staff" x={x - 3.5} y={y - 3.5} width={7} height={7}>{children}</rect>
	if (shape === 'other')
		return <path class="mark mark-other" d={`M${x} ${y - 5.5}L${x + 5.5} ${y + 4}H${x - 5.5}Z`}>{children}</path>
	if (shape === 'missed')
		return <circle class="mark mark-missed" cx={x} cy={y} r={5.5}>{children}</circle>
	return <circle class={`mark mark-${shape}`} cx={x} cy={y} r={shape === 'activity' ? 2.5 : 3.5}>{children}</circle>
}

function Plot({ dates, presses, first, expected, usual, label }) {
	const [element, width] = useWidth()
	const height = width < 600 ? 230 : 260
	const seen = [...presses.map(p => minuteOf(p.at)), ...expected.flatMap(e => [e.due, e.deadline]), ...(usual ? [usual.from_minute, usual.to_minute] : [])]
	const low = Math.max(0, Math.floor((Math.min(...seen) - 30) / 60) * 60)
	const high = Math.min(1440, Math.max(low + 240, Math.ceil((Math.max(...seen) + 30) / 60) * 60))
	const x = i => LEFT + ((width - LEFT - RIGHT) * (i + 0.5)) / dates.length
	const y = minute => TOP + ((height - TOP - BOTTOM) * (minute - low)) / (high - low)
	const wide = (width - LEFT - RIGHT) / dates.length
	const hours = (high - low) / 60
	const step = hours > 14 ? 4 : hours > 8 ? 2 : 1
	const lines = Array.from({ length: Math.floor(hours / step) + 1 }, (_, i) => low + i * step * 60)
	const every = width < 600 ? 30 : 14
	const index = new Map(dates.map((d, i) => [d, i]))
	const path = of => expected.filter(e => e[of] !== null).map(e => `M${x(e.i) - wide / 2} ${y(e[of])}h${wide}`).join('')
	const recent = running(first, dates)
	return (
		<div class="plot" ref={element}>
			{width > 0 && (
				<svg width={width} height={height} role="img" aria-label={label}>
					{usual && <rect class="usual" x={LEFT} y={y(usual.from_minute)} width={width - LEFT - RIGHT} height={Math.max(2, y(usual.to_minute) - y(usual.from_minute))} />}
					{lines.map(m => (
						<g key={m}>
							<line class="line" x1={LEFT} x2={width - RIGHT} y1={y(m)} y2={y(m)} />
							<text x={LEFT - 8} y={y(m) + 4} text-anchor="end">{clockOf(m)}</text>
						</g>
					))}
					{dates.map((d, i) => (dates.length - 1 - i) % every === 0 && <text key={d} x={x(i)} y={height - 6} text-anchor={i === dates.length - 1 ? 'end' : 'middle'}>{shortDay(d)}</text>)}
					<path class="due" d={path('due')} />
					<path class="deadline" d={path('deadline')} />
					{recent.length > 1 && <polyline class="recent" points={recent.map(([i, m]) => `${x(i)},${y(m)}`).join(' ')} />}
					{expected.filter(e => e.missed).map(e => <Mark key={e.date} shape="missed" x={x(e.i)} y={y(e.deadline)}><title>{`${dayWords(e.date)} ${t('PRESSES_LEGEND_MISSED')}`}</title></Mark>)}
					{presses.map((p, n) => <Mark key={n} shape={shapeOf(p)} x={x(index.get(date(p.at)))} y={y(minuteOf(p.at))}><title>{`${dayWords(p.at)} ${clock(p.at)} ${word('KIND', p.kind)}`}</title></Mark>)}
				</svg>
			)}
		</div>
	)
}

const sample = shape => <svg width={16} height={16} aria-hidden="true"><Mark shape={shape} x={8} y={8} /></svg>
const sampleLine = name => <svg width={24} height={16} aria-hidden="true"><path class={name} d="M1 8H23" /></svg>

function Legend({ presses, expected, usual }) {
	const shapes = new Set(presses.map(shapeOf))
	return (
		<ul class="plot-legend">
			<li>{sample('press')}{t('PRESSES_LEGEND_PRESS')}</li>
			{shapes.has('other') && <li>{sample('other')}{t('PRESSES_LEGEND_OTHER')}</li>}
			{shapes.has('staff') && <li>{sample('staff')}{t('PRESSES_LEGEND_STAFF')}</li>}
			{expected.some(e => e.missed) && <li>{sample('missed')}{t('PRESSES_LEGEND_MISSED')}</li>}
			{usual && <li><svg width={24} height={16} aria-hidden="true"><rect class="usual" x={0} y={2} width={24} height={12} /></svg>{t('PRESSES_LEGEND_USUAL')}</li>}
			<li>{sampleLine('recent')}{t('PRESSES_LEGEND_RECENT')}</li>
			<li>{sampleLine('due')}{sampleLine('deadline')}{t('PRESSES_LEGEND_DUE')}</li>
		</ul>
	)
}

function Numbers({ dates, first, expected }) {
	const due = new Map(expected.map(e => [e.date, e]))
	return (
		<details class="numbers">
			<summary>{t('PRESSES_TABLE')}</summary>
			<div class="table-frame" tabIndex={0} role="region" aria-label={t('PRESSES')}>
				<table class="table-plain">
					<thead><tr><th scope="col">{t('PRESSES_DAY')}</th><th scope="col">{t('PRESSES_FIRST')}</th><th scope="col">{t('PRESSES_DUE')}</th></tr></thead>
					<tbody>
						{[...dates].reverse().map(d => (
							<tr key={d}><th scope="row">{dayWords(d)}</th><td>{first.has(d) ? clockOf(Math.floor(first.get(d))) : due.get(d)?.missed ? t('PRESSES_LEGEND_MISSED') : '–'}</td><td>{due.has(d) ? clockOf(due.get(d).due) : '–'}</td></tr>
						))}
					</tbody>
				</table>
			</div>
		</details>
	)
}

// days: those of GET …/days, whose deadlines the presses are seen against.
export function Presses({ id, days, turn }) {
	const load = useLoad(signal => api.get(`/residents/${encodeURIComponent(id)}/presses`, undefined, { signal }), [id])
	useEffect(() => {
		if (turn)
			load.reload()
	}, [turn])
	return (
		<Card title={t('PRESSES')}>
			<Loaded of={load} lines={5}>
				{({ from, presses, usual }) => {
					const dates = Array.from({ length: DAYS }, (_, i) => addDays(from, i))
					const first = new Map()
					for (const p of presses)
						if (p.kind !== 'activity' && !first.has(date(p.at)))
							first.set(date(p.at), minuteOf(p.at))
					const expected = days.filter(d => d.date >= from && d.expectations.length).map(d => {
						const e = d.expectations.find(one => one.outcome === 'missed') ?? d.expectations[0]
						// A deadline after midnight is at the bottom of its own day.
						return { date: d.date, i: dates.indexOf(d.date), due: date(e.due_at) > d.date ? 1440 : minuteOf(e.due_at), deadline: date(e.deadline_at) > d.date ? 1440 : minuteOf(e.deadline_at), missed: d.state === 'missed' }
					}).filter(e => e.i >= 0)
					if (!presses.length)
						return <p class="faint">{t('PRESSES_NONE')}</p>
					const deadlines = expected.slice(-RECENT).map(e => e.deadline)
					const said = reading(first, dates, deadlines.length ? median(deadlines) : null, usual)
					return (
						<>
							{said.tone === 'warn' ? <Notice kind="warn" title={said.drift}>{said.usual}</Notice> : <p>{said.usual} {said.drift}</p>}
							<Plot {...{ dates, presses, first, expected, usual }} label={t('PRESSES_PICTURE', { usual: said.usual, drift: said.drift })} />
							<Legend {...{ presses, expected, usual }} />
							<Numbers {...{ dates, first, expected }} />
						</>
					)
				}}
			</Loaded>
		</Card>
	)
}
