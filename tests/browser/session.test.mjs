// A session and its end: the list is followed again after it, what was typed stays, and a browser's tabs go together.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { localTime } from '../integration/town.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil();
const browser = await openBrowser();

const soon = (look, what) => waitFor(look, { within: 30_000, what });
const button = (where, key, fields) => where.getByRole('button', { name: say(key, fields), exact: true });
const stale = (page) => page.locator('.stale');
const asks = (page) => page.locator('dialog.dialog', { hasText: say('SIGN_IN_AGAIN') });
const note = (page) => page.locator('dialog.dialog', { hasText: say('NOTE_ADD') });

async function typePassword(where) {
	await where.getByLabel(say('PASSWORD'), { exact: true }).fill(password);
	await button(where, 'SIGN_IN').click();
}

async function signOut(page) {
	await button(page, 'ACCOUNT_OF', { name: '田中 裕子' }).click();
	await button(page, 'SIGN_OUT').click();
	await page.getByLabel(say('LOGIN')).waitFor();
}

/** Ends all sessions of the staff's login. */
async function endSessions() {
	const one = await visitor(browser, council, { as: logins.staff });
	const { request } = one.context;
	const { csrf } = await (await request.get('/api/v1/session')).json();
	const { sessions } = await (await request.get('/api/v1/sessions')).json();
	for (const { id } of sessions.filter((s) => !s.own).concat(sessions.filter((s) => s.own)))
		assert.ok((await request.delete(`/api/v1/sessions/${id}`, { headers: { 'X-CSRF-Token': csrf } })).ok());
	await one.leave();
}

/** Somebody's press arrives and is seen on a page. */
async function seesPress(page, resident) {
	const state = page.locator(`[data-resident="${resident}"] .cell-state`);
	assert.doesNotMatch(await state.textContent(), /届いた/);
	await press(council, resident);
	await soon(async () => /届いた/.test(await state.textContent()), 'the press to be seen');
}

test('that nothing comes in is said; who signs out meanwhile and in again follows the list', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/api\/v1\/events/);
	const { page } = one;
	await page.route('**/api/v1/events', (route) => route.abort());
	await one.go('/');
	await stale(page).getByText(say('LIVE_NONE')).waitFor();
	await signOut(page);
	await page.unroute('**/api/v1/events');
	await page.getByLabel(say('LOGIN')).fill(logins.staff);
	await typePassword(page);
	await page.locator('.grid').waitFor();
	await seesPress(page, people.waiting);
	assert.equal(await stale(page).count(), 0);
	await one.leave();
});

test('since when nothing came in is said in the time of the council', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/ERR_|status of 50|api\/v1\/events/);
	const times = () => localTime(council.daemon.zone, Date.now()).slice(0, 5).replace(/^0/, '');
	const before = times();
	await one.go('/');
	await council.daemon.stop();
	const after = times();
	await stale(one.page).waitFor();
	const text = await stale(one.page).textContent();
	assert.ok([before, after].some((time) => text === say('LIVE_STALE', { time })), `${text}: ${before} to ${after}`);
	await council.daemon.start();
	await council.daemon.ready();
	await soon(async () => (await stale(one.page).count()) === 0, 'the page to follow again');
	await one.leave();
});

test('a session that ends under an open form is asked for once in each tab; one answer serves them all', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/401/);
	const { page } = one;
	const other = await one.context.newPage();
	await other.goto('/account');
	await one.go(`/?resident=${people.talk}`);
	await button(page, 'NOTE_ADD').click();
	await note(page).getByLabel(say('NOTE')).fill('来週うかがう');
	await endSessions();
	await asks(page).waitFor();
	await asks(other).waitFor();
	assert.equal(await note(page).getByLabel(say('NOTE')).inputValue(), '来週うかがう');
	assert.equal(await asks(page).count(), 1);
	await typePassword(asks(other));
	await soon(async () => (await asks(page).count()) + (await asks(other).count()) === 0, 'both to go on');
	await button(note(page), 'SAVE').click();
	await soon(async () => (await note(page).count()) === 0, 'the note to be taken');
	await seesPress(page, people.household[1]);
	await signOut(other);
	await page.getByLabel(say('LOGIN')).waitFor();
	await one.leave();
});

test('the same person signs in once more on another tab: both can change things; another person: they are told', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/403/);
	const { page } = one;
	const signInElsewhere = (login) => one.context.request.post('/api/v1/session', { data: { login, password } });
	await one.go(`/?resident=${people.unwell}`);
	const panel = page.locator('dialog.panel');
	await button(panel, 'CLAIM').waitFor();
	await signInElsewhere(logins.staff);
	await button(panel, 'CLAIM').click();
	await button(panel, 'CLAIM_RELEASE').waitFor();
	await signInElsewhere('okada');
	await button(panel, 'CLAIM_RELEASE').click();
	await panel.getByText(say('PROBLEM_CSRF')).waitFor();
	await button(panel, 'CLAIM_RELEASE').waitFor();
	await one.leave();
});

test('what a page reads by itself says so, and no longer where somebody is there', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	const asked = [];
	page.on('request', (request) => {
		const { pathname } = new URL(request.url());
		if (request.method() === 'GET' && pathname.startsWith('/api/v1/'))
			asked.push(`${pathname.slice(8)} ${request.headers()['x-mimamori-background'] ?? ''}`);
	});
	const record = `residents/${people.unwell}`;
	await one.go(`/${record}`);
	await soon(() => asked.includes('events 1') && asked.includes(`${record} `), 'the record to be read and followed');
	assert.ok(!asked.includes(`${record} 1`));
	await page.clock.setFixedTime(Date.now() + 61_000); // nobody touched it for a minute
	await press(council, people.unwell);
	await soon(() => asked.includes(`${record} 1`), 'the record to be read anew');
	asked.length = 0;
	await page.locator('a[href="/incidents"]').first().click();
	await soon(() => asked.some((line) => line.startsWith('incidents ')), 'the list to be read');
	assert.deepEqual(asked.filter((line) => line.startsWith('incidents ')), ['incidents ']);
	await one.leave();
});
