// timeline - events of a resident or an incident as a story: time, what happened, and what somebody wrote about it.
import { useState } from 'preact/hooks'
import { bracketed, dots, hasWord, t, word } from '../i18n.js'
import { date, day, shortDay, clock } from '../time.js'
import { Icon } from './icons.jsx'

const messages = new Set(['told', 'retry', 'refused', 'bounced', 'seen', 'answered', 'dropped'])
const isMessage = event => messages.has(event.event) && /^\w+ [\w.-]+: /.test(event.detail ?? '')

const icons = {
	opened: 'alert', asked_staff: 'bell', asked_again: 'bell', graver: 'alert', joined: 'alert', step: 'bell', unreached: 'alert',
	claimed: 'walk', taken_over: 'walk', renewed: 'clock', handed: 'swap', nudged: 'clock', lease_up: 'clock', lost: 'alert', released: 'walk', declined: 'close', last_declined: 'close',
	no_answer: 'house', no_answer_other: 'house', asked: 'info', checked_in: 'check', gone: 'check', closed: 'check', answered: 'check', note: 'note', carried: 'swap',
	disclosed: 'shield', worry: 'heart', staff_checkin: 'button', paused: 'pause', resumed: 'button', service_ended: 'info', revoked: 'key', too_old: 'clock', consent: 'shield',
	visited: 'house', called: 'phone', error: 'alert', watcher_replaced: 'swap', never_told: 'shield', never_told_lifted: 'shield', device_given: 'button', device_taken: 'button', device_revoked: 'button',
}
const grave = new Set(['opened', 'graver', 'unreached', 'lost', 'no_answer', 'no_answer_other', 'refused', 'bounced', 'worry', 'error', 'lease_up'])
const fine = new Set(['checked_in', 'gone', 'closed', 'answered'])

// What may be told or was: お名前・場所
const itemWords = items => dots(items.split(' ').filter(Boolean).map(item => word('ITEM', item)))

// { icon, tone, text, more }: `more` is what somebody wrote. names: { 'user:tanaka': '田中 裕子' } for those whom only a
// detail names; steps: how many the ladder has.
export function eventWords(event, names = {}, steps = Infinity) {
	const detail = event.detail ?? ''
	const name = event.person_name || names[event.person] || (event.person ? event.person.replace(/^\w+:/, '') : t('PERSON_SYSTEM'))
	const bare = person => person.replace(/^\w+:/, '')
	const named = person => names[person] ?? names[bare(person)] ?? names[`user:${person}`] ?? bare(person)
	const tone = grave.has(event.event) ? 'bad' : fine.has(event.event) ? 'good' : 'plain'
	const say = (key, fields = {}, more = '') => ({ icon: icons[event.event] ?? 'more', tone, text: word('EVENT', key, { name, ...fields }), more })
	const user = event.person?.startsWith('user:')
	const reporter = user || event.person?.startsWith('watcher:')
	// What somebody worries about is "unwell" to the rules; of the person's health they said nothing.
	const kindOf = kind => (reporter && kind === 'unwell' ? t('WHAT_WORRY') : word('KIND', kind))
	if (isMessage(event)) {
		const [, what, channel, answer] = /^(\w+) ([\w.-]+): ?([\s\S]*)$/.exec(detail)
		return {
			icon: channel === 'voice' ? 'phone' : channel === 'device' ? 'button' : 'mail', tone,
			text: word('EVENT', event.event === 'told' ? 'told' : `told_${event.event}`, { name: event.person?.startsWith('resident:') ? t('PERSON_RESIDENT') : name, channel: word('CHANNEL', channel), what: word('WHAT', what) }),
			more: '', answer,
		}
	}
	switch (event.event) {
		case 'step':
		case 'unreached': {
			const [, step, nobody] = /^step (\d+) round \d+( nobody)?/.exec(detail) ?? [null, '', '']
			const key = event.event === 'step' && nobody ? 'step_nobody' : event.event === 'step' && Number(step) >= steps ? 'step_again' : event.event
			return say(key, { step: Number(step) + 1 })
		}
		case 'claimed':
		case 'taken_over':
		case 'released':
		case 'declined':
		case 'last_declined': return say(user && hasWord('EVENT', `${event.event}_user`) ? `${event.event}_user` : detail === 'call' ? `${event.event}_call` : event.event)
		case 'handed': return say('handed', { to: named(detail) })
		case 'carried': {
			const [, to, reason] = /^to (\S+): ([\s\S]*)$/.exec(detail) ?? [null, '', detail]
			return say('carried', { to: named(to) }, reason)
		}
		case 'opened': return say('opened', { kind: kindOf(detail) })
		case 'graver':
		case 'joined': {
			const [, kind, note = ''] = /^(help|missed|unwell|talk)(?:: ([\s\S]*))?$/.exec(detail) ?? [null, reporter ? 'help' : detail, detail]
			return reporter && kind === 'help' ? { ...say('help_reported', {}, note), tone: 'bad' } : say(event.event, { kind: kindOf(kind) })
		}
		case 'too_old':
		case 'lesser':
		case 'lesser_free': return say(event.event, { kind: word('KIND', detail) })
		case 'closed': return say('closed', { outcome: word('OUTCOME', detail) })
		case 'staff_checkin': {
			const [, by, note] = /^told by ([^:]*)(?:: ([\s\S]*))?$/.exec(detail) ?? [null, detail, '']
			return say('staff_checkin', { told_by: by }, note)
		}
		case 'paused': {
			const m = /^(\S+) to (\S+): ([\s\S]*) \(told by ([\s\S]*)\)$/.exec(detail)
			return m ? say('paused', { from: shortDay(m[1]), to: shortDay(m[2]), told_by: m[4] }, hasWord('OUTCOME', m[3]) ? word('OUTCOME', m[3]) : m[3]) : say('paused', {}, detail)
		}
		case 'service_ended': {
			const [, reason, told_by, date] = /^(\w+) \((?:told by ([\s\S]*)|planned for (\S+))\)$/.exec(detail) ?? [null, detail]
			const fields = { reason: word('END_REASON', reason), told_by }
			return date ? say('service_ended_planned', { ...fields, day: day(date) }) : say(told_by ? 'service_ended_told' : 'service_ended', fields)
		}
		case 'consent': {
			const [, what, watcher, said, items = ''] = /^(\w+)(?: (watcher:\S+))? (given|taken_back)(?:: ([a-z ]+))?$/.exec(detail) ?? [null, '', '', 'given']
			const about = what === 'link' ? t('CONSENT_WHAT_LINK', { name: named(watcher) }) : word('CONSENT_WHAT', what)
			return about ? say(`consent_${said}`, { what: about }, itemWords(items)) : say('consent', {}, detail)
		}
		case 'disclosed': {
			const [, to, items, reason] = /^([\s\S]*): ([a-z ]+) \(([\s\S]*)\)$/.exec(detail) ?? [null, '', '', '']
			return to ? say('disclosed_to', { to, items: itemWords(items) }, reason) : say('disclosed', {}, detail)
		}
		case 'watcher_replaced': {
			const [from, to, ...flags] = detail.split(' ')
			const later = flags.filter(flag => ['needs_consent', 'key', 'renumbered'].includes(flag)).map(flag => word('REPLACEMENT', flag))
			if (flags.includes('barred'))
				return say('watcher_barred', { from: named(`watcher:${from}`), to: named(`watcher:${to}`) }, dots(later))
			return to ? say('watcher_replaced_by', { from: named(`watcher:${from}`), to: named(`watcher:${to}`) }, dots(later)) : say('watcher_replaced', {}, detail)
		}
		case 'never_told':
		case 'never_told_lifted': {
			const { text, ...rest } = say(event.event)
			return { ...rest, text: detail ? bracketed(text, named(`watcher:${detail}`)) : text }
		}
		case 'resumed': return say('resumed', { told_by: detail.replace(/^told by /, '') })
		case 'visited':
		case 'called': {
			const [, told_by, minutes, note] = /^(?:told by ([^:]*)(?:: |$))?(?:(\d+) min(?:: |$))?([\s\S]*)$/.exec(detail)
			return say(event.event, {}, dots(told_by && t('VISIT_TOLD_BY', { told_by }), minutes && t('MINUTES', { minutes }), note))
		}
		case 'worry': {
			const [, ticks, note] = /^([a-z ]*): ?([\s\S]*)$/.exec(detail) ?? [null, '', detail]
			return say('worry', {}, dots(ticks.split(' ').filter(Boolean).map(tick => word('PAGE', tick)), note))
		}
		case 'asked':
		case 'asked_staff':
		case 'asked_again':
		case 'answered':
		case 'checked_in':
		case 'gone':
		case 'nudged':
		case 'lease_up':
		case 'lost':
		case 'revoked':
		case 'error': return say(event.event)
		default: return hasWord('EVENT', event.event) ? say(event.event, {}, detail) : { icon: 'more', tone, text: event.event, more: detail }
	}
}

// events: [{ id, at, event, person, person_name, detail }], in any order; newest: the latest on top. Days are headed.
// brief: tries that went wrong for a moment, and what was not needed any more, are left out until one asks; dated: the
// day is said even where there is only one.
export function Timeline({ events, names, steps, newest = false, empty, brief = false, dated = !brief }) {
	const [all, showAll] = useState(!brief)
	if (!events.length)
		return <p class="faint">{empty ?? t('TIMELINE_EMPTY')}</p>
	const hidden = event => !all && isMessage(event) && (event.event === 'retry' || event.event === 'dropped')
	const shown = events.filter(event => !hidden(event)).sort((a, b) => (newest ? -1 : 1) * (Date.parse(a.at) - Date.parse(b.at) || a.id - b.id))
	const days = []
	for (const event of shown) {
		if (days.at(-1)?.date !== date(event.at))
			days.push({ date: date(event.at), events: [] })
		days.at(-1).events.push(event)
	}
	return (
		<div class="timeline">
			{days.map(d => (
				<section key={d.date} aria-label={day(d.date)}>
					{(days.length > 1 || dated) && <p class="timeline-day">{day(d.date)}</p>}
					<ol>
						{d.events.map(event => {
							const said = eventWords(event, names, steps)
							return (
								<li key={event.id} class={`timeline-${said.tone}`}>
									<time dateTime={event.at}>{clock(event.at)}</time>
									<span class="dot"><Icon name={said.icon} size={15} /></span>
									<div>
										<p>{said.text}</p>
										{said.more && <p class="said">{said.more}</p>}
									</div>
								</li>
							)
						})}
					</ol>
				</section>
			))}
			{brief && !all && shown.length < events.length && <button type="button" class="button button-quiet button-small" onClick={() => showAll(true)}>{t('TIMELINE_MESSAGES')}</button>}
		</div>
	)
}
