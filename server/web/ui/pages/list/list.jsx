// list - the daily list: who checked in, who needs somebody, and what is being done about it.
//
// What is looked at lives in the address: ?date=2026-11-22&district=D01&state=missed,late&q=さとう&resident=R002
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { commas, number, t, useLanguage } from '../../i18n.js'
import { announce, Busy, Button, Empty, Icon, Page, ProblemNotice, useTyped } from '../../parts/index.js'
import { undoQuery, useQuery } from '../../router.jsx'
import { can, districtName, useSession } from '../../session.js'
import { EndedDialog } from './ended.jsx'
import { fold } from './fold.js'
import { Grid } from './grid.jsx'
import { Banners, DayPicker, DistrictChoice, ListMenu, Search, titleOf, Totals } from './head.jsx'
import { Keys, listenToKeys } from './keys.jsx'
import { ResidentPanel } from './panel.jsx'
import { isUnknownHelp, questionLine } from './questions.jsx'
import { useList } from './reading.js'
import { SignButton } from './signing.jsx'

const isDay = text => /^\d{4}-\d\d-\d\d$/.test(text ?? '')

// Over the lines' lower end, so that nothing moves: who asks for help since, and that the order is an old one.
function Changes({ changed, help, onSort, onOpen, onHide }) {
	if (!changed && !help.length)
		return null
	return (
		<div class="changes">
			{help.length > 0 && (
				<div class="changes-help">
					<Icon name="alert" />
					<span>{help.length === 1 ? t('HELP_CAME', { name: help[0].name, district: districtName(help[0].district) }) : t('HELP_CAME_MANY', { count: help.length })}</span>
					<Button small onClick={() => onOpen(help[0].resident_id)}>{t('HELP_OPEN')}</Button>
					<Button small variant="quiet" icon="close" label={t('HELP_HIDE')} onClick={onHide} />
				</div>
			)}
			{changed > 0 && (
				<div class="changes-sort">
					<span>{t('CHANGED', { count: number(changed) })}</span>
					<Button small icon="refresh" onClick={onSort}>{t('CHANGED_SORT')}</Button>
				</div>
			)}
		</div>
	)
}

export default function List() {
	useLanguage()
	const now = useSession()
	const [query, setQuery] = useQuery()
	const day = isDay(query.date) && query.date < now.date ? query.date : ''
	const [help, setHelp] = useState([])
	const list = useList(day, asking => {
		setHelp(before => [...asking, ...before.filter(b => !asking.some(a => a.resident_id === b.resident_id))])
		announce(commas(asking.map(row => t('HELP_CAME', { name: row.name, district: districtName(row.district) }))), true)
	}, questions => announce(commas(questions.map(questionLine)), questions.some(isUnknownHelp)))
	const { rows, head, questions, complete } = list
	const [active, setActive] = useState(query.resident ?? '')
	const [keys, showKeys] = useState(false)
	const [ended, findEnded] = useState(null) // the words to begin with
	const search = useRef(null), grid = useRef(null)

	const states = useMemo(() => (query.state ? new Set(query.state.split(',')) : null), [query.state])
	const [typed, type] = useTyped(query.q ?? '', q => setQuery({ q }))
	const words = fold(typed)
	const district = query.district ?? ''
	const entries = useMemo(() => rows.match({ district, states, needed: states?.has('needed'), words }), [rows, rows.version, district, states, words])
	const countOf = name => (complete || !head ? null : head.districts.find(d => d.district === name)?.totals) ?? rows.count(name)
	const totals = complete || !head || district ? countOf(district) : head.totals

	const selected = query.resident ?? ''
	const follows = useRef(false) // the panel follows the keys, which stay on the list
	const opened = () => new URLSearchParams(location.search).has('resident')
	const open = useCallback(id => {
		follows.current = false
		setActive(id)
		setHelp(before => before.filter(r => r.resident_id !== id))
		setQuery({ resident: id }, { replace: opened() }) // back closes it
	}, [])
	const closing = useRef(false)
	const close = useCallback(() => {
		closing.current = true
		undoQuery({ resident: '' })
	}, [])
	const former = useRef('')
	useLayoutEffect(() => { // closed, by whatever means: the focus goes to its line, but not from where somebody put it since
		const id = former.current
		former.current = selected
		if (selected || !id)
			return
		if ((closing.current || document.activeElement === document.body) && !grid.current?.reveal(id))
			document.getElementById('page-title').focus({ preventScroll: true })
		closing.current = false
	}, [selected])
	const hrefOf = useCallback(id => {
		const to = new URLSearchParams(location.search)
		to.set('resident', id)
		return `/?${to}`
	}, [])
	const sort = () => {
		list.sort()
		announce(t('CHANGED_SORT'))
	}

	// Back from a while elsewhere: nobody's finger is on the list.
	useEffect(() => {
		let left = 0
		const change = () => {
			if (document.hidden)
				left = Date.now()
			else if (left && Date.now() - left > 60000)
				list.sort()
		}
		document.addEventListener('visibilitychange', change)
		return () => document.removeEventListener('visibilitychange', change)
	}, [])

	const keyTable = useRef({})
	const step = by => {
		const at = entries.findIndex(e => e.row.resident_id === active)
		const next = entries[Math.min(entries.length - 1, Math.max(0, at < 0 ? 0 : at + by))]
		if (!next)
			return
		const id = next.row.resident_id
		setActive(id)
		if (selected) {
			follows.current = true
			setQuery({ resident: id })
		}
		grid.current?.reveal(id)
	}
	keyTable.current = {
		'/': () => search.current?.focus(),
		'?': () => showKeys(true),
		j: () => step(1), ArrowDown: () => step(1),
		k: () => step(-1), ArrowUp: () => step(-1),
		r: sort,
		Escape: () => selected && close(),
	}
	useEffect(() => listenToKeys(new Proxy({}, { get: (_, name) => keyTable.current[name] })), [])

	const choose = name => {
		const next = new Set(states ?? [])
		if (!next.delete(name))
			next.add(name)
		setQuery({ state: [...next].join(',') })
	}
	const asking = help.filter(({ resident_id }) => {
		const row = rows.get(resident_id)
		return row?.state === 'help' && row.needs_person
	})
	const narrowed = Boolean(district || states || words)
	const title = titleOf(day || now.date)
	return (
		<div class={selected ? 'with-panel' : ''}>
			<Page wide title={title} windowTitle={!day && totals.open ? `(${totals.open}) ${title}` : title}
				beside={<DayPicker day={day || now.date} last={now.date} onDay={value => setQuery({ date: value === now.date ? '' : value, resident: '' }, { replace: false })} />}
				actions={(
					<>
						{head && can('sign') && <SignButton day={day || now.date} district={district} head={head} countOf={countOf} catchUp={list.catchUp} />}
						<ListMenu day={day || now.date} district={district} query={{ ...(district && { district }), ...(query.state && { state: query.state }), ...(typed && { q: typed }) }} onKeys={() => showKeys(true)} onEnded={() => findEnded('')} />
					</>
				)}>
				{head && <Banners head={head} questions={questions} past={Boolean(day)} />}
				<ProblemNotice problem={list.problem} retry={list.reload} />
				{!head && !list.problem && <Busy lines={8} />}
				{head && (
					<>
						<Totals totals={totals} chosen={states} onChoose={choose} />
						<div class="list-filters">
							<Search value={typed} onValue={type} inputRef={search} onLeave={() => entries[0] && grid.current?.reveal(entries[0].row.resident_id)} />
							<DistrictChoice districts={head.districts ?? []} value={district} onValue={value => setQuery({ district: value })} />
							{narrowed && <Button variant="quiet" icon="close" onClick={() => {
								type('')
								setQuery({ q: '', district: '', state: '' })
							}}>{t('LIST_CLEAR')}</Button>}
							<span class="filters-count" role="status">
								{complete ? (narrowed ? t('LIST_MATCHES', { count: number(entries.length) }) : '') : t('LIST_LOADING')}
							</span>
						</div>
						{entries.length > 0 && <Grid rows={rows} entries={entries} active={active} selected={selected} hrefOf={hrefOf} onOpen={open} onActive={setActive} api={grid} />}
						{entries.length === 0 && complete && (
							<Empty icon={narrowed ? 'search' : 'people'} action={words && can('record') && <Button icon="search" onClick={() => findEnded(typed)}>{t('ENDED_SEARCH')}</Button>}>
								{narrowed ? t('LIST_NO_MATCH') : t('LIST_NOBODY')}
							</Empty>
						)}
						<Changes changed={rows.changed} help={asking} onSort={sort} onOpen={open} onHide={() => setHelp([])} />
					</>
				)}
			</Page>
			{selected && <ResidentPanel id={selected} focus={!follows.current} row={rows.get(selected)} rows={rows} day={day} onClose={close} onOpen={open} />}
			{ended !== null && <EndedDialog words={ended} onClose={() => findEnded(null)} />}
			{keys && <Keys onClose={() => showKeys(false)} />}
		</div>
	)
}
