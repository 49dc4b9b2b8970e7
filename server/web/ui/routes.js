// routes - every page: its address, its module (fetched when first wanted), the right it needs, and, for the bar, its
// name and drawing. Where several match, the first in this list is taken.
import { key } from './i18n.js'

export const routes = [
	{ path: '/', page: () => import('./pages/list/list.jsx'), right: 'list', nav: key('NAV_LIST'), icon: 'list' },
	{ path: '/incidents', page: () => import('./pages/incidents/incidents.jsx'), right: 'list', nav: key('NAV_INCIDENTS'), icon: 'bell' },
	{ path: '/incidents/{id}', page: () => import('./pages/incidents/incident.jsx'), right: 'list' },
	{ path: '/residents/{id}', page: () => import('./pages/residents/resident.jsx'), right: 'record' },
	{ path: '/watchers', page: () => import('./pages/watchers/watchers.jsx'), right: 'record', nav: key('NAV_WATCHERS'), icon: 'people' },
	{ path: '/watchers/{id}', page: () => import('./pages/watchers/watcher.jsx'), right: 'record' },
	{ path: '/reports', page: () => import('./pages/reports/reports.jsx'), right: 'report', nav: key('NAV_REPORTS'), icon: 'chart' },
	{ path: '/admin/keys', page: () => import('./pages/admin/keys.jsx'), right: 'admin' },
	{ path: '/admin/sessions', page: () => import('./pages/admin/sessions.jsx'), right: 'admin' },
	{ path: '/admin/audit', page: () => import('./pages/admin/audit.jsx'), right: 'audit' },
	{ path: '/admin', page: () => import('./pages/admin/index.jsx'), right: 'edit', nav: key('NAV_ADMIN'), icon: 'gear' },
	{ path: '/admin/enrol', page: () => import('./pages/admin/enrol.jsx'), right: 'edit' },
	{ path: '/admin/devices', page: () => import('./pages/admin/devices.jsx'), right: 'record' },
	{ path: '/admin/checks', page: () => import('./pages/admin/checks.jsx'), right: 'edit' },
	{ path: '/admin/import', page: () => import('./pages/admin/import.jsx'), right: 'admin' },
	{ path: '/admin/export', page: () => import('./pages/admin/export.jsx'), right: 'export' },
	{ path: '/admin/users', page: () => import('./pages/admin/users.jsx'), right: 'admin' },
	{ path: '/admin/policies', page: () => import('./pages/admin/policies.jsx'), right: 'record' },
	{ path: '/admin/districts', page: () => import('./pages/admin/districts.jsx'), right: 'admin' },
	{ path: '/account', page: () => import('./pages/account/account.jsx'), right: null },
]
