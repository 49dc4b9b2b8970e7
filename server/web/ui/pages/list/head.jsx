// head - over the lines: the day, the calm totals (each a filter), search, district, and what goes with the list.
import { useEffect, useRef, useState } from 'preact/hooks'
import { number, t } from '../../i18n.js'
import { Button, Field, Icon, Menu, MenuItem, Notice, Select, stateWords } from '../../parts/index.js'
import { can } from '../../session.js'
import { useStore } from '../../store.js'
import { addDays, day as dayWords, instant, length, when } from '../../time.js'
import { STATES } from '../../values.js'
import { letters } from './keys.jsx'
import { Questions } from './questions.jsx'

const FIRST_DAY = '2000-01-01' // before it there was nothing

// What is chosen in the calendar is gone to at once; what is typed, part by part, with Enter or as one leaves the field.
export function DayPicker({ day, last, onDay }) {
	const [value, setValue] = useState(day)
	const typing = useRef(false)
	useEffect(() => {
		typing.current = false
		setValue(day)
	}, [day])
	const go = to => {
		typing.current = false
		if (to >= FIRST_DAY && to <= last)
			to === day || onDay(to)
		else
			setValue(day)
	}
	return (
		<div class="day-picker">
			<Button variant="quiet" icon="left" label={t('DAY_BEFORE')} onClick={() => onDay(addDays(day, -1))} />
			<Field label={t('DAY_PICK')} hideLabel>
				{attributes => (
					<input type="date" class="control" min={FIRST_DAY} max={last} value={value} {...attributes}
						onKeyDown={event => {
							if (event.key === 'Enter')
								go(event.currentTarget.value)
							else if (event.key !== 'Tab')
								typing.current = true
						}}
						onChange={event => {
							const to = event.currentTarget.value
							setValue(to)
							if (!typing.current && to)
								go(to)
						}}
						onBlur={event => typing.current && go(event.currentTarget.value)} />
				)}
			</Field>
			<Button variant="quiet" icon="right" label={t('DAY_AFTER')} disabled={day >= last} onClick={() => onDay(addDays(day, 1))} />
			{day < last && <Button small onClick={() => onDay(last)}>{t('DAY_TODAY')}</Button>}
		</div>
	)
}

// "お待ち中" is a group of the list, and larger than its state of that name.
const tileWords = state => (state === 'late' ? t('TOTAL_LATE') : stateWords(state)[1])

// chosen: a Set of states and 'needed', or null for all.
export function Totals({ totals, chosen, onChoose }) {
	const one = (name, sign, text, count, tone) => (
		<button key={name} type="button" class={`total total-${tone} ${count ? '' : 'total-none'}`} aria-pressed={chosen?.has(name) ?? false} onClick={() => onChoose(name)}>
			<b>{number(count)}</b>
			<span>{sign && <span class="sign" aria-hidden="true">{sign}</span>}{text}</span>
		</button>
	)
	return (
		<div class="totals" role="group" aria-label={t('LIST_STATES')}>
			{one('needed', '', t('LIST_NEEDED'), totals.open, 'needed')}
			<span class="totals-line" aria-hidden="true" />
			{STATES.map(state => one(state, stateWords(state)[0], tileWords(state), totals[state], state))}
		</div>
	)
}

export function Search({ value, onValue, inputRef, onLeave }) {
	const own = useRef(null)
	useEffect(() => {
		inputRef.current = own.current
	})
	return (
		<div class="search" role="search">
			<Icon name="search" size={18} />
			<input ref={own} class="control" type="search" aria-label={t('LIST_SEARCH')} placeholder={t('LIST_SEARCH')} value={value} autocomplete="off" spellcheck={false}
				onInput={event => onValue(event.currentTarget.value)}
				onKeyDown={event => {
					if (event.isComposing)
						return
					if (event.key === 'Escape' && value) {
						event.preventDefault()
						event.stopPropagation()
						onValue('')
					} else if (event.key === 'ArrowDown' || event.key === 'Enter') {
						event.preventDefault()
						onLeave()
					}
				}} />
			{useStore(letters) && <kbd aria-hidden="true">/</kbd>}
		</div>
	)
}

export function DistrictChoice({ districts, value, onValue }) {
	if (districts.length < 2)
		return null
	return <Select label={t('DISTRICT')} hideLabel class="district-choice" value={value} empty={t('EVERY_DISTRICT')} options={districts.map(d => [d.district, d.name])} onValue={onValue} />
}

export function ListMenu({ day, district, query, onKeys, onEnded }) {
	const csv = new URLSearchParams({ date: day, ...query })
	return (
		<Menu icon="more" label={t('LIST_MORE')}>
			{close => (
				<>
					{can('export') && <MenuItem icon="print" href={`/paper?date=${day}${district ? `&district=${encodeURIComponent(district)}` : ''}`} onClick={close}>{t('LIST_PAPER')}</MenuItem>}
					{can('export') && <MenuItem icon="download" href={`/api/v1/status.csv?${csv}`} download="" onClick={close}>{t('LIST_CSV')}</MenuItem>}
					{can('record') && <MenuItem icon="search" onClick={() => {
						close()
						onEnded()
					}}>{t('ENDED_SEARCH')}</MenuItem>}
					<MenuItem icon="keyboard" onClick={() => {
						close()
						onKeys()
					}}>{t('LIST_KEYS')}</MenuItem>
				</>
			)}
		</Menu>
	)
}

const FEW = 3 // records that stand for themselves

// Of many times at which we heard nothing the longest is said, with their sum; all of them unfold.
function Deafness({ blind, day }) {
	const words = b => t('BANNER_BLIND', { from: when(b.from, day), to: when(b.to, day) })
	if (blind.length <= FEW)
		return blind.map(b => <Notice key={b.from} kind="warn">{words(b)}</Notice>)
	const lasted = b => instant(b.to) - instant(b.from)
	const longest = [...blind].sort((a, b) => lasted(b) - lasted(a))
	return (
		<Notice kind="warn">
			{words(longest[0])}
			<details>
				<summary>{t('BLIND_ALL', { count: blind.length, length: length(blind.reduce((sum, b) => sum + lasted(b), 0)) })}</summary>
				<ul>{longest.map(b => <li key={b.from}>{t('BLIND_ONE', { from: when(b.from, day), to: when(b.to, day), length: length(lasted(b)) })}</li>)}</ul>
			</details>
		</Notice>
	)
}

// What the list itself must say: that we hear nothing, heard nothing, can tell nobody.
export function Banners({ head, questions, past }) {
	const blind = head.blind ?? []
	const under = blind.find(b => !b.to)
	return (
		<>
			{past && <Notice kind="info">{t('LIST_PAST')}</Notice>}
			<Questions questions={questions} day={head.date} />
			{!past && (under || head.listening === false) && <Notice kind="bad">{t('BANNER_DEAF', { from: when(under?.from ?? blind.at(-1)?.from, head.date) })}</Notice>}
			<Deafness blind={blind.filter(b => b.to)} day={head.date} />
			{!past && head.nobody_can_be_told && <Notice kind="bad">{t('BANNER_NOBODY')}</Notice>}
		</>
	)
}

export const titleOf = day => t('LIST_OF', { day: dayWords(day) })
