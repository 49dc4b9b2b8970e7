// policies - after how long who is told, as steps a person can read; and the editor of one.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { dots, hasWord, number, t, word } from '../../i18n.js'
import { Button, Card, ConfirmWithReason, FormDialog, Input, Loaded, Page, Tag, Ticks, useAct, useForm, useLoad } from '../../parts/index.js'
import { can } from '../../session.js'
import { day as dayWords, lengthWords } from '../../time.js'

const at = (policy, rest = '') => `/policies/${encodeURIComponent(policy.policy)}${rest}`
const STANDARD = ['default', 'gentle'] // count where none is named, and never end
const KINDS = ['missed', 'help', 'unwell', 'talk']
const PEOPLE = ['resident', 'tier1', 'tier2', 'tier3', 'staff']
export const policyName = policy => (hasWord('POLICY_NAME', policy) ? word('POLICY_NAME', policy) : policy)
const afterWords = after => (/^0+[smhd]$/.test(after) ? t('POLICY_STEP_AT_ONCE') : t('POLICY_STEP_AT', { after: lengthWords(after) }))

const people = notify => dots(notify.split('+').map(p => word('TELL', p)))

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

// One step; its faults are of the fields NAME/after and NAME/notify.
function Step({ step, name, number: n, faults, change, remove }) {
	return (
		<li class="step-edit">
			<Input label={t('FIELD_AFTER')} hint={n === 0 ? t('FIELD_AFTER_HINT') : undefined} required plain name={`${name}/after`} value={step.after} error={faults[`${name}/after`] ?? faults[`${name}/policy`]} onValue={after => change({ ...step, after }, 'after')} />
			<Ticks label={t('FIELD_NOTIFY')} name={`${name}/notify`} value={step.notify.split('+')} error={faults[`${name}/notify`]} options={PEOPLE.map(p => [p, word('TELL', p)])} onValue={list => change({ ...step, notify: list.join('+') }, 'notify')} />
			<Button small variant="quiet" icon="close" label={t('POLICY_STEP_REMOVE')} onClick={remove} />
		</li>
	)
}

// of: the policy to change; {}: a new one.
function Edit({ of, onClose, onDone }) {
	const isNew = !of.policy
	const form = useForm({ policy: '', steps: of.steps ?? [{ kind: 'missed', after: '0m', notify: 'resident+staff' }] })
	const { steps } = form.values
	const put = i => (step, what) => form.set('steps', steps.map((s, k) => (k === i ? step : s)), `steps/${i}/${what}`)
	const judge = values => Object.fromEntries(values.steps.map((s, i) => !s.notify && [`steps/${i}/notify`, t('POLICY_NOBODY')]).filter(Boolean))
	const send = values => {
		const body = { steps: values.steps.map(s => ({ ...s, after: s.after.trim() })) }
		return isNew ? api.post('/policies', { ...body, policy: values.policy.trim() }) : api.patch(at(of), { ...body, version: of.version })
	}
	return (
		<FormDialog wide title={isNew ? t('POLICY_ADD_TITLE') : t('POLICY_EDIT', { name: policyName(of.policy) })} form={form} judge={judge} send={send} said={t('POLICY_SAVED')} onClose={onClose} onDone={onDone}>
			{isNew && <Input label={t('FIELD_POLICY_ID')} required maxLength={64} autofocus {...form.field('policy')} />}
			{KINDS.map(kind => (
				<section key={kind} class="stack-s">
					<h3>{word('KIND', kind)}</h3>
					{!steps.some(s => s.kind === kind) && <p class="faint">{t('POLICY_KIND_STANDARD')}</p>}
					<ol>
						{steps.map((s, i) => s.kind === kind && (
							<Step key={i} step={s} name={`steps/${i}`} number={i} faults={form.faults} change={put(i)} remove={() => form.set('steps', steps.filter((_, k) => k !== i))} />
						))}
					</ol>
					<div><Button small icon="plus" onClick={() => form.set('steps', [...steps, { kind, after: '', notify: '' }], 'steps/-')}>{t('POLICY_STEP_ADD')}</Button></div>
				</section>
			))}
		</FormDialog>
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
								</>
							)}>
								{p.ended_at && <p class="soft">{t('ENDED_ON', { day: dayWords(p.ended_at, { year: true }), reason: p.end_reason })}</p>}
								<Steps steps={p.steps} />
								{can('admin') && (p.ended_at || !STANDARD.includes(p.policy)) && (
									<div class="row policy-end">
										{p.ended_at ? (
											<Button small busy={busy} label={t('POLICY_RESUME', { name: policyName(p.policy) })} onClick={() => act(() => api.post(at(p, '/resume')), t('RESUMED_DONE')).then(page.reload)}>{t('RESUME_DO')}</Button>
										) : (
											<Button small label={t('POLICY_END_OF', { name: policyName(p.policy) })} onClick={() => end(p)}>{t('POLICY_END')}</Button>
										)}
									</div>
								)}
							</Card>
						))}
					</div>
				)}
			</Loaded>
			{edited && <Edit of={edited} onClose={() => edit(null)} onDone={page.reload} />}
			{ending && (
				<ConfirmWithReason danger title={t('POLICY_END_OF', { name: policyName(ending.policy) })} label={t('POLICY_END')} said={t('ENDED_DONE')} onClose={() => end(null)}
					send={reason => api.post(at(ending, '/end'), { reason })} onDone={page.reload}>
					<p>{t('POLICY_END_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Page>
	)
}
