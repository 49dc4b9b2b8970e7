// preview - what an import would change, old and new, and every line that is wrong, by file, line and column.
import { useState } from 'preact/hooks'
import { faultWords } from '../../api.js'
import { number, t, word } from '../../i18n.js'
import { Button, Table, Tag } from '../../parts/index.js'
import { columnName, tableName } from './tables.js'

const AT_ONCE = 100
const where = one => <>{tableName(one.file)}{one.line && <small class="block">{one.file} {t('IMPORT_LINE', { line: one.line })}</small>}</>
const tones = { new: 'good', changed: 'info', removed: 'warn' }

function Shortened({ list, leftOff, children }) {
	const [most, setMost] = useState(AT_ONCE)
	return (
		<>
			{children(list.slice(0, most))}
			<div class="pager">
				<span>{t('PAGER_SHOWN', { count: number(Math.min(most, list.length)) })}</span>
				{list.length > most && <Button onClick={() => setMost(most + AT_ONCE)}>{t('SHOW_MORE')}</Button>}
				{list.length <= most && leftOff > 0 && <span>{t('IMPORT_LEFT_OFF', { count: number(leftOff) })}</span>}
			</div>
		</>
	)
}

export function Faults({ list, leftOff, caption }) {
	return (
		<Shortened list={list} leftOff={leftOff}>
			{rows => (
				<Table caption={caption} rows={rows.map((one, i) => ({ ...one, id: i }))} columns={[
					{ name: 'where', label: t('IMPORT_WHERE'), cell: where },
					{ name: 'column', label: t('IMPORT_COLUMN'), cell: one => one.column && <>{columnName(one.file, one.column)}<small class="block">{one.column}</small></> },
					{ name: 'what', label: t('IMPORT_WHAT'), cell: one => faultWords(one) },
				]} />
			)}
		</Shortened>
	)
}

const cell = (text, change) => (text === null ? <span class="faint">{t('IMPORT_EMPTY')}</span> : <span class={`lines ${change}`}>{text}</span>)

function Columns({ change }) {
	return (
		<dl class="columns">
			{change.columns.map(c => (
				<div key={c.column}>
					<dt>{columnName(change.file, c.column)}</dt>
					<dd>
						{change.change !== 'new' && <><span class="unseen">{t('IMPORT_WAS')}</span>{cell(c.was, 'was')}</>}
						{change.change === 'changed' && <span aria-hidden="true"> → </span>}
						{change.change !== 'removed' && <><span class="unseen">{t('IMPORT_IS')}</span>{cell(c.is, 'is')}</>}
					</dd>
				</div>
			))}
		</dl>
	)
}

export function Changes({ list, leftOff }) {
	return (
		<Shortened list={list} leftOff={leftOff}>
			{rows => (
				<Table caption={t('IMPORT_CHANGES')} rows={rows.map((one, i) => ({ ...one, id: i }))} columns={[
					{ name: 'change', label: t('IMPORT_WHAT'), cell: one => <Tag tone={tones[one.change]}>{word('CHANGE', one.change)}</Tag> },
					{ name: 'where', label: t('IMPORT_WHERE'), cell: where },
					{ name: 'row', label: t('IMPORT_ROW'), cell: one => one.key.join(' ') },
					{ name: 'columns', label: `${t('IMPORT_WAS')} → ${t('IMPORT_IS')}`, class: 'grow', cell: one => <Columns change={one} /> },
				]} />
			)}
		</Shortened>
	)
}
