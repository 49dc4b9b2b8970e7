// keys - API keys of programs: made, shown once, revoked.
import { useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Checkbox, Dialog, Input, Loaded, Notice, Page, ProblemNotice, Select, Table, Tag, toast, useForm, useLoad, When } from '../../parts/index.js'

const SCOPES = ['list', 'record', 'act', 'sign', 'edit', 'report', 'export', 'admin', 'audit']

function Add({ users, onClose, onDone }) {
	const form = useForm({ name: '', login: users[0]?.login ?? '', list: true })
	const [made, setMade] = useState(null)
	const id = useId()
	const send = values => {
		const scopes = SCOPES.filter(scope => values[scope]).join(' ')
		return scopes ? api.post('/keys', { name: values.name.trim(), login: values.login, scopes }) : { faults: { list: t('KEY_SCOPES_NEEDED') } }
	}
	if (made)
		return (
			<Dialog title={t('KEY_MADE')} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t('CLOSE')}</Button>}>
				<div class="stack">
					<Notice kind="warn">{t('KEY_ONCE')}</Notice>
					<Input label={made.name} name="key" value={made.key} readOnly autofocus onValue={() => {}} onFocus={event => event.currentTarget.select()} />
				</div>
			</Dialog>
		)
	return (
		<Dialog title={t('KEY_ADD')} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant="primary" busy={form.busy}>{t('KEY_ADD')}</Button>
			</>
		)}>
			<form id={id} class="stack" noValidate onSubmit={form.submit(send, key => {
				setMade(key)
				onDone()
			})}>
				<Input label={t('KEY_NAME')} required maxLength={60} autofocus {...form.field('name')} />
				<Select label={t('KEY_LOGIN')} required options={users.map(u => [u.login, `${u.name}（${u.login}）`])} {...form.field('login')} />
				<fieldset class="choices choices-inline">
					<legend>{t('KEY_SCOPES')}</legend>
					{SCOPES.map(scope => <Checkbox key={scope} label={word('RIGHT', scope)} {...form.check(scope)} />)}
				</fieldset>
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
	)
}

function Revoke({ of, onClose, onDone }) {
	const form = useForm({})
	const id = useId()
	return (
		<Dialog title={t('KEY_REVOKE_OF', { name: of.name })} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant="danger" busy={form.busy} autofocus>{t('KEY_REVOKE')}</Button>
			</>
		)}>
			<form id={id} class="stack" onSubmit={form.submit(() => api.del(`/keys/${of.id}`), () => {
				toast(t('KEY_REVOKE_DONE'))
				onClose()
				onDone()
			})}>
				<p>{t('KEY_REVOKE_LEAD')}</p>
				<ProblemNotice problem={form.problem} />
			</form>
		</Dialog>
	)
}

export default function Keys() {
	const page = useLoad(async signal => {
		const [{ keys }, { users }] = await Promise.all([api.get('/keys', undefined, { signal }), api.get('/users', { limit: 500 }, { signal })])
		return { keys, users: users.filter(u => !u.disabled_at) }
	}, [])
	const [open, setOpen] = useState(null) // 'add', or the key to revoke
	return (
		<Page title={t('ADMIN_KEYS')} lead={t('KEYS_LEAD')} kicker={<a href="/admin">{t('ADMIN')}</a>}
			actions={<Button variant="primary" icon="plus" onClick={() => setOpen('add')}>{t('KEY_ADD')}</Button>}>
			<Loaded of={page}>
				{({ keys, users }) => (
					<>
						<Table caption={t('ADMIN_KEYS')} rows={keys} empty={t('KEYS_NONE')} columns={[
							{ name: 'name', label: t('KEY_NAME'), cell: k => <strong>{k.name}</strong> },
							{ name: 'login', label: t('KEY_LOGIN'), cell: k => k.login },
							{ name: 'scopes', label: t('KEY_SCOPES'), cell: k => k.scopes.split(' ').map(scope => word('RIGHT', scope)).join('・') },
							{ name: 'made', label: t('KEY_MADE_AT'), cell: k => <When at={k.made_at} /> },
							{ name: 'seen', label: t('KEY_SEEN_AT'), cell: k => (k.seen_at ? <When at={k.seen_at} /> : t('KEY_NEVER')) },
							{ name: 'end', label: '', align: 'right', cell: k => (k.revoked_at ? <Tag>{t('KEY_REVOKED', { time: k.revoked_at.slice(0, 10) })}</Tag>
								: <Button small label={t('KEY_REVOKE_OF', { name: k.name })} onClick={() => setOpen(k)}>{t('KEY_REVOKE')}</Button>) },
						]} />
						{open === 'add' && <Add users={users} onClose={() => setOpen(null)} onDone={page.reload} />}
						{open && open !== 'add' && <Revoke of={open} onClose={() => setOpen(null)} onDone={page.reload} />}
					</>
				)}
			</Loaded>
		</Page>
	)
}
