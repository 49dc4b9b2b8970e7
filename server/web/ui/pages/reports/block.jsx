// block - one subject of a report: its lines drawn, and all its numbers in a table below. Which lines are drawn is chosen
// in the table, at the name of each; only lines of one unit stand in one drawing.
import { useState } from 'preact/hooks'
import { t } from '../../i18n.js'
import { Card } from '../../parts/index.js'
import { axisNames, periodName, shortName } from './periods.js'
import { LINES_MOST, Mark, Plot, unitOf } from './plot.jsx'
import { cell, lengthOf, share } from './values.js'

// Heads of columns: periods under their fiscal year, each year's total behind its periods.
function columnsOf({ periods, years, by }) {
	if (by === 'year')
		return periods.map((p, i) => ({ year: p.year, label: shortName(p), state: p.state, at: i }))
	return years.flatMap((year, n) => [
		...periods.map((p, i) => ({ year: p.year, label: shortName(p), state: p.state, at: i })).filter(c => c.year === year),
		{ year, label: t('REPORTS_TOTAL'), total: n },
	])
}

function Head({ columns, by, targets }) {
	const years = [...new Set(columns.map(c => c.year))]
	return (
		<thead>
			{by !== 'year' && (
				<tr>
					<td />
					{years.map(year => <th key={year} scope="colgroup" colSpan={columns.filter(c => c.year === year).length} class="figure-year">{t('REPORT_YEAR', { year })}</th>)}
					{targets && <td />}
				</tr>
			)}
			<tr>
				<th scope="col">{t('REPORTS_FIGURE')}</th>
				{columns.map((c, i) => (
					<th key={i} scope="col" class={c.total === undefined ? '' : 'figure-sum'}>
						{c.label}{c.state === 'running' && <small class="block">{t('REPORTS_RUNNING')}</small>}
					</th>
				))}
				{targets && <th scope="col">{t('REPORTS_TARGET')}</th>}
			</tr>
		</thead>
	)
}

function Name({ row, n, toggle, paper }) {
	const text = <>{row.label} <small>{t('REPORTS_UNIT', { unit: unitOf(row.unit) })}</small></>
	if (paper)
		return <span class="chart-key">{n >= 0 && <Mark n={n} />}{text}</span>
	return (
		<button type="button" class="chart-key" aria-pressed={n >= 0} title={n >= 0 ? t('REPORTS_UNDRAW') : t('REPORTS_DRAW')} onClick={() => toggle(row)}>
			<Mark n={n} /><span>{text}</span>
		</button>
	)
}

// title; rows: [{ key, label, unit, adds, values, totals, targets: { year: value } }]; first: keys drawn at first;
// report: what it is a part of; paper: the width of a print, 0 for the screen.
export function Block({ title, rows, first, report, paper = 0, actions, how, level = 2 }) {
	const [chosen, choose] = useState(first)
	const lines = chosen.map(key => rows.find(row => row.key === key)).filter(Boolean).slice(0, LINES_MOST)
	const columns = columnsOf(report)
	const targets = rows.some(row => Object.keys(row.targets).length > 0)
	const length = lengthOf[report.by]
	const toggle = row => {
		if (chosen.includes(row.key)) {
			if (lines.length > 1)
				choose(chosen.filter(key => key !== row.key))
			return
		}
		const same = lines.filter(line => line.unit === row.unit).map(line => line.key)
		choose([...same.slice(0, LINES_MOST - 1), row.key])
	}
	const drawn = lines.map(row => {
		const target = report.periods.map(p => share(row.targets[p.year], row.adds, length))
		return { key: row.key, label: row.label, values: row.values, target: target.some(v => v !== null) ? target : undefined }
	})
	const last = report.years.at(-1)
	return (
		<Card title={title} actions={actions} level={level} class="report">
			{lines.length > 0 && <Plot rows={drawn} names={axisNames(report)} fullNames={report.periods.map(periodName)} unit={lines[0].unit} paper={paper} />}
			<div class="figures-frame" tabIndex={paper ? undefined : 0} role={paper ? undefined : 'region'} aria-label={paper ? undefined : t('REPORTS_TABLE', { title })}>
				<table class="figures">
					<caption class="unseen">{title}</caption>
					<Head columns={columns} by={report.by} targets={targets} />
					<tbody>
						{rows.map(row => (
							<tr key={row.key}>
								<th scope="row"><Name row={row} n={lines.indexOf(row)} toggle={toggle} paper={paper} /></th>
								{columns.map((c, i) => (
									<td key={i} class={c.total === undefined ? '' : 'figure-sum'}>{c.state === 'future' ? '' : cell(c.total === undefined ? row.values[c.at] : row.totals[c.total], row.unit)}</td>
								))}
								{targets && <td class="figure-sum">{row.targets[last] === undefined ? '' : cell(row.targets[last], row.unit)}</td>}
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{how && !paper && (
				<details class="how">
					<summary>{t('REPORTS_HOW')}</summary>
					<dl>{how.map(({ key, label, text }) => <div key={key}><dt>{label}</dt><dd>{text}</dd></div>)}</dl>
				</details>
			)}
		</Card>
	)
}
