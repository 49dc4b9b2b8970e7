// Ways through the list and its panel: what the browser's "back" undoes, where the keys and the focus are after something
// was closed, and that nobody leaves unsaved work unasked.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, people, sampleTown, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

/** So many that most lines are not drawn. */
function longTown(zone, now) {
	const town = sampleTown(zone, now);
	const like = town.residents.find((r) => r.resident_id === 'R007');
	for (let i = 0; i < 150; i++)
		town.residents.push({ ...like, resident_id: `X${String(i).padStart(3, '0')}`, name: `長尾 ${i}`, kana: 'ナガオ', district: 'D02' });
	return town;
}

const council = await startCouncil({ history: 3, town: longTown });
const browser = await openBrowser();
const soon = (look, what) => waitFor(look, { within: 20_000, what });

async function onList(path = '/', options = {}) {
	const one = await visitor(browser, council, { as: logins.staff, ...options });
	await one.go(path);
	await one.page.locator('.grid').waitFor();
	return Object.assign(one, {
		line: (id) => one.page.locator(`[data-resident="${id}"]`),
		button: (key, fields) => one.page.getByRole('button', { name: say(key, fields), exact: true }),
		panel: one.page.locator('dialog.panel'),
		/** What has the focus: a line's resident, an id, or what it says. */
		focused: () =>
			one.page.evaluate(() => {
				const { activeElement: e } = document;
				return e.closest('[data-resident]')?.dataset.resident ?? (e.id && !e.id.startsWith('P') ? e.id : (e.getAttribute('aria-label') ?? e.textContent.trim()));
			}),
	});
}
const closed = (locator) => soon(async () => (await locator.count()) === 0, 'it to close');
const focus = (one, what) => soon(async () => (await one.focused()) === what, `the focus on ${what}`);

test('back closes the panel and stays on the list; the keys, and opening and closing, leave no trail', async () => {
	const one = await onList();
	const { page } = one;
	await page.getByRole('link', { name: say('NAV_INCIDENTS') }).first().click();
	await page.locator('h1', { hasText: say('INCIDENTS') }).waitFor();
	await page.getByRole('link', { name: say('NAV_LIST') }).first().click();
	await one.line(people.missed).waitFor();
	for (let i = 0; i < 2; i++) {
		await one.line(people.missed).click();
		await one.panel.waitFor();
		await page.keyboard.press('Escape');
		await closed(one.panel);
		await focus(one, people.missed);
	}
	await one.line(people.missed).click();
	await one.panel.waitFor();
	await page.keyboard.press('j');
	await page.keyboard.press('j');
	const third = (await page.locator('.line').evaluateAll((all) => all.map((l) => l.dataset.resident)))[3];
	await soon(() => new URL(page.url()).searchParams.get('resident') === third, 'the keys to have gone on');
	await page.goBack();
	await closed(one.panel);
	assert.equal(new URL(page.url()).pathname, '/');
	await one.line(people.missed).click();
	await one.panel.locator('h2').waitFor();
	await page.goBack(); // from within the panel: the focus is not lost with it
	await closed(one.panel);
	await focus(one, people.missed);
	await page.goBack();
	await soon(() => new URL(page.url()).pathname === '/incidents', 'the page before the list');
	await one.leave();
});

test('what is closed gives the focus back to where it was opened', async () => {
	const one = await onList();
	const { page } = one;
	await one.button('LIST_MORE').click();
	await one.button('LIST_KEYS').click();
	await page.locator('dialog.dialog').waitFor();
	await page.keyboard.press('Escape');
	await closed(page.locator('dialog.dialog'));
	assert.equal(await one.focused(), say('LIST_MORE'));

	await one.line(people.missed).click();
	await one.panel.waitFor();
	await page.getByRole('searchbox').fill('いないひと');
	await soon(async () => (await page.locator('.line').count()) === 0, 'nobody to match');
	await one.panel.getByRole('button', { name: say('CLOSE_PANEL') }).click();
	await closed(one.panel);
	await focus(one, 'page-title');
	await one.leave();

	const phone = await onList('/', { size: 'phone' });
	await phone.button('NAV_MENU').click();
	await phone.page.locator('dialog.drawer').waitFor();
	await phone.page.keyboard.press('Escape');
	await closed(phone.page.locator('dialog.drawer'));
	assert.equal(await phone.focused(), say('NAV_MENU'));
	await phone.leave();
});

test('Tab stops at a line that is in sight, wherever the list was scrolled to', async () => {
	const one = await onList();
	const { page } = one;
	await one.line(people.missed).locator('a').focus();
	await page.evaluate(() => scrollTo(0, 5000));
	await closed(one.line(people.missed)); // it is not drawn any more
	const stops = page.locator('.line a[tabindex="0"]');
	await soon(async () => (await stops.count()) === 1, 'one stop');
	const { y } = await stops.boundingBox();
	assert.ok(y > 100 && y < 300, `it is the first in sight, at ${y}`);
	await page.evaluate(() => document.querySelector('.district-choice, .filters-count').closest('.list-filters').querySelector('select').focus({ preventScroll: true }));
	await page.keyboard.press('Tab');
	assert.match(await one.focused(), /^X\d+$/);
	await one.leave();
});

test('another person of the same name begins the panel anew; a name that comes later takes no focus', async () => {
	const [first, second] = people.alike;
	const one = await onList(`/?resident=${first}&q=${encodeURIComponent('吉田')}`, { viewport: { width: 1280, height: 500 } });
	const body = one.panel.locator('.panel-body');
	const top = () => body.evaluate((e) => e.scrollTop);
	await one.panel.locator('.timeline, .expectation').first().waitFor();
	await body.evaluate((e) => e.scrollTo(0, 200));
	await soon(async () => (await top()) > 50, 'the panel to be scrolled');
	await one.line(second).click();
	await one.panel.getByText(second).first().waitFor();
	await soon(async () => (await top()) === 0, 'its top');
	assert.ok(await one.panel.locator('h2').evaluate((e) => e === document.activeElement));
	await one.leave();

	const late = await visitor(browser, council, { as: logins.staff });
	let release;
	const held = new Promise((done) => {
		release = done;
	});
	for (const path of ['**/api/v1/status?*', `**/api/v1/residents/${first}`])
		await late.page.route(path, async (route) => {
			await held;
			await route.continue();
		});
	await late.page.goto(`/?resident=${first}`);
	await late.page.locator('dialog.panel h2', { hasText: first }).waitFor();
	const before = late.page.getByRole('button', { name: say('DAY_BEFORE') });
	await before.focus();
	release();
	await late.page.locator('dialog.panel h2', { hasText: '吉田 千代' }).waitFor();
	assert.ok(await before.evaluate((e) => e === document.activeElement));
	await late.leave();
});

test('a date is gone to when it is typed to its end, and once', async () => {
	const one = await onList();
	const { page } = one;
	const asked = [];
	page.on('request', (request) => request.url().includes('/api/v1/status?') && asked.push(new URL(request.url()).searchParams.get('date')));
	const field = page.getByLabel(say('DAY_PICK'));
	const last = await field.inputValue();
	const trail = () => page.evaluate(() => history.length);
	const before = await trail();
	await field.focus();
	await page.keyboard.type('2025');
	await soon(async () => (await field.inputValue()).startsWith('2025-'), 'the year to be typed');
	assert.deepEqual([asked.filter(Boolean), await trail()], [[], before]);
	await page.keyboard.press('Enter');
	const day = last.replace(/^\d+/, '2025');
	await soon(() => new URL(page.url()).searchParams.get('date') === day, 'that day');
	await page.getByText(say('LIST_NOBODY')).waitFor();
	assert.deepEqual([[...new Set(asked.filter(Boolean))], await trail()], [[day], before + 1]);
	await page.locator('h1', { hasText: '2025年' }).waitFor();
	await field.blur();
	await field.focus();
	await page.keyboard.type('1900');
	await field.blur(); // before there was a list: it stays, and the field says where
	await soon(async () => (await field.inputValue()) === day, 'the day that is shown');
	await one.leave();
});

test('whoever stays for unsaved work stays where they were, and is asked before they are signed out', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	const answers = [];
	page.on('dialog', (dialog) => (answers.shift() ? dialog.accept() : dialog.dismiss()));
	const asked = () => page.waitForEvent('dialog');
	const ended = [];
	page.on('request', (request) => request.method() === 'DELETE' && ended.push(request.url()));
	await one.go('/admin/enrol');
	await page.getByLabel(say('FIELD_NAME')).first().fill('新しい 方');
	await page.evaluate(() => scrollTo(0, 300));
	const place = await page.evaluate(() => scrollY);
	assert.ok(place > 50);
	const dialog = asked();
	await page.getByRole('link', { name: say('NAV_INCIDENTS') }).first().evaluate((link) => link.click()); // Playwright's click scrolls by itself
	assert.equal((await dialog).message(), say('LEAVE_UNSAVED'));
	assert.equal(await page.evaluate(() => scrollY), place, 'it stays where it was');

	const signOut = async () => {
		await page.getByRole('button', { name: say('ACCOUNT_OF', { name: '管理 みどり' }) }).click();
		const question = asked();
		await page.getByRole('button', { name: say('SIGN_OUT'), exact: true }).click();
		return await question;
	};
	assert.equal((await signOut()).message(), say('LEAVE_UNSAVED'));
	assert.deepEqual(ended, [], 'nothing has ended');
	assert.equal(await page.getByLabel(say('FIELD_NAME')).first().inputValue(), '新しい 方');
	answers.push(true);
	await signOut();
	await page.getByLabel(say('LOGIN')).waitFor();
	assert.deepEqual([ended.length, new URL(page.url()).pathname], [1, '/login']);
	await one.leave();
});
