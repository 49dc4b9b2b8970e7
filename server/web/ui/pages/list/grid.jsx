// grid - the lines that are in sight, of as many as there may be. All lines are of one height, so where one stands is
// arithmetic, and what comes in changes nothing but its own line.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { number, t, useLanguage, word } from '../../i18n.js'
import { GROUPS } from './rows.js'
import { houseOf, Row } from './row.jsx'

const OVERSCAN = 10
const COVERED = 120 // px: the bar and the columns' names lie over the uppermost lines

// Groups one under the other: { items: [{ group, count } or entry], tops: where each begins, height }
function layOut(entries, rowHeight, headHeight) {
	const items = [], tops = []
	let group = -1, top = 0
	for (const entry of entries) {
		const its = entry.place >> 4
		if (its !== group) {
			group = its
			items.push({ group, count: 0 })
			tops.push(top)
			top += headHeight
		}
		items.push(entry)
		tops.push(top)
		top += rowHeight
	}
	let head = null
	for (const item of items) {
		if (item.group !== undefined)
			head = item
		else
			head.count++
	}
	return { items, tops, height: top }
}

function firstAt(tops, y) {
	let low = 0, high = tops.length
	while (low < high) {
		const middle = (low + high) >> 1
		if (tops[middle] < y)
			low = middle + 1
		else
			high = middle
	}
	return Math.max(0, low - 1)
}

// entries: what is shown, as it stands; active: whose line the keys are on; selected: whose panel is open.
// api: a ref that takes { reveal(id) }: brings a line into sight and the focus to it; false where it has none.
export function Grid({ rows, entries, active, selected, hrefOf, onOpen, onActive, api }) {
	const language = useLanguage()
	const frame = useRef(null), probe = useRef(null)
	const [heights, setHeights] = useState({ row: 60, head: 44 })
	const [range, setRange] = useState({ from: 0, to: 40, top: 0 }) // items that are drawn, and the first that is in sight

	useLayoutEffect(() => {
		const measure = () => {
			const [row, head] = [...probe.current.children].map(e => e.getBoundingClientRect().height)
			setHeights(h => (h.row === row && h.head === head ? h : { row, head }))
		}
		measure()
		const observer = new ResizeObserver(measure)
		for (const child of probe.current.children)
			observer.observe(child)
		return () => observer.disconnect()
	}, [])

	const { items, tops, height } = useMemo(() => layOut(entries, heights.row, heights.head), [entries, heights])

	const look = () => {
		if (!frame.current)
			return
		const above = -frame.current.getBoundingClientRect().top
		const from = Math.max(0, firstAt(tops, above) - OVERSCAN)
		const to = Math.min(items.length, firstAt(tops, above + innerHeight) + 1 + OVERSCAN)
		const top = Math.min(items.length, firstAt(tops, above + COVERED) + 1)
		setRange(r => (r.from === from && r.to === to && r.top === top ? r : { from, to, top }))
	}
	useLayoutEffect(look, [items, tops])
	useEffect(() => {
		addEventListener('scroll', look, { passive: true })
		addEventListener('resize', look)
		return () => {
			removeEventListener('scroll', look)
			removeEventListener('resize', look)
		}
	}, [items, tops])

	const reveal = (id, focus = true) => {
		const at = items.findIndex(item => item.row?.resident_id === id)
		if (at < 0)
			return false
		const box = frame.current.getBoundingClientRect()
		const top = box.top + tops[at]
		if (top < COVERED)
			scrollBy(0, top - COVERED - heights.head)
		else if (top + heights.row > innerHeight - 70)
			scrollBy(0, top + heights.row - innerHeight + 70)
		look()
		if (focus)
			setTimeout(() => frame.current?.querySelector(`[data-resident="${CSS.escape(id)}"] a`)?.focus({ preventScroll: true }))
		return true
	}
	useLayoutEffect(() => {
		api.current = { reveal }
	})
	useEffect(() => () => {
		api.current = null
	}, [])

	const end = Math.min(range.to, items.length)
	const drawn = items.slice(range.from, end)
	// One line is where Tab stops: the one that the keys are on, else, where it is not drawn, the first in sight.
	const stop = drawn.find(item => item.row?.resident_id === active) ?? items.slice(range.top, end).find(item => item.row) ?? drawn.find(item => item.row)
	const shown = []
	for (let i = range.from; i < end; i++) {
		const item = items[i]
		if (item.group !== undefined) {
			shown.push(
				<div key={`group-${item.group}`} role="row" class={`group group-${GROUPS[item.group]}`} style={{ top: `${tops[i]}px` }} aria-rowindex={i + 2}>
					<div role="gridcell" aria-colspan={6}><h2>{word('GROUP', GROUPS[item.group])}</h2><span class="count">{number(item.count)}</span></div>
				</div>,
			)
		} else {
			const { row } = item
			shown.push(
				<Row key={row.resident_id} row={row} gone={item.gone} top={tops[i]} index={i} language={language} house={houseOf(rows, row)} href={hrefOf(row.resident_id)}
					active={item === stop} selected={selected === row.resident_id} onOpen={onOpen} onActive={onActive} />,
			)
		}
	}
	return (
		<div class="grid" role="grid" aria-label={t('LIST_GRID')} aria-rowcount={items.length + 1} aria-colcount={6}>
			<div class="lines-head" role="row" aria-rowindex={1}>
				<span role="columnheader">{t('COLUMN_STATE')}</span>
				<span role="columnheader">{t('COLUMN_NAME')}</span>
				<span role="columnheader" class="cell-district">{t('COLUMN_DISTRICT')}</span>
				<span role="columnheader">{t('COLUMN_PRESS')}</span>
				<span role="columnheader">{t('COLUMN_HANDLING')}</span>
				<span role="columnheader" class="cell-device">{t('COLUMN_DEVICE')}</span>
			</div>
			<div class="list-lines" role="rowgroup" ref={frame} style={{ height: `${height}px` }}>{shown}</div>
			<div class="probe" ref={probe} aria-hidden="true"><div class="probe-row" /><div class="probe-head" /></div>
		</div>
	)
}

