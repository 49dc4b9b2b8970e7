// time - instants as the server writes them: RFC 3339 with the council's own offset, so that the local time is what
// stands in the text and no zone is ever guessed here. Dates are YYYY-MM-DD.
import { lang, t } from './i18n.js'

const shape = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?/
const weekdays = { ja: ['日', '月', '火', '水', '木', '金', '土'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] }

let ahead = 0 // of the server's clock before ours, ms
let offset = 0 // of the council's zone, ms

export function setServerNow(text) {
	const at = Date.parse(text)
	if (Number.isNaN(at))
		return
	ahead = at - Date.now()
	offset = Date.parse(text.replace(/([+-]\d\d:\d\d|Z)$/, 'Z')) - at
}
// An instant of our own clock (ms) as the server would write it, but for the offset.
export const councilTime = ms => new Date(ms + ahead + offset).toISOString()
export const serverNow = () => Date.now() + ahead
export const instant = text => Date.parse(text)

const parts = text => shape.exec(text ?? '')

// "7:12"
export function clock(text) {
	const m = parts(text)
	return m && m[4] ? `${Number(m[4])}:${m[5]}` : ''
}
// "08:30", a time of no day: "8:30"
export const wallClock = text => text.replace(/^0/, '')
export const date = text => (text ?? '').slice(0, 10)

function weekday(text) {
	const m = parts(text)
	return m ? weekdays[lang()][new Date(Date.UTC(+m[1], +m[2] - 1, +m[3])).getUTCDay()] : ''
}
const thisYear = () => councilTime(Date.now()).slice(0, 4)
// "11月23日（月）" · "Mon 23 Nov"; with the year where it is not this year's, or where `year` asks for it.
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
export function day(text, { year: always = false } = {}) {
	const m = parts(text)
	if (!m)
		return ''
	const year = always || m[1] !== thisYear()
	if (lang() === 'en')
		return `${weekday(text)} ${+m[3]} ${months[m[2] - 1]}${year ? ` ${m[1]}` : ''}`
	return `${year ? `${m[1]}年` : ''}${+m[2]}月${+m[3]}日（${weekday(text)}）`
}
// "11/23", "2025/11/23": where there is little room
export function shortDay(text) {
	const m = parts(text)
	return m ? `${m[1] === thisYear() ? '' : `${m[1]}/`}${+m[2]}/${+m[3]}` : ''
}
// The time alone on `today`, else with its day.
export function when(text, today) {
	if (!text)
		return ''
	return today && date(text) === today ? clock(text) : `${shortDay(text)} ${clock(text)}`
}
// "2026-11-23" and days: "2026-11-24"; '' of what is no date (a field takes a year of six digits while it is typed).
export function addDays(text, days) {
	const m = parts(text)
	return m ? new Date(Date.UTC(+m[1], +m[2] - 1, +m[3] + days)).toISOString().slice(0, 10) : ''
}
// "25分" · "3時間10分" · "2日"
export function length(ms) {
	const minutes = Math.max(0, Math.floor(ms / 60000))
	if (minutes < 60)
		return t('LENGTH_MINUTES', { minutes })
	if (minutes < 24 * 60)
		return minutes % 60 ? t('LENGTH_HOURS_MINUTES', { hours: Math.floor(minutes / 60), minutes: minutes % 60 }) : t('LENGTH_HOURS', { hours: minutes / 60 })
	return t('LENGTH_DAYS', { days: Math.floor(minutes / 1440) })
}
// "7d", as the server writes a length of time: "7日"
export function lengthWords(text) {
	const m = /^(\d+)([smhd])$/.exec(text)
	if (!m || m[2] === 's')
		return text
	const count = m[1]
	return m[2] === 'm' ? t('LENGTH_MINUTES', { minutes: count }) : m[2] === 'h' ? t('LENGTH_HOURS', { hours: count }) : t('LENGTH_DAYS', { days: count })
}
// Full years since a date of birth.
export function ageOf(birth) {
	const [y, m, d] = birth.split('-').map(Number), [ty, tm, td] = date(councilTime(Date.now())).split('-').map(Number)
	return ty - y - (tm < m || (tm === m && td < d) ? 1 : 0)
}
export const since = text => length(serverNow() - instant(text))
