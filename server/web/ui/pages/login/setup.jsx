// setup - /setup/{token}: the first administrator, by the link that the terminal showed once.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t } from '../../i18n.js'
import { Button, Input, Notice, ProblemNotice, useForm } from '../../parts/index.js'
import { navigate } from '../../router.jsx'
import { signIn } from '../../session.js'
import { Brand, LanguageSwitch } from '../../shell.jsx'

export default function Setup({ params }) {
	const form = useForm({ name: '', login: '', password: '', again: '' })
	const [gone, setGone] = useState(false)
	useEffect(() => {
		document.title = `${t('SETUP')} – ${t('PRODUCT')}`
	})
	const send = async ({ name, login, password, again }) => {
		if (password !== again)
			return { faults: { again: t('SETUP_DIFFERS') } }
		try {
			await api.post('/setup', { token: params.token, login: login.trim(), name: name.trim(), password }, { bare: true })
		} catch (problem) {
			if (problem.status !== 404 && problem.status !== 410)
				throw problem
			setGone(true)
			return false
		}
		await signIn(login.trim(), password)
		return true
	}
	return (
		<main class="front" id="main">
			<div class="front-card">
				<div class="brand"><Brand /></div>
				<h1 id="page-title" tabIndex={-1}>{t('SETUP')}</h1>
				<p class="soft">{t('SETUP_LEAD')}</p>
				{gone ? <Notice kind="warn" live>{t('SETUP_GONE')}</Notice> : (
					<form noValidate onSubmit={form.submit(send, done => done && navigate('/', { replace: true }))}>
						<ProblemNotice problem={form.problem} />
						<Input label={t('SETUP_NAME')} hint={t('SETUP_NAME_HINT')} required plain autofocus autocomplete="name" maxLength={100} {...form.field('name')} />
						<Input label={t('LOGIN')} hint={t('SETUP_LOGIN_HINT')} required plain autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={64} pattern="[a-z0-9._\-]+" {...form.field('login')} />
						<Input label={t('PASSWORD')} hint={t('SETUP_PASSWORD_HINT')} required plain type="password" autocomplete="new-password" minLength={8} maxLength={200} shape={t('PASSWORD_SHORT')} {...form.field('password')} />
						<Input label={t('SETUP_AGAIN')} required plain type="password" autocomplete="new-password" maxLength={200} {...form.field('again')} />
						<Button type="submit" variant="primary" busy={form.busy}>{t('SETUP_DO')}</Button>
					</form>
				)}
			</div>
			<div class="front-foot"><LanguageSwitch /></div>
		</main>
	)
}
