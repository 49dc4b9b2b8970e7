// devices - the person's buttons, and whether they live: it says something about the button, never about the person.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { dots, t, word } from '../../i18n.js'
import { Button, Card, Checkbox, ConfirmWithReason, Dialog, FormDialog, Icon, Input, Notice, Tag, toast, useForm, When } from '../../parts/index.js'
import { can, today } from '../../session.js'
import { when } from '../../time.js'
import { LOW_BATTERY, residentPath } from '../../values.js'

// How it is. silent: that it never said anything is to be said here.
export function DeviceTags({ d, silent = false }) {
	return (
		<span class="row tags">
			{d.revoked_at && <Tag tone="warn">{t('DEVICE_REVOKED')} {when(d.revoked_at, today())}</Tag>}
			{!d.revoked_at && d.online === true && <Tag tone="good"><Icon name="check" size={14} /> {t('DEVICE_ONLINE')}</Tag>}
			{!d.revoked_at && d.online === false && <Tag tone="bad"><Icon name="offline" size={14} /> {t('DEVICE_OFFLINE_SINCE', { time: when(d.trouble_at ?? d.state_at, today()) })}</Tag>}
			{silent && !d.revoked_at && d.online === null && !d.last_press_at && <Tag tone="warn">{t('DEVICE_SILENT')}</Tag>}
			{d.battery !== null && <Tag tone={d.battery < LOW_BATTERY ? 'bad' : 'plain'}><Icon name="battery" size={16} /> {t('DEVICE_BATTERY', { percent: d.battery })}</Tag>}
			{d.trouble === 'rejected' && <Tag tone="bad"><Icon name="alert" size={14} /> {word('TROUBLE', d.trouble)}</Tag>}
		</span>
	)
}

// device: { device_id, resident_id }
export function RevokeDialog({ device: { device_id, resident_id }, changed, onClose }) {
	return (
		<ConfirmWithReason danger title={t('DEVICE_REVOKE', { device: device_id })} label={t('DEVICE_REVOKE_DO')} onClose={onClose}
			send={reason => api.post(`${residentPath(resident_id)}/devices/${encodeURIComponent(device_id)}/revoke`, { reason })}
			onDone={answer => {
				toast(answer.broker ? t('DEVICE_BROKER_STILL', { why: answer.broker }) : t('DEVICE_REVOKED_DONE'), answer.broker ? 'warn' : 'good')
				changed()
			}}>
			<p>{t('DEVICE_REVOKE_LEAD')}</p>
		</ConfirmWithReason>
	)
}

function ChangeDialog({ path, device: { device_id, kind, note }, onDone, onClose }) {
	const form = useForm({ kind: kind ?? '', note: note ?? '' })
	return (
		<FormDialog title={t('DEVICE_CHANGE', { device: device_id })} form={form} label={t('SAVE')} said={t('DEVICE_CHANGED')} onDone={onDone} onClose={onClose}
			send={values => api.patch(path, { kind: values.kind.trim(), note: values.note.trim(), was: { kind, note } })}>
			<Described form={form} />
		</FormDialog>
	)
}

const Described = ({ form }) => (
	<div class="pair">
		<Input label={t('DEVICE_KIND')} hint={t('DEVICE_KIND_HINT')} maxLength={60} {...form.field('kind')} />
		<Input label={t('FIELD_NOTE')} maxLength={200} {...form.field('note')} />
	</div>
)

function Device({ d, ask }) {
	return (
		<li>
			<div class="grow">
				<b>{d.device_id}</b> <small>{dots(d.kind, d.note, d.firmware)}</small>
				<DeviceTags d={d} silent />
			</div>
			<small class="reached">{d.last_press_at ? <>{t('DEVICE_LAST')} <br /><When at={d.last_press_at} /></> : d.state_at && <>{t('DEVICE_STATE_AT')} <br /><When at={d.state_at} /></>}</small>
			{ask && <Button small variant="quiet" icon="edit" label={t('DEVICE_CHANGE', { device: d.device_id })} onClick={() => ask({ what: 'change', d })} />}
			{ask && <Button small label={t('DEVICE_REVOKE', { device: d.device_id })} onClick={() => ask({ what: 'revoke', d })}>{t('DEVICE_REVOKE_DO')}</Button>}
		</li>
	)
}

// What was given, and its password: shown this once.
function Given({ answer, onClose }) {
	return (
		<Dialog title={t('DEVICE_GIVEN', { device: answer.device_id })} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t('CLOSE')}</Button>}>
			{answer.broker && <Notice kind="warn">{t('DEVICE_BROKER', { why: answer.broker })}</Notice>}
			{answer.password ? (
				<>
					<p>{t('DEVICE_PASSWORD_LEAD')}</p>
					<p><code class="secret">{answer.password}</code></p>
					{navigator.clipboard && <div><Button icon="note" onClick={() => navigator.clipboard.writeText(answer.password).then(() => toast(t('COPIED')))}>{t('COPY')}</Button></div>}
				</>
			) : <p>{t('DEVICE_ADAPTER_LEAD')}</p>}
		</Dialog>
	)
}

function GiveDialog({ record, onDone, onClose }) {
	const form = useForm({ device_id: '', kind: '', note: '', take_over: false })
	const taken = form.problem?.code === 'taken'
	const send = ({ device_id, kind, note, take_over }) => api.post(`${residentPath(record.resident_id)}/devices`, {
		device_id: device_id.trim(), ...(kind.trim() && { kind: kind.trim() }), ...(note.trim() && { note: note.trim() }), ...(take_over && { take_over }),
	})
	return (
		<FormDialog title={t('DEVICE_GIVE')} form={form} send={send} problem={taken ? null : form.problem} label={t('DEVICE_GIVE')} onDone={onDone} onClose={onClose}>
			<Input label={t('DEVICE_ID')} hint={t('DEVICE_ID_HINT')} required autofocus maxLength={128} {...form.field('device_id')} />
			<Described form={form} />
			{(taken || form.values.take_over) && (
				<Notice kind="warn" live title={t('DEVICE_TAKEN')}>
					{form.problem?.detail}
					<Checkbox label={t('DEVICE_TAKE_OVER')} {...form.check('take_over')} />
				</Notice>
			)}
		</FormDialog>
	)
}

export function Devices({ record, changed }) {
	const used = record.devices.filter(d => !d.revoked_at)
	const old = record.devices.filter(d => d.revoked_at)
	const may = can('edit')
	const [asked, ask] = useState(null)
	const [given, setGiven] = useState(null)
	const close = () => ask(null)
	return (
		<Card title={t('DEVICES_OF')} actions={may && !record.ended_at && <Button small icon="plus" onClick={() => ask({ what: 'give' })}>{t('DEVICE_GIVE')}</Button>}>
			{used.length ? <ul class="plain-list device-list">{used.map(d => <Device key={d.device_id} d={d} ask={may && ask} />)}</ul> : <p class="faint">{t('DEVICES_NONE')}</p>}
			{old.length > 0 && (
				<details>
					<summary>{t('DEVICES_OLD', { count: old.length })}</summary>
					<ul class="plain-list device-list">{old.map(d => <Device key={d.device_id} d={d} />)}</ul>
				</details>
			)}
			{asked?.what === 'give' && <GiveDialog record={record} onClose={close} onDone={answer => {
				setGiven(answer)
				changed()
			}} />}
			{given && <Given answer={given} onClose={() => setGiven(null)} />}
			{asked?.what === 'change' && <ChangeDialog path={`${residentPath(record.resident_id)}/devices/${encodeURIComponent(asked.d.device_id)}`} device={asked.d} onDone={changed} onClose={close} />}
			{asked?.what === 'revoke' && <RevokeDialog device={{ device_id: asked.d.device_id, resident_id: record.resident_id }} changed={changed} onClose={close} />}
		</Card>
	)
}
