// main - the staff's pages: who is signed in, the bar on top, and the page of the address.
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { language, t, useLanguage } from './i18n.js'
import { startLive, stopLive, onLive } from './live.js'
import { Button, ButtonLink, Busy, Empty, Page, ProblemNotice, startToasts } from './parts/index.js'
import { Guarded, Lazy, matchRoute, navigate, startRouter, usePath } from './router.jsx'
import { routes } from './routes.js'
import { can, load, loadAgain, signingIn, useSession } from './session.js'
import { Shell } from './shell.jsx'
import { SignIn, SignInAgain } from './pages/login/login.jsx'
import { useStore } from './store.js'

const front = [
	{ path: '/login', page: null },
	{ path: '/setup/{token}', page: () => import('./pages/login/setup.jsx') },
]
const account = routes.find(r => r.path === '/account')
const ours = path => Boolean(matchRoute(routes, path) ?? matchRoute(front, path))

const Failed = ({ retry }) => (
	<Page title={t('PAGE_FAILED')}>
		<Empty icon="alert" action={(
			<div class="row">
				<Button onClick={retry}>{t('TRY_AGAIN')}</Button>
				<Button onClick={() => location.reload()}>{t('RELOAD')}</Button>
			</div>
		)}>{t('PAGE_FAILED_MORE')}</Empty>
	</Page>
)
const Waiting = () => <main class="page" id="main"><Busy lines={7} /></main>
const Nothing = ({ title, children }) => (
	<Page title={title}>
		<Empty icon="info" action={<ButtonLink href="/">{t('BACK_TO_LIST')}</ButtonLink>}>{children}</Empty>
	</Page>
)

// A new page begins at its heading, for those who hear it as for those who see it; but where it has put the focus itself
// (a field that stands open), or somebody has, it stays.
function useHeadingFocus(path) {
	const first = useRef(true)
	useEffect(() => {
		if (first.current) {
			first.current = false
			return undefined
		}
		let tries = 0
		const timer = setInterval(() => {
			const heading = document.getElementById('page-title')
			if (!document.activeElement?.closest('#main'))
				heading?.focus({ preventScroll: true })
			if (heading || ++tries > 50)
				clearInterval(timer)
		}, 40)
		return () => clearInterval(timer)
	}, [path])
}

function Inside({ path }) {
	const match = matchRoute(routes, path)
	useHeadingFocus(path)
	if (!match)
		return <Nothing title={t('NOT_FOUND')}>{t('NOT_FOUND_MORE')}</Nothing>
	if (match.route.right && !can(match.route.right))
		return <Nothing title={t('NOT_ALLOWED')}>{t('NOT_ALLOWED_MORE')}</Nothing>
	return (
		<Guarded key={path} Failed={Failed}>
			<Lazy load={match.route.page} params={match.params} Fallback={Waiting} Failed={Failed} />
		</Guarded>
	)
}

function App() {
	useLanguage() // everything is drawn again in the other language
	const now = useSession()
	const path = usePath()
	const again = useStore(signingIn)
	const [problem, setProblem] = useState(null)
	const setup = matchRoute(front.slice(1), path)
	const enrolling = Boolean(now?.totp?.required && !now.totp.on)
	const begin = () => {
		setProblem(null)
		if (!setup)
			load().catch(setProblem)
	}
	useEffect(begin, [])
	useEffect(() => onLive('signed-out', loadAgain), [])
	useEffect(() => {
		if (!now || enrolling || again)
			return undefined
		startLive()
		return stopLive
	}, [now?.login, enrolling, Boolean(again)])
	useEffect(() => {
		if (now && path === '/login')
			navigate('/', { replace: true })
	}, [now, path])

	if (setup)
		return <Lazy load={setup.route.page} params={setup.params} Fallback={Waiting} Failed={Failed} />
	if (problem)
		return <main class="front"><ProblemNotice problem={problem} retry={begin} /></main>
	if (now === undefined)
		return <Waiting />
	if (now === null)
		return <SignIn />
	return (
		<Shell>
			{enrolling ? <Lazy load={account.page} params={{}} Fallback={Waiting} Failed={Failed} /> : <Inside path={path} />}
			{again && <SignInAgain {...again} />}
		</Shell>
	)
}

startRouter(ours)
matchRoute(routes, location.pathname)?.route.page().catch(() => {}) // on its way while we ask who is signed in
addEventListener('storage', () => window.setTheme(window.getTheme()))
document.documentElement.lang = language.get()
startToasts()
render(<App />, document.getElementById('app'))
