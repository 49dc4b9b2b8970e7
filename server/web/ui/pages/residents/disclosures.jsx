// disclosures - who outside the council was told what about a resident; what staff told in an emergency; and the whole
// record as a file. The list is read when it is opened: each reading is audited.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { dots, hasWord, t, word } from '../../i18n.js'
import { can, today } from '../../session.js'
import { when } from '../../time.js'
import { isQuestion } from '../incidents/words.js'
import { ItemTicks } from './consents.jsx'
import { Button, Choices, ConfirmWithReason, FormDialog, Icon, Loaded, Pager, Select, Suggest, Tag, TextArea, useForm, usePages } from '../../parts/index.js'
import { residentPath } from '../../values.js'

const ITEMS = ['name', 'address', 'phone', 'care', 'state', 'place', 'outcome']
const WAYS = ['telephone', 'person', 'paper', 'mail', 'other']
const way = channel => (hasWord('DISCLOSED_BY', channel) ? word('DISCLOSED_BY', channel) : word('CHANNEL', channel))

// incidents: the person's open ones, of which it was about one, or none.
export function DisclosureDialog({ id, incidents, onDone, onClose }) {
	const form = useForm({ name: '', items: [], reason: '', channel: 'telephone', incident: String(incidents.find(i => !isQuestion(i))?.id ?? '') })
	const judge = ({ items }) => (items.length ? {} : { items: t('DISCLOSURE_ITEMS_NEEDED') })
	const send = values => api.post(`${residentPath(id)}/disclosures`, {
		name: values.name.trim(), items: values.items, reason: values.reason.trim(), channel: values.channel, ...(values.incident && { incident_id: Number(values.incident) }),
	})
	return (
		<FormDialog title={t('DISCLOSURE_ADD')} form={form} judge={judge} send={send} said={t('DISCLOSURE_ADDED')} onClose={onClose} onDone={onDone}>
			<p>{t('DISCLOSURE_ADD_LEAD')}</p>
			<Suggest label={t('DISCLOSURE_TO')} required autofocus maxLength={60} options={[t('DISCLOSURE_TO_HOSPITAL'), t('DISCLOSURE_TO_POLICE'), t('DISCLOSURE_TO_FIRE'), t('DISCLOSURE_TO_NEIGHBOUR')]} {...form.field('name')} />
			<ItemTicks label={t('DISCLOSURE_ITEMS')} all={ITEMS} {...form.field('items')} />
			<TextArea label={t('REASON')} hint={t('DISCLOSURE_REASON_HINT')} required rows={2} maxLength={160} {...form.field('reason')} />
			<Choices label={t('DISCLOSURE_CHANNEL')} inline options={WAYS.map(w => [w, word('DISCLOSED_BY', w)])} {...form.field('channel')} />
			{incidents.length > 0 && <Select label={t('DISCLOSURE_ABOUT')} empty={t('DISCLOSURE_ABOUT_NONE')} options={incidents.map(i => [String(i.id), dots(t('DISCLOSURE_INCIDENT', { incident: i.id }), word('KIND', i.kind))])} {...form.field('incident')} />}
		</FormDialog>
	)
}

function Disclosure({ d }) {
	return (
		<li>
			<Icon name={d.basis === 'emergency' ? 'alert' : 'mail'} size={18} />
			<div class="grow">
				{when(d.at, today())} <b>{d.watcher_id ? <a href={`/watchers/${encodeURIComponent(d.watcher_id)}`}>{d.name}</a> : d.name}</b>{d.channel && <> <small>{way(d.channel)}</small></>}
				<span class="row tags">
					<Tag tone={d.basis === 'emergency' ? 'warn' : 'plain'}>{word('DISCLOSURE_BASIS', d.basis)}</Tag>
					{d.items.map(item => <Tag key={item}>{word('ITEM', item)}</Tag>)}
				</span>
				{d.reason && <p class="lines">{d.reason}</p>}
				<small>{d.by_name ?? t('DISCLOSURE_SYSTEM')}{d.incident_id && <> <a href={`/incidents/${d.incident_id}`}>{t('DISCLOSURE_INCIDENT', { incident: d.incident_id })}</a></>}</small>
			</div>
		</li>
	)
}

function List({ id, turn }) {
	const pages = usePages(`${residentPath(id)}/disclosures`, 'disclosures', { turn, limit: 20 })
	return (
		<Loaded of={pages.load} lines={2}>
			{() => (
				<>
					{pages.rows.length ? <ul class="plain-list">{pages.rows.map(d => <Disclosure key={d.id} d={d} />)}</ul> : <p class="faint">{t('DISCLOSURES_NONE')}</p>}
					{pages.cursor && <Pager shown={pages.rows.length} cursor={pages.cursor} busy={pages.busy} more={pages.more} />}
				</>
			)}
		</Loaded>
	)
}

// A file of what was read, named so that nobody is named.
async function download(id, reason) {
	const record = await api.get(`${residentPath(id)}/record`, { reason }, { patience: 120000 })
	const url = URL.createObjectURL(new Blob([JSON.stringify(record, null, 1)], { type: 'application/json' }))
	const link = Object.assign(document.createElement('a'), { href: url, download: `${id}.json` })
	link.click()
	setTimeout(() => URL.revokeObjectURL(url), 60000)
	return record
}

export function Disclosures({ record, turn }) {
	const id = record.resident_id
	const [open, setOpen] = useState(false)
	const [again, setAgain] = useState(0)
	const [asking, ask] = useState('')
	return (
		<section class="stack-s">
			<h3>{t('DISCLOSURES')}</h3>
			<p class="soft">{t('DISCLOSURES_LEAD')}</p>
			<details open={open} onToggle={event => setOpen(event.currentTarget.open)}>
				<summary>{t('DISCLOSURES_SHOW')}</summary>
				{open && <List id={id} turn={turn + again} />}
			</details>
			<div class="row">
				{can('act') && <Button small icon="alert" onClick={() => ask('disclosure')}>{t('DISCLOSURE_ADD')}</Button>}
				{can('export') && <Button small icon="download" onClick={() => ask('record')}>{t('WHOLE_RECORD')}</Button>}
			</div>
			{asking === 'disclosure' && <DisclosureDialog id={id} incidents={record.open} onDone={() => setAgain(n => n + 1)} onClose={() => ask('')} />}
			{asking === 'record' && (
				<ConfirmWithReason title={t('WHOLE_RECORD')} label={t('WHOLE_RECORD_DO')} said={t('WHOLE_RECORD_DONE')} onClose={() => ask('')} send={reason => download(id, reason)}>
					<p>{t('WHOLE_RECORD_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</section>
	)
}
