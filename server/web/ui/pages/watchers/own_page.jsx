// own_page - the link to a watcher's own page: made, shown once as an address and a code for their telephone, ended.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t } from '../../i18n.js'
import { Button, Card, ConfirmWithReason, Dialog, Notice, useAct, When } from '../../parts/index.js'
import { can } from '../../session.js'

const picture = svg => `data:image/svg+xml,${encodeURIComponent(svg)}`

function Made({ w, link, onClose }) {
	return (
		<Dialog title={t('OWN_PAGE_OF', { name: w.name })} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t('OWN_PAGE_HANDED')}</Button>}>
			<div class="stack">
				<Notice kind="warn">{t('OWN_PAGE_ONCE')}</Notice>
				<img class="qr" src={picture(link.qr)} alt={t('OWN_PAGE_CODE')} width={240} height={240} />
				<p class="own-page-url"><code>{link.url}</code></p>
			</div>
		</Dialog>
	)
}

export function OwnPage({ w, path, changed }) {
	const [act, busy] = useAct()
	const [link, setLink] = useState(null)
	const [ending, end] = useState(false)
	const make = async () => setLink(await act(() => api.post(`${path}/link`)) ?? null)
	if (w.ended)
		return null
	return (
		<Card title={t('OWN_PAGE')}>
			<div class="stack-s">
				<p class="soft">{t('OWN_PAGE_LEAD')}</p>
				<p>{w.own_page_at ? <>{t('OWN_PAGE_MADE')} <When at={w.own_page_at} /></> : t('OWN_PAGE_NONE')}</p>
				{can('edit') && !w.links_elsewhere && (
					<div class="row">
						<Button busy={busy} onClick={make}>{w.own_page_at ? t('OWN_PAGE_AGAIN') : t('OWN_PAGE_MAKE')}</Button>
						{w.own_page_at && <Button icon="close" onClick={() => end(true)}>{t('OWN_PAGE_END')}</Button>}
					</div>
				)}
			</div>
			{link && <Made w={w} link={link} onClose={() => {
				setLink(null)
				changed()
			}} />}
			{ending && (
				<ConfirmWithReason danger reason={false} title={t('OWN_PAGE_END')} label={t('OWN_PAGE_END')} said={t('OWN_PAGE_ENDED')} onClose={() => end(false)} send={() => api.del(`${path}/link`)} onDone={changed}>
					<p>{t('OWN_PAGE_END_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Card>
	)
}
