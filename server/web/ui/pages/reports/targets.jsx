// targets - what a fiscal year aims at: one number a figure, for all or for a district. Set by an administrator.
import * as api from '../../api.js'
import { t } from '../../i18n.js'
import { FormDialog, Input, useForm } from '../../parts/index.js'
import { unitOf } from './plot.jsx'

// rows: as of a Block; year, district ('' all): what the targets are of.
export function Targets({ title, rows, year, district, place, onClose, onSaved }) {
	const was = Object.fromEntries(rows.map(row => [row.key, row.targets[year] === undefined ? '' : String(row.targets[year])]))
	const form = useForm(was)
	const save = async values => {
		for (const { key } of rows) {
			if (values[key] === was[key])
				continue
			await api.put('/targets', { figure: key, year, district: district || null, value: values[key] === '' ? null : Number(values[key]) })
		}
	}
	return (
		<FormDialog title={t('REPORTS_TARGETS_TITLE', { title })} form={form} send={save} said={t('SAVED')} onClose={onClose} onDone={onSaved}>
			<p class="soft">{t('REPORTS_TARGETS_LEAD', { year: t('REPORT_YEAR', { year }), place })}</p>
			{rows.map((row, i) => (
				<Input key={row.key} type="number" inputMode="decimal" min="0" max="10000000" step={row.unit === 'percent' || row.unit === 'hours' ? '0.1' : '1'} autofocus={i === 0}
					label={t('REPORT_COLUMN', { figure: row.label, unit: unitOf(row.unit) })} {...form.field(row.key)} />
			))}
		</FormDialog>
	)
}
