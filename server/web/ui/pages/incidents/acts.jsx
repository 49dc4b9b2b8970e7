// acts - what staff do about an incident, beside the telephone: its results at a tap, taking it, a note, handing it
// over, closing it. Each act answers with the incident as it is then.
import { useEffect, useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Choices, ConfirmWithReason, Dialog, Field, Icon, Input, Notice, ProblemNotice, Select, Suggest, TextArea, toast, useAct, useForm } from '../../parts/index.js'
import { useSession } from '../../session.js'
import { useColleagues } from './colleagues.js'

const ofPerson = new Set(['help', 'missed', 'unwell', 'talk'])
export const isQuestion = incident => !ofPerson.has(incident.kind)

const OUTCOMES = ['safe', 'away', 'hospital', 'emergency', 'facility', 'deceased', 'moved', 'false_alarm']
const CAUSES = ['forgot', 'device', 'other']
const HOWS = ['phone', 'face', 'voice', 'kin', 'authority']
const ENDS = new Set(['deceased', 'moved', 'facility'])

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
		<Dialog title={t('CLOSE_INCIDENT')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form="close-incident" variant="primary" busy={form.busy}>{t('CLOSE_INCIDENT')}</Button>
			</>
		)}>
			<form id="close-incident" noValidate onSubmit={form.submit(values => send(body(values)), onClose)}>
				<ProblemNotice problem={form.problem} />
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
			</form>
		</Dialog>
	)
}

function NoteDialog({ send, onClose }) {
	const form = useForm({ note: '' })
	return (
		<Dialog title={t('NOTE_ADD')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form="note-incident" variant="primary" busy={form.busy}>{t('SAVE')}</Button>
			</>
		)}>
			<form id="note-incident" noValidate onSubmit={form.submit(values => send({ note: values.note.trim() }), onClose)}>
				<TextArea label={t('NOTE')} hint={t('NOTE_HINT')} required autofocus rows={4} maxLength={1000} {...form.field('note')} />
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
	)
}

// people: [[id, name]] of watchers who could take it.
function HandOverDialog({ incident, people, send, onClose }) {
	const colleagues = useColleagues(incident.district)
	const form = useForm({ to: '' })
	const options = [...colleagues.map(c => [c.login, c.name]), ...people]
	return (
		<Dialog title={t('HAND_OVER')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form="hand-incident" variant="primary" busy={form.busy}>{t('HAND_OVER')}</Button>
			</>
		)}>
			<form id="hand-incident" noValidate onSubmit={form.submit(values => send({ to: values.to.trim() }), onClose)}>
				{colleagues.length > 0 ? <Select label={t('HAND_OVER_TO')} required empty="" options={options} {...form.field('to')} />
					: <Suggest label={t('HAND_OVER_TO')} hint={t('HAND_OVER_HINT')} required maxLength={64} options={people} {...form.field('to')} />}
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
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
			<Button icon="bell" busy={busy} onClick={() => act('report', { result: 'no_answer' }, t('CALL_NEXT_SAID'))}>{t('CALL_NO_ANSWER')}</Button>
		</div>
	)
}

// incident: the whole one; set: takes it as an act gave it; people: [[id, name]] of its watchers. onHold(true): keep this
// drawn, even where the incident ends: somebody writes about it, or has to read why something failed.
export function IncidentActs({ incident, set, people = [], onHold }) {
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
			{dialog === 'note' && <NoteDialog send={send('notes', t('NOTE_SAVED'))} onClose={() => open('')} />}
			{dialog === 'hand' && <HandOverDialog incident={incident} people={people} send={send('handover', t('HANDED'))} onClose={() => open('')} />}
			{dialog === 'help' && (
				<ConfirmWithReason title={t('REPORT_HELP')} label={t('REPORT_HELP')} danger reason={false} onClose={() => open('')}
					send={() => send('report', t('REPORT_HELP_SAID'))({ result: 'needs_help' })}>
					<p>{t('REPORT_HELP_ASK')}</p>
				</ConfirmWithReason>
			)}
		</div>
	)
}
