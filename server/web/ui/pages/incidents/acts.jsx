// acts - what staff do about an incident, beside the telephone: its results at a tap, taking it, a note, handing it
// over, closing it. Each act answers with the incident as it is then.
import { useEffect, useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Choices, ConfirmWithReason, Field, FormDialog, Icon, Input, Notice, ProblemNotice, TextArea, toast, useAct, useForm, useLoad } from '../../parts/index.js'
import { can, useSession } from '../../session.js'
import { residentPath } from '../../values.js'
import { ColleagueField, useColleagues } from './colleagues.jsx'
import { afterNoAnswer, doingTo, isQuestion } from './words.js'

const OUTCOMES = ['safe', 'away', 'hospital', 'emergency', 'facility', 'deceased', 'moved', 'false_alarm']
const CAUSES = ['forgot', 'device', 'other']
const HOWS = ['phone', 'face', 'voice', 'kin', 'authority']
const ENDS = new Set(['deceased', 'moved', 'facility'])
const couldGo = watcher => watcher.can === 'go' && watcher.may_be_told && !watcher.ended && !watcher.away

function CloseDialog({ incident, send, onClose }) {
	const now = useSession()
	const question = isQuestion(incident)
	const form = useForm(question ? { note: '' } : { outcome: '', cause: '', how: '', seen_by: now.name, until: '', note: '' })
	const { outcome } = form.values
	const until = outcome === 'hospital' || outcome === 'away'
	const body = values => (question ? { outcome: 'answered', note: values.note.trim() } : {
		outcome: values.outcome, how: values.how, seen_by: values.seen_by.trim(),
		...(values.outcome === 'safe' && values.cause && { cause: values.cause }),
		...(until && { until: values.until }),
		...(values.note.trim() && { note: values.note.trim() }),
	})
	return (
		<FormDialog title={doingTo(t('CLOSE_INCIDENT'), incident)} form={form} send={values => send(body(values))} label={t('CLOSE_INCIDENT')} onClose={onClose}>
			{question ? <TextArea label={t('CLOSE_ANSWER')} required autofocus maxLength={1000} {...form.field('note')} /> : (
				<>
					<Choices label={t('CLOSE_OUTCOME')} required inline options={OUTCOMES.map(o => [o, word('OUTCOME', o)])} {...form.field('outcome')} />
					{ENDS.has(outcome) && <Notice kind="warn">{t('CLOSE_ENDS')}</Notice>}
					{outcome === 'safe' && <Choices label={t('CLOSE_CAUSE')} inline options={[...CAUSES.map(c => [c, word('CAUSE', c)]), ['', t('CLOSE_CAUSE_NONE')]]} {...form.field('cause')} />}
					{until && (
						<Field label={t('CLOSE_UNTIL')} hint={t('CLOSE_UNTIL_HINT')} required error={form.field('until').error}>
							{attributes => <input type="date" class="control" name="until" min={now.date} value={form.values.until} onInput={event => form.set('until', event.currentTarget.value)} {...attributes} />}
						</Field>
					)}
					<Choices label={t('CLOSE_HOW')} required inline options={HOWS.map(h => [h, word('HOW', h)])} {...form.field('how')} />
					<Input label={t('CLOSE_SEEN_BY')} hint={t('CLOSE_SEEN_BY_HINT')} required maxLength={100} {...form.field('seen_by')} />
					<TextArea label={t('CLOSE_NOTE')} rows={2} maxLength={1000} {...form.field('note')} />
				</>
			)}
		</FormDialog>
	)
}

function NoteDialog({ incident, send, onClose }) {
	const form = useForm({ note: '' })
	return (
		<FormDialog title={doingTo(t('NOTE_ADD'), incident)} form={form} send={values => send({ note: values.note.trim() })} onClose={onClose}>
			<TextArea label={t('NOTE')} hint={t('NOTE_HINT')} required autofocus rows={4} maxLength={1000} {...form.field('note')} />
		</FormDialog>
	)
}

// record: of the resident, where it has been read already: here it is read, which is audited, only to hand over.
function HandOverDialog({ incident, record, send, onClose }) {
	const colleagues = useColleagues(incident.district)
	const read = useLoad(signal => record ?? (incident.resident && can('record') ? api.get(residentPath(incident.resident.resident_id), undefined, { signal }) : null), [incident.id])
	const form = useForm({ to: '' })
	const people = (read.data?.watchers ?? []).filter(couldGo).map(w => [w.watcher_id, w.name])
	return (
		<FormDialog title={doingTo(t('HAND_OVER'), incident)} form={form} judge={({ to }) => (to ? {} : { to: t('FAULT_CHOOSE') })} send={values => send({ to: values.to.trim() })} label={t('HAND_OVER')} onClose={onClose}>
			<ColleagueField label={t('HAND_OVER_TO')} hint={t('HAND_OVER_HINT')} of={read.data === null && read.busy ? null : colleagues} people={people} {...form.field('to')} />
		</FormDialog>
	)
}

// Who is fine, and, where no check-in came, why: one tap closes it.
function Fine({ icon, title, missed, busy, onFine }) {
	const id = useId()
	return (
		<div class="call-fine" role="group" aria-labelledby={id}>
			<p id={id}><Icon name={icon} size={18} />{title}</p>
			<div class="row">
				{missed ? CAUSES.map(cause => <Button key={cause} busy={busy} onClick={() => onFine(cause)}>{word('CAUSE', cause)}</Button>)
					: <Button busy={busy} onClick={() => onFine()}>{t('CALL_FINE')}</Button>}
			</div>
		</div>
	)
}

// The results of the telephone round, each at one tap.
function CallRound({ incident, act, busy }) {
	const now = useSession()
	const missed = incident.kind === 'missed'
	const close = (how, seen_by, said) => cause => act('close', { outcome: 'safe', how, seen_by, ...(cause && { cause }) }, said)
	return (
		<div class="call-round" role="group" aria-label={t('CALL_ROUND')}>
			<Fine icon="phone" title={missed ? t('CALL_SPOKE_WHY') : t('CALL_SPOKE')} missed={missed} busy={busy} onFine={close('phone', now.name, t('CALL_SAID'))} />
			<Fine icon="people" title={missed ? t('CALL_KIN_WHY') : t('CALL_KIN')} missed={missed} busy={busy} onFine={close('kin', t('TOLD_BY_KIN'), t('CALL_KIN_SAID'))} />
			<Button icon="bell" busy={busy} onClick={async () => {
				const next = await act('report', { result: 'no_answer' })
				if (next)
					toast(...afterNoAnswer(incident, next))
			}}>{t('CALL_NO_ANSWER')}</Button>
		</div>
	)
}

// incident: the whole one; set: takes it as an act gave it; record: of the resident, where the page has it. onHold(true): keep this
// drawn, even where the incident ends: somebody writes about it, or has to read why something failed.
export function IncidentActs({ incident, set, record, onHold }) {
	const now = useSession()
	const [dialog, open] = useState('')
	const [run, busy, problem] = useAct({ quiet: true })
	const closed = incident.state === 'closed'
	const holds = Boolean(dialog || problem)
	useEffect(() => onHold?.(holds), [holds])
	if ((closed && !holds) || !now.rights.includes('act'))
		return null
	const path = `/incidents/${incident.id}`
	const mine = incident.claimed_by_person === `user:${now.login}`
	const claimed = incident.state === 'claimed'
	const act = async (what, body, said) => {
		const next = await run(() => api.post(`${path}/${what}`, body ?? {}), said)
		if (next)
			set(next)
		return next
	}
	// For dialogs: what goes wrong is theirs to show.
	const send = (what, said) => async body => {
		set(await api.post(`${path}/${what}`, body))
		toast(said)
	}
	const question = isQuestion(incident)
	return (
		<div class="acts">
			<ProblemNotice problem={problem} />
			{!closed && !question && <CallRound incident={incident} act={act} busy={busy} />}
			{!closed && (
				<div class="acts-more">
					{!claimed && <Button small variant={question ? 'plain' : 'primary'} icon="hand" busy={busy} onClick={() => act('claim', {}, t('CLAIMED'))}>{t('CLAIM')}</Button>}
					{mine && <Button small icon="clock" busy={busy} onClick={() => act('claim', {}, t('RENEWED'))}>{t('CLAIM_RENEW')}</Button>}
					{claimed && <Button small icon="out" busy={busy} onClick={() => act('release', {}, t('RELEASED_SAID'))}>{mine ? t('CLAIM_RELEASE') : t('CLAIM_RELEASE_OF', { name: incident.claimed_by })}</Button>}
					{claimed && <Button small icon="swap" onClick={() => open('hand')}>{t('HAND_OVER')}</Button>}
					<Button small icon="note" onClick={() => open('note')}>{t('NOTE_ADD')}</Button>
					<Button small icon="check" variant={question ? 'primary' : 'plain'} onClick={() => open('close')}>{t('CLOSE_INCIDENT')}</Button>
					{!question && incident.kind !== 'help' && <Button small icon="alert" variant="danger" onClick={() => open('help')}>{t('REPORT_HELP')}</Button>}
				</div>
			)}
			{dialog === 'close' && <CloseDialog incident={incident} send={send('close', t('CLOSED_SAID'))} onClose={() => open('')} />}
			{dialog === 'note' && <NoteDialog incident={incident} send={send('notes', t('NOTE_SAVED'))} onClose={() => open('')} />}
			{dialog === 'hand' && <HandOverDialog incident={incident} record={record} send={send('handover', t('HANDED'))} onClose={() => open('')} />}
			{dialog === 'help' && (
				<ConfirmWithReason title={doingTo(t('REPORT_HELP'), incident)} label={t('REPORT_HELP')} danger reason={false} onClose={() => open('')}
					send={() => send('report', t('REPORT_HELP_SAID'))({ result: 'needs_help' })}>
					<p>{t('REPORT_HELP_ASK')}</p>
				</ConfirmWithReason>
			)}
		</div>
	)
}
