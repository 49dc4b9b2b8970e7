// audit - who did and read what: filtered by the address, page by page, and as a file.
import { useEffect } from 'preact/hooks'
import { colon, t } from '../../i18n.js'
import { Button, ButtonLink, Input, Loaded, Page, Pager, Select, Table, useForm, usePages, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can } from '../../session.js'
import { doings, doingWords } from './doings.js'

const FILTERS = ['who', 'what', 'subject', 'from', 'to']

export default function Audit() {
	const [query, setQuery] = useQuery()
	const filter = Object.fromEntries(FILTERS.map(name => [name, query[name] ?? '']))
	const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
	const { load, rows, ...pages } = usePages('/audit', 'entries', { query: asked, limit: 100 })
	const form = useForm(filter)
	useEffect(() => form.reset(filter), [JSON.stringify(asked)])
	return (
		<Page title={t('ADMIN_AUDIT')} lead={t('AUDIT_LEAD')} kicker={<a href="/admin">{t('ADMIN')}</a>}
			actions={can('export') && <ButtonLink icon="download" href={`/api/v1/audit.csv?${new URLSearchParams(asked)}`} download>{t('AUDIT_CSV')}</ButtonLink>}>
			<form class="pair audit-filter" noValidate onSubmit={event => {
				event.preventDefault()
				setQuery(Object.fromEntries(FILTERS.map(name => [name, form.values[name].trim() || null])))
			}}>
				<Input label={t('AUDIT_WHO')} hint={t('AUDIT_WHO_HINT')} {...form.field('who')} />
				<Select label={t('AUDIT_WHAT')} empty={t('AUDIT_WHAT_ANY')} options={doings(filter.what)} {...form.field('what')} />
				<Input label={t('AUDIT_SUBJECT')} hint={t('AUDIT_SUBJECT_HINT')} {...form.field('subject')} />
				<Input type="date" label={t('AUDIT_FROM')} {...form.field('from')} />
				<Input type="date" label={t('AUDIT_TO')} {...form.field('to')} />
				<Button type="submit" icon="filter">{t('AUDIT_FILTER')}</Button>
			</form>
			<Loaded of={load}>
				{() => (
					<>
						<Table caption={t('ADMIN_AUDIT')} rows={rows} empty={t('AUDIT_NONE')} columns={[
							{ name: 'at', label: t('AUDIT_AT'), class: 'nowrap', cell: e => <When at={e.at} /> },
							{ name: 'who', label: t('AUDIT_WHO'), class: 'nowrap', cell: e => e.who },
							{ name: 'what', label: t('AUDIT_WHAT'), class: 'audit-what', cell: e => doingWords(e.what) },
							{ name: 'subject', label: t('AUDIT_SUBJECT'), cell: e => e.subject ?? '' },
							{ name: 'detail', label: t('AUDIT_DETAIL'), class: 'breakable', cell: e => <>{e.detail}{e.reason && <small class="block">{colon(t('AUDIT_REASON'), e.reason)}</small>}</> },
							{ name: 'address', label: t('AUDIT_ADDRESS'), class: 'nowrap', cell: e => e.address ?? '' },
						]} />
						<Pager shown={rows.length} {...pages} />
					</>
				)}
			</Loaded>
		</Page>
	)
}
