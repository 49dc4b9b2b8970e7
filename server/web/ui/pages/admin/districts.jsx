// districts - their names; none is ever taken away.
import { useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { number, t } from '../../i18n.js'
import { Button, Dialog, Input, Loaded, Page, ProblemNotice, Table, toast, useForm, useLoad } from '../../parts/index.js'

// of: the district to rename; {}: a new one.
function Edit({ of, onClose, onDone }) {
	const form = useForm({ district: of.district ?? '', name: of.name ?? '' })
	const id = useId()
	const send = ({ district, name }) => (of.district ? api.patch(`/districts/${encodeURIComponent(of.district)}`, { name, was: { name: of.name } }) : api.post('/districts', { district: district.trim(), name }))
	return (
		<Dialog title={of.district ? t('DISTRICT_EDIT', { name: of.name }) : t('DISTRICT_ADD')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant="primary" busy={form.busy}>{t('SAVE')}</Button>
			</>
		)}>
			<form id={id} class="stack" noValidate onSubmit={form.submit(send, () => {
				toast(t('SAVED'))
				onClose()
				onDone()
			})}>
				{!of.district && <Input label={t('FIELD_DISTRICT_ID')} required maxLength={64} autofocus {...form.field('district')} />}
				<Input label={t('FIELD_NAME')} required maxLength={64} autofocus={Boolean(of.district)} {...form.field('name')} />
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
	)
}

export default function Districts() {
	const page = useLoad(signal => api.get('/districts', undefined, { signal }), [])
	const [edited, edit] = useState(null)
	return (
		<Page title={t('DISTRICTS')} kicker={<a href="/admin">{t('ADMIN')}</a>} actions={<Button variant="primary" icon="plus" onClick={() => edit({})}>{t('DISTRICT_ADD')}</Button>}>
			<Loaded of={page}>
				{({ districts }) => (
					<Table caption={t('DISTRICTS')} rows={districts} rowKey={d => d.district} columns={[
						{ name: 'district', label: t('FIELD_DISTRICT_ID'), cell: d => d.district },
						{ name: 'name', label: t('FIELD_NAME'), cell: d => d.name },
						{ name: 'residents', label: t('DISTRICT_RESIDENTS'), align: 'right', cell: d => number(d.residents) },
						{ name: 'edit', label: '', align: 'right', cell: d => <Button small variant="quiet" icon="edit" label={t('DISTRICT_EDIT', { name: d.name })} onClick={() => edit(d)} /> },
					]} />
				)}
			</Loaded>
			{edited && <Edit of={edited} onClose={() => edit(null)} onDone={page.reload} />}
		</Page>
	)
}
