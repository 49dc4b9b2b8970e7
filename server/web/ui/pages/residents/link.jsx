// link - whom a person's watchers are to them: the order in which they are told, what they can do, what they may know.
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { suggestions, useWatchers } from '../../parts/found.js'
import { Button, Checkbox, Choices, Dialog, Input, ProblemNotice, Select, Suggest, toast, useForm } from '../../parts/index.js'

const CANS = ['go', 'call', 'know']
const SHARES = ['name', 'place', 'address', 'care', 'outcome']
const STANDARD = 'name place address' // what an empty cell means
const NUMBER = 'label' // of the words, none: only the number on their sheet

function Shares({ value, onValue }) {
	const chosen = value.split(' ')
	return (
		<fieldset class="choices choices-inline">
			<legend>{t('LINK_SHARES')}</legend>
			<p class="hint">{t('LINK_SHARES_HINT')}</p>
			{SHARES.map(s => <Checkbox key={s} label={word('SHARE', s)} checked={chosen.includes(s)} onValue={on => onValue(SHARES.filter(one => (one === s ? on : chosen.includes(one))).join(' '))} />)}
		</fieldset>
	)
}

function Who({ form }) {
	const found = useWatchers(form.values.watcher)
	return <Suggest label={t('LINK_WATCHER')} hint={t('LINK_WATCHER_HINT')} required autofocus maxLength={64} options={suggestions(found)} {...form.field('watcher')} />
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
		return api.put(`/residents/${encodeURIComponent(record.resident_id)}/watchers/${encodeURIComponent(values.watcher.trim())}`, body)
	}
	return (
		<Dialog title={link ? t('LINK_CHANGE', { name: link.name }) : t('LINK_ADD')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form="link-watcher" variant="primary" busy={form.busy}>{t('SAVE')}</Button>
			</>
		)}>
			<form id="link-watcher" noValidate onSubmit={form.submit(send, answer => {
				toast(t('SAVED'))
				for (const warning of answer.warnings)
					toast(api.faultWords(warning), 'warn')
				onClose()
				changed()
			})}>
				<ProblemNotice problem={form.problem} />
				{!link && <Who form={form} />}
				<div class="pair">
					<Select label={t('LINK_TIER')} options={[1, 2, 3].map(n => [String(n), t('WATCHERS_TIER', { tier: n })])} {...form.field('tier')} />
					<Input label={t('LINK_RELATION')} hint={t('LINK_RELATION_HINT')} maxLength={60} {...form.field('relation')} />
				</div>
				<Choices label={t('LINK_CAN')} inline options={CANS.map(c => [c, word('CAN', c)])} {...form.field('can')} />
				<Shares value={form.values.shares} onValue={value => form.set('shares', value)} />
				<div class="pair">
					<Input label={t('LINK_LABEL')} hint={t('LINK_LABEL_HINT')} maxLength={20} {...form.field('label')} />
					<Input label={t('FIELD_KEY')} hint={t('LINK_KEY_HINT')} maxLength={60} {...form.field('key')} />
				</div>
			</form>
		</Dialog>
	)
}
