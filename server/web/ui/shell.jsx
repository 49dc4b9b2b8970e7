// shell - the bar on top: where one can go, how fresh the page is, who one is.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { bracketed, lang, setLanguage, t, word } from './i18n.js'
import { live } from './live.js'
import { Button, Icon, lieOver, Menu, MenuItem, toast } from './parts/index.js'
import { mayLeave, navigate, usePath } from './router.jsx'
import { routes } from './routes.js'
import { can, signOut, useSession } from './session.js'
import { useStore } from './store.js'
import { clock, councilTime } from './time.js'

export function Brand({ council }) {
	return (
		<>
			<svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
				<rect width="32" height="32" rx="8" fill="var(--scheme-logo)" />
				<path d="M7 15.500 16 8l9 7.500M9.600 16v7.200a1.300 1.300 0 0 0 1.300 1.300h10.200a1.300 1.300 0 0 0 1.300-1.300V16" fill="none" stroke="#fff" stroke-width="2.600" stroke-linecap="round" stroke-linejoin="round" />
				<circle cx="16" cy="18.600" r="2.700" fill="#ffd166" />
			</svg>
			<span class="brand-name">{t('PRODUCT')}{council && <small>{council}</small>}</span>
		</>
	)
}

function Links({ onGo }) {
	const path = usePath()
	const here = p => (p === '/' ? path === '/' : path === p || path.startsWith(p + '/'))
	return (
		<nav class="nav" aria-label={t('NAV')}>
			{routes.filter(r => r.nav && can(r.right)).map(r => (
				<a key={r.path} href={r.path} aria-current={here(r.path) ? 'page' : undefined} onClick={onGo}>
					<Icon name={r.icon} size={18} />{t(r.nav)}
				</a>
			))}
		</nav>
	)
}

function Drawer({ onClose }) {
	const element = useRef(null)
	useLayoutEffect(() => {
		const dialog = element.current
		dialog.showModal()
		const leave = lieOver(dialog)
		return () => {
			leave()
			dialog.close() // which gives the focus back
		}
	}, [])
	return (
		<dialog ref={element} class="drawer" aria-label={t('NAV_MENU')} onCancel={event => {
			event.preventDefault()
			onClose()
		}} onClose={onClose} onClick={event => event.target === element.current && onClose()}>
			<Button variant="quiet" icon="close" label={t('CLOSE')} onClick={onClose} />
			<Links onGo={onClose} />
		</dialog>
	)
}

export const LanguageSwitch = () => (
	<Button variant="quiet" icon="globe" lang={lang() === 'en' ? 'ja' : 'en'} onClick={() => setLanguage(lang() === 'en' ? 'ja' : 'en')}>
		{lang() === 'en' ? t('LANGUAGE_JA') : t('LANGUAGE_EN')}
	</Button>
)

const themes = [['auto', 'gear'], ['light', 'sun'], ['dark', 'moon']]

function AccountMenu() {
	const now = useSession()
	const [theme, choose] = useState(window.getTheme())
	return (
		<Menu icon="person" text={now.name} label={t('ACCOUNT_OF', { name: now.name })}>
			{close => (
				<>
					<p class="menu-head">{bracketed(now.name, word('ROLE', now.role))}</p>
					<MenuItem icon="key" href="/account" onClick={close}>{t('ACCOUNT')}</MenuItem>
					<hr />
					<p class="menu-head">{t('THEME')}</p>
					{themes.map(([name, icon]) => (
						<MenuItem key={name} icon={icon} current={theme === name} onClick={() => {
							window.setTheme(name)
							choose(name)
						}}>{word('THEME', name)}</MenuItem>
					))}
					<hr />
					<MenuItem icon="out" onClick={() => {
						close()
						if (!mayLeave()) // before the session ends: what is not saved could not be saved any more
							return
						signOut().then(() => navigate('/login', { asked: true }), problem => toast(problem.words, 'bad'))
					}}>{t('SIGN_OUT')}</MenuItem>
				</>
			)}
		</Menu>
	)
}

// Only what went wrong takes room: that what one sees may be old.
function Stale() {
	const { state, at } = useStore(live)
	const [late, setLate] = useState(false)
	useEffect(() => {
		setLate(false)
		if (state === 'live' || state === 'off')
			return undefined
		const timer = setTimeout(() => setLate(true), 8000) // a short break is nobody's business
		return () => clearTimeout(timer)
	}, [state])
	if (!late)
		return null
	return (
		<div class="stale" role="status">
			<Icon name="offline" size={18} />{at ? t('LIVE_STALE', { time: clock(councilTime(at)) }) : t('LIVE_NONE')}
		</div>
	)
}

export function Shell({ children }) {
	const now = useSession()
	const [drawer, setDrawer] = useState(false)
	return (
		<>
			<a class="button skip" href="#main" onClick={event => {
				event.preventDefault()
				document.getElementById('page-title')?.focus()
			}}>{t('NAV_SKIP')}</a>
			<header class="bar">
				<div class="bar-menu"><Button variant="quiet" icon="menu" label={t('NAV_MENU')} onClick={() => setDrawer(true)} /></div>
				<a class="brand" href="/"><Brand council={now.council?.name} /></a>
				<Links />
				<div class="bar-end">
					<LanguageSwitch />
					<AccountMenu />
				</div>
			</header>
			<Stale />
			{drawer && <Drawer onClose={() => setDrawer(false)} />}
			{children}
		</>
	)
}
