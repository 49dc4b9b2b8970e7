// watcher - one who looks in: data put right in place, addresses with what reaches them, whom they look in on, their end.
import { useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { lang, t, word } from '../../i18n.js'
import { Button, Card, ConfirmWithReason, Day, Dialog, Fact, Facts, Input, Loaded, Menu, MenuItem, Notice, Page, ProblemNotice, Tag, TextArea, toast, useAct, useForm, useLoad, When } from '../../parts/index.js'
import { can, districtName, today } from '../../session.js'
import { day } from '../../time.js'
import { EditFact } from '../residents/edit.jsx'
import { LinkDialog } from '../residents/link.jsx'
import { AddResident } from './add.jsx'
import { OwnPage } from './own_page.jsx'
import { ReplaceActions, Replacements } from './replacement.jsx'
import { TestAlert } from './test.jsx'

const yesNo = value => value && t(value === 'yes' ? 'YES' : 'NO')

function Data({ w, path, changed }) {
	const of = (name, more = {}) => ({ path, name, label: word('FIELD', name), value: w[name], changed, ...more })
	const choice = { type: 'choice', empty: '', options: [['yes', t('YES')], ['no', t('NO')]] }
	return (
		<Card title={t('WATCHER_DATA')}>
			<Facts>
				<EditFact {...of('name')} />
				<EditFact {...of('kana')} />
				<EditFact {...of('relation')} />
				<EditFact {...of('hours', { hint: t('FIELD_HOURS_HINT') })}>{w.hours_words[lang()]}</EditFact>
				<EditFact {...of('night', choice)}>{yesNo(w.night)}</EditFact>
				<EditFact {...of('named', choice)}>{yesNo(w.named)}</EditFact>
				<EditFact {...of('away_from', { type: 'date' })}>{w.away_from && <Day of={w.away_from} year />}</EditFact>
				<EditFact {...of('away_to', { type: 'date' })}>{w.away_to && <Day of={w.away_to} year />}</EditFact>
				<EditFact {...of('language', { type: 'choice', empty: '', options: ['ja', 'en'].map(l => [l, word('LANGUAGE', l)]) })}>{w.language && word('LANGUAGE', w.language)}</EditFact>
				<Fact label={t('WATCHER_SUMMARY')}>{w.summary && t('YES')}</Fact>
				<Fact label={t('WATCHER_IS_RESIDENT')}>{w.resident_id && <a href={`/residents/${encodeURIComponent(w.resident_id)}`}>{w.resident_name}</a>}</Fact>
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
					<EditFact path={path} name="channels" label={t('WATCHERS_CHANNELS')} value={w.channels} changed={changed} type="long" hint={t('FIELD_WATCHER_CHANNELS_HINT')}>
						{w.addresses.length > 0 && w.addresses.map(a => <Address key={a.channel} a={a} />)}
					</EditFact>
				</Facts>
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
				<a href={`/residents/${encodeURIComponent(l.resident_id)}`}>{l.name}</a> <small>{[l.resident_id, districtName(l.district), ...facts].filter(Boolean).join('・')}</small>
				<span class="row tags">
					<Tag>{t('WATCHERS_TIER', { tier: l.tier })}</Tag>
					<Tag tone={(l.can ?? 'go') === 'go' ? 'good' : 'plain'}>{word('CAN', l.can ?? 'go')}</Tag>
					<Tag>{l.shares ? l.shares.split(' ').map(s => word('SHARE', s)).join('・') : t('LINK_SHARES_STANDARD')}</Tag>
					{!l.may_be_told && !l.ended && <Tag tone="warn">{t('LINK_NOT_TOLD')}</Tag>}
				</span>
			</span>
			{can('edit') && (
				<Menu label={t('LINK_ACTIONS', { name: l.name })} icon="more">
					{close => (
						<>
							<MenuItem icon="edit" onClick={() => {
								close()
								ask({ what: 'change', link: l })
							}}>{t('EDIT')}</MenuItem>
							<MenuItem icon="close" onClick={() => {
								close()
								ask({ what: 'remove', link: l })
							}}>{t('REMOVE')}</MenuItem>
						</>
					)}
				</Menu>
			)}
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
			{asked?.what === 'remove' && (
				<ConfirmWithReason danger title={t('LINK_REMOVE', { name: asked.link.name })} label={t('REMOVE')} onClose={close}
					send={reason => api.del(`/residents/${encodeURIComponent(asked.link.resident_id)}/watchers/${encodeURIComponent(w.watcher_id)}`, { reason })}
					onDone={() => {
						toast(t('LINK_REMOVED'))
						changed()
					}}>
					<p>{t('LINK_REMOVE_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Card>
	)
}

function End({ w, path, onDone, onClose }) {
	const form = useForm({ on: today(), reason: '' })
	const id = useId()
	return (
		<Dialog title={`${w.name}：${t('WATCHER_END')}`} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant="danger" busy={form.busy}>{t('WATCHER_END')}</Button>
			</>
		)}>
			<form id={id} class="stack" noValidate onSubmit={form.submit(({ on, reason }) => api.post(`${path}/end`, { on, reason: reason.trim() }), () => {
				toast(t('WATCHER_END_DONE'))
				onClose()
				onDone()
			})}>
				<p>{t('WATCHER_END_LEAD')}</p>
				<Input type="date" label={t('WATCHER_END_ON')} required {...form.field('on')} />
				<TextArea label={t('REASON')} required maxLength={500} autofocus {...form.field('reason')} />
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
	)
}

function Ended({ w, path, changed }) {
	const [act, busy] = useAct()
	const fields = { day: day(w.ends, { year: true }), reason: w.end_reason ?? t('WATCHER_NO_REASON') }
	return (
		<Notice kind="warn" actions={can('edit') && <Button small busy={busy} onClick={() => act(() => api.patch(path, { ends: null }), t('WATCHER_END_BACK_DONE')).then(changed)}>{t('WATCHER_END_BACK')}</Button>}>
			{w.ended ? t('WATCHER_ENDED_ON', fields) : t('WATCHER_ENDS_ON', fields)}
		</Notice>
	)
}

export default function Watcher({ params }) {
	const path = `/watchers/${encodeURIComponent(params.id)}`
	const page = useLoad(signal => api.get(path, undefined, { signal }), [params.id])
	const [ending, end] = useState(false)
	const w = page.data
	return (
		<Page title={w?.name ?? params.id} kicker={<a href="/watchers">{t('WATCHERS')}</a>} lead={w && [w.kana, w.watcher_id, w.relation].filter(Boolean).join('　')}
			actions={w && can('edit') && <><ReplaceActions w={w} changed={page.reload} />{!w.ends && <Button icon="close" onClick={() => end(true)}>{t('WATCHER_END')}</Button>}</>}>
			<Loaded of={page}>
				{one => (
					<div class="stack">
						{one.ends && <Ended w={one} path={path} changed={page.reload} />}
						<Replacements w={one} changed={page.reload} />
						<div class="resident-halves">
							<div class="stack">
								<Links w={one} changed={page.reload} />
								<Reach w={one} path={path} changed={page.reload} />
								<OwnPage w={one} path={path} changed={page.reload} />
							</div>
							<Data w={one} path={path} changed={page.reload} />
						</div>
					</div>
				)}
			</Loaded>
			{ending && <End w={w} path={path} onDone={page.reload} onClose={() => end(false)} />}
		</Page>
	)
}
