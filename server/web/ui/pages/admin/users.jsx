// users - staff accounts: who they are, what they may, when they are on duty, and whether they can come in.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, dots, lang, t, word } from '../../i18n.js'
import {
	Button, Checkbox, ConfirmWithReason, FormDialog, Icon, Input, Loaded, Menu, MenuItem, Page, Pager, Select, Table, Tag, TextArea, Ticks, useAct, useForm, usePages,
} from '../../parts/index.js'
import { districtName, today, useSession } from '../../session.js'
import { when } from '../../time.js'

const ROLES = ['staff', 'coordinator', 'viewer', 'admin']
const at = (user, rest = '') => `/users/${encodeURIComponent(user.login)}${rest}`
const FIELDS = ['name', 'role', 'districts', 'channels', 'duty', 'away_from', 'away_to']

function Districts({ value, onValue, ...rest }) {
	const { districts } = useSession()
	const chosen = value.split(/[ ,;]+/).filter(Boolean)
	const choices = districts.filter(d => !d.ended || chosen.includes(d.district))
	return <Ticks label={t('FIELD_DISTRICTS')} hint={t('FIELD_DISTRICTS_HINT')} value={chosen} options={choices.map(d => [d.district, d.name])} onValue={list => onValue(list.join(' '))} {...rest} />
}

// What was changed, and what stood there before.
function changes(values, of) {
	const body = { was: {} }
	for (const name of FIELDS) {
		const value = values[name].trim()
		if (value !== (of[name] ?? '')) {
			body[name] = value
			body.was[name] = of[name] ?? null
		}
	}
	if (values.totp_required !== of.totp_required)
		body.totp_required = values.totp_required
	return body
}

// of: the user to change; {}: a new one.
function Edit({ of, onClose, onDone }) {
	const isNew = !of.login
	const form = useForm({ login: '', password: '', totp_required: false, role: 'staff', ...Object.fromEntries(FIELDS.filter(f => f !== 'role').map(f => [f, ''])), ...Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v ?? ''])) })
	const send = values => {
		if (!isNew)
			return api.patch(at(of), changes(values, of))
		const body = Object.fromEntries(FIELDS.filter(f => values[f].trim()).map(f => [f, values[f].trim()]))
		return api.post('/users', { ...body, login: values.login.trim(), totp_required: values.totp_required, ...(values.password && { password: values.password }) })
	}
	return (
		<FormDialog wide title={isNew ? t('USER_ADD') : t('USER_EDIT', { name: of.name })} form={form} send={send} said={t('SAVED')} onClose={onClose} onDone={onDone}>
			<div class="pair">
				{isNew && <Input label={t('FIELD_LOGIN')} required maxLength={64} autofocus {...form.field('login')} />}
				<Input label={t('FIELD_NAME')} required maxLength={64} autofocus={!isNew} {...form.field('name')} />
				<Select label={t('FIELD_ROLE')} required options={ROLES.map(role => [role, word('ROLE', role)])} {...form.field('role')} />
			</div>
			<Districts {...form.field('districts')} />
			<TextArea label={t('FIELD_USER_CHANNELS')} hint={t('FIELD_WATCHER_CHANNELS_HINT')} rows={2} {...form.field('channels')} />
			<Input label={t('FIELD_DUTY')} hint={t('FIELD_DUTY_HINT')} {...form.field('duty')} />
			<div class="pair">
				<Input type="date" label={t('FIELD_AWAY_FROM')} {...form.field('away_from')} />
				<Input type="date" label={t('FIELD_AWAY_TO')} {...form.field('away_to')} />
			</div>
			{isNew && <NewPassword {...form.field('password')} />}
			<Checkbox label={t('USER_FACTOR_REQUIRED')} {...form.check('totp_required')} />
		</FormDialog>
	)
}

const NewPassword = props => (
	<Input type="password" autocomplete="new-password" label={t('FIELD_PASSWORD')} hint={t('FIELD_PASSWORD_HINT')} minLength={8} maxLength={200} shape={t('PASSWORD_SHORT')} {...props} />
)

function Password({ of, onClose }) {
	const form = useForm({ password: '' })
	return (
		<FormDialog title={t('USER_PASSWORD_OF', { name: of.name })} form={form} send={values => api.post(at(of, '/password'), values)} said={t('USER_PASSWORD_DONE')} onClose={onClose}>
			<p>{t('USER_PASSWORD_LEAD')}</p>
			<NewPassword required autofocus {...form.field('password')} />
		</FormDialog>
	)
}

function Actions({ user, open, reload }) {
	const [act] = useAct()
	return (
		<Menu icon="more" label={t('USER_MORE', { name: user.name })}>
			{close => {
				const choose = what => () => {
					close()
					open({ what, user })
				}
				return (
					<>
						<MenuItem icon="edit" onClick={choose('edit')}>{t('EDIT')}</MenuItem>
						<MenuItem icon="key" onClick={choose('password')}>{t('USER_PASSWORD')}</MenuItem>
						{user.totp_on && <MenuItem icon="phone" onClick={choose('factor')}>{t('USER_FACTOR_FORGET')}</MenuItem>}
						{user.disabled_at ? (
							<MenuItem icon="check" onClick={() => {
								close()
								act(() => api.post(at(user, '/enable')), t('USER_DONE')).then(reload)
							}}>{t('USER_ENABLE')}</MenuItem>
						) : <MenuItem icon="close" onClick={choose('disable')}>{t('USER_DISABLE')}</MenuItem>}
					</>
				)
			}}
		</Menu>
	)
}

const columns = (open, reload) => [
	{ name: 'name', label: t('FIELD_NAME'), sort: u => u.name, cell: u => (
		<>
			{u.name}<small class="block">{u.login}</small>
			<span class="row tags">
				{u.disabled_at && <Tag tone="bad"><Icon name="close" size={14} /> {bracketed(t('USER_DISABLED'), when(u.disabled_at, today()))}</Tag>}
				{!u.disabled_at && !u.has_password && <Tag tone="warn">{t('USER_NO_PASSWORD')}</Tag>}
				{u.totp_on && <Tag tone="good"><Icon name="shield" size={14} /> {t('USER_FACTOR_ON')}</Tag>}
				{u.totp_required && !u.totp_on && <Tag tone="warn">{t('USER_FACTOR_MISSING')}</Tag>}
				{u.away && <Tag tone="warn">{t('WATCHER_AWAY_NOW')}</Tag>}
			</span>
		</>
	) },
	{ name: 'role', label: t('FIELD_ROLE'), sort: u => ROLES.indexOf(u.role), cell: u => word('ROLE', u.role) },
	{ name: 'districts', label: t('FIELD_DISTRICTS'), cell: u => dots(u.districts ? u.districts.split(/[ ,;]+/).map(districtName) : t('USER_ALL_DISTRICTS')) },
	{ name: 'duty', label: t('FIELD_DUTY'), cell: u => u.duty_words[lang()] },
	{ name: 'channels', label: t('FIELD_USER_CHANNELS'), cell: u => u.channels ?? <span class="faint">{t('WATCHERS_NO_CHANNEL')}</span> },
	{ name: 'actions', label: '', align: 'right', cell: u => <Actions user={u} open={open} reload={reload} /> },
]

export default function Users() {
	const { load, rows, ...pages } = usePages('/users', 'users', { limit: 200 })
	const [asked, ask] = useState(null) // { what, user }
	const close = () => ask(null)
	return (
		<Page title={t('USERS')} kicker={<a href="/admin">{t('ADMIN')}</a>} actions={<Button variant="primary" icon="plus" onClick={() => ask({ what: 'edit', user: {} })}>{t('USER_ADD')}</Button>}>
			<Loaded of={load}>
				{() => (
					<>
						<Table caption={t('USERS')} rows={rows} rowKey={u => u.login} columns={columns(ask, load.reload)} />
						<Pager shown={rows.length} {...pages} />
					</>
				)}
			</Loaded>
			{asked?.what === 'edit' && <Edit of={asked.user} onClose={close} onDone={load.reload} />}
			{asked?.what === 'password' && <Password of={asked.user} onClose={close} />}
			{asked?.what === 'disable' && (
				<ConfirmWithReason danger title={t('USER_DISABLE_OF', { name: asked.user.name })} label={t('USER_DISABLE')} onClose={close} onDone={load.reload} send={reason => api.post(at(asked.user, '/disable'), { reason })}>
					<p>{t('USER_DISABLE_LEAD')}</p>
				</ConfirmWithReason>
			)}
			{asked?.what === 'factor' && (
				<ConfirmWithReason title={t('USER_FACTOR_FORGET')} label={t('REMOVE')} onClose={close} onDone={load.reload} send={reason => api.del(at(asked.user, '/totp'), { reason })}>
					<p>{t('USER_FACTOR_FORGET_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Page>
	)
}
