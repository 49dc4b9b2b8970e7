// watchers - those who look in, by kana, found as one types; the search and filters stay in the address.
import { useState } from 'preact/hooks'
import { apart, dots, t, word } from '../../i18n.js'
import { Button, Input, Loaded, Page, Pager, Select, Table, Tabs, Tag, usePages, useTyped, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can, openDistricts } from '../../session.js'
import { shortDay } from '../../time.js'
import { AddWatcher } from './add.jsx'

const PAGE = 100

const columns = () => [
	{ name: 'name', label: t('FIELD_NAME'), cell: w => (
		<>
			<a href={`/watchers/${encodeURIComponent(w.watcher_id)}`}>{w.name}</a>
			<small class="block">{apart(w.kana, w.watcher_id)}</small>
		</>
	) },
	{ name: 'relation', label: t('FIELD_RELATION'), cell: w => w.relation },
	{ name: 'residents', label: t('WATCHERS_RESIDENTS'), align: 'right', cell: w => (w.residents ? t('WATCHERS_COUNT', { count: w.residents }) : <Tag tone="warn">{t('WATCHERS_NOBODY')}</Tag>) },
	{ name: 'channels', label: t('WATCHERS_CHANNELS'), cell: w => (w.channels.length ? dots(w.channels.map(c => word('CHANNEL', c))) : <Tag tone="bad">{t('WATCHERS_NO_CHANNEL')}</Tag>) },
	{ name: 'reached', label: t('WATCHER_REACHED'), cell: w => <When at={w.reached_at} none={<span class="faint">{t('WATCHER_NOT_REACHED')}</span>} /> },
	{ name: 'state', label: '', cell: w => (
		<span class="row tags">
			{w.away && <Tag tone="warn">{w.away_to ? t('WATCHER_AWAY', { from: shortDay(w.away_from), to: shortDay(w.away_to) }) : t('WATCHER_AWAY_NOW')}</Tag>}
			{w.ends && <Tag tone={w.ended ? 'plain' : 'warn'}>{t('WATCHER_ENDED')} {shortDay(w.ends)}</Tag>}
		</span>
	) },
]

function List({ q, district, ended }) {
	const { load, rows, ...pages } = usePages('/watchers', 'watchers', { query: { q, district, ended }, limit: PAGE })
	return (
		<Loaded of={load}>
			{() => (
				<>
					<Table caption={t('WATCHERS')} rows={rows} rowKey={w => w.watcher_id} columns={columns()} empty={t('WATCHERS_EMPTY')} />
					{rows.length > 0 && <Pager shown={rows.length} {...pages} />}
				</>
			)}
		</Loaded>
	)
}

export default function Watchers() {
	const [query, setQuery] = useQuery()
	const [typed, type] = useTyped(query.q ?? '', q => setQuery({ q }))
	const [adding, add] = useState(false)
	return (
		<Page title={t('WATCHERS')} lead={t('WATCHERS_LEAD')} actions={can('edit') && <Button variant="primary" icon="plus" onClick={() => add(true)}>{t('WATCHER_ADD')}</Button>}>
			<div class="row filters">
				<Input type="search" label={t('WATCHERS_SEARCH')} hideLabel placeholder={t('WATCHERS_SEARCH')} value={typed} onValue={type} />
				{openDistricts().length > 1 && <Select label={t('DISTRICT')} hideLabel value={query.district ?? ''} empty={t('EVERY_DISTRICT')} options={openDistricts().map(d => [d.district, d.name])} onValue={district => setQuery({ district })} />}
			</div>
			<Tabs label={t('WATCHERS')} value={query.ended ? 'ended' : 'serving'} onValue={value => setQuery({ ended: value === 'ended' ? 'true' : '' })}
				tabs={[{ value: 'serving', label: t('WATCHERS_SERVING') }, { value: 'ended', label: t('WATCHERS_ENDED') }]}>
				<List q={query.q ?? ''} district={query.district ?? ''} ended={query.ended ? 'true' : ''} />
			</Tabs>
			{adding && <AddWatcher onClose={() => add(false)} />}
		</Page>
	)
}
