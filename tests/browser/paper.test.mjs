// Pages for paper: the daily list and a watcher's sheet can be read in the other language, by a link that is not printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signIn } from '../integration/client.mjs';
import { logins, password, startCouncil } from '../integration/council.mjs';
import { openBrowser, visitor } from './pages.mjs';

const council = await startCouncil({ morning: false });
const browser = await openBrowser();
const today = new Date(Date.now() + council.daemon.zone.offset).toISOString().slice(0, 10);

for (const { name, path, says, keeps } of [
	{ name: 'paper', path: `/paper?district=D01&date=${today}`, says: ['電話', 'Telephone'], keeps: { district: 'D01', date: today } },
	{ name: 'handover-sheet', path: '/watchers/W011/sheet', says: ['お宅番号', 'What we ask'], keeps: {} },
])
	test(`${name} in the other language, and neither link on paper`, async () => {
		const one = await visitor(browser, council, { as: logins.staff });
		const { page } = one;
		const turnTo = async (language) => {
			await page.locator('.languages').getByRole('link', { name: language, exact: true }).click();
			await page.locator('.languages [aria-current]').filter({ hasText: language }).waitFor();
			const asked = new URL(page.url()).searchParams;
			assert.deepEqual(Object.fromEntries([...asked].filter(([key]) => key !== 'lang')), keeps, 'it is the same page');
		};
		const printed = async () => {
			const { text } = await one.print(name);
			assert.ok(!text.includes('English') && !text.includes('日本語'), text);
			return text;
		};
		await one.go(path);
		assert.match(await printed(), new RegExp(says[0]));
		await turnTo('English');
		assert.equal(await page.locator('html').getAttribute('lang'), 'en');
		one.language = 'en';
		assert.match(await printed(), new RegExp(says[1]));
		await one.accessible({ fits: false });
		await turnTo('日本語');
		assert.match(await page.locator('table').first().innerText(), new RegExp(says[0]));
		await one.leave();
	});


test('a district keeps its name in the link, whatever stands in it', async () => {
	const odd = "D&'<9>+%41";
	const admin = await signIn(council.daemon, logins.admin, password);
	assert.equal((await admin.post('/api/v1/districts', { district: odd, name: '変わった地区' })).status, 201);
	const one = await visitor(browser, council, { as: logins.staff });
	await one.page.goto(`/paper?${new URLSearchParams({ district: odd })}`); // nobody lives there: it has no heading
	await one.page.locator('.languages a').click();
	await one.page.locator('html[lang=en]').waitFor();
	assert.equal(new URL(one.page.url()).searchParams.get('district'), odd);
	await one.leave();
});
