// keys - API keys of programs: made, shown once, revoked.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, dots, t, word } from '../../i18n.js'
import { Button, ConfirmWithReason, Dialog, FormDialog, Input, Loaded, Notice, Page, Select, Table, Tag, Ticks, useForm, useLoad, When } from '../../parts/index.js'

const SCOPES = ['list', 'record', 'act', 'sign', 'edit', 'report', 'export', 'admin', 'audit']

function Add({ users, onClose, onDone }) {
	const form = useForm({ name: '', login: users[0]?.login ?? '', scopes: ['list'] })
	const judge = ({ scopes }) => (scopes.length ? {} : { scopes: t('KEY_SCOPES_NEEDED') })
	const send = ({ name, login, scopes }) => api.post('/keys', { name: name.trim(), login, scopes: scopes.join(' ') })
	return (
		<FormDialog title={t('KEY_ADD')} label={t('KEY_ADD')} form={form} judge={judge} send={send} onDone={onDone} onClose={onClose}>
			<Input label={t('KEY_NAME')} required maxLength={60} autofocus {...form.field('name')} />
			<Select label={t('KEY_LOGIN')} required options={users.map(u => [u.login, bracketed(u.name, u.login)])} {...form.field('login')} />
			<Ticks label={t('KEY_SCOPES')} options={SCOPES.map(scope => [scope, word('RIGHT', scope)])} {...form.field('scopes')} />
		</FormDialog>
	)
}

// The key: shown this once.
function Made({ made, onClose }) {
	return (
		<Dialog title={t('KEY_MADE')} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t('CLOSE')}</Button>}>
			<div class="stack">
				<Notice kind="warn">{t('KEY_ONCE')}</Notice>
				<Input label={made.name} name="key" value={made.key} readOnly autofocus onValue={() => {}} onFocus={event => event.currentTarget.select()} />
			</div>
		</Dialog>
	)
}

export default function Keys() {
	const page = useLoad(async signal => {
		const [{ keys }, { users }] = await Promise.all([api.get('/keys', undefined, { signal }), api.get('/users', { limit: 500 }, { signal })])
		return { keys, users: users.filter(u => !u.disabled_at) }
	}, [])
	const [open, setOpen] = useState(null) // { add }, { made }, { revoke }: the key
	const close = () => setOpen(null)
	return (
		<Page title={t('ADMIN_KEYS')} lead={t('KEYS_LEAD')} kicker={<a href="/admin">{t('ADMIN')}</a>}
			actions={<Button variant="primary" icon="plus" onClick={() => setOpen({ add: true })}>{t('KEY_ADD')}</Button>}>
			<Loaded of={page}>
				{({ keys, users }) => (
					<>
						<Table caption={t('ADMIN_KEYS')} rows={keys} empty={t('KEYS_NONE')} columns={[
							{ name: 'name', label: t('KEY_NAME'), cell: k => <strong>{k.name}</strong> },
							{ name: 'login', label: t('KEY_LOGIN'), cell: k => k.login },
							{ name: 'scopes', label: t('KEY_SCOPES'), cell: k => dots(k.scopes.split(' ').map(scope => word('RIGHT', scope))) },
							{ name: 'made', label: t('KEY_MADE_AT'), cell: k => <When at={k.made_at} /> },
							{ name: 'seen', label: t('KEY_SEEN_AT'), cell: k => (k.seen_at ? <When at={k.seen_at} /> : t('KEY_NEVER')) },
							{ name: 'end', label: '', align: 'right', cell: k => (k.revoked_at ? <Tag>{t('KEY_REVOKED', { time: k.revoked_at.slice(0, 10) })}</Tag>
								: <Button small label={t('KEY_REVOKE_OF', { name: k.name })} onClick={() => setOpen({ revoke: k })}>{t('KEY_REVOKE')}</Button>) },
						]} />
						{open?.add && <Add users={users} onClose={close} onDone={made => {
							setOpen({ made })
							page.reload()
						}} />}
						{open?.made && <Made made={open.made} onClose={close} />}
						{open?.revoke && (
							<ConfirmWithReason danger reason={false} title={t('KEY_REVOKE_OF', { name: open.revoke.name })} label={t('KEY_REVOKE')} said={t('KEY_REVOKE_DONE')} onClose={close} onDone={page.reload}
								send={() => api.del(`/keys/${open.revoke.id}`)}>
								<p>{t('KEY_REVOKE_LEAD')}</p>
							</ConfirmWithReason>
						)}
					</>
				)}
			</Loaded>
		</Page>
	)
}
