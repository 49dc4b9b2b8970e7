// table - plain tables of a page's length, and going on to the next page of a list that can grow.
import { useState } from 'preact/hooks'
import { t } from '../i18n.js'
import { Button } from './button.jsx'
import { Empty } from './notice.jsx'

// columns: [{ name, label, cell: row => …, sort?: row => value, align?: 'right', class? }]; row key: rowKey(row).
// Where the window is narrow each row becomes a card with the labels beside the values.
export function Table({ caption, columns, rows, rowKey = row => row.id, empty, sorted: first = null, rowClass }) {
	const [sorted, setSorted] = useState(first)
	if (!rows.length)
		return <Empty>{empty ?? t('EMPTY')}</Empty>
	const by = sorted && columns.find(c => c.name === sorted.name)
	const order = by ? [...rows].sort((a, b) => {
		const [x, y] = [by.sort(a), by.sort(b)]
		const less = typeof x === 'number' && typeof y === 'number' ? x - y : String(x ?? '').localeCompare(String(y ?? ''), 'ja')
		return sorted.down ? -less : less
	}) : rows
	return (
		<div class="table-frame" tabIndex={0} role="group" aria-label={caption}>
			<table class="table">
				<caption class="unseen">{caption}</caption>
				<thead>
					<tr>
						{columns.map(c => (
							<th key={c.name} scope="col" class={c.align === 'right' ? 'right' : ''}
								aria-sort={sorted?.name === c.name ? (sorted.down ? 'descending' : 'ascending') : undefined}>
								{c.sort ? (
									<button type="button" class="sorter" onClick={() => setSorted({ name: c.name, down: sorted?.name === c.name && !sorted.down })}>
										{c.label}<span aria-hidden="true">{sorted?.name === c.name ? (sorted.down ? '▼' : '▲') : '↕'}</span>
									</button>
								) : c.label || <span class="unseen">{t('ACTIONS')}</span>}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{order.map(row => (
						<tr key={rowKey(row)} class={rowClass?.(row)}>
							{columns.map(c => (
								<td key={c.name} data-label={c.label} class={`${c.align === 'right' ? 'right' : ''} ${c.class ?? ''}`}><div class="td">{c.cell(row)}</div></td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	)
}

// For lists with next_cursor: what is there, and a button for more. more() reads on.
export function Pager({ shown, cursor, busy, more }) {
	return (
		<div class="pager">
			<span>{t('PAGER_SHOWN', { count: shown })}</span>
			{cursor && <Button busy={busy} onClick={more}>{t('PAGER_MORE')}</Button>}
		</div>
	)
}
