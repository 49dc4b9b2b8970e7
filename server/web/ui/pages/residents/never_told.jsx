// never_told - persons who must never be told about a resident: the list, adding one, taking one off.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, commas, dots, t } from '../../i18n.js'
import { date, day } from '../../time.js'
import { Button, Choices, ConfirmWithReason, FormDialog, Icon, Input, Loaded, Notice, TextArea, toast, useForm, useLoad, WatcherField } from '../../parts/index.js'
import { residentPath } from '../../values.js'

const pathOf = id => `${residentPath(id)}/never-told`
const nameOf = w => (w.linked ? t('NEVER_TOLD_LINKED', { name: bracketed(w.name, w.watcher_id) }) : bracketed(w.name, w.watcher_id))
const names = list => commas(list.map(nameOf))

function AddDialog({ id, onDone, onClose }) {
	const form = useForm({ who: 'watcher', watcher_id: '', name: '', reason: '' })
	const by_name = form.values.who === 'name'
	const send = ({ watcher_id, name, reason }) => api.post(pathOf(id), { ...(by_name ? { name: name.trim() } : { watcher_id: watcher_id.trim() }), reason: reason.trim() })
	return (
		<FormDialog title={t('NEVER_TOLD_ADD')} label={t('ADD')} form={form} send={send} said={t('NEVER_TOLD_ADDED')} onClose={onClose} onDone={answer => {
			if (answer.like.length)
				toast(t('NEVER_TOLD_LIKE', { names: names(answer.like) }), 'warn')
			onDone()
		}}>
			<Choices label={t('NEVER_TOLD_WHO')} inline options={[['watcher', t('NEVER_TOLD_BY_WATCHER')], ['name', t('NEVER_TOLD_BY_NAME')]]} {...form.field('who')} />
			{by_name ? <Input label={t('NEVER_TOLD_NAME')} hint={t('NEVER_TOLD_NAME_HINT')} required maxLength={60} {...form.field('name')} />
				: <WatcherField label={t('NEVER_TOLD_WATCHER')} hint={t('NEVER_TOLD_WATCHER_HINT')} required {...form.field('watcher_id')} />}
			<TextArea label={t('REASON')} required rows={2} maxLength={160} {...form.field('reason')} />
		</FormDialog>
	)
}

function Entry({ n, may, lift }) {
	return (
		<li class={n.lifted_at ? 'gone' : ''}>
			<Icon name="shield" size={18} />
			<div class="grow">
				<b>{n.name}</b> {n.watcher_id && <small><a href={`/watchers/${encodeURIComponent(n.watcher_id)}`}>{n.watcher_id}</a></small>}
				<p class="lines">{n.reason}</p>
				<small>{dots(t('CONSENT_ENTERED', { who: n.entered_by_name, day: day(date(n.entered_at)) }), n.lifted_at && t('NEVER_TOLD_LIFTED_ON', { day: day(date(n.lifted_at)) }))}</small>
				{n.like.length > 0 && <Notice kind="warn">{t('NEVER_TOLD_LIKE', { names: names(n.like) })}</Notice>}
			</div>
			{may && !n.lifted_at && <Button small label={t('NEVER_TOLD_LIFT_OF', { name: n.name })} onClick={() => lift(n)}>{t('NEVER_TOLD_LIFT')}</Button>}
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
				<ConfirmWithReason title={t('NEVER_TOLD_LIFT_OF', { name: lifting.name })} label={t('NEVER_TOLD_LIFT')} danger said={t('NEVER_TOLD_LIFTED')} onClose={() => lift(null)}
					send={reason => api.del(`${pathOf(id)}/${lifting.id}`, { reason })} onDone={done}>
					<p>{t('NEVER_TOLD_LIFT_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</section>
	)
}
