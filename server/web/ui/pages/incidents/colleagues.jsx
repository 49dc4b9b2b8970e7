// colleagues - who could take something on: users who may act in a district, those on duty first.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, t } from '../../i18n.js'
import { Select, Suggest } from '../../parts/index.js'
import { today } from '../../session.js'
import { shortDay } from '../../time.js'

// [{ login, name, on_duty, away, away_from, away_to }]; null until it is known, empty where it cannot be read.
export function useColleagues(district) {
	const [list, setList] = useState(null)
	useEffect(() => {
		const abort = new AbortController()
		setList(null)
		api.get('/colleagues', { district }, { signal: abort.signal }).then(({ colleagues }) => setList(colleagues), () => abort.signal.aborted || setList([]))
		return () => abort.abort()
	}, [district])
	return list
}

function stands({ on_duty, away, away_from, away_to }) {
	if (away)
		return away_to ? t('COLLEAGUE_AWAY_UNTIL', { day: shortDay(away_to) }) : t('COLLEAGUE_AWAY')
	if (away_from > today())
		return t('COLLEAGUE_AWAY_FROM', { day: shortDay(away_from) })
	return on_duty ? '' : t('COLLEAGUE_OFF')
}

// One of them, by login, or of other people ([id, name]). Who is away cannot be given anything.
// of: what useColleagues gives; hint: what to type where they cannot be read.
export function ColleagueField({ of, people = [], hint, ...rest }) {
	if (of && !of.length)
		return <Suggest hint={hint} required maxLength={64} options={people} {...rest} />
	const options = (of ?? []).map(c => ({ value: c.login, text: stands(c) ? bracketed(c.name, stands(c)) : c.name, disabled: c.away }))
	return <Select required disabled={!of} empty={of ? '' : t('LOADING')} options={[...options, ...people]} {...rest} />
}
