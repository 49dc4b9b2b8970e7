// reports - figures by month, half and fiscal year, of all districts or one; on paper and in files with small counts
// hidden. What is shown stands in the address.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { lang, t, word } from '../../i18n.js'
import { Button, ButtonLink, Loaded, Notice, Page, Select, Tabs, useLoad, usePrinted } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can, districtName, today, useSession } from '../../session.js'
import { day, clock } from '../../time.js'
import { Block } from './block.jsx'
import { periodName, usualYears, yearOf } from './periods.js'
import { Targets } from './targets.jsx'

// The subjects, and which of their figures are drawn at first.
const subjects = [
	['service', ['residents']],
	['checkins', ['miss_rate']],
	['times', ['told_median', 'claim_median', 'seen_median']],
	['incidents', ['incidents_help', 'incidents_missed', 'incidents_unwell', 'incidents_talk']],
	['false_alarms', ['safe_forgot', 'safe_device', 'safe_other', 'safe_unsaid', 'outcome_checked_in', 'outcome_false_alarm']],
	['outcomes', ['outcome_hospital', 'outcome_emergency', 'outcome_deceased']],
	['contacts', ['visits', 'calls']],
	['volunteers', ['hours']],
	['signoffs', ['signoff_rate']],
	['devices', ['devices', 'devices_offline', 'devices_battery']],
]
const YEARS = 11 // that can be chosen
const PAPER = 680 // px across A4
const FIRST_DISTRICTS = 4

const nameOf = of => (of.scope === 'all' ? t('REPORT_ALL') : of.scope === 'own' ? t('REPORT_OWN') : of.name)
const figureName = key => word('FIGURE', key)
const howOf = key => word('FIGURE', `${key}_how`)
const within = (value, list, none) => (list.includes(value) ? value : none)

// What the address asks for.
function useAsked() {
	const [query, setQuery] = useQuery()
	const now = yearOf(today())
	const by = within(query.by, ['month', 'half', 'year'], 'month')
	const choices = Array.from({ length: YEARS }, (_, i) => String(now - i))
	const year = Number(within(query.year, choices, String(now)))
	const years = Number(within(query.years, ['1', '2', '3', '5', '10'], String(usualYears[by])))
	return [{ by, year, years, district: query.district ?? '', view: within(query.view, ['district'], ''), figure: query.figure ?? 'miss_rate', choices }, setQuery]
}

const callOf = ({ by, year, years, district }) => ({ from: `${year - years + 1}-04`, to: `${year + 1}-03`, by, district })

// Targets of a series, by figure: { year: value }
const targetsOf = (report, figure, district) => Object.fromEntries(report.targets.filter(x => x.figure === figure && x.district === district).map(x => [x.year, x.value]))

function rowsOf(report, series, group) {
	return report.figures.filter(f => f.group === group).map(f => ({
		...f,
		label: figureName(f.key),
		values: series.values[f.key],
		totals: series.totals[f.key],
		targets: targetsOf(report, f.key, series.of.district),
	}))
}

// A figure of each district.
function districtRows(report, figure) {
	const f = report.figures.find(x => x.key === figure) ?? report.figures[0]
	return report.series.filter(s => s.of.scope === 'district').map(s => ({
		...f,
		key: s.of.district,
		label: s.of.name,
		values: s.values[f.key],
		totals: s.totals[f.key],
		targets: targetsOf(report, f.key, s.of.district),
	}))
}

function Subjects({ report, paper, asked, onChanged }) {
	const [setting, set] = useState(null)
	const series = report.series[0]
	const year = report.years.at(-1)
	return (
		<>
			{subjects.map(([group, first]) => {
				const rows = rowsOf(report, series, group)
				const settable = !paper && can('admin') && series.of.scope !== 'own'
				return (
					<Block key={`${group} ${asked.district}`} title={word('REPORT', group)} rows={rows} first={first} report={report} paper={paper}
						how={rows.map(row => ({ key: row.key, label: row.label, text: howOf(row.key) }))}
						actions={settable && <Button small icon="edit" onClick={() => set(group)}>{t('REPORTS_TARGETS')}</Button>} />
				)
			})}
			{setting && <Targets title={word('REPORT', setting)} rows={rowsOf(report, series, setting)} year={year} district={asked.district} place={nameOf(series.of)}
				onClose={() => set(null)} onSaved={onChanged} />}
		</>
	)
}

function Districts({ report, paper, asked, setQuery }) {
	const figure = report.figures.some(f => f.key === asked.figure) ? asked.figure : 'miss_rate'
	const rows = districtRows(report, figure)
	return (
		<>
			{!paper && (
				<Select label={t('REPORTS_WHICH_FIGURE')} class="report-figure" value={figure} onValue={value => setQuery({ figure: value })}
					options={report.figures.map(f => [f.key, t('REPORTS_OF_GROUP', { group: word('REPORT', f.group), figure: figureName(f.key) })])} />
			)}
			<Block key={figure} title={t('REPORTS_BY_DISTRICT', { figure: figureName(figure) })} rows={rows} first={rows.slice(0, FIRST_DISTRICTS).map(row => row.key)} report={report} paper={paper}
				how={[{ key: figure, label: figureName(figure), text: howOf(figure) }]} />
		</>
	)
}

// From 2026-04 to 2027-03 · of whom · as of when
function Lead({ report, asked }) {
	const [first, last] = [report.periods[0], report.periods.at(-1)]
	const place = asked.district ? districtName(asked.district) : nameOf(report.series[0].of)
	const at = report.counted_at
	return <>{t('REPORTS_LEAD', { from: periodName(first), to: periodName(last), place })}{at && ` ${t('REPORTS_AS_OF', { time: `${day(at)} ${clock(at)}` })}`}</>
}

// What is printed is never what is on the screen: another drawing of the same, with small counts hidden by the server.
function Paper({ hidden, asked }) {
	if (!hidden.data)
		return <p class="paper">{t('REPORTS_PAPER_NOT_YET')}</p>
	return (
		<div class="paper">
			<p><Lead report={hidden.data} asked={asked} /></p>
			<p><small>{t('REPORTS_HIDDEN_NOTE')}</small></p>
			{asked.view ? <Districts report={hidden.data} paper={PAPER} asked={asked} /> : <Subjects report={hidden.data} paper={PAPER} asked={asked} />}
		</div>
	)
}

function Pickers({ asked, setQuery }) {
	const now = useSession()
	return (
		<div class="report-pickers screen" role="group" aria-label={t('REPORTS_PICKERS')}>
			<Select label={t('REPORTS_BY')} value={asked.by} onValue={by => setQuery({ by: by === 'month' ? '' : by, years: '' })}
				options={[['month', t('REPORTS_BY_MONTH')], ['half', t('REPORTS_BY_HALF')], ['year', t('REPORTS_BY_YEAR')]]} />
			<Select label={t('REPORTS_UNTIL')} value={String(asked.year)} onValue={year => setQuery({ year: year === asked.choices[0] ? '' : year })}
				options={asked.choices.map(year => [year, t('REPORT_YEAR', { year })])} />
			<Select label={t('REPORTS_YEARS')} value={String(asked.years)} onValue={years => setQuery({ years: Number(years) === usualYears[asked.by] ? '' : years })}
				options={[1, 2, 3, 5, 10].map(n => [String(n), t(n === 1 ? 'REPORTS_ONE_YEAR' : 'REPORTS_SOME_YEARS', { count: n })])} />
			{now.districts.length > 1 && (
				<Select label={t('DISTRICT')} value={asked.district} empty={t('EVERY_DISTRICT')} options={now.districts.map(d => [d.district, d.name])}
					onValue={district => setQuery({ district, view: '' })} />
			)}
		</div>
	)
}

export default function Reports() {
	const [asked, setQuery] = useAsked()
	const query = callOf(asked)
	const same = [query.from, query.to, query.by, query.district]
	const report = useLoad(signal => api.get('/reports', query, { signal }), same)
	const hidden = useLoad(signal => api.get('/reports', { ...query, hidden: 1 }, { signal }), same)
	usePrinted('/reports', query)
	const changed = () => {
		report.reload()
		hidden.reload()
	}
	return (
		<Page title={t('REPORTS')} lead={report.data && <span class="screen"><Lead report={report.data} asked={asked} /></span>} actions={(
			<>
				<ButtonLink icon="download" download href={api.address('/reports.csv', { ...query, lang: lang() })}>{t('DOWNLOAD_CSV')}</ButtonLink>
				<Button icon="print" onClick={() => print()}>{t('PRINT')}</Button>
			</>
		)}>
			<Pickers asked={asked} setQuery={setQuery} />
			<div class="reports screen stack">
				<Loaded of={report} lines={10}>
					{data => {
						const several = data.series.filter(s => s.of.scope === 'district').length > 1
						const body = asked.view && several ? <Districts report={data} asked={asked} setQuery={setQuery} /> : <Subjects report={data} asked={asked} onChanged={changed} />
						return (
							<>
								{data.counted_at === null && data.periods.some(p => p.state === 'running') && <Notice>{t('REPORTS_NOT_COUNTED')}</Notice>}
								{several ? (
									<Tabs label={t('REPORTS_VIEWS')} value={asked.view || 'all'} onValue={value => setQuery({ view: value === 'all' ? '' : value })}
										tabs={[{ value: 'all', label: t('REPORTS_VIEW_ALL') }, { value: 'district', label: t('REPORTS_VIEW_DISTRICT') }]}>
										<div class="stack">{body}</div>
									</Tabs>
								) : body}
								<p class="faint">{t('REPORTS_LEAVES')}</p>
							</>
						)
					}}
				</Loaded>
			</div>
			<Paper hidden={hidden} asked={asked} />
		</Page>
	)
}
