// never_told - persons who must never be told about a resident: the list, adding one, taking one off.
import { useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t } from '../../i18n.js'
import { date, day } from '../../time.js'
import { suggestions, useWatchers } from '../../parts/found.js'
import { Button, Choices, ConfirmWithReason, Dialog, Icon, Input, Loaded, Notice, ProblemNotice, Suggest, TextArea, toast, useForm, useLoad } from '../../parts/index.js'

const pathOf = id => `/residents/${encodeURIComponent(id)}/never-told`
const names = list => list.map(w => (w.linked ? t('NEVER_TOLD_LINKED', { name: `${w.name}（${w.watcher_id}）` }) : `${w.name}（${w.watcher_id}）`)).join('、')

function AddDialog({ id, onDone, onClose }) {
	const form = useForm({ who: 'watcher', watcher: '', name: '', reason: '' })
	const form_id = useId()
	const by_name = form.values.who === 'name'
	const found = useWatchers(form.values.watcher)
	const send = ({ watcher, name, reason }) => api.post(pathOf(id), { ...(by_name ? { name: name.trim() } : { watcher_id: watcher.trim() }), reason: reason.trim() })
	return (
		<Dialog title={t('NEVER_TOLD_ADD')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={form_id} variant="primary" busy={form.busy}>{t('ADD')}</Button>
			</>
		)}>
			<form id={form_id} noValidate onSubmit={form.submit(send, answer => {
				toast(t('NEVER_TOLD_ADDED'))
				if (answer.like.length)
					toast(t('NEVER_TOLD_LIKE', { names: names(answer.like) }), 'warn')
				onClose()
				onDone()
			})}>
				<ProblemNotice problem={form.problem} />
				<Choices label={t('NEVER_TOLD_WHO')} inline options={[['watcher', t('NEVER_TOLD_BY_WATCHER')], ['name', t('NEVER_TOLD_BY_NAME')]]} {...form.field('who')} />
				{by_name ? <Input label={t('NEVER_TOLD_NAME')} hint={t('NEVER_TOLD_NAME_HINT')} required maxLength={60} {...form.field('name')} />
					: <Suggest label={t('NEVER_TOLD_WATCHER')} hint={t('NEVER_TOLD_WATCHER_HINT')} required maxLength={64} options={suggestions(found)} {...form.field('watcher')} />}
				<TextArea label={t('REASON')} required rows={2} maxLength={160} {...form.field('reason')} />
			</form>
		</Dialog>
	)
}

function Entry({ n, may, lift }) {
	return (
		<li class={n.lifted_at ? 'gone' : ''}>
			<Icon name="shield" size={18} />
			<div class="grow">
				<b>{n.name}</b> {n.watcher_id && <small><a href={`/watchers/${encodeURIComponent(n.watcher_id)}`}>{n.watcher_id}</a></small>}
				<p class="lines">{n.reason}</p>
				<small>{t('CONSENT_ENTERED', { who: n.entered_by_name, day: day(date(n.entered_at)) })}{n.lifted_at && `・${t('NEVER_TOLD_LIFTED_ON', { day: day(date(n.lifted_at)) })}`}</small>
				{n.like.length > 0 && <Notice kind="warn">{t('NEVER_TOLD_LIKE', { names: names(n.like) })}</Notice>}
			</div>
			{may && !n.lifted_at && <Button small variant="quiet" icon="close" label={t('NEVER_TOLD_LIFT_OF', { name: n.name })} onClick={() => lift(n)} />}
		</li>
	)
}

export function NeverTold({ record, may, changed }) {
	const id = record.resident_id
	const page = useLoad(signal => api.get(pathOf(id), undefined, { signal }), [id])
	const [adding, add] = useState(false)
	const [lifting, lift] = useState(null)
	const done = () => {
		page.reload()
		changed()
	}
	return (
		<section class="stack-s">
			<div class="card-head">
				<h3>{t('NEVER_TOLD')}</h3>
				{may && <Button small icon="plus" label={t('NEVER_TOLD_ADD')} onClick={() => add(true)}>{t('ADD')}</Button>}
			</div>
			<Loaded of={page} lines={1}>
				{data => {
					const now = data.never_told.filter(n => !n.lifted_at), old = data.never_told.filter(n => n.lifted_at)
					return (
						<>
							{now.length ? <><p class="soft">{t('NEVER_TOLD_LEAD')}</p><ul class="plain-list">{now.map(n => <Entry key={n.id} n={n} may={may} lift={lift} />)}</ul></> : <p class="faint">{t('NEVER_TOLD_NONE')}</p>}
							{old.length > 0 && (
								<details>
									<summary>{t('NEVER_TOLD_OLD', { count: old.length })}</summary>
									<ul class="plain-list">{old.map(n => <Entry key={n.id} n={n} />)}</ul>
								</details>
							)}
						</>
					)
				}}
			</Loaded>
			{adding && <AddDialog id={id} onDone={done} onClose={() => add(false)} />}
			{lifting && (
				<ConfirmWithReason title={t('NEVER_TOLD_LIFT_OF', { name: lifting.name })} label={t('NEVER_TOLD_LIFT')} danger onClose={() => lift(null)}
					send={reason => api.del(`${pathOf(id)}/${lifting.id}`, { reason })} onDone={() => {
						toast(t('NEVER_TOLD_LIFTED'))
						done()
					}}>
					<p>{t('NEVER_TOLD_LIFT_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</section>
	)
}
