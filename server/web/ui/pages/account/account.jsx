// account - one's own: two-step sign-in and the places where one is signed in.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { dots, t, word } from '../../i18n.js'
import { agentWords, Button, Card, Fact, Facts, FormDialog, Input, Loaded, Notice, Page, ProblemNotice, Table, Tag, When, toast, useAct, useForm, useLoad } from '../../parts/index.js'
import { load, useSession } from '../../session.js'

// The drawing is the server's; as an <img> nothing in it can run.
const picture = svg => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`

function Enrol() {
	const [key, setKey] = useState(null)
	const [act, busy, problem] = useAct({ quiet: true })
	const form = useForm({ code: '' })
	if (!key) {
		return (
			<>
				<ProblemNotice problem={problem} />
				<div><Button variant="primary" icon="shield" busy={busy} onClick={async () => setKey(await act(() => api.post('/session/totp')) ?? null)}>{t('TOTP_START')}</Button></div>
			</>
		)
	}
	return (
		<form noValidate class="narrow" onSubmit={form.submit(values => api.put('/session/totp', { code: values.code.trim() }), async () => {
			toast(t('TOTP_DONE'))
			await load()
		})}>
			<p>{t('TOTP_SCAN')}</p>
			<img class="qr" src={picture(key.svg)} alt={t('TOTP_QR')} width={200} height={200} />
			<p class="soft">{t('TOTP_SECRET')}<br /><code class="secret">{key.secret.replace(/(.{4})/g, '$1 ').trim()}</code></p>
			<ProblemNotice problem={form.problem} />
			<Input label={t('CODE')} hint={t('CODE_HINT')} required autofocus inputMode="numeric" autocomplete="one-time-code" pattern="\d{6}" maxLength={6} shape={t('CODE_SHAPE')} {...form.field('code')} />
			<div class="form-actions"><Button type="submit" variant="primary" busy={form.busy}>{t('TOTP_CONFIRM')}</Button></div>
		</form>
	)
}

function Stop({ onClose }) {
	const form = useForm({ password: '' })
	return (
		<FormDialog danger title={t('TOTP_STOP')} label={t('TOTP_STOP')} form={form} send={({ password }) => api.del('/session/totp', { password })} onClose={onClose} onDone={load}>
			<p>{t('TOTP_STOP_ASK')}</p>
			<Input type="password" label={t('PASSWORD')} required autofocus autocomplete="current-password" {...form.field('password')} />
		</FormDialog>
	)
}

function Password() {
	const form = useForm({ old_password: '', new_password: '', again: '' })
	const [open, setOpen] = useState(false)
	if (!open)
		return <div><Button icon="key" onClick={() => setOpen(true)}>{t('PASSWORD_CHANGE')}</Button></div>
	const close = () => {
		setOpen(false)
		form.reset()
	}
	const send = async ({ old_password, new_password, again }) => {
		if (new_password !== again)
			return { faults: { again: t('SETUP_DIFFERS') } }
		await api.patch('/session', { old_password, new_password })
		return true
	}
	return (
		<form noValidate class="narrow" onSubmit={form.submit(send, () => {
			close()
			toast(t('PASSWORD_CHANGED'))
		})}>
			<ProblemNotice problem={form.problem} />
			<Input label={t('PASSWORD_OLD')} required plain autofocus type="password" autocomplete="current-password" maxLength={200} {...form.field('old_password')} />
			<Input label={t('PASSWORD_NEW')} hint={t('SETUP_PASSWORD_HINT')} required plain type="password" autocomplete="new-password" minLength={8} maxLength={200} shape={t('PASSWORD_SHORT')} {...form.field('new_password')} />
			<Input label={t('SETUP_AGAIN')} required plain type="password" autocomplete="new-password" maxLength={200} {...form.field('again')} />
			<div class="row">
				<Button type="submit" variant="primary" busy={form.busy}>{t('PASSWORD_CHANGE')}</Button>
				<Button onClick={close}>{t('CANCEL')}</Button>
			</div>
		</form>
	)
}

function Sessions() {
	const sessions = useLoad(signal => api.get('/sessions', undefined, { signal }), [])
	const [act, busy] = useAct()
	return (
		<Card title={t('SESSIONS')}>
			<Loaded of={sessions} lines={2}>
				{({ sessions: list }) => (
					<Table caption={t('SESSIONS')} rows={list} columns={[
						{ name: 'agent', label: t('SESSION_DEVICE'), cell: s => <><span title={s.agent}>{agentWords(s.agent)}</span> {s.own && <Tag tone="good">{t('SESSION_THIS')}</Tag>}</> },
						{ name: 'address', label: t('SESSION_ADDRESS'), cell: s => s.address },
						{ name: 'since', label: t('SESSION_SINCE'), cell: s => <When at={s.began_at} /> },
						{ name: 'seen', label: t('SESSION_SEEN'), cell: s => <When at={s.seen_at} /> },
						{ name: 'end', label: '', align: 'right', cell: s => !s.own && (
							<Button small busy={busy} onClick={() => act(() => api.del(`/sessions/${encodeURIComponent(s.id)}`), t('SESSION_ENDED')).then(sessions.reload)}>{t('SESSION_END')}</Button>
						) },
					]} />
				)}
			</Loaded>
		</Card>
	)
}

export default function Account() {
	const now = useSession()
	const [stopping, setStopping] = useState(false)
	const must = now.totp?.required && !now.totp.on
	return (
		<Page title={t('ACCOUNT')}>
			{must && <Notice kind="warn" title={t('PROBLEM_TOTP_ENROL')}>{t('TOTP_REQUIRED')}</Notice>}
			<Card>
				<Facts>
					<Fact label={t('SETUP_NAME')}>{now.name}</Fact>
					<Fact label={t('LOGIN')}>{now.login}</Fact>
					<Fact label={t('ROLE')}>{word('ROLE', now.role)}</Fact>
					<Fact label={t('DISTRICT')}>{dots(now.districts.map(d => d.name)) || t('EVERY_DISTRICT')}</Fact>
				</Facts>
			</Card>
			{!must && <Card title={t('PASSWORD')}><Password /></Card>}
			<Card title={t('TOTP')}>
				<div class="stack">
					<div class="row">
						{now.totp?.on ? <Tag tone="good">{t('TOTP_ON')}</Tag> : <Tag>{t('TOTP_OFF')}</Tag>}
						{now.totp?.on && !now.totp.required && <Button small onClick={() => setStopping(true)}>{t('TOTP_STOP')}</Button>}
					</div>
					{!now.totp?.on && <Enrol />}
				</div>
			</Card>
			{!must && <Sessions />}
			{stopping && <Stop onClose={() => setStopping(false)} />}
		</Page>
	)
}
