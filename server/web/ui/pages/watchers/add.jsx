// add - a new watcher, with whom they look in on first; and another resident for one who is there.
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Choices, FormDialog, Input, ResidentField, Select, TextArea, toast, useForm } from '../../parts/index.js'
import { navigate } from '../../router.jsx'
import { useSession } from '../../session.js'
import { CANS } from '../../values.js'

const Resident = ({ form, ...rest }) => <ResidentField label={t('LINK_RESIDENT')} hint={t('WATCHER_ADD_LINK_HINT')} {...rest} {...form.field('resident_id')} />
const Tier = ({ form }) => <Select label={t('LINK_TIER')} options={[1, 2, 3].map(n => [String(n), t('WATCHERS_TIER', { tier: n })])} {...form.field('tier')} />
const Can = ({ form }) => <Choices label={t('LINK_CAN')} inline options={CANS.map(c => [c, word('CAN', c)])} {...form.field('can')} />

function warn(answer) {
	for (const warning of answer.warnings)
		toast(api.faultWords(warning), 'warn')
}

// A fault of /links/0/resident_id stands at the field of that name.
async function named(call) {
	try {
		return await call
	} catch (problem) {
		for (const error of problem.errors ?? [])
			error.pointer = error.pointer.replace(/^\/links\/0\//, '/')
		throw problem
	}
}

const FIELDS = ['watcher_id', 'name', 'kana', 'relation', 'channels', 'hours']

export function AddWatcher({ onClose }) {
	const { role } = useSession()
	const form = useForm({ ...Object.fromEntries(FIELDS.map(f => [f, ''])), resident_id: '', tier: '1', can: 'go' })
	const send = values => {
		const body = Object.fromEntries(FIELDS.filter(f => values[f].trim()).map(f => [f, values[f].trim()]))
		if (values.resident_id.trim())
			body.links = [{ resident_id: values.resident_id.trim(), tier: Number(values.tier), can: values.can }]
		return named(api.post('/watchers', body))
	}
	return (
		<FormDialog wide title={t('WATCHER_ADD')} form={form} send={send} said={t('WATCHER_ADDED')} onClose={onClose} onDone={answer => {
			warn(answer)
			setTimeout(() => navigate(`/watchers/${encodeURIComponent(answer.watcher_id)}`))
		}}>
			<div class="pair">
				<Input label={t('FIELD_WATCHER_ID')} hint={t('FIELD_ID_HINT')} required maxLength={64} autofocus {...form.field('watcher_id')} />
				<Input label={t('FIELD_NAME')} required maxLength={64} {...form.field('name')} />
				<Input label={t('FIELD_KANA')} maxLength={64} {...form.field('kana')} />
				<Input label={t('FIELD_RELATION')} maxLength={64} {...form.field('relation')} />
			</div>
			<TextArea label={t('WATCHERS_CHANNELS')} hint={t('FIELD_WATCHER_CHANNELS_HINT')} required rows={2} {...form.field('channels')} />
			<Input label={t('FIELD_HOURS')} hint={t('FIELD_HOURS_HINT')} {...form.field('hours')} />
			<h3>{t('WATCHER_ADD_LINK')}</h3>
			<div class="pair">
				<Resident form={form} required={role === 'coordinator'} />
				<Tier form={form} />
			</div>
			<Can form={form} />
		</FormDialog>
	)
}

export function AddResident({ watcher, onDone, onClose }) {
	const form = useForm({ resident_id: '', tier: '1', can: 'go', relation: '' })
	const send = ({ resident_id, tier, can, relation }) => api.put(`/residents/${encodeURIComponent(resident_id.trim())}/watchers/${encodeURIComponent(watcher.watcher_id)}`, { tier: Number(tier), can, ...(relation.trim() && { relation: relation.trim() }) })
	return (
		<FormDialog title={t('LINKS_ADD')} form={form} send={send} said={t('SAVED')} onClose={onClose} onDone={answer => {
			warn(answer)
			onDone()
		}}>
			<Resident form={form} required autofocus />
			<div class="pair">
				<Tier form={form} />
				<Input label={t('LINK_RELATION')} hint={t('LINK_RELATION_HINT')} maxLength={60} {...form.field('relation')} />
			</div>
			<Can form={form} />
		</FormDialog>
	)
}
