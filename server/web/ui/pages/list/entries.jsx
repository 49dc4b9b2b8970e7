// entries - what somebody tells about a resident, entered by staff: a check-in, a pause. Each asks for the second
// identifier from whoever tells it, and warns of those who are easily mixed up.
import * as api from '../../api.js'
import { colon, t } from '../../i18n.js'
import { FormDialog, Input, Suggest, TextArea, useForm, VerifyFields } from '../../parts/index.js'
import { today } from '../../session.js'
import { addDays } from '../../time.js'
import { residentPath } from '../../values.js'

export function Entry({ title, lead, form, record, children, ...rest }) {
	return (
		<FormDialog title={colon(title, record.name)} form={form} {...rest}>
			{lead && <p class="soft">{lead}</p>}
			{children}
			<VerifyFields form={form} alike={record.similar ?? []} />
		</FormDialog>
	)
}

// record: GET /residents/{id}
export function CheckinDialog({ record, onDone, onClose }) {
	const form = useForm({ verify: '', told_by: '', note: '' })
	const send = ({ verify, told_by, note }) => api.post(`${residentPath(record.resident_id)}/checkins`, { verify: verify.trim(), told_by: told_by.trim(), ...(note.trim() && { note: note.trim() }) })
	return (
		<Entry title={t('ENTER_CHECKIN')} lead={t('ENTER_CHECKIN_LEAD')} said={t('ENTER_CHECKIN_SAID')} {...{ form, send, onDone, onClose, record }}>
			<TextArea label={t('ENTER_NOTE')} rows={2} maxLength={800} {...form.field('note')} />
		</Entry>
	)
}

export function PauseDialog({ record, onDone, onClose }) {
	const from = today()
	const form = useForm({ from, to: '', reason: '', verify: '', told_by: '' })
	const send = values => api.post(`${residentPath(record.resident_id)}/pauses`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()])))
	return (
		<Entry title={t('ENTER_PAUSE')} said={t('ENTER_PAUSE_SAID')} {...{ form, send, onDone, onClose, record }}>
			<div class="pair">
				<Input type="date" label={t('ENTER_FROM')} required min={from} max={addDays(from, 366)} {...form.field('from')} />
				<Input type="date" label={t('ENTER_TO')} hint={t('ENTER_TO_HINT')} required min={form.values.from} max={addDays(form.values.from || from, 90)} {...form.field('to')} />
			</div>
			<Suggest label={t('ENTER_PAUSE_REASON')} required maxLength={200} options={[t('PAUSE_REASON_HOSPITAL'), t('PAUSE_REASON_TRAVEL'), t('PAUSE_REASON_FAMILY'), t('PAUSE_REASON_SHORT_STAY')]} {...form.field('reason')} />
		</Entry>
	)
}
