// A watcher's own page on a telephone without scripts, and by keyboard; how staff make it; and what whoever goes is asked
// when the check-in comes after all.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { logins, people, press } from '../integration/council.mjs';
import { visitor } from './pages.mjs';
import { button, follow, heading, link, startWatchers } from './watchers.mjs';
import { say } from './words.mjs';

const { browser, council, staff, linkTo, reader, look } = await startWatchers();

test('staff make the link to a watcher’s own page, shown once, and end it', async () => {
	const desk = await visitor(browser, council, { as: logins.staff });
	await desk.go('/watchers/W008');
	await button(desk, say('OWN_PAGE_MAKE')).click();
	const dialog = desk.page.getByRole('dialog');
	const url = await dialog.locator('code').innerText();
	assert.match(url, /^http:\/\/mimamori\.test\/my\/[\w-]{43}$/);
	const code = await dialog.locator('img.qr').evaluate((img) => [img.complete, img.naturalWidth]);
	assert.ok(code[0] && code[1] > 0, 'the code is a picture');
	await desk.picture('watcher-own-link');
	await desk.accessible();
	await dialog.getByRole('button', { name: say('OWN_PAGE_HANDED') }).click();
	await desk.page.getByText(say('OWN_PAGE_MADE')).waitFor();
	assert.ok(!(await desk.page.content()).includes(url));
	await button(desk, say('OWN_PAGE_END')).click();
	await desk.page.getByRole('dialog').getByRole('button', { name: say('OWN_PAGE_END') }).click();
	await desk.page.getByText(say('OWN_PAGE_NONE')).waitFor();
	const telephone = await reader();
	telephone.allow(/410/);
	await telephone.go(new URL(url).pathname);
	assert.equal(await heading(telephone), 'このページは終わりました');
	await telephone.leave();
	await desk.leave();
});

test('a press while somebody goes asks whether they met', async () => {
	const goes = await reader();
	await goes.go(await linkTo('w011'));
	await follow(goes, button(goes, 'はい、福田 修です'));
	await follow(goes, button(goes, '行きます'));
	await press(council, people.missed);
	await goes.go(new URL(goes.page.url()).pathname);
	assert.equal(await heading(goes), '合図がありました。お会いになれましたか。');
	await look(goes, 'met');
	await follow(goes, button(goes, '会っていません'));
	assert.equal(await heading(goes), '終わりました');
	await look(goes, 'ended-checked-in');
	await goes.leave();
});

test('a watcher’s own page: who came, what can be said, what can be set', async () => {
	const { json } = await staff.call('POST', '/api/v1/watchers/W008/link');
	const own = await reader();
	await press(council, people.ok);
	await own.go(new URL(json.url).pathname);
	await look(own, 'own-who');
	await follow(own, button(own, 'はい、青木 久美子です'));
	assert.equal(await heading(own), '青木 久美子さんの見守りページ');
	await own.page.getByText('✓ 届いています').first().waitFor();
	await look(own, 'own');
	await follow(own, button(own, 'きょう会いました').first());
	const said = own.page.getByText('会えたことを社協に伝えました');
	await said.waitFor();
	await own.page.reload();
	assert.equal(await heading(own), '青木 久美子さんの見守りページ');
	assert.equal(await said.count(), 0); // who comes back tomorrow has met nobody
	await follow(own, link(own, '気になることがあります').first());
	await follow(own, link(own, 'English'));
	assert.equal(await heading(own), 'What worries you?');
	await follow(own, link(own, '日本語'));
	assert.equal(await heading(own), '何が気になりますか？');
	await look(own, 'own-worry');
	own.allow(/422/);
	await follow(own, button(own, '社協に知らせる'));
	await own.page.getByRole('alert').getByText('あてはまるものを押すか、ひとこと書いてください。').waitFor();
	await own.picture('watcher-own-worry-empty', { whole: true });
	await own.page.getByLabel('昼も明かり').check();
	await follow(own, button(own, '社協に知らせる'));
	await own.page.getByText('社協に知らせました').waitFor();
	const today = await own.page.getByLabel('いつから').getAttribute('min');
	await own.page.getByLabel('いつから').fill(today);
	await own.page.getByLabel('いつまで').fill(today);
	await follow(own, button(own, '留守を知らせる'));
	await follow(own, button(own, '1日1通にまとめる'));
	await look(own, 'own-away');
	await own.leave();
});

test('by keyboard: every choice is reached in the order it is read, and its focus shows', async () => {
	const { json } = await staff.call('POST', '/api/v1/watchers/W008/link');
	const own = await visitor(browser, council, {});
	await own.go(new URL(json.url).pathname);
	await button(own, 'はい、青木 久美子です').press('Enter');
	await own.page.getByText('きょうの合図').waitFor();
	const reached = [];
	for (let i = 0; i < 12; i++) {
		await own.page.keyboard.press('Tab');
		reached.push(
			await own.page.evaluate(() => {
				const at = document.activeElement;
				const { outlineStyle, outlineWidth } = getComputedStyle(at);
				return [at === document.body ? '' : at.innerText.trim(), outlineStyle, parseFloat(outlineWidth)];
			}),
		);
	}
	for (const [text, style, width] of reached.filter(([text]) => text))
		assert.ok(style !== 'none' && width >= 3, `${text}: ${style} ${width}`);
	const order = ['English', 'きょう会いました', '気になることがあります'].map((text) => reached.findIndex(([t]) => t === text));
	assert.ok(order[0] >= 0 && order[0] < order[1] && order[1] < order[2], JSON.stringify(reached));
	await own.leave();
});
