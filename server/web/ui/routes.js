// routes - every page: its address, its module (fetched when first wanted), the right it needs, and, for the bar, its
// name and drawing. Where several match, the first in this list is taken.
import { key } from './i18n.js'

export const routes = [
	{ path: '/', page: () => import('./pages/list/list.jsx'), right: 'list', nav: key('NAV_LIST'), icon: 'list' },
	{ path: '/incidents', page: () => import('./pages/incidents/incidents.jsx'), right: 'list', nav: key('NAV_INCIDENTS'), icon: 'bell' },
	{ path: '/incidents/{id}', page: () => import('./pages/incidents/incident.jsx'), right: 'list' },
	{ path: '/residents/{id}', page: () => import('./pages/residents/resident.jsx'), right: 'record' },
	{ path: '/account', page: () => import('./pages/account/account.jsx'), right: null },
]
