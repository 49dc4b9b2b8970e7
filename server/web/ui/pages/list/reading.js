// reading - a day's list: the first rows at once, the rest behind them, and of today's what changes from then on.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { onLive } from '../../live.js'
import { setToday } from '../../session.js'
import { Rows } from './rows.js'

// Rows as the page holds them: each with what the list says besides (`more`, by resident).
export function withMore(rows, more) {
	for (const row of rows) {
		const { question = null, after_signing = false, ...state } = more[row.resident_id] ?? {}
		Object.assign(row, { question, after_signing })
		if (row.incident)
			Object.assign(row.incident, state)
	}
	return rows
}

const FIRST = 200, NEXT = 2000

const nothing = () => ({ rows: new Rows(), head: null, questions: [], complete: false, problem: null, tick: 0 })
const headOf = ({ residents, next_cursor, more, questions, ...head }) => head
// As it is with the version that a district's rows came with.
const withVersion = (head, district, version) => ({ ...head, districts: head.districts.map(d => (d.district === district ? { ...d, version } : d)) })
// Of one day the version only rises: an answer may be older than what was told while it was under way.
const laterOf = (head, known) => (known?.date === head.date && known.version > head.version ? known : head)

// { rows, head (what stands over them; null until it is there), questions (about nobody on the list), complete, problem,
// tick, reload(), sort() }
// day: '' is today, and followed. onHelp(rows): who asks for help since; onAsked(questions): what is asked since.
export function useList(day, onHelp, onAsked) {
	const [state, setState] = useState(() => ({ ...nothing(), day }))
	const reading = useRef(null)
	const help = useRef(onHelp)
	help.current = onHelp
	const asked = useRef(onAsked)
	asked.current = onAsked

	const draw = useCallback(({ head, ...changes }) => setState(s => ({ ...s, ...changes, head: head ? laterOf(head, s.head) : s.head, tick: s.tick + 1 })), [])

	// told: how often an event had told of the questions when these were asked for; one that came since is newer.
	const takeQuestions = useCallback((mine, questions, told) => {
		if (told !== mine.told)
			return
		const since = mine.questions && questions.filter(q => !mine.questions.some(known => known.id === q.id))
		mine.questions = questions
		setState(s => ({ ...s, questions }))
		if (since?.length)
			asked.current(since)
	}, [])

	// Pages one after the other; false: it was given up for another reading.
	const readPages = useCallback(async (mine, take) => {
		let cursor = null, limit = FIRST
		do {
			const since = mine.rows.turn, { told } = mine
			const page = await api.get('/status', { date: day, limit, cursor }, { signal: mine.abort.signal })
			if (reading.current !== mine)
				return false
			takeQuestions(mine, page.questions, told)
			take(page, since)
			cursor = page.next_cursor
			limit = NEXT
		} while (cursor)
		return true
	}, [day])

	const readAll = useCallback(async () => {
		reading.current?.abort.abort()
		const mine = { rows: new Rows(), abort: new AbortController(), date: '', known: null, questions: null, told: 0, complete: false, again: false }
		reading.current = mine
		setState({ ...nothing(), day, rows: mine.rows })
		try {
			const whole = await readPages(mine, (page, since) => {
				mine.rows.load(withMore(page.residents, page.more), since)
				mine.date ||= page.date
				mine.known ??= headOf(page)
				if (!day)
					setToday(page.date)
				draw({ head: headOf(page) })
			})
			if (whole) {
				mine.complete = true
				draw({ complete: true })
				if (mine.again)
					catchUp()
			}
		} catch (error) {
			if (reading.current === mine)
				draw({ problem: api.problemOf(error) })
		}
	}, [day])

	// After a break: what changed meanwhile is read, and nobody moves; but a new day's list is read anew.
	const catchUp = useCallback(async () => {
		const mine = reading.current
		if (!mine)
			return
		if (!mine.complete) {
			mine.again = true
			return
		}
		mine.again = false
		try {
			const { told } = mine
			const top = await api.get('/status', { date: day, limit: 1 }, { signal: mine.abort.signal })
			if (reading.current !== mine)
				return
			if (top.date !== mine.date) {
				readAll()
				return
			}
			takeQuestions(mine, top.questions, told)
			if (top.version === mine.known.version) {
				draw({ head: headOf(top), problem: null })
				return
			}
			const pages = []
			let head = null
			if (!await readPages(mine, (page, since) => {
				pages.push({ rows: withMore(page.residents, page.more), since })
				head ??= headOf(page)
			}))
				return
			mine.known = laterOf(head, mine.known)
			const asking = mine.rows.replace(pages)
			draw({ head, problem: null })
			if (asking.length)
				help.current(asking)
		} catch (error) {
			if (reading.current === mine)
				draw({ problem: api.problemOf(error) })
		}
	}, [day])

	useEffect(() => {
		readAll()
		return () => {
			reading.current?.abort.abort()
			reading.current = null
		}
	}, [day])

	useEffect(() => {
		if (day)
			return undefined
		const ends = [
			onLive('rows', ({ district, version, rows, more, gone }) => {
				const mine = reading.current
				const asking = mine.rows.update(withMore(rows, more), gone)
				if (asking.length)
					help.current(asking)
				setState(s => ({ ...s, head: s.head && withVersion(s.head, district, version), tick: s.tick + 1 }))
			}),
			onLive('list', list => {
				const mine = reading.current
				mine.known = laterOf(list, mine.known)
				setState(s => (s.head ? { ...s, head: laterOf({ ...s.head, ...headOf(list) }, s.head), tick: s.tick + 1 } : s))
			}),
			onLive('questions', ({ questions }) => {
				const mine = reading.current
				takeQuestions(mine, questions, ++mine.told)
			}),
			onLive('signoff', catchUp),
			onLive('reconnected', catchUp),
			onLive('reload', catchUp),
		]
		return () => ends.forEach(end => end())
	}, [day])

	const sort = useCallback(() => {
		reading.current?.rows.sort()
		draw({})
	}, [])
	const reload = useCallback(() => (reading.current?.complete ? catchUp() : readAll()), [day])
	// Until another day's list is begun, nothing of the former one is shown under its name.
	const shown = useMemo(() => (state.day === day ? state : nothing()), [state, day])
	return { ...shown, reload, catchUp, sort }
}
