// list - every page of the staff: what it is called in pictures, where it is, who looks at it, and what is seen there when
// it is. A page that is missing here is looked at by no test (but watchers' pages, which watcher.test.mjs walks through).
import { logins, people } from '../integration/council.mjs';

const { staff, admin } = logins;
const dialog = 'dialog.dialog[open]';

/** A button that opens a dialog, by the key of what it says. */
const press = (key, fields) => (page, say) => page.getByRole('button', { name: say(key, fields), exact: true }).click();

/** Handing over is for whoever has it; they have it already where another language was looked at before. */
async function handOver(page, say) {
	const take = page.getByRole('button', { name: say('CLAIM'), exact: true });
	const hand = page.getByRole('button', { name: say('HAND_OVER'), exact: true });
	await take.or(hand).first().waitFor();
	if (await take.isVisible())
		await take.click();
	await hand.click();
}

/**
 * `path` is a text, or a function of what the council has (there.mjs); `as` the login that looks (none: nobody is signed
 * in); `open` what is done there first, for a dialog over the page; `shows` is on the page when all of it is there; `kept`
 * pages are pictures of docs/; a `sheet` is a table made for paper, which need not fit into a narrow window.
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
		{ name: 'dialog-keys', path: '/', as: staff, open: (page) => page.keyboard.press('?'), shows: dialog },
		{
			name: 'dialog-sign-off',
			path: '/?district=D01',
			as: staff,
			open: press('SIGN_DISTRICT', { district: '本町地区社協' }),
			shows: `${dialog} .carried li`,
		},
		{ name: 'dialog-note', path: ({ incident }) => `/incidents/${incident}`, as: staff, open: press('NOTE_ADD'), shows: dialog },
		{ name: 'dialog-close', path: ({ incident }) => `/incidents/${incident}`, as: staff, open: press('CLOSE_INCIDENT'), shows: dialog },
		{ name: 'dialog-needs-help', path: ({ incident }) => `/incidents/${incident}`, as: staff, open: press('REPORT_HELP'), shows: dialog },
		{ name: 'dialog-hand-over', path: ({ help }) => `/incidents/${help}`, as: staff, open: handOver, shows: dialog },
		{ name: 'dialog-visit', path: `/residents/${people.ok}`, as: staff, open: press('ACT_VISIT'), shows: dialog },
		{ name: 'dialog-pause', path: `/residents/${people.ok}`, as: staff, open: press('ACT_PAUSE'), shows: dialog },
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
