// The page about one resident, as staff work with it: what it shows, the year by keyboard, putting the record right in
// place, what somebody tells, and what comes in meanwhile.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { localDate } from '../integration/town.mjs';
import { openBrowser, visitor } from './pages.mjs';

const council = await startCouncil({ history: 370 });
const { daemon, town } = council;
const browser = await openBrowser();
const of = (id) => town.residents.find((r) => r.resident_id === id);
const phone = (id) => of(id).phone.slice(-4);
const day = 86_400_000;

/** Somebody on a resident's page. */
async function looking(id, { as = logins.staff, ...more } = {}) {
	const one = await visitor(browser, council, { as, ...more });
	await one.go(`/residents/${id}`);
	return Object.assign(one, {
		card: (name) => one.page.getByRole('region', { name, exact: true }),
		dialog: () => one.page.getByRole('dialog'),
		fact: (name, label) =>
			one.page.getByRole('region', { name, exact: true }).locator('dl > div').filter({ has: one.page.locator('dt', { hasText: new RegExp(`^${label}$`) }) }),
	});
}

const shows = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

test('it says who this is, how they are, whom to call, whether the button lives', async () => {
	const one = await looking(people.ok);
	await shows(one.page.locator('h1'), '山田 花子');
	await shows(one.page.locator('.page-head'), '届いた');
	assert.equal(await one.page.locator('a[href="tel:0005551001"]').count(), 1);
	await shows(one.fact('登録内容', '予定'), /^.*毎日 \d+:\d\d/);
	await shows(one.fact('いまの様子', '最後に人と会った・話した'), '青木 久美子');
	const watchers = one.card('見守る方');
	assert.deepEqual(await watchers.getByRole('heading', { level: 3 }).allTextContents(), [1, 2, 3].map((n) => `${n}番目に知らせる方`));
	await shows(watchers, 'まだ届いたことがない');
	const devices = one.card('ボタン・機器');
	await shows(devices, 'つながっている');
	await shows(devices, '電池 87%');
	await one.leave();
});

test('who is like somebody, or lives with somebody, or needs somebody, is said on top', async () => {
	const one = await looking(people.alike[0]);
	await shows(one.page.locator('.notice'), '同じ・よく似たお名前の方がいます');
	await one.go(`/residents/${people.household[0]}`);
	await shows(one.fact('いまの様子', '同じお宅の方'), of(people.household[1]).name);
	await one.go(`/residents/${people.missed}`);
	await one.card('いまの様子').getByRole('link', { name: 'この件のページ' }).click();
	await one.page.waitForURL('**/incidents/*');
	await one.leave();
});

test('the year is a grid that the keyboard walks through, day by day and month by month', async () => {
	const one = await looking(people.ok);
	const grid = one.page.getByRole('grid', { name: 'この1年' });
	const cells = grid.getByRole('gridcell');
	assert.ok((await cells.count()) > 330);
	assert.equal(await grid.locator('[tabindex="0"]').count(), 1, 'one stop for Tab');
	await grid.locator('[tabindex="0"]').focus();
	const focused = (what) =>
		one.page.waitForFunction((source) => new RegExp(source).test(document.activeElement.getAttribute('aria-label') ?? ''), what);
	const today = localDate(daemon.zone, Date.now());
	const label = (date) => `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;
	await focused(`^${label(today)}`);
	await one.page.keyboard.press('Home');
	const first = `${today.slice(0, 8)}01`;
	await focused(`^${label(first)}`);
	await one.page.keyboard.press('ArrowLeft');
	const before = localDate({ offset: 0 }, Date.parse(first) - day);
	await focused(`^${label(before)}`);
	await one.page.keyboard.press('ArrowUp');
	const month = ((Number(before.slice(5, 7)) + 10) % 12) + 1;
	await focused(`^${month}月`);
	const missed = grid.getByRole('gridcell', { name: /合図なし/ }).last();
	await missed.click();
	await focused('合図なし$');
	await shows(one.page.locator('.year-detail'), '合図なし：お元気');
	await one.page.keyboard.press('ArrowRight');
	await shows(one.page.locator('.year-detail'), /\d+:\d\d に合図/);
	await shows(one.page.locator('.year-legend'), 'お休み 7日');
	await shows(one.page.locator('.year-legend'), '受信停止 2日');
	await one.leave();
});

test('who drifts towards the deadline is said in words, drawn, and there in numbers', async () => {
	const one = await looking(people.ok);
	const presses = one.card('合図の時刻（90日）');
	await shows(presses.locator('.notice'), /この2週間は、その前より.*おそくなっています/);
	const label = await presses.getByRole('img').getAttribute('aria-label');
	assert.match(label, /ふだんは \d+:\d\d〜\d+:\d\d ごろ/);
	assert.ok((await presses.locator('circle.mark-press').count()) > 70);
	assert.ok((await presses.locator('circle.mark-missed').count()) >= 3);
	assert.equal(await presses.locator('rect.usual').count(), 2, 'in the picture and its legend');
	await presses.getByText('数字で見る').click();
	assert.equal(await presses.locator('tbody tr').count(), 90);
	const steady = await looking(people.household[0]);
	await shows(steady.card('合図の時刻（90日）'), 'この2週間も、ふだんと変わりません');
	await steady.leave();
	await one.leave();
});

test('a field is put right where it stands; what is wrong is said at the field', async () => {
	const one = await looking(people.ok);
	const fact = one.fact('登録内容', '備考');
	await fact.getByRole('button', { name: '備考を編集' }).click();
	await one.page.keyboard.type('ごみの日は火曜');
	await fact.getByRole('button', { name: '保存する' }).click();
	await shows(fact.locator('.lines'), 'ごみの日は火曜');
	await one.page.waitForFunction(() => document.activeElement.getAttribute('aria-label') === '備考を編集'); // the focus goes back

	const schedule = one.fact('登録内容', '予定');
	const before = await schedule.locator('.lines').textContent();
	const typesInto = await schedule.getByRole('button', { name: '予定を編集' }).evaluate(async (pencil) => {
		pencil.click();
		await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
		return document.activeElement.name;
	});
	assert.equal(typesInto, 'schedule', 'who types on at once loses nothing');
	await one.page.keyboard.type(' nonsense');
	one.allow(/422/);
	await one.page.keyboard.press('Enter');
	await schedule.locator('.fault').waitFor();
	assert.equal(await schedule.locator('input').getAttribute('aria-invalid'), 'true');
	await one.page.keyboard.press('Escape');
	assert.equal(await schedule.locator('.lines').textContent(), before);

	// Somebody else has changed it meanwhile.
	const contact = one.fact('登録内容', '住所');
	await contact.getByRole('button', { name: '住所を編集' }).click();
	const staff = await signIn(daemon, 'okada', password);
	assert.equal((await staff.patch(`/api/v1/residents/${people.ok}`, { address: '本町1丁目9番地9' })).status, 200);
	await one.page.keyboard.type('の2');
	one.allow(/409/);
	await contact.getByRole('button', { name: '保存する' }).click();
	await contact.locator('.notice-bad').waitFor();
	await one.leave();
});

test('a check-in is entered with what only who knows them can say', async () => {
	const one = await looking(people.waiting);
	await one.page.getByRole('button', { name: '合図を入力' }).click();
	await one.accessible();
	await one.picture('resident-checkin');
	const dialog = one.dialog();
	await dialog.getByLabel('本人確認').fill('0000');
	await dialog.getByLabel('知らせてくれた方').fill('長女');
	one.allow(/422/);
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(dialog.locator('.notice-bad'), '本人確認');
	await dialog.getByLabel('本人確認').fill(of(people.waiting).birth_date);
	await dialog.getByRole('button', { name: '保存する' }).click();
	await dialog.waitFor({ state: 'detached' });
	await shows(one.page.locator('.page-head'), '届いた');
	await shows(one.card('経過'), '田中 裕子が合図を入力しました（長女から）');
	await one.leave();
});

test('a pause is entered and ended, and its review is seen', async () => {
	const one = await looking(people.household[1]);
	await one.page.getByRole('button', { name: 'お休みを登録' }).click();
	const dialog = one.dialog();
	await dialog.getByLabel('いつまで').fill(localDate(daemon.zone, Date.now() + 2 * day));
	await dialog.getByLabel('理由').fill('旅行');
	await dialog.getByLabel('本人確認').fill(phone(people.household[1]));
	await dialog.getByLabel('知らせてくれた方').fill('ご本人');
	await dialog.getByRole('button', { name: '保存する' }).click();
	const pauses = one.card('お休み');
	await shows(pauses, '旅行');
	await shows(pauses, '24時間後の確認');
	await shows(pauses.locator('.tag'), 'お休み中');
	await one.page.getByRole('button', { name: 'お休みを終える' }).click();
	await dialog.getByLabel('本人確認').fill(phone(people.household[1]));
	await dialog.getByLabel('知らせてくれた方').fill('ご本人');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(pauses, 'に終わりにした');
	await one.leave();
});

test('a visit is recorded, counts as a check-in and is the last human contact', async () => {
	const one = await looking(people.alike[1]);
	await one.page.getByRole('button', { name: '訪問・電話を記録' }).click();
	await one.accessible();
	await one.picture('resident-visit');
	const dialog = one.dialog();
	await shows(dialog.getByRole('note'), `お名前の方がいます。お間違いのないようご確認ください。${of(people.alike[0]).name}（${people.alike[0]}`);
	await dialog.getByLabel('何分くらい').fill('15');
	await dialog.getByLabel('メモ').fill('庭の柿の話');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await dialog.locator('[aria-invalid="true"]').first().waitFor(); // nothing is entered of somebody unknown
	await dialog.getByLabel('本人確認').fill(phone(people.alike[0]));
	await dialog.getByLabel('知らせてくれた方').fill('ご本人');
	one.allow(/422/);
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(dialog.locator('.notice-bad'), '本人確認'); // it was the other of the same name who was met
	await dialog.getByLabel('本人確認').fill(phone(people.alike[1]));
	await dialog.getByRole('button', { name: '保存する' }).click();
	await dialog.waitFor({ state: 'detached' });
	await shows(one.card('訪問・電話'), '庭の柿の話');
	await shows(one.card('経過'), 'ご本人から・15分・庭の柿の話');
	await shows(one.fact('いまの様子', '最後に人と会った・話した'), '田中 裕子');
	await shows(one.page.locator('.page-head'), '届いた');
	await one.leave();
});

test('what comes in meanwhile is seen without a reload', async () => {
	const one = await looking('R012');
	await shows(one.page.locator('.page-head'), 'これから');
	await one.page.evaluate(() => (window.notReloaded = true));
	await press(council, 'R012');
	await shows(one.page.locator('.page-head'), '届いた');
	assert.ok(await one.page.evaluate(() => window.notReloaded));
	await one.leave();
});

test('watchers are added, changed and removed; a button is given and taken out of use', async () => {
	const one = await looking(people.elsewhere);
	const watchers = one.card('見守る方');
	const name = 'サカモト'; // W006, by kana
	await watchers.getByRole('button', { name: '追加' }).click();
	const dialog = one.dialog();
	await dialog.getByLabel('見守る方').fill(name);
	await dialog.locator('datalist option[value="W006"]').waitFor({ state: 'attached' });
	await dialog.getByLabel('見守る方').fill('W006');
	await dialog.getByLabel('その方から見た間柄').fill('おとなりの方');
	await one.accessible();
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(watchers, '坂本 恵子');
	await shows(watchers, 'おとなりの方');
	await watchers.getByRole('button', { name: '坂本 恵子さんの操作' }).click();
	await watchers.getByRole('button', { name: '編集' }).click();
	await dialog.getByText('電話だけ').click();
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(watchers.locator('li', { hasText: '坂本 恵子' }), '電話だけ');
	await watchers.getByRole('button', { name: '坂本 恵子さんの操作' }).click();
	await watchers.getByRole('button', { name: '外す' }).click();
	await dialog.getByLabel('理由').fill('引っ越されたため');
	await dialog.getByRole('button', { name: '外す' }).click();
	await watchers.locator('li', { hasText: '坂本 恵子' }).waitFor({ state: 'detached' });

	const devices = one.card('ボタン・機器');
	await devices.getByRole('button', { name: 'ボタンを渡す' }).click();
	await dialog.getByLabel('機器の番号').fill('btn-9001');
	await dialog.getByRole('button', { name: 'ボタンを渡す' }).click();
	await dialog.locator('code.secret').waitFor();
	assert.ok((await dialog.locator('code.secret').textContent()).length >= 20);
	await one.picture('resident-device-given');
	await dialog.locator('.dialog-foot').getByRole('button', { name: '閉じる' }).click();
	await shows(devices, 'btn-9001');
	await devices.getByRole('button', { name: 'btn-9001の種類と備考を直す' }).click();
	await dialog.getByLabel('備考').fill('台所の柱');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(devices.locator('li', { hasText: 'btn-9001' }), '台所の柱');
	await devices.getByRole('button', { name: 'btn-9001を使えなくする' }).click();
	await dialog.getByLabel('理由').fill('こわれたため');
	await dialog.getByRole('button', { name: '使えなくする' }).click();
	await shows(devices.locator('summary'), '使わなくなった機器（1）');
	await one.leave();
});

test('who only looks is shown no way to change anything, and no care', async () => {
	const one = await looking(people.ok, { as: logins.viewer });
	await shows(one.card('登録内容'), 'この内容は、対応する職員だけに表示されます。');
	assert.equal(await one.page.getByRole('button', { name: /編集|追加|渡す|使えなくする|入力|記録|登録/ }).count(), 0);
	await one.leave();
});

test('a resident of another district is not there', async () => {
	const one = await visitor(browser, council, { as: logins.coordinator });
	one.allow(/404/);
	await one.go(`/residents/${people.elsewhere}`);
	await shows(one.page.locator('.notice-bad'), '見つかりません');
	assert.ok(!(await one.page.content()).includes(of(people.elsewhere).name));
	await one.leave();
});

test('the end of the service asks for a reason, and nothing is expected any more', async () => {
	const one = await looking('R013');
	await one.page.getByRole('button', { name: 'ほかの操作' }).click();
	await one.page.getByRole('button', { name: 'ご利用を終える' }).click();
	const dialog = one.dialog();
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(dialog.locator('.fault'), '選んでください');
	await dialog.getByText('施設入所').click();
	await dialog.getByLabel('本人確認').fill(phone('R013'));
	await dialog.getByLabel('知らせてくれた方').fill('長男');
	await one.picture('resident-end');
	await dialog.getByRole('button', { name: '保存する' }).click();
	await shows(one.page.locator('.notice-warn'), 'にご利用を終えました（施設入所）');
	assert.equal(await one.page.getByRole('button', { name: '合図を入力' }).count(), 0);
	await one.leave();
});

test('on a phone, in the dark, in English, nothing is cut off and axe finds nothing', async () => {
	for (const how of [
		{ size: 'phone', theme: 'dark', language: 'ja' },
		{ size: 'phone', theme: 'light', language: 'en' },
		{ size: 'desk', theme: 'dark', language: 'en' },
	]) {
		const one = await looking(people.missed, how);
		await one.picture('resident-missed', { whole: true });
		await one.accessible();
		await one.zoomed();
		await one.leave();
	}
});

test('printed, it has no buttons and all of the year', async () => {
	const one = await looking(people.ok);
	const noted = one.page.waitForResponse((answer) => answer.url().endsWith(`/residents/${people.ok}/prints`));
	const { text } = await one.print('resident');
	assert.match(text, /山田 花子/);
	assert.match(text, /この1年/);
	assert.ok(!text.includes('合図を入力'));
	assert.equal((await noted).status(), 204, 'audited');
	await one.leave();
});

test('a printed incident is audited, once, as the one that is looked at', async () => {
	const one = await looking(people.ok); // and leaves the page of a resident for it
	const [incident] = (await (await signIn(daemon, logins.staff, password)).get('/api/v1/incidents?state=open')).json.incidents;
	const prints = [];
	one.page.on('request', (request) => request.url().endsWith('/prints') && prints.push(new URL(request.url()).pathname));
	await one.page.getByRole('link', { name: '対応' }).first().click();
	await one.page.locator(`a[href="/incidents/${incident.id}"]`).first().click();
	await one.page.waitForURL(`**/incidents/${incident.id}`);
	await one.page.locator('.acts').waitFor();
	const noted = one.page.waitForResponse((answer) => answer.url().endsWith('/prints'));
	await one.print('incident');
	assert.equal((await noted).status(), 204);
	assert.deepEqual(prints, [`/api/v1/incidents/${incident.id}/prints`]);
	await one.leave();
});
