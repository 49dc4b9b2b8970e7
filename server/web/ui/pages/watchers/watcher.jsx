// watcher - one who looks in: data put right in place, addresses with what reaches them, whom they look in on, their end.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { apart, colon, dots, lang, t, word } from '../../i18n.js'
import { Button, Card, Day, Fact, Facts, FormDialog, Input, Loaded, Notice, Page, Tag, TextArea, useAct, useForm, useLoad, When } from '../../parts/index.js'
import { can, districtName, today } from '../../session.js'
import { day } from '../../time.js'
import { residentPath } from '../../values.js'
import { EditFact } from '../residents/edit.jsx'
import { LinkDialog, LinkMenu, RemoveLink } from '../residents/link.jsx'
import { AddResident } from './add.jsx'
import { OwnPage } from './own_page.jsx'
import { ReplaceActions, Replacements } from './replacement.jsx'
import { TestAlert } from './test.jsx'

// Whoever looks in on people of other districts too is told otherwise only by who has all of these.
const isShared = w => w.links_elsewhere > 0

const yesNo = value => value && t(value === 'yes' ? 'YES' : 'NO')

function Data({ w, path, changed }) {
	const of = (name, more = {}) => ({ path, name, label: word('FIELD', name), value: w[name], changed, ...more })
	const told = (name, more) => of(name, { fixed: isShared(w), ...more })
	const choice = { type: 'choice', empty: '', options: [['yes', t('YES')], ['no', t('NO')]] }
	return (
		<Card title={t('WATCHER_DATA')}>
			<Facts>
				<EditFact {...of('name')} />
				<EditFact {...of('kana')} />
				<EditFact {...of('relation')} />
				<EditFact {...told('hours', { hint: t('FIELD_HOURS_HINT') })}>{w.hours_words[lang()]}</EditFact>
				<EditFact {...told('night', choice)}>{yesNo(w.night)}</EditFact>
				<EditFact {...told('named', choice)}>{yesNo(w.named)}</EditFact>
				<EditFact {...told('away_from', { type: 'date' })}>{w.away_from && <Day of={w.away_from} year />}</EditFact>
				<EditFact {...told('away_to', { type: 'date' })}>{w.away_to && <Day of={w.away_to} year />}</EditFact>
				<EditFact {...told('language', { type: 'choice', empty: '', options: ['ja', 'en'].map(l => [l, word('LANGUAGE', l)]) })}>{w.language && word('LANGUAGE', w.language)}</EditFact>
				<Fact label={t('WATCHER_SUMMARY')}>{w.summary && t('YES')}</Fact>
				<EditFact {...told('resident_id', { type: 'resident', label: t('WATCHER_IS_RESIDENT'), hint: t('WATCHER_IS_RESIDENT_HINT') })}>{w.resident_id && <a href={residentPath(w.resident_id)}>{w.resident_name}</a>}</EditFact>
				<EditFact {...of('note', { type: 'long' })}>{w.note && <span class="lines">{w.note}</span>}</EditFact>
			</Facts>
		</Card>
	)
}

const Address = ({ a }) => (
	<span class="address">
		<span>{word('CHANNEL', a.channel.split(':')[0])} <small>{a.channel.slice(a.channel.indexOf(':') + 1)}</small></span>
		{a.reached_at ? <Tag tone="good">{t('WATCHER_REACHED')} <When at={a.reached_at} /></Tag> : <Tag>{t('WATCHER_ADDRESS_NEVER')}</Tag>}
	</span>
)

function Reach({ w, path, changed }) {
	return (
		<Card title={t('WATCHER_REACH')}>
			<div class="stack">
				<Facts>
					<EditFact path={path} name="channels" fixed={isShared(w)} label={t('WATCHERS_CHANNELS')} value={w.channels} changed={changed} type="long" hint={t('FIELD_WATCHER_CHANNELS_HINT')}>
						{w.addresses.length > 0 && w.addresses.map(a => <Address key={a.channel} a={a} />)}
					</EditFact>
				</Facts>
				{can('edit') && isShared(w) && <p class="soft">{t('WATCHER_SHARED')}</p>}
				{!w.addresses.length && <Notice kind="warn">{t('WATCHERS_NO_CHANNEL')}</Notice>}
				{can('edit') && w.addresses.length > 0 && <TestAlert watcher={w} done={changed} />}
			</div>
		</Card>
	)
}

function Link({ l, ask }) {
	const facts = [l.label && t('WATCHER_LABEL', { label: l.label }), l.relation, l.key && t('WATCHER_KEY', { key: l.key })]
	return (
		<li class={l.ended ? 'gone' : ''}>
			<span class="grow">
				<a href={residentPath(l.resident_id)}>{l.name}</a> <small>{dots(l.resident_id, districtName(l.district), facts)}</small>
				<span class="row tags">
					<Tag>{t('WATCHERS_TIER', { tier: l.tier })}</Tag>
					<Tag tone={(l.can ?? 'go') === 'go' ? 'good' : 'plain'}>{word('CAN', l.can ?? 'go')}</Tag>
					<Tag>{l.shares ? dots(l.shares.split(' ').map(s => word('ITEM', s))) : t('LINK_SHARES_STANDARD')}</Tag>
					{!l.may_be_told && !l.ended && <Tag tone="warn">{t('LINK_NOT_TOLD')}</Tag>}
				</span>
			</span>
			{can('edit') && <LinkMenu link={l} ask={ask} />}
		</li>
	)
}

function Links({ w, changed }) {
	const [asked, ask] = useState(null)
	const close = () => ask(null)
	return (
		<Card title={t('LINKS')} actions={can('edit') && !w.ended && <Button small icon="plus" onClick={() => ask({ what: 'add' })}>{t('LINKS_ADD')}</Button>}>
			{w.links.length ? <ul class="plain-list">{w.links.map(l => <Link key={l.resident_id} l={l} ask={ask} />)}</ul> : <Notice kind="warn">{t('LINKS_NONE')}</Notice>}
			{w.links_elsewhere > 0 && <p class="soft">{t('LINKS_ELSEWHERE', { count: w.links_elsewhere })}</p>}
			{asked?.what === 'add' && <AddResident watcher={w} onDone={changed} onClose={close} />}
			{asked?.what === 'change' && <LinkDialog record={{ resident_id: asked.link.resident_id }} link={{ ...asked.link, can: asked.link.can ?? 'go', watcher_id: w.watcher_id, link_relation: asked.link.relation }} changed={changed} onClose={close} />}
			{asked?.what === 'remove' && <RemoveLink resident_id={asked.link.resident_id} watcher_id={w.watcher_id} name={asked.link.name} changed={changed} onClose={close} />}
		</Card>
	)
}

function End({ w, path, onDone, onClose }) {
	const form = useForm({ on: today(), reason: '' })
	return (
		<FormDialog danger title={colon(w.name, t('WATCHER_END'))} label={t('WATCHER_END')} form={form} send={({ on, reason }) => api.post(`${path}/end`, { on, reason: reason.trim() })} said={t('WATCHER_END_DONE')} onClose={onClose} onDone={onDone}>
			<p>{t('WATCHER_END_LEAD')}</p>
			<Input type="date" label={t('WATCHER_END_ON')} required {...form.field('on')} />
			<TextArea label={t('REASON')} required maxLength={500} autofocus {...form.field('reason')} />
		</FormDialog>
	)
}

function Ended({ w, path, changed }) {
	const [act, busy] = useAct()
	const fields = { day: day(w.ends, { year: true }), reason: w.end_reason ?? t('WATCHER_NO_REASON') }
	return (
		<Notice kind="warn" actions={can('edit') && !isShared(w) && <Button small busy={busy} onClick={() => act(() => api.patch(path, { ends: null }), t('WATCHER_END_BACK_DONE')).then(changed)}>{t('WATCHER_END_BACK')}</Button>}>
			{w.ended ? t('WATCHER_ENDED_ON', fields) : t('WATCHER_ENDS_ON', fields)}
		</Notice>
	)
}

export default function Watcher({ params }) {
	const path = `/watchers/${encodeURIComponent(params.id)}`
	const page = useLoad(signal => api.get(path, undefined, { signal }), [params.id])
	const [ending, end] = useState(false)
	const [turn, setTurn] = useState(0)
	const w = page.data
	const changed = () => {
		page.reload()
		setTurn(n => n + 1)
	}
	return (
		<Page title={w?.name ?? params.id} kicker={<a href="/watchers">{t('WATCHERS')}</a>} lead={w && apart(w.kana, w.watcher_id, w.relation)}
			actions={w && can('edit') && !isShared(w) && <><ReplaceActions w={w} changed={changed} />{!w.ends && <Button icon="close" onClick={() => end(true)}>{t('WATCHER_END')}</Button>}</>}>
			<Loaded of={page}>
				{one => (
					<div class="stack">
						{one.ends && <Ended w={one} path={path} changed={changed} />}
						<Replacements w={one} turn={turn} changed={changed} />
						<div class="resident-halves">
							<div class="stack">
								<Links w={one} changed={changed} />
								<Reach w={one} path={path} changed={changed} />
								<OwnPage w={one} path={path} changed={changed} />
							</div>
							<Data w={one} path={path} changed={changed} />
						</div>
					</div>
				)}
			</Loaded>
			{ending && <End w={w} path={path} onDone={changed} onClose={() => end(false)} />}
		</Page>
	)
}
