// index - what there is to administer, as far as one may.
import { key, t } from '../../i18n.js'
import { Icon, Page } from '../../parts/index.js'
import { matchRoute } from '../../router.jsx'
import { routes } from '../../routes.js'
import { can } from '../../session.js'

const groups = [
	{ title: key('ADMIN_PEOPLE'), cards: [
		{ path: '/admin/enrol', title: key('ADMIN_ENROL'), more: key('ADMIN_ENROL_MORE'), icon: 'person' },
		{ path: '/watchers', title: key('WATCHERS'), more: key('WATCHERS_LEAD'), icon: 'people' },
		{ path: '/admin/devices', title: key('ADMIN_DEVICES'), more: key('ADMIN_DEVICES_MORE'), icon: 'button' },
		{ path: '/admin/checks', title: key('ADMIN_CHECKS'), more: key('ADMIN_CHECKS_MORE'), icon: 'check' },
		{ path: '/admin/import', title: key('ADMIN_IMPORT'), more: key('ADMIN_IMPORT_MORE'), icon: 'upload' },
		{ path: '/admin/export', title: key('ADMIN_EXPORT'), more: key('ADMIN_EXPORT_MORE'), icon: 'download' },
	] },
	{ title: key('ADMIN_SETTINGS'), cards: [
		{ path: '/admin/users', title: key('ADMIN_USERS'), more: key('ADMIN_USERS_MORE'), icon: 'shield' },
		{ path: '/admin/policies', title: key('ADMIN_POLICIES'), more: key('ADMIN_POLICIES_MORE'), icon: 'bell' },
		{ path: '/admin/districts', title: key('ADMIN_DISTRICTS'), more: key('ADMIN_DISTRICTS_MORE'), icon: 'house' },
	] },
	{ title: key('ADMIN_OVERSIGHT'), cards: [
		{ path: '/admin/audit', title: key('ADMIN_AUDIT'), more: key('ADMIN_AUDIT_MORE'), icon: 'eye' },
		{ path: '/admin/sessions', title: key('ADMIN_SESSIONS'), more: key('ADMIN_SESSIONS_MORE'), icon: 'shield' },
		{ path: '/admin/keys', title: key('ADMIN_KEYS'), more: key('ADMIN_KEYS_MORE'), icon: 'key' },
	] },
]

// What has no page (yet), or none for this reader, is not offered.
const offered = card => {
	const match = matchRoute(routes, card.path)
	return match && (!match.route.right || can(match.route.right))
}

export default function Admin() {
	return (
		<Page title={t('ADMIN')} lead={t('ADMIN_LEAD')}>
			{groups.map(group => ({ ...group, cards: group.cards.filter(offered) })).filter(group => group.cards.length).map(group => (
				<section key={group.title} class="stack-s admin-group">
					<h2>{t(group.title)}</h2>
					<ul class="tiles">
						{group.cards.map(card => (
							<li key={card.path}>
								<a class="tile" href={card.path}>
									<Icon name={card.icon} size={26} />
									<span><strong>{t(card.title)}</strong><small>{t(card.more)}</small></span>
								</a>
							</li>
						))}
					</ul>
				</section>
			))}
		</Page>
	)
}
