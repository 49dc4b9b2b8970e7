// values - figures as they are read: numbers with their unit, what is hidden by its sign.
import { number, t, word } from '../../i18n.js'

export const isNumber = value => typeof value === 'number'

// Those that may have a part always show it: 2.0 under 2.4.
const written = (value, unit) => (unit === 'percent' || unit === 'hours' ? `${number(Math.trunc(value))}${value.toFixed(1).slice(-2)}` : number(value))

// A cell's text: 12 · 0.5 · 5未満 · ＊ · –
export function cell(value, unit) {
	if (isNumber(value))
		return written(value, unit)
	return value === '<5' ? t('REPORT_SMALL') : value === '*' ? '＊' : '–'
}

export const withUnit = (value, unit) => (isNumber(value) ? t('REPORTS_VALUE', { value: written(value, unit), unit: word('UNIT', unit) }) : cell(value))

// A year's target, for a period of so many months: counts are met month by month, rates and times all the time.
export const share = (target, adds, length) => (target === undefined ? null : adds ? Math.round((target * length * 10) / 12) / 10 : target)
export const lengthOf = { month: 1, half: 6, year: 12 }
