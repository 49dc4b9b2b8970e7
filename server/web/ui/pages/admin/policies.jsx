// policies - after how long who is told, as steps a person can read; and the editor of one.
import { useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { faultWords, Problem } from '../../api.js'
import { hasWord, number, t, word } from '../../i18n.js'
import { Button, Card, Checkbox, ConfirmWithReason, Dialog, Input, Loaded, Page, ProblemNotice, Tag, toast, useAct, useLoad } from '../../parts/index.js'
import { can } from '../../session.js'
import { day as dayWords, lengthWords } from '../../time.js'

const at = (policy, rest = '') => `/policies/${encodeURIComponent(policy.policy)}${rest}`
const STANDARD = ['default', 'gentle'] // count where none is named, and never end
const KINDS = ['missed', 'help', 'unwell', 'talk']
const PEOPLE = ['resident', 'tier1', 'tier2', 'tier3', 'staff']
export const policyName = policy => (hasWord('POLICY_NAME', policy) ? word('POLICY_NAME', policy) : policy)
const afterWords = after => (/^0+[smhd]$/.test(after) ? t('POLICY_STEP_AT_ONCE') : t('POLICY_STEP_AT', { after: lengthWords(after) }))

const people = notify => notify.split('+').map(p => word('TELL', p)).join('・')

function Steps({ steps }) {
	return (
		<div class="stack-s">
			{KINDS.map(kind => {
				const own = steps.filter(s => s.kind === kind)
				return (
					<section key={kind}>
						<h3>{word('KIND', kind)}</h3>
						{own.length ? (
							<ol class="steps">{own.map((s, i) => <li key={i}><span>{afterWords(s.after)}</span><span>{people(s.notify)}</span></li>)}</ol>
						) : <p class="faint">{t('POLICY_KIND_STANDARD')}</p>}
					</section>
				)
			})}
		</div>
	)
}

// One step; faults: { after, notify } from the server or from here.
function Step({ step, number: n, faults, change, remove }) {
	const chosen = new Set(step.notify.split('+').filter(Boolean))
	return (
		<li class="step-edit">
			<Input label={t('FIELD_AFTER')} hint={n === 0 ? t('FIELD_AFTER_HINT') : undefined} value={step.after} error={faults.after} onValue={after => change({ ...step, after })} />
			<fieldset>
				<legend>{t('FIELD_NOTIFY')}</legend>
				{PEOPLE.map(p => (
					<Checkbox key={p} label={word('TELL', p)} checked={chosen.has(p)} onValue={on => {
						on ? chosen.add(p) : chosen.delete(p)
						change({ ...step, notify: PEOPLE.filter(x => chosen.has(x)).join('+') })
					}} />
				))}
				{faults.notify && <p class="fault">{faults.notify}</p>}
			</fieldset>
			<Button small variant="quiet" icon="close" label={t('POLICY_STEP_REMOVE')} onClick={remove} />
		</li>
	)
}

// What is wrong before anybody is asked: { '0/after': text }
function judge(steps) {
	const faults = {}
	steps.forEach((s, i) => {
		if (!s.after.trim())
			faults[`${i}/after`] = t('FAULT_NEEDED')
		if (!s.notify)
			faults[`${i}/notify`] = t('POLICY_NOBODY')
	})
	return faults
}

// of: the policy to change; {}: a new one.
function Edit({ of, onClose, onDone }) {
	const isNew = !of.policy
	const [policy, setPolicy] = useState('')
	const [steps, setSteps] = useState((of.steps ?? [{ kind: 'missed', after: '0m', notify: 'resident+staff' }]).map(s => ({ ...s })))
	const [state, setState] = useState({ busy: false, problem: null, faults: {} })
	const id = useId()
	const put = (i, step) => setSteps(steps.map((s, k) => (k === i ? step : s)))
	const send = async event => {
		event.preventDefault()
		const faults = judge(steps)
		if (isNew && !policy.trim())
			faults.policy = t('FAULT_NEEDED')
		setState({ busy: !Object.keys(faults).length, problem: null, faults })
		if (Object.keys(faults).length)
			return
		const body = { steps: steps.map(s => ({ ...s, after: s.after.trim() })) }
		try {
			if (isNew)
				await api.post('/policies', { ...body, policy: policy.trim() })
			else
				await api.patch(at(of), { ...body, version: of.version })
			toast(t('POLICY_SAVED'))
			onClose()
			onDone()
		} catch (error) {
			const problem = error instanceof Problem ? error : new Problem({ status: -1, detail: String(error) })
			const named = Object.fromEntries((problem.errors ?? []).map(e => [e.pointer.replace(/^\/(steps\/)?/, ''), faultWords(e)]))
			setState({ busy: false, problem, faults: named })
		}
	}
	return (
		<Dialog wide title={isNew ? t('POLICY_ADD_TITLE') : t('POLICY_EDIT', { name: policyName(of.policy) })} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant="primary" busy={state.busy}>{t('SAVE')}</Button>
			</>
		)}>
			<form id={id} class="stack" noValidate onSubmit={send}>
				{isNew && <Input label={t('FIELD_POLICY_ID')} required maxLength={64} autofocus value={policy} error={state.faults.policy} onValue={setPolicy} />}
				{KINDS.map(kind => (
					<section key={kind} class="stack-s">
						<h3>{word('KIND', kind)}</h3>
						{!steps.some(s => s.kind === kind) && <p class="faint">{t('POLICY_KIND_STANDARD')}</p>}
						<ol>
							{steps.map((s, i) => s.kind === kind && (
								<Step key={i} step={s} number={i} faults={{ after: state.faults[`${i}/after`] ?? state.faults[`${i}/policy`], notify: state.faults[`${i}/notify`] }}
									change={step => put(i, step)} remove={() => setSteps(steps.filter((_, k) => k !== i))} />
							))}
						</ol>
						<div><Button small icon="plus" onClick={() => setSteps([...steps, { kind, after: '', notify: '' }])}>{t('POLICY_STEP_ADD')}</Button></div>
					</section>
				))}
				<ProblemNotice problem={state.problem} />
			</form>
		</Dialog>
	)
}

export default function Policies() {
	const page = useLoad(signal => api.get('/policies', undefined, { signal }), [])
	const [edited, edit] = useState(null)
	const [ending, end] = useState(null)
	const [act, busy] = useAct()
	return (
		<Page title={t('POLICIES')} kicker={<a href="/admin">{t('ADMIN')}</a>} lead={t('POLICIES_LEAD')}
			actions={can('admin') && <Button variant="primary" icon="plus" onClick={() => edit({})}>{t('POLICY_ADD')}</Button>}>
			<Loaded of={page}>
				{({ policies }) => (
					<div class="pair">
						{policies.map(p => (
							<Card key={p.policy} title={policyName(p.policy)} actions={(
								<>
									{p.built_in && <Tag tone={p.own ? 'info' : 'plain'}>{p.own ? t('POLICY_OWN') : t('POLICY_BUILT_IN')}</Tag>}
									<Tag>{t('POLICY_RESIDENTS', { count: number(p.residents) })}</Tag>
									{can('admin') && <Button small variant="quiet" icon="edit" label={t('POLICY_EDIT', { name: policyName(p.policy) })} onClick={() => edit(p)} />}
									{can('admin') && (p.ended_at ? (
										<Button small variant="quiet" icon="check" busy={busy} label={t('POLICY_RESUME', { name: policyName(p.policy) })} onClick={() => act(() => api.post(at(p, '/resume')), t('RESUMED_DONE')).then(page.reload)} />
									) : !STANDARD.includes(p.policy) && (
										<Button small variant="quiet" icon="close" label={t('POLICY_END_OF', { name: policyName(p.policy) })} onClick={() => end(p)} />
									))}
								</>
							)}>
								{p.ended_at && <p class="soft">{t('ENDED_ON', { day: dayWords(p.ended_at, { year: true }), reason: p.end_reason })}</p>}
								<Steps steps={p.steps} />
							</Card>
						))}
					</div>
				)}
			</Loaded>
			{edited && <Edit of={edited} onClose={() => edit(null)} onDone={page.reload} />}
			{ending && (
				<ConfirmWithReason danger title={t('POLICY_END_OF', { name: policyName(ending.policy) })} label={t('POLICY_END')} onClose={() => end(null)} send={reason => api.post(at(ending, '/end'), { reason })} onDone={() => {
					toast(t('ENDED_DONE'))
					page.reload()
				}}>
					<p>{t('POLICY_END_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Page>
	)
}
