// audit - who did and read what: filtered by the address, page by page, and as a file.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { hasWord, t, word } from '../../i18n.js'
import { Button, ButtonLink, Input, Loaded, Page, Pager, Table, useAct, useForm, useLoad, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can } from '../../session.js'

const FILTERS = ['who', 'what', 'subject', 'from', 'to']

// What was done, where there is a word for it; else as it stands in the audit.
const doing = what => (hasWord('DOING', what) ? word('DOING', what) : what)

export default function Audit() {
	const [query, setQuery] = useQuery()
	const filter = Object.fromEntries(FILTERS.map(name => [name, query[name] ?? '']))
	const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
	const where = JSON.stringify(asked)
	const page = useLoad(signal => api.get('/audit', { ...asked, limit: 100 }, { signal }), [where])
	const [more, setMore] = useState({ entries: [], cursor: undefined })
	const [act, busy] = useAct()
	const form = useForm(filter)
	useEffect(() => {
		setMore({ entries: [], cursor: undefined })
		form.reset(filter)
	}, [where])
	const cursor = more.cursor === undefined ? page.data?.next_cursor : more.cursor
	const readOn = () => act(async () => {
		const next = await api.get('/audit', { ...asked, limit: 100, cursor })
		setMore(m => ({ entries: [...m.entries, ...next.entries], cursor: next.next_cursor }))
	})
	return (
		<Page title={t('ADMIN_AUDIT')} lead={t('AUDIT_LEAD')} kicker={<a href="/admin">{t('ADMIN')}</a>}
			actions={can('export') && <ButtonLink icon="download" href={`/api/v1/audit.csv?${new URLSearchParams(asked)}`} download>{t('AUDIT_CSV')}</ButtonLink>}>
			<form class="row audit-filter" noValidate onSubmit={event => {
				event.preventDefault()
				setQuery(Object.fromEntries(FILTERS.map(name => [name, form.values[name].trim() || null])))
			}}>
				<Input label={t('AUDIT_WHO')} hint={t('AUDIT_WHO_HINT')} {...form.field('who')} />
				<Input label={t('AUDIT_WHAT')} {...form.field('what')} />
				<Input label={t('AUDIT_SUBJECT')} hint={t('AUDIT_SUBJECT_HINT')} {...form.field('subject')} />
				<Input type="date" label={t('AUDIT_FROM')} {...form.field('from')} />
				<Input type="date" label={t('AUDIT_TO')} {...form.field('to')} />
				<Button type="submit" icon="filter">{t('AUDIT_FILTER')}</Button>
			</form>
			<Loaded of={page}>
				{({ entries }) => (
					<>
						<Table caption={t('ADMIN_AUDIT')} rows={[...entries, ...more.entries]} empty={t('AUDIT_NONE')} columns={[
							{ name: 'at', label: t('AUDIT_AT'), class: 'nowrap', cell: e => <When at={e.at} /> },
							{ name: 'who', label: t('AUDIT_WHO'), class: 'nowrap', cell: e => e.who },
							{ name: 'what', label: t('AUDIT_WHAT'), class: 'nowrap', cell: e => doing(e.what) },
							{ name: 'subject', label: t('AUDIT_SUBJECT'), cell: e => e.subject ?? '' },
							{ name: 'detail', label: t('AUDIT_DETAIL'), class: 'breakable', cell: e => <>{e.detail}{e.reason && <small class="block">{t('AUDIT_REASON')}: {e.reason}</small>}</> },
							{ name: 'address', label: t('AUDIT_ADDRESS'), class: 'nowrap', cell: e => e.address ?? '' },
						]} />
						<Pager shown={entries.length + more.entries.length} cursor={cursor} busy={busy} more={readOn} />
					</>
				)}
			</Loaded>
		</Page>
	)
}
