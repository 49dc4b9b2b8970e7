// devices - the person's buttons, and whether they live: it says something about the button, never about the person.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Card, Checkbox, ConfirmWithReason, Dialog, Icon, Input, Notice, ProblemNotice, Tag, toast, useForm, When } from '../../parts/index.js'
import { can, today } from '../../session.js'
import { when } from '../../time.js'

const LOW = 20 // %

function Device({ d, revoke }) {
	return (
		<li>
			<div class="grow">
				<b>{d.device_id}</b> <small>{[d.kind, d.note, d.firmware].filter(Boolean).join('・')}</small>
				<div class="row tags">
					{d.revoked_at && <Tag tone="warn">{t('DEVICE_REVOKED')} {when(d.revoked_at, today())}</Tag>}
					{!d.revoked_at && d.online === true && <Tag tone="good"><Icon name="check" size={14} /> {t('DEVICE_ONLINE')}</Tag>}
					{!d.revoked_at && d.online === false && <Tag tone="bad"><Icon name="offline" size={14} /> {t('DEVICE_OFFLINE_SINCE', { time: when(d.trouble_at ?? d.state_at, today()) })}</Tag>}
					{!d.revoked_at && d.online === null && !d.last_press_at && <Tag tone="warn">{t('DEVICE_SILENT')}</Tag>}
					{d.battery !== null && <Tag tone={d.battery < LOW ? 'bad' : 'plain'}><Icon name="battery" size={16} /> {t('DEVICE_BATTERY', { percent: d.battery })}</Tag>}
					{d.trouble === 'rejected' && <Tag tone="bad"><Icon name="alert" size={14} /> {word('TROUBLE', d.trouble)}</Tag>}
				</div>
			</div>
			<small class="reached">{d.last_press_at ? <>{t('DEVICE_LAST')} <br /><When at={d.last_press_at} /></> : d.state_at && <>{t('DEVICE_STATE_AT')} <br /><When at={d.state_at} /></>}</small>
			{revoke && !d.revoked_at && <Button small variant="quiet" icon="close" label={t('DEVICE_REVOKE', { device: d.device_id })} onClick={() => revoke(d)} />}
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
	const send = ({ device_id, kind, note, take_over }) => api.post(`/residents/${encodeURIComponent(record.resident_id)}/devices`, {
		device_id: device_id.trim(), ...(kind.trim() && { kind: kind.trim() }), ...(note.trim() && { note: note.trim() }), ...(take_over && { take_over }),
	})
	return (
		<Dialog title={t('DEVICE_GIVE')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form="give-device" variant="primary" busy={form.busy}>{t('DEVICE_GIVE')}</Button>
			</>
		)}>
			<form id="give-device" noValidate onSubmit={form.submit(send, onDone)}>
				{!taken && <ProblemNotice problem={form.problem} />}
				<Input label={t('DEVICE_ID')} hint={t('DEVICE_ID_HINT')} required autofocus maxLength={128} {...form.field('device_id')} />
				<div class="pair">
					<Input label={t('DEVICE_KIND')} hint={t('DEVICE_KIND_HINT')} maxLength={60} {...form.field('kind')} />
					<Input label={t('FIELD_NOTE')} maxLength={200} {...form.field('note')} />
				</div>
				{(taken || form.values.take_over) && (
					<Notice kind="warn" live title={t('DEVICE_TAKEN')}>
						{form.problem?.detail}
						<Checkbox label={t('DEVICE_TAKE_OVER')} {...form.check('take_over')} />
					</Notice>
				)}
			</form>
		</Dialog>
	)
}

export function Devices({ record, changed }) {
	const used = record.devices.filter(d => !d.revoked_at)
	const old = record.devices.filter(d => d.revoked_at)
	const may = can('edit')
	const [giving, give] = useState(false)
	const [given, setGiven] = useState(null)
	const [revoking, revoke] = useState(null)
	return (
		<Card title={t('DEVICES_OF')} actions={may && !record.ended_at && <Button small icon="plus" onClick={() => give(true)}>{t('DEVICE_GIVE')}</Button>}>
			{used.length ? <ul class="plain-list device-list">{used.map(d => <Device key={d.device_id} d={d} revoke={may && revoke} />)}</ul> : <p class="faint">{t('DEVICES_NONE')}</p>}
			{old.length > 0 && (
				<details>
					<summary>{t('DEVICES_OLD', { count: old.length })}</summary>
					<ul class="plain-list device-list">{old.map(d => <Device key={d.device_id} d={d} />)}</ul>
				</details>
			)}
			{giving && <GiveDialog record={record} onClose={() => give(false)} onDone={answer => {
				give(false)
				setGiven(answer)
				changed()
			}} />}
			{given && <Given answer={given} onClose={() => setGiven(null)} />}
			{revoking && (
				<ConfirmWithReason title={t('DEVICE_REVOKE', { device: revoking.device_id })} label={t('DEVICE_REVOKE_DO')} danger onClose={() => revoke(null)}
					send={reason => api.post(`/residents/${encodeURIComponent(record.resident_id)}/devices/${encodeURIComponent(revoking.device_id)}/revoke`, { reason })}
					onDone={answer => {
						toast(answer.broker ? t('DEVICE_BROKER_STILL', { why: answer.broker }) : t('DEVICE_REVOKED_DONE'), answer.broker ? 'warn' : 'good')
						changed()
					}}>
					<p>{t('DEVICE_REVOKE_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Card>
	)
}
