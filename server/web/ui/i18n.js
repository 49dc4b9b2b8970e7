// i18n - words in the reader's language. Japanese first; what is not said in a language does not build (texts.mjs).
import texts from 'mimamori:texts'
import { createStore, useStore } from './store.js'

const cookie = () => /(?:^|; )lang=(ja|en)(?:;|$)/.exec(document.cookie)?.[1]

export const language = createStore(cookie() ?? 'ja')
export const lang = () => language.get()
export const useLanguage = () => useStore(language)

// Keeps the choice for the server's own pages too (paper, watchers' pages), a year long.
export function setLanguage(next) {
	document.cookie = `lang=${next}; path=/; max-age=31536000; samesite=lax`
	document.documentElement.lang = next
	language.set(next)
}

// Whoever has chosen nothing here reads what the account says.
export function suggestLanguage(next) {
	if (!cookie() && (next === 'ja' || next === 'en')) {
		document.documentElement.lang = next
		language.set(next)
	}
}

function fill(text, fields) {
	return fields ? text.replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? '') : text
}

// t('HANDLING_GOING', { who, until })
export function t(key, fields) {
	const pair = texts[key]
	if (!pair) {
		console.error(`no text ${key}`)
		return key
	}
	return fill(pair[lang() === 'en' ? 1 : 0], fields)
}

// A key that stands in a table, so that the build can look it up: { label: key('NAV_LIST') }, later t(row.label).
export const key = name => name

// word('STATE', 'missed') is t('STATE_MISSED'); a value that no text has is shown as it came.
const joined = (prefix, value) => `${prefix}_${String(value).toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`
export const hasWord = (prefix, value) => joined(prefix, value) in texts
export function word(prefix, value, fields) {
	if (value === null || value === undefined || value === '')
		return ''
	return hasWord(prefix, value) ? t(joined(prefix, value), fields) : String(value)
}

// What stands beside each other, without what is empty: お元気・電話 · fine · telephone
export const dots = (...parts) => parts.flat().filter(Boolean).join(lang() === 'en' ? ' · ' : '・')
// 佐藤（R002） · Sato (R002)
export const bracketed = (text, inside) => (lang() === 'en' ? `${text} (${inside})` : `${text}（${inside}）`)
// 地区：本町 · District: Honmachi
export const colon = (text, more) => (lang() === 'en' ? `${text}: ${more}` : `${text}：${more}`)
// 田中、鈴木 · Tanaka, Suzuki
export const commas = (...parts) => parts.flat().filter(Boolean).join(lang() === 'en' ? ', ' : '、')
// サトウ ジロウ　R002: wider apart than the words within, without what is empty
export const apart = (...parts) => parts.flat().filter(Boolean).join(lang() === 'en' ? '\u2003' : '\u3000')
// How a sentence begins: "no check-in" -> "No check-in"
export const capital = text => text.charAt(0).toUpperCase() + text.slice(1)

export const number = n => Number(n).toLocaleString(lang() === 'en' ? 'en-GB' : 'ja-JP')
