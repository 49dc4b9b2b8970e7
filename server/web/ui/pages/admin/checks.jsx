// checks - what is missing or doubtful in who is enrolled, gravest first: one section for each sort, read on as needed.
import * as api from '../../api.js'
import { commas, dots, t, word } from '../../i18n.js'
import { Button, Card, Empty, Loaded, Page, Pager, Table, useLoad, useRest } from '../../parts/index.js'
import { districtName, today } from '../../session.js'
import { day, when } from '../../time.js'
import { policyName } from './policies.jsx'

const FIRST = 50
const of_watchers = new Set(['watcher_channel', 'replacement_failed'])

const pathOf = (page, id) => `/${page}/${encodeURIComponent(id)}`

function Subject({ check }) {
	if (check.code === 'holidays_unknown')
		return <b>{t('CHECK_HOLIDAYS')}</b>
	if (check.code === 'holiday_nobody')
		return <a href="/admin/policies">{policyName(check.subject)}</a>
	return <><a href={pathOf(of_watchers.has(check.code) ? 'watchers' : 'residents', check.subject)}>{check.name ?? check.subject}</a> <small>{check.subject}</small></>
}

// Others whom a check is about, as { id, name } of its `people`.
const Others = ({ page, ids, people }) => (
	<span class="row">
		{ids.map(id => <span key={id}><a href={pathOf(page, id)}>{people.find(p => p.id === id)?.name ?? id}</a> <small>{id}</small></span>)}
	</span>
)

// What `detail` says is said for each code in server/watch/enrolment.h.
function Detail({ check }) {
	const words = (check.detail ?? '').split(' ').filter(Boolean)
	const rest = words.at(-1)?.startsWith('+') ? words.pop() : ''
	switch (check.code) {
		case 'few_watchers': return t('CHECK_DETAIL_REACHABLE', { count: words[0] })
		case 'watcher_channel': return word('CHECK_CHANNEL', words[0])
		case 'tier_away': return t('CHECK_DETAIL_TIER', { tier: words[0], watchers: commas(words.slice(1).map(id => dots(check.people.find(p => p.id === id)?.name, id))) })
		case 'holidays_unknown': return words[0] ? t('CHECK_DETAIL_HOLIDAYS_LAST', { day: day(words[0], { year: true }) }) : t('CHECK_DETAIL_HOLIDAYS_NONE')
		case 'holiday_nobody': return t('CHECK_DETAIL_HOLIDAY', { kind: word('KIND', words[0]), day: day(words[1], { year: true }), count: words[2] })
		case 'similar_name': return <><Others page="residents" ids={words} people={check.people} /> {rest && <small>{rest}</small>}</>
		case 'never_told_linked':
		case 'never_told_like':
		case 'link_consent':
		case 'replacement_failed': return <Others page="watchers" ids={words} people={check.people} />
		default: return check.district ? districtName(check.district) : ''
	}
}

// The cursor of a code's checks is how many there are before.
function Section({ of, code, count, first }) {
	const { rows, ...pages } = useRest(of, { path: '/checks', name: 'checks', rows: first, cursor: first.length < count ? String(first.length) : null, query: { code, limit: 500 } })
	return (
		<Card title={t('CHECKS_SECTION', { name: word('CHECK', code), count })}>
			<div class="stack-s">
				<p class="soft">{word('CHECK', `${code}_more`)}</p>
				<Table caption={word('CHECK', code)} rows={rows} rowKey={check => `${check.subject} ${check.detail}`} columns={[
					{ name: 'subject', label: t('CHECK_SUBJECT'), cell: check => <Subject check={check} /> },
					{ name: 'detail', label: t('CHECK_DETAIL'), cell: check => <Detail check={check} /> },
				]} />
				{rows.length > FIRST || pages.cursor ? <Pager shown={rows.length} {...pages} /> : null}
			</div>
		</Card>
	)
}

// The first of each sort come in one reading.
async function readChecks(signal) {
	const { counts, made_at, checks } = await api.get('/checks', { limit: FIRST }, { signal })
	const codes = Object.keys(counts).filter(code => counts[code] > 0)
	return { made_at, sections: codes.map(code => ({ code, count: counts[code], first: checks.filter(check => check.code === code) })) }
}

export default function Checks() {
	const checks = useLoad(readChecks, [])
	return (
		<Page title={t('ADMIN_CHECKS')} kicker={<a href="/admin">{t('ADMIN')}</a>} lead={t('CHECKS_LEAD')}
			actions={<Button icon="refresh" busy={checks.busy} onClick={checks.reload}>{t('CHECKS_AGAIN')}</Button>}>
			<Loaded of={checks} lines={10}>
				{of => (
					<div class="stack">
						<p class="soft">{t('CHECKS_MADE', { time: when(of.made_at, today()) })}</p>
						{of.sections.length ? of.sections.map(s => <Section key={s.code} of={of} {...s} />) : <Empty>{t('CHECKS_FINE')}</Empty>}
					</div>
				)}
			</Loaded>
		</Page>
	)
}
