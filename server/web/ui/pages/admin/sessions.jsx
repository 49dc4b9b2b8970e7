// sessions - where everybody is signed in; each can be ended.
import * as api from '../../api.js'
import { t } from '../../i18n.js'
import { agentWords, Button, Loaded, Page, Table, Tag, useAct, useLoad, When } from '../../parts/index.js'

export default function Sessions() {
	const page = useLoad(signal => api.get('/sessions', { all: 1 }, { signal }), [])
	const [act, busy] = useAct()
	const end = session => act(() => api.del(`/sessions/${session.id}`), t('SIGNED_ENDED')).then(page.reload)
	return (
		<Page title={t('ADMIN_SESSIONS')} lead={t('SESSIONS_LEAD')} kicker={<a href="/admin">{t('ADMIN')}</a>}>
			<Loaded of={page}>
				{({ sessions }) => (
					<Table caption={t('ADMIN_SESSIONS')} rows={sessions} columns={[
						{ name: 'login', label: t('SIGNED_WHO'), sort: s => s.login, cell: s => <>{s.login} {s.own && <Tag tone="good">{t('SIGNED_OWN')}</Tag>}</> },
						{ name: 'address', label: t('SIGNED_WHERE'), sort: s => s.address, cell: s => s.address },
						{ name: 'agent', label: t('SIGNED_AGENT'), cell: s => <span title={s.agent}>{agentWords(s.agent)}</span> },
						{ name: 'began', label: t('SIGNED_BEGAN'), sort: s => s.began_at, cell: s => <When at={s.began_at} /> },
						{ name: 'seen', label: t('SIGNED_SEEN'), sort: s => s.seen_at, cell: s => <When at={s.seen_at} /> },
						{ name: 'end', label: '', align: 'right', cell: s => !s.own && <Button small busy={busy} label={t('SIGNED_END_OF', { name: s.login })} onClick={() => end(s)}>{t('SIGNED_END')}</Button> },
					]} />
				)}
			</Loaded>
		</Page>
	)
}
