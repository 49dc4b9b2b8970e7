// refusals - why a rule said no, in the reader's language. The rules write one English line each (server/watch); those
// that a page can meet are known here by their shape, with what stands in them.
import { key, lang, t } from './i18n.js'
import { lengthWords } from './time.js'

const known = [
	[/^a claim by somebody who can only call is not renewed/, key('REFUSAL_CALL_NOT_RENEWED')],
	[/^a press came/, key('REFUSAL_PRESS_CAME')],
	[/^renewed (?<times>\d+) times already/, key('REFUSAL_RENEWED')],
	[/^claimed by (?<who>.*) until (?<until>.*)$/, key('REFUSAL_CLAIMED_BY')],
	[/^nobody has claimed/, key('REFUSAL_NOT_CLAIMED')],
	[/is claimed by somebody else/, key('REFUSAL_OTHERS')],
	[/^user:(?<who>.*) has it already|^(?<who2>.*) has it already/, key('REFUSAL_HAS_IT')],
	[/can only call, and not go/, key('REFUSAL_ONLY_CALLS')],
	[/must never be told about this resident/, key('REFUSAL_NEVER_TOLD')],
	[/has no channel to be told by/, key('REFUSAL_NO_CHANNEL')],
	[/ is away( on \S+)?$/, key('REFUSAL_AWAY')],
	[/is no active user/, key('REFUSAL_NO_USER')],
	[/may only look/, key('REFUSAL_ONLY_LOOKS')],
	[/does not coordinate district|is not one of .*'s$/, key('REFUSAL_NOT_THEIR_DISTRICT')],
	[/was changed by somebody else/, key('REFUSAL_CHANGED')],
	[/the pause ends on .*, before it begins/, key('REFUSAL_PAUSE_ORDER')],
	[/is past: a pause begins today or later/, key('REFUSAL_PAUSE_PAST')],
	[/^a pause lasts at most/, key('REFUSAL_PAUSE_LONG')],
	[/^the service of .* has ended/, key('REFUSAL_SERVICE_ENDED')],
	[/is not paused, and no pause is to come/, key('REFUSAL_NOT_PAUSED')],
	[/has neither birth date nor telephone/, key('REFUSAL_UNVERIFIABLE')],
	[/has no birth date on record/, key('REFUSAL_NO_BIRTH_DATE')],
	[/has no telephone on record/, key('REFUSAL_NO_TELEPHONE')],
	[/^(?<who>\S+) still needs a person/, key('REFUSAL_STILL_NEEDED')],
	[/^(?<who>\S+) needs nobody/, key('REFUSAL_NEEDS_NOBODY')],
	[/^that is still to come/, key('REFUSAL_TO_COME')],
	[/^a visit or call is entered within (?<time>.*)$/, key('REFUSAL_VISIT_LATE')],
	[/needs until: a date/, key('REFUSAL_UNTIL')],
	[/^a list is signed on its day or later/, key('REFUSAL_SIGN_EARLY')],
	[/^(?<who>\S+) is never to be told about/, key('REFUSAL_NEVER_TOLD_LINK')],
	[/ is listed already$/, key('REFUSAL_LISTED')],
	[/^it was lifted before/, key('REFUSAL_LIFTED')],
	[/ does not look in on /, key('REFUSAL_NOT_LINKED')],
	[/^agreed_on is a date/, key('REFUSAL_AGREED_ON')],
	[/^one of them is being replaced/, key('REFUSAL_REPLACED_ALREADY')],
	[/^nobody takes over from themselves/, key('REFUSAL_REPLACE_SELF')],
	[/ has ended by /, key('REFUSAL_REPLACE_ENDED')],
	[/^from is a date .* within a year/, key('REFUSAL_REPLACE_DAY')],
	[/nobody looks in on themselves/, key('REFUSAL_REPLACE_RESIDENT')],
	[/^incident \d+ is not about/, key('REFUSAL_OTHER_INCIDENT')],
]

// '' where it is none of them.
export function refusalWords(detail) {
	if (!detail || lang() === 'en')
		return '' // the line itself is English
	for (const [shape, text] of known) {
		const found = shape.exec(detail)
		if (found)
			return t(text, { ...found.groups, who: found.groups?.who ?? found.groups?.who2, time: lengthWords(found.groups?.time ?? '') })
	}
	return ''
}
