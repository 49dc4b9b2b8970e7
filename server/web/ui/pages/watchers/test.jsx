// test - a message marked as a test to each address, and what becomes of it, watched until it is known.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { announce, Busy, Button, Notice, ProblemNotice, Tag, useAct } from '../../parts/index.js'

const EACH_MS = 700
const AGAIN_MS = 3000 // after one that failed
const MOST_MS = 60000
const tones = { sent: 'good', seen: 'good', answered: 'good', waiting: 'plain', refused: 'bad', bounced: 'bad', dropped: 'bad' }
const over = tests => tests.every(one => one.state !== 'waiting')

export function TestAlert({ watcher, done }) {
	const [act, busy, problem] = useAct({ quiet: true })
	const [tests, setTests] = useState(null)
	const [looking, setLooking] = useState(false)
	const [late, setLate] = useState(false)
	const timer = useRef(0)
	const there = useRef(true)
	const path = `/watchers/${encodeURIComponent(watcher.watcher_id)}/test-alert`
	useEffect(() => () => {
		there.current = false
		clearTimeout(timer.current)
	}, [])
	const look = async (ids, until) => {
		const answer = await act(() => api.get(path, { ids: ids.join(',') }))
		if (!there.current)
			return
		if (answer)
			setTests(answer.tests)
		if (answer && over(answer.tests)) {
			setLooking(false)
			announce(answer.tests.every(one => tones[one.state] === 'good') ? t('TEST_ALERT_ALL') : t('TEST_ALERT_SOME'))
			done()
		} else if (Date.now() < until) {
			timer.current = setTimeout(() => look(ids, until), answer ? EACH_MS : AGAIN_MS)
		} else {
			setLooking(false)
			setLate(true)
		}
	}
	const begin = async () => {
		clearTimeout(timer.current)
		setTests(null)
		setLate(false)
		const answer = await act(() => api.post(path))
		if (answer) {
			setLooking(true)
			look(answer.ids, Date.now() + MOST_MS)
		}
	}
	return (
		<div class="stack-s">
			<p class="soft">{t('TEST_ALERT_LEAD')}</p>
			<div><Button icon="bell" busy={busy || looking} onClick={begin}>{t('TEST_ALERT')}</Button></div>
			<ProblemNotice problem={problem} />
			{tests && (
				<ul class="plain-list test-results" aria-label={t('TEST_ALERT_RESULT')}>
					{tests.map(one => (
						<li key={one.id}>
							<span class="grow">{one.channel}{one.answer && <small class="block">{one.answer}</small>}</span>
							<Tag tone={tones[one.state]}>{word('RESULT', one.state)}</Tag>
						</li>
					))}
				</ul>
			)}
			{looking && <Busy />}
			{tests && over(tests) && (tests.every(one => tones[one.state] === 'good')
				? <Notice kind="good">{t('TEST_ALERT_ALL')}</Notice> : <Notice kind="warn">{t('TEST_ALERT_SOME')}</Notice>)}
			{late && <Notice kind="warn">{t('TEST_ALERT_LONG')}</Notice>}
		</div>
	)
}
