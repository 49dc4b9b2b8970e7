// list - every page there is: what it is called in pictures, where it is, who looks at it. A page that is missing here
// is looked at by no test.
import { logins, people } from '../integration/council.mjs';

/**
 * `path` is a text, or a function of what the council has ({ incident, question, watcherLink, ownPage, setup }); `as`
 * the login that looks (none: nobody is signed in); `javascript: false` pages are written by the server; `show` brings
 * the page into the state that is looked at.
 */
export const pages = [
	{ name: 'login', path: '/login' },
	{ name: 'daily-list', path: '/', as: logins.staff },
	{ name: 'resident', path: `/residents/${people.ok}`, as: logins.staff },
	{ name: 'incidents', path: '/incidents', as: logins.staff },
	{ name: 'incident', path: ({ incident }) => `/incidents/${incident}`, as: logins.staff },
	{ name: 'watchers', path: '/watchers', as: logins.staff },
	{ name: 'watcher', path: '/watchers/W011', as: logins.staff },
	{ name: 'reports', path: '/reports', as: logins.staff },
	{ name: 'account', path: '/account', as: logins.staff },
	{ name: 'admin', path: '/admin', as: logins.admin },
	{ name: 'paper', path: '/paper', as: logins.staff, javascript: false },
];
