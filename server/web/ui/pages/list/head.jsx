// head - over the lines: the day, the calm totals (each a filter), search, district, and what goes with the list.
import { useEffect, useRef } from 'preact/hooks'
import { number, t } from '../../i18n.js'
import { Button, Field, Icon, Menu, MenuItem, Notice, Select, STATES, stateWords } from '../../parts/index.js'
import { can } from '../../session.js'
import { useStore } from '../../store.js'
import { addDays, clock, day as dayWords } from '../../time.js'
import { letters } from './keys.jsx'

export function DayPicker({ day, last, onDay }) {
	return (
		<div class="day-picker">
			<Button variant="quiet" icon="left" label={t('DAY_BEFORE')} onClick={() => onDay(addDays(day, -1))} />
			<Field label={t('DAY_PICK')} hideLabel>
				{attributes => <input type="date" class="control" max={last} value={day} onChange={event => event.currentTarget.value && event.currentTarget.value <= last && onDay(event.currentTarget.value)} {...attributes} />}
			</Field>
			<Button variant="quiet" icon="right" label={t('DAY_AFTER')} disabled={day >= last} onClick={() => onDay(addDays(day, 1))} />
			{day < last && <Button small onClick={() => onDay(last)}>{t('DAY_TODAY')}</Button>}
		</div>
	)
}

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
			{STATES.map(state => one(state, ...stateWords(state), totals[state], state))}
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

export function ListMenu({ day, district, query, onKeys }) {
	const csv = new URLSearchParams({ date: day, ...query })
	return (
		<Menu icon="more" label={t('LIST_MORE')}>
			{close => (
				<>
					{can('export') && <MenuItem icon="print" href={`/paper?date=${day}${district ? `&district=${encodeURIComponent(district)}` : ''}`} onClick={close}>{t('LIST_PAPER')}</MenuItem>}
					{can('export') && <MenuItem icon="download" href={`/api/v1/status.csv?${csv}`} download="" onClick={close}>{t('LIST_CSV')}</MenuItem>}
					<MenuItem icon="keyboard" onClick={() => {
						close()
						onKeys()
					}}>{t('LIST_KEYS')}</MenuItem>
				</>
			)}
		</Menu>
	)
}

// What the list itself must say: that we hear nothing, heard nothing, can tell nobody.
export function Banners({ head, past }) {
	const blind = head.blind ?? []
	const under = blind.find(b => !b.to)
	return (
		<>
			{past && <Notice kind="info">{t('LIST_PAST')}</Notice>}
			{!past && (under || head.listening === false) && <Notice kind="bad">{t('BANNER_DEAF', { from: clock(under?.from ?? blind.at(-1)?.from) })}</Notice>}
			{blind.filter(b => b.to).slice(-3).map(b => <Notice key={b.from} kind="warn">{t('BANNER_BLIND', { from: clock(b.from), to: clock(b.to) })}</Notice>)}
			{!past && head.nobody_can_be_told && <Notice kind="bad">{t('BANNER_NOBODY')}</Notice>}
		</>
	)
}

export const titleOf = day => t('LIST_OF', { day: dayWords(day) })
