// plot - lines over periods, drawn by uPlot: decoration beside a table, with what it shows said in words. Each line has a
// mark of its own, so that colour alone tells nothing; a target is a dotted line of its figure's colour.
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { number, t, word } from '../../i18n.js'
import { isNumber, withUnit } from './values.js'

const colours = ['--accent', '--bad', '--info', '--warn', '--unknown', '--soft']
const dashes = [[], [10, 4], [2, 4], [12, 4, 2, 4], [6, 6], [1, 3]]
export const LINES_MOST = colours.length

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

// A mark around (x, y); n: of the n-th line.
function mark(path, n, x, y, r) {
	const corners = { 1: [[-1, -1], [1, -1], [1, 1], [-1, 1]], 2: [[0, -1.25], [1.2, 1], [-1.2, 1]], 3: [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]], 4: [[-1.2, -1], [1.2, -1], [0, 1.25]] }[n]
	if (corners) {
		corners.forEach(([dx, dy], i) => (i ? path.lineTo(x + dx * r, y + dy * r) : path.moveTo(x + dx * r, y + dy * r)))
		path.closePath()
	} else {
		path.moveTo(x + r, y)
		path.arc(x, y, r, 0, 2 * Math.PI)
	}
}

// The same mark in a legend; none: the line is not drawn.
export function Mark({ n }) {
	const shapes = [
		<circle cx={8} cy={8} r={4.5} />, <rect x={3.5} y={3.5} width={9} height={9} />, <path d="M8 2.500 13.400 12.500H2.600Z" />,
		<path d="M8 1.700 14.300 8 8 14.300 1.700 8Z" />, <path d="M8 13.500 13.400 3.500H2.600Z" />, <circle cx={8} cy={8} r={4.5} />,
	]
	return (
		<svg class={`chart-mark ${n >= 0 ? `chart-mark-${n}` : ''}`} width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
			{n >= 0 ? shapes[n] : <circle class="chart-mark-none" cx={8} cy={8} r={5} />}
		</svg>
	)
}

// The steps between lines of the grid: whole things are not halved.
const steps = whole => Array.from({ length: 9 }, (_, i) => [1, 2, 5].map(m => m * 10 ** (i - (whole ? 0 : 1)))).flat()

// Which labels there is room for: each, or each so many that a year's first is among them.
const apart = (count, room) => [1, 2, 3, 6, 12, 24].find(n => count / n <= room) ?? 60

function options({ rows, names, unit, width, height, paper, point }) {
	const ink = name => (paper ? '#000' : css(name))
	const font = `${paper ? 11 : 12}px ${css('--font')}`
	const longest = Math.max(...names.map(name => Math.max(...name.split('\n').map(line => line.length))))
	const every = u => apart(names.length, (u.width - 70) / (longest > 7 ? 92 : 52)) // as wide as it is now
	const whole = unit !== 'percent' && unit !== 'hours'
	const scale = { stroke: ink('--soft'), font, ticks: { show: false } }
	const line = (row, n) => ({
		label: row.label,
		stroke: ink(colours[n]),
		width: 2,
		dash: dashes[n],
		points: {
			show: (u, i, from, to) => {
				const path = new Path2D()
				for (let k = from; k <= to; k++)
					if (u.data[i][k] !== null)
						mark(path, n, u.valToPos(k, 'x', true), u.valToPos(u.data[i][k], 'y', true), 4 * devicePixelRatio)
				u.ctx.save()
				u.ctx.fillStyle = n === 5 ? (paper ? '#fff' : css('--surface')) : ink(colours[n])
				u.ctx.strokeStyle = ink(colours[n])
				u.ctx.lineWidth = 1.5 * devicePixelRatio
				u.ctx.setLineDash([])
				u.ctx.fill(path)
				u.ctx.stroke(path)
				u.ctx.restore()
			},
		},
	})
	const target = (row, n) => ({ label: row.label, stroke: ink(colours[n]), width: 1.5, dash: [3, 3], points: { show: false } })
	return {
		width, height,
		legend: { show: false },
		cursor: { show: !paper, y: false, drag: { x: false, y: false }, points: { show: false } },
		scales: {
			x: { time: false, range: () => [-0.5, names.length - 0.5] },
			y: { range: (u, low, high) => [0, Math.max(high ?? 0, 1) * 1.12] },
		},
		axes: [
			{ ...scale, grid: { show: false }, size: names.some(name => name.includes('\n')) ? 46 : 30, gap: 8, splits: u => names.map((_, i) => i).filter(i => i % every(u) === 0), values: (u, at) => at.map(i => names[i]) },
			{ ...scale, grid: { stroke: paper ? '#bbb' : css('--line'), width: 1 }, incrs: steps(whole), space: 32, size: (u, values) => 16 + 7 * Math.max(2, ...(values ?? []).map(v => v.length)), values: (u, at) => at.map(number) },
		],
		series: [{}, ...rows.map(line), ...rows.map((row, n) => [row, n]).filter(([row]) => row.target).map(([row, n]) => target(row, n))],
		hooks: point ? { setCursor: [u => point(u.cursor.idx ?? null)] } : {},
	}
}

const dataOf = (rows, names) => [
	names.map((_, i) => i),
	...rows.map(row => row.values.map(v => (isNumber(v) ? v : null))),
	...rows.filter(row => row.target).map(row => row.target),
]

// What a line shows, in a sentence.
function sentence(row, names, unit) {
	const known = row.values.map((value, i) => ({ value, i })).filter(({ value }) => isNumber(value))
	if (!known.length)
		return t('REPORTS_SAID_NOTHING', { figure: row.label })
	const [first, last] = [known[0], known.at(-1)]
	const high = known.reduce((a, b) => (b.value > a.value ? b : a))
	const target = row.target?.[last.i]
	return t('REPORTS_SAID', {
		figure: row.label,
		from: names[first.i], first: withUnit(first.value, unit),
		to: names[last.i], last: withUnit(last.value, unit),
		at: names[high.i], high: withUnit(high.value, unit),
	}) + (isNumber(target) ? t('REPORTS_SAID_TARGET', { target: withUnit(target, unit) }) : '')
}

// What the lines are, with their numbers in the period that a finger or mouse points at.
function Legend({ rows, at, name, unit }) {
	return (
		<figcaption class="chart-legend" aria-hidden="true">
			{at >= 0 && <strong>{name}</strong>}
			{rows.map((row, n) => <span key={row.key}><Mark n={n} />{row.label}{at >= 0 && <b>{withUnit(row.values[at], unit)}</b>}</span>)}
		</figcaption>
	)
}

function useTheme() {
	const root = document.documentElement
	const [theme, set] = useState(root.dataset.theme)
	useEffect(() => {
		const watch = new MutationObserver(() => set(root.dataset.theme))
		watch.observe(root, { attributes: true, attributeFilter: ['data-theme'] })
		return () => watch.disconnect()
	}, [])
	return theme
}

// rows: [{ key, label, values, target? }], one of each period; names (for the axis), fullNames: of the periods; paper: for
// print, whose width is given.
export function Plot({ rows, names, fullNames, unit, paper = 0 }) {
	const frame = useRef(null)
	const theme = useTheme()
	const [pointed, point] = useState(null)
	const last = rows.reduce((most, row) => Math.max(most, row.values.findLastIndex(isNumber)), -1)
	const at = paper ? -1 : pointed ?? last
	const shown = JSON.stringify([rows, names, unit])
	useEffect(() => {
		const element = frame.current
		const width = () => Math.max(240, paper || Math.floor(element.clientWidth))
		const height = () => (paper ? 190 : width() < 560 ? 210 : 240)
		const plot = new uPlot(options({ rows, names, unit, width: width(), height: height(), paper, point: paper ? null : point }), dataOf(rows, names), element)
		const resized = new ResizeObserver(() => {
			if (!paper && width() !== plot.width)
				plot.setSize({ width: width(), height: height() })
		})
		resized.observe(element)
		return () => {
			resized.disconnect()
			plot.destroy()
		}
	}, [shown, theme, paper])
	return (
		<figure class="chart">
			<Legend rows={rows} at={at} name={fullNames[at]} unit={unit} />
			<div class="chart-frame" ref={frame} role="img" aria-label={rows.map(row => sentence(row, fullNames, unit)).join(' ')} />
			{rows.some(row => row.target) && <p class="chart-note">{t('REPORTS_TARGET_LINE')}</p>}
		</figure>
	)
}
export const unitOf = unit => word('UNIT', unit)
