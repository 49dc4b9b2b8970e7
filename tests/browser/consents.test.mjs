// What a resident agreed to, who must never be told, who was told, one watcher for another and the checks of the
// enrolment, as staff work with them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { logins, password, people, startCouncil } from '../integration/council.mjs';
import { signIn } from '../integration/client.mjs';
import { localDate } from '../integration/town.mjs';
import { openBrowser, visitor } from './pages.mjs';

const council = await startCouncil();
const { daemon, town } = council;
const browser = await openBrowser();
const staff = await signIn(daemon, logins.staff, password);
const day = 86_400_000;
const nameOf = (watcher) => town.watchers.find((w) => w.watcher_id === watcher).name;
const linksOf = (id) => town.links.filter((l) => l.resident_id === id);
const card = (one) => one.page.getByRole('region', { name: '同意と知らせる範囲', exact: true });
const shows = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

async function looking(path, more = {}) {
	const one = await visitor(browser, council, { as: logins.staff, ...more });
	await one.go(path);
	return Object.assign(one, { dialog: one.page.getByRole('dialog') });
}

test('consent is recorded for one watcher, and what they are told is seen at once', async () => {
	const [{ watcher_id }] = linksOf(people.waiting);
	const one = await looking(`/residents/${people.waiting}`);
	await shows(card(one), '個別の記録なし');
	await card(one).getByRole('button', { name: `${nameOf(watcher_id)}さんに知らせること：同意を記録` }).click();
	await one.accessible();
	await one.picture('consent-dialog');
	await one.dialog.getByLabel('住所').uncheck();
	await one.dialog.getByLabel('配慮すること').check();
	await one.dialog.getByRole('button', { name: '同意を記録' }).click();
	await one.dialog.locator('.fault').first().waitFor(); // who agreed is missing
	await one.dialog.getByLabel('同意した方').fill('ご本人');
	await one.dialog.getByRole('button', { name: '同意を記録' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	const line = card(one).locator('.consent-links li').filter({ hasText: nameOf(watcher_id) });
	await shows(line, 'に同意');
	assert.deepEqual(await line.locator('.tag').allTextContents(), ['お名前', '場所', '配慮すること']);
	await card(one).getByText('これまでの同意の記録（1件）').click();
	await shows(card(one), '書面');
	await one.leave();
});

test('taking consent back says what follows; then nobody of the watchers is told', async () => {
	const one = await looking('/residents/R013');
	await card(one).getByRole('button', { name: '見守る方へのお知らせ：同意を記録' }).click();
	await one.dialog.getByLabel('取り消した・断った').check();
	await shows(one.dialog.locator('.notice'), '今すぐ何も知らせなくなり');
	await one.accessible();
	await one.dialog.getByLabel('同意した方').fill('ご本人');
	await one.dialog.getByRole('button', { name: '同意を記録' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await shows(card(one).locator('.notice'), '見守る方には何も知らせません');
	await one.leave();
});

test('somebody never to be told is added by name, and watchers of that name are warned of', async () => {
	const [{ watcher_id }] = linksOf(people.ok);
	const one = await looking(`/residents/${people.ok}`);
	await card(one).getByRole('button', { name: '知らせてはいけない方を追加' }).click();
	await one.dialog.getByLabel('登録のない方（お名前で）').check();
	await one.dialog.getByLabel('お名前', { exact: false }).last().fill(nameOf(watcher_id));
	await one.dialog.getByLabel('理由').fill('ご本人の希望');
	await one.dialog.getByRole('button', { name: '追加' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await shows(card(one).locator('.notice'), `${nameOf(watcher_id)}（${watcher_id}）（この方を見守っています）`);
	await card(one).getByRole('button', { name: '知らせてはいけない方を追加' }).click();
	await one.dialog.getByLabel('見守る方の番号').fill(watcher_id);
	await one.dialog.getByLabel('理由').fill('ご本人の希望');
	await one.dialog.getByRole('button', { name: '追加' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await shows(card(one).locator('.consent-links li').filter({ hasText: nameOf(watcher_id) }), '知らせてはいけない方');
	one.allow(/422/);
	await card(one).getByRole('button', { name: '知らせてはいけない方を追加' }).click();
	await one.dialog.getByLabel('見守る方の番号').fill(watcher_id);
	await one.dialog.getByLabel('理由').fill('もう一度');
	await one.dialog.getByRole('button', { name: '追加' }).click();
	await shows(one.dialog.locator('.notice-bad'), 'もう登録されています');
	await one.page.keyboard.press('Escape');
	await card(one).getByRole('button', { name: `${nameOf(watcher_id)}さんを外す` }).last().click();
	await one.dialog.getByLabel('理由').fill('まちがい');
	await one.dialog.getByRole('button', { name: '外す' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await shows(card(one), '以前の登録（1件）');
	await one.page.evaluate(() => scrollTo(0, 0)); // else the bar on top covers what lies under it
	await one.accessible();
	await one.leave();
});

test('an emergency disclosure is a button with a reason, and stands among who was told', async () => {
	const one = await looking(`/residents/${people.help}`);
	await card(one).getByRole('button', { name: '緊急に伝えたことを記録' }).click();
	await one.accessible();
	await one.picture('disclosure-dialog');
	await one.dialog.getByLabel('伝えた相手').fill('本町消防署');
	await one.dialog.getByLabel('理由').fill('倒れているのが見えたため');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await shows(one.dialog.locator('.fault'), '伝えたことを選んでください');
	await one.dialog.getByLabel('住所').check();
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await card(one).getByText('記録を見る').click();
	await shows(card(one).locator('li').filter({ hasText: '本町消防署' }), '緊急');
	await shows(card(one).locator('li').filter({ hasText: 'メール' }), '同意による');
	await one.accessible();
	await one.picture('resident-consents', { whole: true });
	await one.leave();
});

test('the whole record comes as a file, with a reason', async () => {
	const one = await looking(`/residents/${people.help}`);
	await card(one).getByRole('button', { name: 'この方の記録すべてを書き出す' }).click();
	await one.dialog.getByLabel('理由').fill('本人からの開示請求');
	const [file] = await Promise.all([one.page.waitForEvent('download'), one.dialog.getByRole('button', { name: '書き出す' }).click()]);
	assert.equal(file.suggestedFilename(), `${people.help}.json`);
	const whole = JSON.parse(readFileSync(await file.path(), 'utf8'));
	assert.equal(whole.resident.resident_id, people.help);
	assert.ok(whole.audit.some((a) => a.reason === '本人からの開示請求'));
	await one.leave();
});

test('one watcher is replaced by another: what comes of each home is seen first; it can be taken back', async () => {
	const old = 'W017', by = 'W030';
	await staff.post(`/api/v1/residents/R004/consents`, {
		what: 'link', watcher_id: old, items: ['name'], given: true, agreed_on: localDate(daemon.zone, Date.now()), agreed_by: '本人', form: 'paper',
	});
	const one = await looking(`/watchers/${old}`);
	await one.page.getByRole('button', { name: 'ほかの方と交代' }).click();
	await one.dialog.getByLabel('次の方').fill(by);
	await one.dialog.getByLabel('いつから').fill(localDate(daemon.zone, Date.now() + 10 * day));
	await one.dialog.getByLabel('理由').fill('任期満了');
	await shows(one.dialog.locator('li'), '新しい同意が要ります');
	await one.accessible();
	await one.picture('replacement-dialog');
	await one.dialog.getByRole('button', { name: '交代を決める' }).click();
	await one.dialog.waitFor({ state: 'detached' });
	await shows(one.page.locator('.notice-info'), `${nameOf(by)}さんに交代します`);
	const sheet = await looking(`/watchers/${by}/sheet`);
	await shows(sheet.page.locator('h2'), `${nameOf(old)}さんに代わって`);
	await sheet.accessible();
	const { text, pages } = await sheet.print('handover-sheet');
	assert.match(text, /お宅番号/);
	assert.match(text, /先に「行きます」|お出かけの前に/);
	assert.ok(pages.length <= 2);
	await sheet.leave();
	await one.page.getByRole('button', { name: '交代を取りやめる' }).click();
	await one.dialog.getByLabel('理由').fill('続けることになった');
	await one.dialog.getByRole('button', { name: '交代を取りやめる' }).click();
	await one.page.locator('.notice-info').waitFor({ state: 'detached' });
	await one.leave();
});

test('the checks lead to whom they are about', async () => {
	const one = await looking('/admin', { as: logins.admin });
	await one.page.getByRole('link', { name: /登録の点検/ }).click();
	await shows(one.page.locator('h1'), '登録の点検');
	await shows(one.page.locator('h2'), '同じ・よく似たお名前');
	await one.accessible();
	await one.picture('admin-checks', { whole: true });
	await one.page.getByRole('region').filter({ hasText: '同意の記録がない方' }).getByRole('link').first().click();
	await one.page.waitForURL('**/residents/*');
	await one.leave();
});
