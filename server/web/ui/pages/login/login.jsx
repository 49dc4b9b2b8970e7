// login - signing in, on a page of its own, and over the page where a session ended while somebody worked.
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../../i18n.js'
import { Button, Dialog, Input, ProblemNotice, toast, useForm } from '../../parts/index.js'
import { signIn } from '../../session.js'
import { Brand, LanguageSwitch } from '../../shell.jsx'

// login: fixed where one signs in again.
function SignInForm({ login = '', done, autofocus = true }) {
	const form = useForm({ login, password: '', code: '' })
	const [wantsCode, wantCode] = useState(false)
	const [shown, show] = useState(false)
	const send = async values => {
		try {
			await signIn(values.login.trim(), values.password, wantsCode ? values.code.trim() : undefined)
		} catch (problem) {
			if (problem.code !== 'totp_needed')
				throw problem
			wantCode(true)
			return false
		}
		return true
	}
	useEffect(() => {
		if (wantsCode)
			document.querySelector('input[name=code]')?.focus()
	}, [wantsCode])
	return (
		<form noValidate onSubmit={form.submit(send, signedIn => signedIn && done?.())}>
			<ProblemNotice problem={form.problem} />
			<Input label={t('LOGIN')} required plain readOnly={Boolean(login)} autofocus={autofocus && !login} autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={64} {...form.field('login')} />
			<div class="peek">
				<Input label={t('PASSWORD')} required plain type={shown ? 'text' : 'password'} autofocus={autofocus && Boolean(login)} autocomplete="current-password" maxLength={200} {...form.field('password')} />
				<Button icon="eye" label={t('PASSWORD_SHOW')} aria-pressed={shown} onClick={() => show(!shown)} />
			</div>
			{wantsCode && (
				<Input label={t('CODE')} hint={t('CODE_HINT')} required plain inputMode="numeric" autocomplete="one-time-code" pattern="\d{6}" maxLength={6} shape={t('CODE_SHAPE')} {...form.field('code')} />
			)}
			<Button type="submit" variant="primary" busy={form.busy}>{t('SIGN_IN')}</Button>
		</form>
	)
}

export function SignIn() {
	useEffect(() => {
		document.title = `${t('SIGN_IN')} – ${t('PRODUCT')}`
	})
	return (
		<main class="front" id="main">
			<div class="front-card">
				<div class="brand"><Brand /></div>
				<h1 id="page-title" tabIndex={-1}>{t('SIGN_IN')}</h1>
				<p class="soft">{t('SIGN_IN_LEAD')}</p>
				<SignInForm />
			</div>
			<div class="front-foot"><LanguageSwitch /></div>
		</main>
	)
}

export function SignInAgain({ login, answer }) {
	const id = useId()
	return (
		<Dialog title={t('SIGN_IN_AGAIN')} closable={false} footer={<Button variant="quiet" onClick={() => answer(false)}>{t('SIGN_IN_OTHER')}</Button>}>
			<p id={id}>{t('SIGN_IN_AGAIN_MORE')}</p>
			<SignInForm login={login} done={() => {
				answer(true)
				toast(t('SIGNED_IN'))
			}} />
		</Dialog>
	)
}
