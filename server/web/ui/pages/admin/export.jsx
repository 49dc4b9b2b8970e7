// export - each table as CSV: as it is, to be imported again, or for a spreadsheet.
import { colon, t } from '../../i18n.js'
import { ButtonLink, Page, Table } from '../../parts/index.js'
import { can } from '../../session.js'
import { FILES, tableName } from './tables.js'

export default function Export() {
	const rows = FILES.filter(file => file !== 'users' || can('admin'))
	const link = (file, spreadsheet) => (
		<ButtonLink small icon="download" href={`/api/v1/export/${file}.csv${spreadsheet ? '?spreadsheet=true' : ''}`} download label={colon(`${file}.csv`, t(spreadsheet ? 'EXPORT_SPREADSHEET' : 'EXPORT_MACHINE'))}>
			{file}.csv
		</ButtonLink>
	)
	return (
		<Page title={t('ADMIN_EXPORT')} kicker={<a href="/admin">{t('ADMIN')}</a>} lead={t('EXPORT_LEAD')}>
			<Table caption={t('ADMIN_EXPORT')} rows={rows} rowKey={file => file} columns={[
				{ name: 'table', label: t('EXPORT_WHAT'), cell: tableName },
				{ name: 'machine', label: t('EXPORT_MACHINE'), cell: file => link(file, false) },
				{ name: 'sheet', label: t('EXPORT_SPREADSHEET'), cell: file => link(file, true) },
			]} />
		</Page>
	)
}
