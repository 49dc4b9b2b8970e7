// checks - what is missing or doubtful in who is enrolled, gravest first: one section for each sort, read on as needed.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Card, Empty, Loaded, Page, Pager, Table, useAct, useLoad } from '../../parts/index.js'
import { districtName, today } from '../../session.js'
import { day, when } from '../../time.js'

const FIRST = 50
const of_watchers = new Set(['watcher_channel', 'replacement_failed'])
const of_nobody = new Set(['holidays_unknown', 'holiday_nobody'])

function Subject({ check }) {
	if (of_nobody.has(check.code))
		return <b>{check.subject}</b>
	const page = of_watchers.has(check.code) ? 'watchers' : 'residents'
	return <><a href={`/${page}/${encodeURIComponent(check.subject)}`}>{check.name ?? check.subject}</a> <small>{check.subject}</small></>
}

const residents = ids => ids.map(id => <a key={id} href={`/residents/${encodeURIComponent(id)}`}>{id}</a>)
const watchers = ids => ids.map(id => <a key={id} href={`/watchers/${encodeURIComponent(id)}`}>{id}</a>)

// What `detail` says is said for each code in server/watch/enrolment.h.
function Detail({ check }) {
	const words = (check.detail ?? '').split(' ').filter(Boolean)
	switch (check.code) {
		case 'few_watchers': return t('CHECK_DETAIL_REACHABLE', { count: words[0] })
		case 'watcher_channel': return word('CHECK_CHANNEL', words[0])
		case 'tier_away': return t('CHECK_DETAIL_TIER', { tier: words[0], watchers: words.slice(1).join('・') })
		case 'holidays_unknown': return words[0] ? t('CHECK_DETAIL_HOLIDAYS_LAST', { day: day(words[0], { year: true }) }) : t('CHECK_DETAIL_HOLIDAYS_NONE')
		case 'holiday_nobody': return t('CHECK_DETAIL_HOLIDAY', { kind: word('KIND', words[0]), day: day(words[1], { year: true }), count: words[2] })
		case 'similar_name': return <span class="row">{residents(words.filter(one => !one.startsWith('+')))}{words.at(-1)?.startsWith('+') && <small>{words.at(-1)}</small>}</span>
		case 'never_told_linked':
		case 'never_told_like':
		case 'link_consent':
		case 'replacement_failed': return <span class="row">{watchers(words)}</span>
		default: return check.district ? districtName(check.district) : ''
	}
}

function Section({ code, count, first }) {
	const [older, setOlder] = useState(null)
	const [act, busy] = useAct()
	const rows = older?.rows ?? first
	const more = async () => {
		const page = await act(() => api.get('/checks', { code, limit: 500, cursor: older?.cursor }))
		if (page)
			setOlder({ rows: [...(older?.rows ?? []), ...page.checks], cursor: page.next_cursor })
	}
	return (
		<Card title={t('CHECKS_SECTION', { name: word('CHECK', code), count })}>
			<div class="stack-s">
				<p class="soft">{word('CHECK', `${code}_more`)}</p>
				<Table caption={word('CHECK', code)} rows={rows} rowKey={check => `${check.subject} ${check.detail}`} columns={[
					{ name: 'subject', label: t('CHECK_SUBJECT'), cell: check => <Subject check={check} /> },
					{ name: 'detail', label: t('CHECK_DETAIL'), cell: check => <Detail check={check} /> },
				]} />
				{rows.length < count && <Pager shown={rows.length} cursor="more" busy={busy} more={more} />}
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
				{({ made_at, sections }) => (
					<div class="stack">
						<p class="soft">{t('CHECKS_MADE', { time: when(made_at, today()) })}</p>
						{sections.length ? sections.map(s => <Section key={s.code} {...s} />) : <Empty>{t('CHECKS_FINE')}</Empty>}
					</div>
				)}
			</Loaded>
		</Page>
	)
}
