// Reports as a person uses them: period and district in the address, lines chosen in the table, a target set and drawn,
// small counts on no paper, and uPlot on no other page.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, startCouncil } from '../integration/council.mjs';
import { openBrowser, visitor } from './pages.mjs';

const council = await startCouncil({ morning: false, history: 90 });
const { daemon } = council;
const browser = await openBrowser();
const admin = await signIn(daemon, logins.admin, password);

const today = new Date(Date.now() + daemon.zone.offset).toISOString().slice(0, 10);
const year = Number(today.slice(0, 4)) - (today.slice(5, 7) < '04' ? 1 : 0);
const month = `${Number(today.slice(5, 7))}月`;

for (const [id, what] of [
	...[people.ok, people.waiting, people.household[1]].map((id) => [id, { kind: 'call' }]),
	[people.elsewhere, { kind: 'visit', minutes: 45 }],
]) {
	const told = { verify: council.town.residents.find((r) => r.resident_id === id).phone.slice(-4), told_by: 'ご本人' };
	assert.equal((await admin.post(`/api/v1/residents/${id}/visits`, { ...what, ...told })).status, 201);
}

const card = (page, title) => page.locator('.reports section.report').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** The texts of a row by the heads of its columns. */
async function row(page, title, name) {
	const table = card(page, title).locator('table');
	const heads = await table.locator('thead tr').last().locator('th').allInnerTexts();
	const cells = await table.locator('tbody tr').filter({ has: page.getByRole('button', { name }) }).locator('td').allInnerTexts();
	return Object.fromEntries(heads.slice(1).map((head, i) => [head.split('\n')[0], cells[i]]));
}

test('the fiscal year by month, with what happened in it', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/reports');
	assert.equal((await row(one.page, '訪問と電話', /^電話/))[month], '3');
	assert.equal((await row(one.page, '訪問と電話', /^訪問/))['年度'], '1');
	assert.equal((await row(one.page, '見守り人の活動', /活動時間/))[month].includes('.'), true);
	const plot = card(one.page, '合図').getByRole('img');
	assert.match(await plot.getAttribute('aria-label'), /^合図なしの割合：/);
	await one.leave();
});

test('period and district stand in the address', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/reports');
	await page.getByLabel('まとめ方').selectOption('half');
	await page.getByLabel('地区', { exact: true }).selectOption('D01');
	await one.settled();
	await page.waitForURL(/\/reports\?by=half&district=D01$/);
	const heads = await card(page, '対象者').locator('thead tr').last().locator('th').allInnerTexts();
	assert.deepEqual(heads.map((h) => h.split('\n')[0]), ['項目', ...Array(3).fill(['上半期', '下半期', '年度']).flat()]);
	const here = council.town.residents.filter((r) => r.district === 'D01').length;
	assert.equal((await row(page, '対象者', /^対象者/))['年度'], String(here));

	await page.reload();
	await one.settled();
	assert.equal(await page.getByLabel('まとめ方').inputValue(), 'half');
	assert.equal(await page.getByLabel('地区', { exact: true }).inputValue(), 'D01');
	assert.equal((await row(page, '対象者', /^対象者/))['年度'], String(here));
	await one.leave();
});

test('a line is drawn or not by the button at its name, and lines of one unit stand together', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/reports');
	const checkins = card(page, '合図');
	const [rate, missed, ok] = [/^合図なしの割合/, /^予定のうち合図なし/, /^予定のうち届いた/].map((name) => checkins.getByRole('button', { name }));
	assert.equal(await rate.getAttribute('aria-pressed'), 'true');
	await missed.click();
	await ok.click();
	assert.deepEqual(
		await Promise.all([rate, missed, ok].map((b) => b.getAttribute('aria-pressed'))),
		['false', 'true', 'true'],
	);
	assert.match(await checkins.getByRole('img').getAttribute('aria-label'), /予定のうち合図なし：.*予定のうち届いた：/);
	await missed.focus();
	await page.keyboard.press('Enter');
	assert.equal(await missed.getAttribute('aria-pressed'), 'false');
	await ok.click(); // the last one stays
	assert.equal(await ok.getAttribute('aria-pressed'), 'true');
	await one.leave();
});

test('an administrator sets a target, and everybody sees it drawn', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	await one.go('/reports');
	await card(page, '合図').getByRole('button', { name: '目標' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('合図なしの割合').fill('1.25');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await dialog.locator('.fault').waitFor();
	await dialog.getByLabel('合図なしの割合').fill('1.5');
	await one.picture('reports-target');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await dialog.waitFor({ state: 'detached' });
	await one.settled();
	assert.equal((await row(page, '合図', /^合図なしの割合/))['目標'], '1.5');
	assert.match(await card(page, '合図').getByRole('img').getAttribute('aria-label'), /目標 1\.5%/);
	await one.leave();

	const other = await visitor(browser, council, { as: logins.staff });
	await other.go('/reports');
	assert.equal((await row(other.page, '合図', /^合図なしの割合/))['目標'], '1.5');
	assert.equal(await other.page.getByRole('button', { name: '目標' }).count(), 0);
	await other.leave();
});

test('districts beside each other', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/reports');
	await page.getByRole('tab', { name: '地区ごと' }).click();
	await page.getByLabel('どの数').selectOption('calls');
	await page.waitForURL(/view=district&figure=calls$/);
	const names = council.town.districts.map((d) => d.name);
	const calls = async (name) => (await row(page, '地区ごとの電話', new RegExp(`^${name}`)))[month];
	assert.equal((await Promise.all(names.map(calls))).reduce((sum, n) => sum + Number(n), 0), 3);
	await one.picture('reports-districts');
	await one.accessible();
	await one.leave();
});

test('a coordinator finds their own district', async () => {
	const one = await visitor(browser, council, { as: logins.coordinator });
	await one.go('/reports');
	assert.equal(await one.page.getByRole('tab').count(), 0);
	assert.equal(await one.page.getByLabel('地区', { exact: true }).count(), 0);
	assert.match(await one.page.locator('.lead').innerText(), /担当地区の計/);
	await one.leave();
});

test('paper and file hide what is small, and are audited', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/reports');
	await page.locator('.paper .chart canvas').first().waitFor({ state: 'attached' });
	const noted = page.waitForResponse((answer) => answer.url().includes('/reports/prints'));
	const { text } = await one.print('reports');
	assert.equal((await noted).status(), 204);
	const calls = text.split('\n').find((line) => /^\s*[●■]?\s*電話/.test(line));
	assert.match(calls, /5未満/);
	assert.doesNotMatch(calls, /(^|\s)[1-4](\s|$)/);
	assert.match(text, /「5未満」は1〜4です/);
	assert.doesNotMatch(text, /どの年度まで|CSV/);

	const file = page.waitForEvent('download');
	await page.getByRole('link', { name: 'CSV' }).click();
	const download = await file;
	assert.equal(download.suggestedFilename(), `mimamori-report-${year}-04-${year + 1}-03.csv`);
	const csv = readFileSync(await download.path());
	assert.deepEqual([...csv.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
	assert.match(csv.toString(), /5未満/);
	const { json } = await admin.get('/api/v1/audit?subject=reports');
	const detail = `${year}-04 to ${year + 1}-03 by month`;
	assert.deepEqual(json.entries.map((e) => [e.what, e.detail]), [['export', detail], ['print', detail]]);
	await one.leave();
});

test('no other page loads what draws', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const scripts = [];
	one.page.on('response', (answer) => answer.url().endsWith('.js') && scripts.push(answer.text()));
	const drawing = async () => (await Promise.all(scripts)).some((text) => text.includes('u-cursor-x'));
	await one.go('/');
	await one.go('/incidents');
	assert.equal(await drawing(), false);
	await one.go('/reports');
	assert.equal(await drawing(), true);
	await one.leave();
});

test('in English, and dark, from the same address', async () => {
	const one = await visitor(browser, council, { as: logins.viewer, language: 'en', theme: 'dark' });
	await one.go(`/reports?by=year&years=2`);
	const heads = await card(one.page, 'Residents').locator('thead th').allInnerTexts();
	assert.deepEqual(heads.map((h) => h.split('\n')[0]), ['Figure', `FY ${year - 1}`, `FY ${year}`]);
	await one.page.getByRole('button', { name: '日本語' }).click();
	await card(one.page, '対象者').waitFor();
	await one.leave();
});
