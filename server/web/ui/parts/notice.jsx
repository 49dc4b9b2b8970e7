// notice - what the page says about itself: a remark, a fault, waiting, nothing there.
import { faultWords } from '../api.js'
import { colon, hasWord, t, word } from '../i18n.js'
import { Button } from './button.jsx'
import { Icon } from './icons.jsx'

const icons = { info: 'info', good: 'check', warn: 'alert', bad: 'alert' }

// kind: info, good, warn, bad. live: read out when it appears.
export function Notice({ kind = 'info', title, children, actions, live = kind === 'bad', class: extra = '' }) {
	return (
		<div class={`notice notice-${kind} ${extra}`} role={live ? 'alert' : undefined}>
			<Icon name={icons[kind]} />
			<div class="notice-text">
				{title && <strong>{title}</strong>}
				{children && <div>{children}</div>}
			</div>
			{actions && <div class="notice-actions">{actions}</div>}
		</div>
	)
}

// A fault of a field that is not on the page: "Telephone: at least four digits."
function faultAlone(error) {
	const name = (error.pointer ?? '').split('/').at(-1)
	return hasWord('FIELD', name) ? colon(word('FIELD', name), faultWords(error)) : faultWords(error)
}

// Of an api.Problem, with the faults that stand at no field of a form; nothing where there is none.
export function ProblemNotice({ problem, retry }) {
	if (!problem)
		return null
	const faults = problem.elsewhere ?? problem.errors ?? []
	return (
		<Notice kind="bad" actions={retry && <Button small icon="refresh" onClick={retry}>{t('TRY_AGAIN')}</Button>}>
			{problem.words}
			{faults.length > 0 && <ul>{faults.map(error => <li key={error.pointer}>{faultAlone(error)}</li>)}</ul>}
		</Notice>
	)
}

export function Busy({ children, lines = 0 }) {
	return (
		<div class="busy" role="status">
			{lines > 0 ? <div class="bones" aria-hidden="true">{Array.from({ length: lines }, (_, i) => <span key={i} />)}</div> : <span class="spinner" aria-hidden="true" />}
			<span class={lines > 0 ? 'unseen' : ''}>{children ?? t('LOADING')}</span>
		</div>
	)
}

export function Empty({ icon = 'check', children, action }) {
	return (
		<div class="empty">
			<Icon name={icon} size={28} />
			<p>{children}</p>
			{action}
		</div>
	)
}

// Of a useLoad: waiting, the problem with "try again", or children(data).
export function Loaded({ of, lines = 6, children }) {
	if (of.data === null)
		return of.problem ? <ProblemNotice problem={of.problem} retry={of.reload} /> : <Busy lines={lines} />
	return (
		<>
			{of.problem && <ProblemNotice problem={of.problem} retry={of.reload} />}
			{children(of.data)}
		</>
	)
}
