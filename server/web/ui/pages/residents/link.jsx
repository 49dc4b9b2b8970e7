// link - whom a person's watchers are to them: the order in which they are told, what they can do, what they may know.
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Choices, ConfirmWithReason, FormDialog, Input, Menu, MenuItem, Select, Ticks, toast, useForm, WatcherField } from '../../parts/index.js'
import { CANS, residentPath } from '../../values.js'
import { ITEMS } from './consents.jsx'

const STANDARD = 'name place address' // what an empty cell means
const NUMBER = 'label' // of the words, none: only the number on their sheet

// A link where it stands in a list: ask({ what: 'change' | 'remove', link }).
export function LinkMenu({ link, ask }) {
	const item = (icon, what, text, close) => (
		<MenuItem icon={icon} onClick={() => {
			close()
			ask({ what, link })
		}}>{text}</MenuItem>
	)
	return (
		<Menu label={t('LINK_ACTIONS', { name: link.name })} icon="more">
			{close => (
				<>
					{item('edit', 'change', t('EDIT'), close)}
					{item('close', 'remove', t('REMOVE'), close)}
				</>
			)}
		</Menu>
	)
}

const pathOf = (resident_id, watcher_id) => `${residentPath(resident_id)}/watchers/${encodeURIComponent(watcher_id)}`

// name: of the other end, as the page has it.
export function RemoveLink({ resident_id, watcher_id, name, changed, onClose }) {
	return (
		<ConfirmWithReason danger title={t('LINK_REMOVE', { name })} label={t('REMOVE')} said={t('LINK_REMOVED')} onClose={onClose} onDone={changed}
			send={reason => api.del(pathOf(resident_id, watcher_id), { reason })}>
			<p>{t('LINK_REMOVE_LEAD')}</p>
		</ConfirmWithReason>
	)
}

// link: the one to change, of the record's watchers; none: a new one.
export function LinkDialog({ record, link, changed, onClose }) {
	const was = link ? { tier: String(link.tier), can: link.can, shares: link.shares ?? STANDARD, label: link.label ?? '', relation: link.link_relation ?? '', key: link.key ?? '' }
		: { tier: '1', can: 'go', shares: STANDARD, label: '', relation: '', key: '' }
	const form = useForm({ watcher: link?.watcher_id ?? '', ...was })
	const send = values => {
		const body = { tier: Number(values.tier) }
		for (const name of ['can', 'shares', 'label', 'relation', 'key'])
			if (!link || values[name] !== was[name])
				body[name] = values[name].trim()
		if (!body.label)
			delete body.label // the next free number of that watcher
		if (body.shares === STANDARD)
			body.shares = ''
		else if (body.shares === '')
			body.shares = NUMBER
		return api.put(pathOf(record.resident_id, values.watcher.trim()), body)
	}
	return (
		<FormDialog title={link ? t('LINK_CHANGE', { name: link.name }) : t('LINK_ADD')} form={form} send={send} said={t('SAVED')} onClose={onClose} onDone={answer => {
			for (const warning of answer.warnings)
				toast(api.faultWords(warning), 'warn')
			changed()
		}}>
			{!link && <WatcherField label={t('LINK_WATCHER')} hint={t('LINK_WATCHER_HINT')} required autofocus {...form.field('watcher')} />}
			<div class="pair">
				<Select label={t('LINK_TIER')} options={[1, 2, 3].map(n => [String(n), t('WATCHERS_TIER', { tier: n })])} {...form.field('tier')} />
				<Input label={t('LINK_RELATION')} hint={t('LINK_RELATION_HINT')} maxLength={60} {...form.field('relation')} />
			</div>
			<Choices label={t('LINK_CAN')} inline options={CANS.map(c => [c, word('CAN', c)])} {...form.field('can')} />
			<Ticks {...form.field('shares')} label={t('LINK_SHARES')} hint={t('LINK_SHARES_HINT')} options={ITEMS.map(i => [i, word('ITEM', i)])} value={form.values.shares.split(' ')} onValue={list => form.set('shares', list.join(' '))} />
			<div class="pair">
				<Input label={t('LINK_LABEL')} hint={t('LINK_LABEL_HINT')} maxLength={20} {...form.field('label')} />
				<Input label={t('FIELD_KEY')} hint={t('LINK_KEY_HINT')} maxLength={60} {...form.field('key')} />
			</div>
		</FormDialog>
	)
}
