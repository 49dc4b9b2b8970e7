// page - the frame of a page: its one h1 (which gets the focus when one comes to it), the window's title, its actions.
import { useEffect } from 'preact/hooks'
import { t } from '../i18n.js'

// kicker: above the heading; beside: on its line.
export function Page({ title, kicker, beside, lead, actions, children, wide = false, windowTitle = title }) {
	useEffect(() => {
		document.title = `${windowTitle} – ${t('PRODUCT')}`
	}, [windowTitle])
	return (
		<main class={`page ${wide ? 'page-wide' : ''}`} id="main">
			<div class="page-head">
				<div>
					{kicker && <div class="kicker">{kicker}</div>}
					<div class="page-title">
						<h1 id="page-title" tabIndex={-1}>{title}</h1>
						{beside}
					</div>
					{lead && <p class="lead">{lead}</p>}
				</div>
				{actions && <div class="page-actions">{actions}</div>}
			</div>
			{children}
		</main>
	)
}

export function Card({ title, actions, children, class: extra = '', level = 2, id }) {
	const Head = `h${level}`
	return (
		<section class={`card ${extra}`} aria-label={typeof title === 'string' ? title : undefined} id={id}>
			{(title || actions) && (
				<div class="card-head">
					{title && <Head>{title}</Head>}
					{actions && <div class="card-actions">{actions}</div>}
				</div>
			)}
			{children}
		</section>
	)
}

// <Facts><Fact label="電話">…</Fact></Facts>; an empty fact is left out unless `always`.
export const Facts = ({ children, class: extra = '' }) => <dl class={`facts ${extra}`}>{children}</dl>
export function Fact({ label, children, always = false }) {
	const nothing = children === null || children === undefined || children === '' || children === false
	if (nothing && !always)
		return null
	return (
		<div>
			<dt>{label}</dt>
			<dd>{nothing ? <span class="faint">{t('NOT_SET')}</span> : children}</dd>
		</div>
	)
}
