// periods - what months, halves and fiscal years are called, and which of them a page shows.
import { lang, t } from '../../i18n.js'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// How many fiscal years at a time, where nobody chose.
export const usualYears = { month: 1, half: 3, year: 5 }

// The fiscal year of a date: it begins in April.
export const yearOf = date => Number(date.slice(0, 4)) - (date.slice(5, 7) < '04' ? 1 : 0)

// period: of a report. In full, and as short as a column's head under its year.
export function periodName({ period, year, first }) {
	if (/^\d{4}-\d\d$/.test(period))
		return lang() === 'en' ? `${months[first.slice(5, 7) - 1]} ${first.slice(0, 4)}` : t('REPORT_MONTH', { year: first.slice(0, 4), month: Number(first.slice(5, 7)) })
	return period.endsWith('H1') ? t('REPORT_HALF_1', { year }) : period.endsWith('H2') ? t('REPORT_HALF_2', { year }) : t('REPORT_YEAR', { year })
}
export function shortName({ period, year, first }) {
	if (/^\d{4}-\d\d$/.test(period))
		return lang() === 'en' ? months[first.slice(5, 7) - 1] : t('REPORTS_MONTH', { month: Number(first.slice(5, 7)) })
	return period.endsWith('H1') ? t('REPORTS_HALF_1') : period.endsWith('H2') ? t('REPORTS_HALF_2') : t('REPORT_YEAR', { year })
}

// Below a drawing: each period, and its fiscal year at the year's first.
export const axisNames = ({ periods, by }) =>
	periods.map((p, i) => (by !== 'year' && p.year !== periods[i - 1]?.year ? `${shortName(p)}\n${t('REPORT_YEAR', { year: p.year })}` : shortName(p)))
