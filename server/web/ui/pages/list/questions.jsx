// questions - what staff are asked that is about nobody on the list, and so stands on no line: a help from a button that
// nobody has, above all.
import { colon, dots, t } from '../../i18n.js'
import { ButtonLink, Notice } from '../../parts/index.js'
import { when } from '../../time.js'
import { hasWords, questionWords, titleOf } from '../incidents/words.js'

export const isUnknownHelp = question => /^unknown_help\b/.test(question.detail ?? '')

// 登録のないボタンから「助けて」：b-9999
export const questionLine = question => (isUnknownHelp(question) ? colon(questionWords(question.detail), question.subject) : titleOf(question))

// Where it is something else, what its title does not say of it.
const more = question => (isUnknownHelp(question) ? '' : questionWords(question.detail))

// One that comes is read out by the page, as a help of somebody on the list is.
export function Questions({ questions, day }) {
	return [...questions].sort((a, b) => isUnknownHelp(b) - isUnknownHelp(a)).map(question => (
		<Notice key={question.id} kind={isUnknownHelp(question) ? 'bad' : 'warn'} live={false} title={questionLine(question)}
			actions={<ButtonLink small href={`/incidents/${question.id}`} label={colon(t('HELP_OPEN'), questionLine(question))}>{t('HELP_OPEN')}</ButtonLink>}>
			{dots(more(question), t('QUESTION_SINCE', { time: when(question.opened_at, day) }), question.claimed_by ? hasWords(question) : t('HANDLING_NONE'))}
		</Notice>
	))
}
