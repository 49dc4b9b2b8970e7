// districts - their names; none is ever taken away: one that ended is given to nobody any more.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { number, t } from '../../i18n.js'
import { Button, ConfirmWithReason, FormDialog, Input, Loaded, Page, Table, useAct, useForm, useLoad } from '../../parts/index.js'
import { setDistricts } from '../../session.js'
import { day as dayWords } from '../../time.js'

const at = (district, rest = '') => `/districts/${encodeURIComponent(district.district)}${rest}`

// of: the district to rename; {}: a new one.
function Edit({ of, onClose, onDone }) {
	const form = useForm({ district: of.district ?? '', name: of.name ?? '' })
	const send = ({ district, name }) => (of.district ? api.patch(at(of), { name, was: { name: of.name } }) : api.post('/districts', { district: district.trim(), name }))
	return (
		<FormDialog title={of.district ? t('DISTRICT_EDIT', { name: of.name }) : t('DISTRICT_ADD')} form={form} send={send} said={t('SAVED')} onClose={onClose} onDone={onDone}>
			{!of.district && <Input label={t('FIELD_DISTRICT_ID')} required maxLength={64} autofocus {...form.field('district')} />}
			<Input label={t('FIELD_DISTRICT_NAME')} required maxLength={64} autofocus={Boolean(of.district)} {...form.field('name')} />
		</FormDialog>
	)
}

export default function Districts() {
	const page = useLoad(signal => api.get('/districts', undefined, { signal }), [])
	const [edited, edit] = useState(null)
	const [ending, end] = useState(null)
	const [act, busy] = useAct()
	useEffect(() => {
		if (page.data)
			setDistricts(page.data.districts)
	}, [page.data])
	return (
		<Page title={t('DISTRICTS')} kicker={<a href="/admin">{t('ADMIN')}</a>} actions={<Button variant="primary" icon="plus" onClick={() => edit({})}>{t('DISTRICT_ADD')}</Button>}>
			<Loaded of={page}>
				{({ districts }) => (
					<Table caption={t('DISTRICTS')} rows={districts} rowKey={d => d.district} columns={[
						{ name: 'district', label: t('FIELD_DISTRICT_ID'), cell: d => d.district },
						{ name: 'name', label: t('FIELD_DISTRICT_NAME'), cell: d => (
							<>
								{d.name}
								{d.ended_at && <small class="block">{t('ENDED_ON', { day: dayWords(d.ended_at, { year: true }), reason: d.end_reason })}</small>}
							</>
						) },
						{ name: 'residents', label: t('DISTRICT_RESIDENTS'), align: 'right', cell: d => number(d.residents) },
						{ name: 'edit', label: '', align: 'right', cell: d => (
							<>
								<Button small variant="quiet" icon="edit" label={t('DISTRICT_EDIT', { name: d.name })} onClick={() => edit(d)} />
								{d.ended_at ? (
									<Button small busy={busy} label={t('DISTRICT_RESUME', { name: d.name })} onClick={() => act(() => api.post(at(d, '/resume')), t('RESUMED_DONE')).then(page.reload)}>{t('RESUME_DO')}</Button>
								) : <Button small label={t('DISTRICT_END_OF', { name: d.name })} onClick={() => end(d)}>{t('DISTRICT_END_DO')}</Button>}
							</>
						) },
					]} />
				)}
			</Loaded>
			{edited && <Edit of={edited} onClose={() => edit(null)} onDone={page.reload} />}
			{ending && (
				<ConfirmWithReason danger title={t('DISTRICT_END_OF', { name: ending.name })} label={t('DISTRICT_END')} said={t('ENDED_DONE')} onClose={() => end(null)}
					send={reason => api.post(at(ending, '/end'), { reason })} onDone={page.reload}>
					<p>{t('DISTRICT_END_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Page>
	)
}
