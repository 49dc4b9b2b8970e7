// list - every page of the staff: what it is called in pictures, where it is, who looks at it, and what is seen there when
// it is. A page that is missing here is looked at by no test (but watchers' pages, which watcher.test.mjs walks through).
import { logins, people } from '../integration/council.mjs';

const { staff, admin } = logins;

/**
 * `path` is a text, or a function of what the council has (there.mjs); `as` the login that looks (none: nobody is signed
 * in); `shows` is on the page when all of it is there; `kept` pages are pictures of docs/; a `sheet` is a table made for
 * paper, which need not fit into a narrow window.
 */
export const pages = {
	staff: [
		{ name: 'login', path: '/login', shows: '#main form', kept: true },
		{ name: 'setup', path: ({ setup }) => setup, shows: '#main form' },
		{ name: 'daily-list', path: '/', as: staff, shows: `[data-resident="${people.missed}"]`, kept: true },
		{ name: 'panel', path: `/?resident=${people.missed}`, as: staff, shows: 'dialog.panel .acts', kept: true },
		{ name: 'resident', path: `/residents/${people.ok}`, as: staff, shows: '#page-title', kept: true },
		{ name: 'incidents', path: '/incidents', as: staff, shows: '#page-title', kept: true },
		{ name: 'incident', path: ({ incident }) => `/incidents/${incident}`, as: staff, shows: '.acts', kept: true },
		{ name: 'question', path: ({ question }) => `/incidents/${question}`, as: staff, shows: '.acts' },
		{ name: 'watchers', path: '/watchers', as: staff, shows: '#page-title' },
		{ name: 'watcher-record', path: '/watchers/W011', as: staff, shows: '#page-title' },
		{ name: 'reports', path: '/reports', as: staff, shows: '#page-title', kept: true },
		{ name: 'account', path: '/account', as: staff, shows: '#page-title' },
		{ name: 'paper', path: '/paper', as: staff, shows: 'table', kept: true, sheet: true },
		{ name: 'nothing', path: '/admin/nothing', as: staff, shows: '#page-title' },
	],
	admin: [
		{ name: 'admin', path: '/admin', as: admin, shows: '#page-title', kept: true },
		...['enrol', 'checks', 'devices', 'import', 'export', 'users', 'policies', 'districts', 'keys', 'sessions', 'audit'].map((page) => ({
			name: `admin-${page}`,
			path: `/admin/${page}`,
			as: admin,
			shows: '#page-title',
		})),
		{ name: 'handover-sheet', path: '/watchers/W011/sheet', as: staff, shows: 'h1', sheet: true },
	],
};
