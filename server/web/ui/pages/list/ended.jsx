// ended - finds residents whose service has ended: they are on no list, but their record is kept for a while. Each who is
// shown was read, which is audited: so they are looked for when one asks, and not as one types.
import { useState } from 'preact/hooks'
import { apart, dots, t, word } from '../../i18n.js'
import { Button, Dialog, Input, Loaded, Pager, Table, usePages } from '../../parts/index.js'
import { districtName } from '../../session.js'
import { date, day } from '../../time.js'
import { residentPath } from '../../values.js'

const columns = () => [
	{ name: 'name', label: t('COLUMN_NAME'), cell: r => (
		<>
			<a href={residentPath(r.resident_id)}>{r.name}</a>
			<small class="block">{apart(r.kana, r.resident_id)}</small>
		</>
	) },
	{ name: 'district', label: t('DISTRICT'), cell: r => <>{districtName(r.district)}<small class="block">{r.place}</small></> },
	{ name: 'ended', label: t('ENDED_WHEN'), cell: r => dots(day(date(r.ended_at), { year: true }), word('END_REASON', r.end_reason || 'other')) },
]

function Found({ q }) {
	const { load, rows, ...pages } = usePages('/residents', 'residents', { query: { q, ended: 'true' }, limit: 50 })
	return (
		<Loaded of={load} lines={3}>
			{() => (
				<>
					<Table caption={t('ENDED_SEARCH')} rows={rows} rowKey={r => r.resident_id} columns={columns()} empty={t('ENDED_NONE')} />
					{rows.length > 0 && <Pager shown={rows.length} {...pages} />}
				</>
			)}
		</Loaded>
	)
}

// words: what was looked for on the list.
export function EndedDialog({ words, onClose }) {
	const [typed, type] = useState(words)
	const [asked, ask] = useState({ q: words.trim(), turn: 0 })
	return (
		<Dialog wide title={t('ENDED_SEARCH')} onClose={onClose} footer={<Button onClick={onClose}>{t('CLOSE_DIALOG')}</Button>}>
			<p class="soft">{t('ENDED_LEAD')}</p>
			<form role="search" class="row ended-search" onSubmit={event => {
				event.preventDefault()
				ask({ q: typed.trim(), turn: asked.turn + 1 })
			}}>
				<Input type="search" label={t('LIST_SEARCH')} hideLabel placeholder={t('LIST_SEARCH')} autofocus maxLength={200} value={typed} onValue={type} />
				<Button type="submit" variant="primary" icon="search">{t('KEYS_SEARCH')}</Button>
			</form>
			{asked.q && <Found key={asked.turn} q={asked.q} />}
		</Dialog>
	)
}
