// watchers - who looks in, in the order in which they are told, and whether anything reaches them.
import { useState } from 'preact/hooks'
import { dots, t, word } from '../../i18n.js'
import { Button, Card, Icon, Notice, Tag, When } from '../../parts/index.js'
import { can } from '../../session.js'
import { shortDay } from '../../time.js'
import { LinkDialog, LinkMenu, RemoveLink } from './link.jsx'

const TIERS = [1, 2, 3]

function away(w) {
	if (!w.away_from && !w.away_to)
		return w.away ? t('WATCHER_AWAY_NOW') : ''
	return t('WATCHER_AWAY', { from: shortDay(w.away_from), to: shortDay(w.away_to) })
}

function Watcher({ w, may, ask }) {
	const facts = [w.relation, w.link_relation, w.label && t('WATCHER_LABEL', { label: w.label }), w.channels.map(c => word('CHANNEL', c)), w.night && t('WATCHER_NIGHT')]
	return (
		<li>
			<div class="grow">
				<a href={`/watchers/${encodeURIComponent(w.watcher_id)}`}>{w.name}</a> <small>{dots(facts.flat())}</small>
				<div class="row tags">
					<Tag tone={w.can === 'go' ? 'good' : 'plain'}>{word('CAN', w.can)}</Tag>
					{away(w) && <Tag tone={w.away ? 'warn' : 'plain'}>{away(w)}</Tag>}
					{w.ended && <Tag tone="warn">{t('WATCHER_ENDED')}</Tag>}
					{!w.may_be_told && !w.ended && <Tag tone="bad"><Icon name="shield" size={14} /> {t('LINK_NOT_TOLD')}</Tag>}
					{w.key && <Tag><Icon name="key" size={14} /> {t('WATCHER_KEY', { key: w.key })}</Tag>}
				</div>
				{w.resembles && <Notice kind="warn">{t('WATCHER_RESEMBLES', { name: w.resembles })}</Notice>}
			</div>
			<small class="reached">{w.reached_at ? <>{t('WATCHER_REACHED')} <br /><When at={w.reached_at} /></> : t('WATCHER_NOT_REACHED')}</small>
			{may && <LinkMenu link={w} ask={ask} />}
		</li>
	)
}

export function Watchers({ record, changed }) {
	const { watchers } = record
	const [asking, ask] = useState(null)
	const may = can('edit') && !record.ended_at
	const reachable = watchers.filter(w => w.may_be_told && !w.ended && !w.away && w.can !== 'know' && w.channels.length)
	const end = () => ask(null)
	return (
		<Card title={t('WATCHERS_OF')} actions={may && <Button small icon="plus" onClick={() => ask({ what: 'add' })}>{t('ADD')}</Button>}>
			<div class="stack">
				{!record.ended_at && watchers.length > 0 && reachable.length < 2 && <Notice kind="warn">{t('WATCHERS_ONE')}</Notice>}
				{watchers.length === 0 && <Notice kind="warn">{t('WATCHERS_NONE')}</Notice>}
				{TIERS.map(tier => [tier, watchers.filter(w => w.tier === tier)]).filter(([, list]) => list.length).map(([tier, list]) => (
					<section key={tier}>
						<h3>{t('WATCHERS_TIER', { tier })}</h3>
						<ul class="plain-list watcher-list">{list.map(w => <Watcher key={w.watcher_id} w={w} may={may} ask={ask} />)}</ul>
					</section>
				))}
			</div>
			{asking && asking.what !== 'remove' && <LinkDialog record={record} link={asking.link} changed={changed} onClose={end} />}
			{asking?.what === 'remove' && <RemoveLink resident_id={record.resident_id} watcher_id={asking.link.watcher_id} name={asking.link.name} changed={changed} onClose={end} />}
		</Card>
	)
}
