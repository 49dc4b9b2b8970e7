// acts - what somebody tells about a person, beside what the list enters too: that a pause is over, that the service
// ends, that somebody met them or spoke with them.
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Choices, Input, Notice, Suggest, TextArea, toast, useForm } from '../../parts/index.js'
import { useSession } from '../../session.js'
import { councilTime } from '../../time.js'
import { residentPath } from '../../values.js'
import { Entry } from '../list/entries.jsx'

const REASONS = ['facility', 'moved', 'deceased', 'declined', 'other']
const trimmed = values => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value))

export function ResumeDialog({ record, onDone, onClose }) {
	const form = useForm({ verify: '', told_by: '' })
	return (
		<Entry title={t('ACT_RESUME')} lead={t('ACT_RESUME_LEAD')} said={t('ACT_RESUME_DONE')}
			send={values => api.post(`${residentPath(record.resident_id)}/resume`, trimmed(values))} {...{ form, onDone, onClose, record }} />
	)
}

export function EndDialog({ record, onDone, onClose }) {
	const form = useForm({ reason: '', verify: '', told_by: '' })
	const done = answer => {
		if (answer.open_incident)
			toast(t('ACT_END_OPEN', { incident: answer.open_incident }), 'warn')
		onDone()
	}
	return (
		<Entry title={t('ACT_END')} said={t('ACT_END_DONE')} onDone={done}
			send={values => api.post(`${residentPath(record.resident_id)}/end`, trimmed(values))} {...{ form, onClose, record }}>
			<Notice kind="warn">{t('ACT_END_LEAD')}</Notice>
			<Choices label={t('ACT_END_WHY')} required inline options={REASONS.map(r => [r, word('END_REASON', r)])} {...form.field('reason')} />
		</Entry>
	)
}

export function VisitDialog({ record, onDone, onClose }) {
	const now = useSession()
	const offset = now.now.slice(-6) // the council's: the date and time that are shown are those that are sent
	const here = councilTime(Date.now())
	const form = useForm({ kind: 'visit', person: '', day: here.slice(0, 10), time: here.slice(11, 16), minutes: '', note: '', verify: '', told_by: '' })
	const people = record.watchers.filter(w => !w.ended).map(w => [w.watcher_id, w.name])
	const send = ({ day, time, minutes, ...rest }) => api.post(`${residentPath(record.resident_id)}/visits`, {
		...trimmed(rest), at: `${day}T${time}:00${offset}`, ...(minutes && { minutes: Number(minutes) }),
	})
	return (
		<Entry title={t('ACT_VISIT')} lead={t('ACT_VISIT_LEAD')} said={t('ACT_VISIT_DONE')} {...{ form, send, onDone, onClose, record }}>
			<Choices label={t('ACT_VISIT_KIND')} required inline options={[['visit', t('HOW_VISIT')], ['call', t('HOW_CALL')]]} {...form.field('kind')} />
			<div class="pair">
				<Input type="date" label={t('ACT_VISIT_DAY')} required max={now.date} {...form.field('day')} />
				<Input type="time" label={t('ACT_VISIT_TIME')} required {...form.field('time')} />
			</div>
			<Suggest label={t('ACT_VISIT_WHO')} hint={t('ACT_VISIT_WHO_HINT', { name: now.name })} maxLength={64} options={people} {...form.field('person')} />
			<Input type="number" label={t('ACT_VISIT_MINUTES')} inputMode="numeric" min={1} max={600} {...form.field('minutes')} />
			<TextArea label={t('ACT_VISIT_NOTE')} rows={3} maxLength={800} {...form.field('note')} />
		</Entry>
	)
}
