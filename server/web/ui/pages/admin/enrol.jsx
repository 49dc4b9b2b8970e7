// enrol - one resident, by a form; who has the same or a similar name is named before anything is stored.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { apart, t, word } from '../../i18n.js'
import { Button, Card, Input, Notice, Page, ProblemNotice, Select, Suggest, TextArea, toast, useForm, useLoad } from '../../parts/index.js'
import { navigate, useLeaveGuard } from '../../router.jsx'
import { districtName, openDistricts } from '../../session.js'
import { CATEGORIES, residentPath } from '../../values.js'
import { policyName } from './policies.jsx'

const FIELDS = ['resident_id', 'name', 'kana', 'district', 'household', 'category', 'birth_date', 'phone', 'address', 'place', 'channels', 'schedule', 'policy', 'language', 'starts', 'care', 'note']

function Similar({ answer, sure, busy }) {
	return (
		<Notice kind="warn" live title={t('ENROL_SIMILAR')} actions={<Button busy={busy} onClick={sure}>{t('ENROL_SURE')}</Button>}>
			<ul>
				{answer.similar.map(r => (
					<li key={r.resident_id}><a href={residentPath(r.resident_id)} target="_blank" rel="noreferrer">{r.name}</a> {apart(r.kana, r.resident_id, districtName(r.district))}</li>
				))}
			</ul>
			{answer.similar_elsewhere > 0 && <p>{t('ENROL_SIMILAR_ELSEWHERE', { count: answer.similar_elsewhere })}</p>}
		</Notice>
	)
}

export default function Enrol() {
	const districts = openDistricts()
	const form = useForm(Object.fromEntries(FIELDS.map(f => [f, f === 'district' && districts.length === 1 ? districts[0].district : ''])))
	const policies = useLoad(signal => api.get('/policies', undefined, { signal }), [])
	const [similar, setSimilar] = useState(null) // { seen, of }: whose names are like that of what was entered then
	const [done, setDone] = useState('') // the id of who was enrolled
	useLeaveGuard(form.dirty && !done)
	useEffect(() => {
		if (done)
			navigate(residentPath(done))
	}, [done])
	const body = values => Object.fromEntries(FIELDS.filter(f => values[f].trim()).map(f => [f, values[f].trim()]))
	const finish = answer => {
		for (const warning of answer.warnings)
			toast(api.faultWords(warning), 'warn')
		toast(t('ENROL_DONE'))
		setDone(answer.resident_id)
	}
	const send = async values => {
		const seen = await api.post('/residents', { ...body(values), check: true })
		return seen.similar.length || seen.similar_elsewhere ? { seen, of: values } : api.post('/residents', body(values))
	}
	return (
		<Page title={t('ENROL')} kicker={<a href="/admin">{t('ADMIN')}</a>}>
			<form class="stack" noValidate onSubmit={form.submit(send, answer => (answer.seen ? setSimilar(answer) : finish(answer)))}>
				<Card title={t('ENROL_WHO')}>
					<div class="pair">
						<Input label={t('FIELD_RESIDENT_ID')} hint={t('FIELD_ID_HINT')} required maxLength={64} {...form.field('resident_id')} />
						<Input label={t('FIELD_NAME')} required maxLength={64} {...form.field('name')} />
						<Input label={t('FIELD_KANA')} maxLength={64} {...form.field('kana')} />
						<Select label={t('FIELD_DISTRICT')} required empty="" options={districts.map(d => [d.district, d.name])} {...form.field('district')} />
						<Input type="date" label={t('FIELD_BIRTH_DATE')} {...form.field('birth_date')} />
						<Select label={t('FIELD_CATEGORY')} empty="" options={CATEGORIES.map(c => [c, word('CATEGORY', c)])} {...form.field('category')} />
					</div>
				</Card>
				<Card title={t('ENROL_REACH')}>
					<div class="pair">
						<Input type="tel" label={t('FIELD_PHONE')} maxLength={31} {...form.field('phone')} />
						<Input label={t('FIELD_HOUSEHOLD')} maxLength={64} {...form.field('household')} />
						<TextArea label={t('FIELD_ADDRESS')} rows={2} {...form.field('address')} />
						<Input label={t('FIELD_PLACE')} {...form.field('place')} />
					</div>
				</Card>
				<Card title={t('ENROL_PLAN')}>
					<div class="pair">
						<Input label={t('FIELD_SCHEDULE')} hint={t('FIELD_SCHEDULE_HINT')} {...form.field('schedule')} />
						<Suggest label={t('FIELD_POLICY')} hint={t('FIELD_POLICY_HINT')} options={(policies.data?.policies ?? []).filter(p => !p.ended_at).map(p => [p.policy, policyName(p.policy)])} {...form.field('policy')} />
						<Input type="date" label={t('FIELD_STARTS')} {...form.field('starts')} />
						<Input label={t('FIELD_CHANNELS')} hint={t('FIELD_CHANNELS_HINT')} {...form.field('channels')} />
					</div>
				</Card>
				<Card title={t('ENROL_MORE')}>
					<div class="pair">
						<Select label={t('FIELD_LANGUAGE')} empty="" options={['ja', 'en'].map(l => [l, word('LANGUAGE', l)])} {...form.field('language')} />
						<TextArea label={t('FIELD_CARE')} {...form.field('care')} />
						<TextArea label={t('FIELD_NOTE')} {...form.field('note')} />
					</div>
				</Card>
				<Notice>{t('ENROL_CONSENT')}</Notice>
				{similar?.of === form.values && <Similar answer={similar.seen} busy={form.busy} sure={() => form.submit(values => api.post('/residents', body(values)), finish)()} />}
				<ProblemNotice problem={form.problem} />
				<div class="row"><Button type="submit" variant="primary" busy={form.busy}>{t('ENROL')}</Button></div>
			</form>
		</Page>
	)
}
