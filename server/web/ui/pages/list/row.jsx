// row - one resident's line: the state, who it is, the fact, and beside it what is being done about it.
import { Component } from 'preact'
import { t, word } from '../../i18n.js'
import { Icon, Kind, State, Tag } from '../../parts/index.js'
import { districtName } from '../../session.js'
import { clock } from '../../time.js'
import { factOf, handlingOf } from './facts.js'

export function Handling({ row }) {
	const handling = handlingOf(row)
	if (!handling)
		return null
	const kind = row.incident?.kind ?? row.question?.kind
	return (
		<span class={`handling handling-${handling.tone}`}>
			{kind && kind !== row.state && <Kind kind={kind} />}
			<span>{handling.text}{handling.step > 0 && <small>{t('HANDLING_STEP', { step: handling.step })}</small>}</span>
		</span>
	)
}

const troubles = { offline: 'offline', battery: 'battery', rejected: 'alert' }

export class Row extends Component {
	// Drawn again only where something of it changed: twenty thousand of them may stand in a list.
	shouldComponentUpdate(next) {
		for (const name in next)
			if (next[name] !== this.props[name])
				return true
		return false
	}

	render({ row, gone, top, index, active, selected, house, href, onOpen, onActive }) {
		const trouble = row.device?.trouble
		return (
			<div role="row" class={`line line-${row.state} ${selected ? 'line-chosen' : ''} ${gone ? 'line-gone' : ''}`} style={{ top: `${top}px` }} aria-rowindex={index + 2} aria-selected={selected} data-resident={row.resident_id}
				onClick={event => {
					if (event.ctrlKey || event.metaKey || event.shiftKey)
						return
					event.preventDefault()
					onOpen(row.resident_id)
				}}>
				<div role="gridcell" class="cell-state"><State state={row.state} /></div>
				<div role="rowheader" class="cell-name">
					<a href={href} tabIndex={active ? 0 : -1} onFocus={() => onActive(row.resident_id)}>{row.name}</a>
					<span class="sub">{row.kana}<span class="id">{row.resident_id}</span></span>
				</div>
				<div role="gridcell" class="cell-district">{districtName(row.district)}</div>
				<div role="gridcell" class="cell-fact">
					<span>{factOf(row)}</span>
					{house && <span class="sub house"><Icon name="house" size={14} />{t('FACT_HOUSE', { time: house })}</span>}
				</div>
				<div role="gridcell" class="cell-handling">
					{gone ? <Tag>{t('ROW_GONE')}</Tag> : <Handling row={row} />}
					{row.after_signing && <Tag tone="warn">{t('AFTER_SIGNING')}</Tag>}
				</div>
				<div role="gridcell" class="cell-device">
					{trouble && <span class="trouble"><Icon name={troubles[trouble]} size={16} />{word('TROUBLE', trouble)}</span>}
				</div>
			</div>
		)
	}
}

export const houseOf = (rows, row) => {
	const others = row.household && !row.checked_in_at ? rows.others(row).filter(r => r.checked_in_at) : []
	return others.length ? clock(others.map(r => r.checked_in_at).sort().at(-1)) : ''
}

