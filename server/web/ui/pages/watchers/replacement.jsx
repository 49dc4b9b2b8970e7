// replacement - another watcher takes the place of one, from a day on: what is planned, planning it with a look at what
// comes of each home, taking it back; and the sheet of homes on paper.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { colon, t } from '../../i18n.js'
import { Button, ButtonLink, ConfirmWithReason, FormDialog, Icon, Input, Loaded, Notice, Tag, TextArea, useForm, useLoad, WatcherField } from '../../parts/index.js'
import { can, today } from '../../session.js'
import { addDays, day } from '../../time.js'
import { residentPath } from '../../values.js'
import { Items } from '../residents/consents.jsx'

const pathOf = id => `/watchers/${encodeURIComponent(id)}/replacement`

function Home({ h }) {
	return (
		<li>
			<div class="grow">
				<a href={residentPath(h.resident_id)}>{h.name}</a> <small>{h.label && t('WATCHER_LABEL', { label: h.label })}</small>
				<Items items={h.shares} />
				<span class="row tags">
					{h.never_told && <Tag tone="bad"><Icon name="shield" size={14} /> {t('REPLACEMENT_NEVER_TOLD')}</Tag>}
					{h.linked && <Tag>{t('REPLACEMENT_LINKED')}</Tag>}
					{h.needs_consent && <Tag tone="warn"><Icon name="alert" size={14} /> {t('REPLACEMENT_NEEDS_CONSENT')}</Tag>}
					{h.key && <Tag tone="warn"><Icon name="key" size={14} /> {t('REPLACEMENT_KEY')}</Tag>}
					{h.renumbered && <Tag>{t('REPLACEMENT_RENUMBERED')}</Tag>}
				</span>
			</div>
		</li>
	)
}

function Homes({ homes }) {
	return (
		<section class="stack-s">
			<h3>{t('REPLACEMENT_HOMES')}</h3>
			{homes.length ? <ul class="plain-list">{homes.map(h => <Home key={h.resident_id} h={h} />)}</ul> : <p class="faint">{t('REPLACEMENT_HOMES_NONE')}</p>}
		</section>
	)
}

// What comes of the homes, as soon as the id of somebody stands there.
function usePreview(id, by) {
	const [homes, setHomes] = useState(null)
	useEffect(() => {
		const abort = new AbortController()
		setHomes(null)
		const timer = by && setTimeout(() => {
			api.get(pathOf(id), { by }, { signal: abort.signal }).then(answer => setHomes(answer.homes), () => {})
		}, 300)
		return () => {
			clearTimeout(timer)
			abort.abort()
		}
	}, [id, by])
	return homes
}

function PlanDialog({ w, onDone, onClose }) {
	const form = useForm({ by: '', from: addDays(today(), 1), reason: '' })
	const [known, setKnown] = useState('')
	const homes = usePreview(w.watcher_id, known)
	const send = ({ by, from, reason }) => api.post(pathOf(w.watcher_id), { by: by.trim(), from, reason: reason.trim() })
	return (
		<FormDialog wide title={colon(w.name, t('REPLACEMENT_PLAN'))} label={t('REPLACEMENT_DO')} form={form} send={send} said={t('REPLACEMENT_PLANNED')} onClose={onClose} onDone={onDone}>
			<p>{t('REPLACEMENT_LEAD')}</p>
			<div class="pair">
				<WatcherField label={t('REPLACEMENT_BY')} hint={t('REPLACEMENT_BY_HINT')} required autofocus but={w.watcher_id} onFound={setKnown} {...form.field('by')} />
				<Input type="date" label={t('REPLACEMENT_FROM')} required min={today()} max={addDays(today(), 366)} {...form.field('from')} />
			</div>
			<TextArea label={t('REASON')} required rows={2} maxLength={160} {...form.field('reason')} />
			{homes && <Homes homes={homes} />}
		</FormDialog>
	)
}

function Pending({ r, mine, homes, takeBack }) {
	const words = t(mine ? 'REPLACEMENT_PENDING' : 'REPLACEMENT_COMING', { day: day(r.from, { year: true }), name: mine ? r.by_name : r.watcher_name })
	return (
		<Notice kind="info" title={words} actions={mine && <Button small onClick={takeBack}>{t('REPLACEMENT_TAKE_BACK')}</Button>}>
			<a href={`/watchers/${encodeURIComponent(mine ? r.by : r.watcher_id)}`}>{mine ? r.by_name : r.watcher_name}</a> {r.reason}
			{mine && <details><summary>{t('REPLACEMENT_HOMES')}</summary><Homes homes={homes} /></details>}
		</Notice>
	)
}

// What is planned about a watcher, or went wrong, read anew at each turn. For the top of their page.
export function Replacements({ w, turn, changed }) {
	const page = useLoad(signal => (can('edit') ? api.get(pathOf(w.watcher_id), undefined, { signal }) : { replacements: [], homes: [] }), [w.watcher_id])
	const [taking, take] = useState(false)
	useEffect(() => {
		if (turn)
			page.reload()
	}, [turn])
	return (
		<>
			<Loaded of={page} lines={1}>
				{({ replacements, homes }) => replacements.filter(r => !r.done_at && (!r.dropped_at || r.why_not)).map(r => {
					const mine = r.watcher_id === w.watcher_id
					return r.why_not ? mine && <Notice key={r.id} kind="bad" live={false}>{t('REPLACEMENT_FAILED', { day: day(r.from), name: r.by_name })}</Notice>
						: <Pending key={r.id} r={r} mine={mine} homes={homes} takeBack={() => take(true)} />
				})}
			</Loaded>
			{taking && (
				<ConfirmWithReason title={t('REPLACEMENT_TAKE_BACK')} label={t('REPLACEMENT_TAKE_BACK')} danger said={t('REPLACEMENT_TAKEN_BACK')} onClose={() => take(false)}
					send={reason => api.del(pathOf(w.watcher_id), { reason })} onDone={changed} />
			)}
		</>
	)
}

// For the head of their page.
export function ReplaceActions({ w, changed }) {
	const [planning, plan] = useState(false)
	if (!can('edit'))
		return null
	return (
		<>
			<ButtonLink icon="print" href={`/watchers/${encodeURIComponent(w.watcher_id)}/sheet`} target="_blank" rel="noopener">{t('REPLACEMENT_SHEET')}</ButtonLink>
			{!w.ends && <Button icon="swap" onClick={() => plan(true)}>{t('REPLACEMENT_PLAN')}</Button>}
			{planning && <PlanDialog w={w} onDone={changed} onClose={() => plan(false)} />}
		</>
	)
}
