// The daily list as staff work with it: found, filtered, followed while it changes, handled by telephone, signed.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { listed, logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';

const council = await startCouncil({ history: 10 });
const browser = await openBrowser();

/** Somebody of the council on the list, once all of it is there. */
async function onList(as, path = '/', options = {}) {
	const one = await visitor(browser, council, { as, ...options });
	await one.go(path);
	await one.page.locator('.grid').waitFor();
	return Object.assign(one, {
		line: (id) => one.page.locator(`[data-resident="${id}"]`),
		cell: (id, name) => one.page.locator(`[data-resident="${id}"] .cell-${name}`),
		button: (name) => one.page.getByRole('button', { name }),
		panel: one.page.locator('dialog.panel'),
		dialog: one.page.locator('dialog.dialog'),
		ids: () => one.page.locator('.line').evaluateAll((lines) => lines.map((line) => line.dataset.resident)),
		places: () =>
			one.page
				.locator('.line')
				.evaluateAll((lines) => Object.fromEntries(lines.map((line) => [line.dataset.resident, Math.round(line.getBoundingClientRect().top)]))),
		/** What the address asks for. */
		asked: () => new URL(one.page.url()).searchParams,
	});
}

/** Until what it gives is truthy; the pages follow the list by events. */
const soon = (look, what) => waitFor(look, { within: 30_000, what });
const says = (locator, text) => soon(async () => (await locator.allTextContents()).join(' ').includes(text), `the page to say ${text}`);

test('a wrong password is said in words, the right one leads to where one wanted to go', async () => {
	const one = await visitor(browser, council);
	one.allow(/401/, /Unauthorized/);
	await one.go('/?district=D01');
	await one.page.getByLabel('ログイン名').fill(logins.staff);
	await one.page.getByLabel('パスワード', { exact: true }).fill('ちがう');
	await one.page.getByRole('button', { name: 'サインイン' }).click();
	await one.page.getByText('ログイン名かパスワードがちがいます。').first().waitFor();
	await one.page.getByLabel('パスワード', { exact: true }).fill(password);
	await one.page.getByRole('button', { name: 'サインイン' }).click();
	await one.page.locator('.grid').waitFor();
	assert.equal(new URL(one.page.url()).searchParams.get('district'), 'D01');
	assert.ok(!(await one.page.locator(`[data-resident="${people.unwell}"]`).count()), 'nobody of another district is listed');
	await one.leave();
});

test('who needs somebody stands first, fact and handling side by side, and what others in the house did', async () => {
	const one = await onList(logins.staff);
	const ids = await one.ids();
	assert.deepEqual(ids.slice(0, 2), [people.help, people.missed]);
	assert.deepEqual((await one.page.locator('.group h2').allTextContents()).slice(0, 2), ['対応が必要', 'お待ち中']);
	assert.ok(ids.indexOf(people.talk) < ids.indexOf(people.late), 'an open wish to talk stands before who is only late');
	assert.match(await one.cell(people.missed, 'state').textContent(), /合図なし/);
	assert.match(await one.cell(people.missed, 'handling').textContent(), /未対応/);
	assert.match(await one.cell(people.household[1], 'fact').textContent(), /同じお宅：\d+:\d\d に合図/);
	await one.leave();
});

test('names are found by kana of either kind, by width and by id, and the address keeps what was asked', async () => {
	const one = await onList(logins.staff);
	const search = one.page.getByRole('searchbox');
	for (const [words, found] of [
		['さとう', [people.missed]],
		['サトウ じろう', [people.missed]],
		['ｻﾄｳ', [people.missed]],
		['r010', [people.talk]],
		['いないひと', []],
	]) {
		await search.fill(words);
		await soon(async () => JSON.stringify(await one.ids()) === JSON.stringify(found), `${words} to find ${found}`);
	}
	await search.fill('さとう');
	await soon(() => one.asked().get('q') === 'さとう', 'the address to say what is searched');
	await one.page.reload();
	await one.line(people.missed).waitFor();
	assert.deepEqual(await one.ids(), [people.missed]);
	await one.button('しぼり込みをやめる').click();
	await one.page.locator('.total', { hasText: '助けて' }).click();
	await soon(async () => (await one.ids()).join() === people.help, 'the one who asks for help alone');
	assert.equal(one.asked().get('state'), 'help');
	await one.leave();
});

test('what comes in changes its own line and moves nobody, until the reader sorts', async () => {
	const one = await onList(logins.staff);
	await one.page.getByRole('searchbox').fill('');
	const before = await one.places();
	await press(council, people.waiting);
	await says(one.cell(people.waiting, 'state'), '届いた');
	assert.deepEqual(await one.places(), before);
	await says(one.page.locator('.changes-sort'), '1人の並びが変わりました');
	await one.button('並べ直す').click();
	await soon(async () => (await one.ids()).indexOf(people.waiting) > (await one.ids()).indexOf(people.household[1]), 'the line in its new place');
	assert.equal(await one.page.locator('.changes-sort').count(), 0);
	await one.leave();
});

test('a new help is said at once and moves nobody; whoever types goes on typing', async () => {
	const one = await onList(logins.staff);
	const search = one.page.getByRole('searchbox');
	await search.pressSequentially('た');
	const came = press(council, people.late, 'help');
	await search.pressSequentially('かは', { delay: 60 });
	await came;
	await says(one.page.locator('[aria-live=assertive]'), '助けて：鈴木 トメ');
	assert.equal(await search.inputValue(), 'たかは');
	assert.ok(await search.evaluate((input) => input === document.activeElement));
	await search.fill('');
	await soon(async () => (await one.ids()).length > 10, 'everybody again');
	assert.equal((await one.ids()).indexOf(people.late), 4 + (await one.page.locator('.group-needed').count()) - 1, 'the line still stands behind those who needed somebody before');
	await one.page.locator('.changes-help').getByRole('button', { name: '開く' }).click();
	await says(one.panel.locator('h2'), '鈴木 トメ');
	await one.leave();
});

test('the keys walk the list, open and close, and search', async () => {
	const one = await onList(logins.staff);
	const { keyboard } = one.page;
	await keyboard.press('/');
	assert.ok(await one.page.getByRole('searchbox').evaluate((input) => input === document.activeElement));
	await keyboard.press('ArrowDown');
	const [first, second] = await one.ids();
	const focused = () => one.page.evaluate(() => document.activeElement.closest('[data-resident]')?.dataset.resident ?? '');
	await soon(async () => (await focused()) === first, 'the first line to have the focus');
	await keyboard.press('j');
	await soon(async () => (await focused()) === second, 'the second line to have the focus');
	await keyboard.press('Enter');
	await one.panel.waitFor();
	assert.equal(one.asked().get('resident'), second);
	await keyboard.press('Escape');
	await soon(async () => (await one.panel.count()) === 0 && (await focused()) === second, 'the panel to close and the focus to be back');
	await keyboard.press('?');
	await says(one.dialog, 'キーボードの使い方');
	await keyboard.press('Escape');
	await soon(async () => (await one.dialog.count()) === 0, 'the help to close');
	await one.leave();
});

test('the keys of one character can be turned off, in this browser for good', async () => {
	const one = await onList(logins.staff);
	const { keyboard } = one.page;
	const focused = () => one.page.evaluate(() => document.activeElement.closest('[data-resident]')?.dataset.resident ?? document.activeElement.tagName);
	const help = async () => {
		await one.button('そのほか').click();
		await one.button('キーボードの使い方').click();
		await one.dialog.waitFor();
	};
	await keyboard.press('?');
	await one.dialog.getByLabel('1文字のキー').uncheck();
	await keyboard.press('Escape');
	await soon(async () => (await one.dialog.count()) === 0, 'the help to close');
	await one.page.reload();
	await one.line(people.missed).waitFor();
	const [first, second] = await one.ids();
	await one.line(first).locator('a').focus();
	for (const key of ['/', '?', 'j', 'k', 'r'])
		await keyboard.press(key);
	assert.equal(await focused(), first);
	assert.equal(await one.dialog.count(), 0);
	await keyboard.press('ArrowDown');
	await soon(async () => (await focused()) === second, 'the arrow to go on');
	await help();
	await one.dialog.getByLabel('1文字のキー').check();
	await keyboard.press('Escape');
	await one.line(second).locator('a').focus();
	await keyboard.press('k');
	await soon(async () => (await focused()) === first, 'the letter to be taken again');
	await one.leave();
});

test('on a telephone, where the panel covers the page, what was done and what failed is seen and read out', async () => {
	const one = await onList(logins.staff, `/?resident=${people.help}`, { size: 'phone' });
	one.allow(/claim|ERR_FAILED/);
	/** It lies uppermost: no other thing covers it, nothing makes it inert. */
	const reached = (locator) =>
		locator.evaluate((e) => {
			const { left, top, width, height } = e.getBoundingClientRect();
			return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
		});
	const readOut = (polite) => one.page.locator(`[aria-live=${polite}]`).evaluate((e) => document.querySelector('dialog:modal').contains(e) && e.textContent);
	await one.page.route('**/claim', (route) => route.abort());
	await one.panel.getByRole('button', { name: '自分が担当する' }).click();
	const problem = one.panel.locator('.acts .notice-bad');
	await says(problem, 'サーバーにつながりません');
	assert.ok(await reached(problem));
	await one.page.unroute('**/claim');
	await one.panel.getByRole('button', { name: '自分が担当する' }).click();
	const done = one.page.locator('.toast', { hasText: '担当にしました' });
	await done.waitFor();
	assert.ok(await reached(done));
	await soon(async () => (await readOut('polite')) === '担当にしました', 'it to be read out');
	assert.equal(await problem.count(), 0);
	await one.panel.getByRole('button', { name: 'メモを残す' }).click();
	await one.dialog.getByLabel('メモ').fill('折り返し');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	const noted = one.page.locator('.toast', { hasText: '残しました' });
	await noted.waitFor();
	await soon(async () => (await one.dialog.count()) === 0, 'the dialog to close');
	assert.ok(await reached(noted));
	await one.accessible();
	await one.panel.getByRole('button', { name: '閉じる' }).first().click();
	await soon(async () => (await one.panel.count()) === 0, 'the panel to close');
	assert.ok(await one.page.evaluate(() => document.querySelector('[aria-live=polite]').closest('dialog') === null));
	await one.leave();
});

test('an incident that ends under an open form leaves the form, and what is in it', async () => {
	const one = await onList(logins.staff, `/?resident=${people.missed}`);
	one.allow(/409/);
	await one.panel.getByRole('button', { name: 'メモを残す' }).click();
	const text = one.dialog.getByLabel('メモ');
	await text.fill('玄関に新聞');
	await one.page.keyboard.press('Escape');
	await soon(async () => (await one.dialog.count()) === 0, 'Esc to close the dialog');
	assert.equal(await one.panel.count(), 1, 'and not the panel under it');
	await one.panel.getByRole('button', { name: 'メモを残す' }).click();
	await text.fill('雨戸が開いている');
	await press(council, people.missed);
	await soon(async () => !(await council.daemon.status()).residents.find((r) => r.resident_id === people.missed).incident, 'the incident to end');
	await says(one.cell(people.missed, 'fact'), '届いた');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await says(one.dialog, 'この件は、もう終わっています。');
	assert.equal(await text.inputValue(), '雨戸が開いている');
	await one.dialog.getByRole('button', { name: 'やめる' }).click();
	await soon(async () => (await one.panel.locator('.panel-incident').count()) === 0, 'the incident to leave the panel');
	await one.leave();
});

test('nobody answers: the next are told at once, it is handed over, noted, and the story can be followed', async () => {
	const one = await onList(logins.staff, `/?resident=${people.unwell}`);
	await one.panel.getByRole('button', { name: '出ない → 次の方へ' }).click();
	await says(one.cell(people.unwell, 'handling'), '返事なし → 次へ');
	await one.panel.getByRole('button', { name: '自分が担当する' }).click();
	await one.panel.getByRole('button', { name: '引き継ぐ' }).click();
	await one.dialog.getByLabel('引き継ぐ相手').selectOption('okada');
	await one.dialog.getByRole('button', { name: '引き継ぐ' }).click();
	await says(one.cell(people.unwell, 'handling'), '岡田 学');
	const { id } = (await council.daemon.status()).residents.find((r) => r.resident_id === people.unwell).incident;
	const okada = await visitor(browser, council, { as: 'okada' });
	await okada.go(`/incidents/${id}`);
	await one.panel.getByRole('button', { name: 'メモを残す' }).click();
	await one.dialog.getByLabel('メモ').fill('午後にもう一度電話する');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await soon(async () => (await one.dialog.count()) === 0, 'the note to be taken');
	await says(okada.page.locator('.timeline'), '午後にもう一度電話する');
	await okada.leave();
	await one.panel.getByRole('link', { name: 'この件のページ' }).click();
	await one.page.locator('.timeline').waitFor();
	const story = (await one.page.locator('.timeline li').allTextContents()).join('\n');
	assert.match(story, /対応が必要になりました：少し不調/);
	assert.match(story, /田中 裕子：返事がありません/);
	assert.match(story, /田中 裕子から岡田 学へ引き継ぎました/);
	assert.match(story, /午後にもう一度電話する/);
	await one.leave();
});

test('who tells of a check-in must know the person; similar names are warned of', async () => {
	const [, alike] = people.alike;
	const one = await onList(logins.staff, `/?resident=${alike}`);
	one.allow(/422/, /Unprocessable/);
	await says(one.panel, '同じ・よく似たお名前の方がいます');
	await one.panel.getByRole('button', { name: '合図を入力' }).click();
	await says(one.dialog, 'お間違いのないようご確認ください');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await says(one.dialog, '入力してください。');
	await one.dialog.getByLabel('本人確認').fill('0000');
	await one.dialog.getByLabel('知らせてくれた方').fill('長女');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await says(one.dialog, '本人確認の内容がちがいます');
	await one.dialog.getByLabel('本人確認').fill('1948-03-02');
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	await soon(async () => (await one.dialog.count()) === 0, 'the check-in to be taken');
	await says(one.cell(alike, 'state'), '届いた');
	await one.leave();
});

test('a session that ends while somebody writes: what was typed is sent after signing in again', async () => {
	const one = await onList(logins.staff, `/?resident=${people.talk}`);
	one.allow(/401/, /Unauthorized/);
	await one.panel.getByRole('button', { name: 'メモを残す' }).click();
	await one.dialog.getByLabel('メモ').fill('来週うかがう');
	await one.context.clearCookies({ name: 'mimamori_session' });
	await one.dialog.getByRole('button', { name: '保存する' }).click();
	const again = one.page.locator('dialog.dialog', { hasText: 'もう一度サインインしてください' });
	await again.getByLabel('パスワード', { exact: true }).fill(password);
	for (let i = 0; i < 3; i++)
		await one.page.keyboard.press('Escape'); // it stays: what was typed waits behind it
	await again.getByRole('button', { name: 'サインイン', exact: true }).click();
	await soon(async () => (await one.dialog.count()) === 0, 'both dialogs to close');
	const { id } = (await council.daemon.status()).residents.find((r) => r.resident_id === people.talk).incident;
	const incident = await (await one.context.request.get(`/api/v1/incidents/${id}`)).json();
	assert.ok(incident.timeline.some((event) => event.detail === '来週うかがう'));
	await one.leave();
});

test('the language changes on the page as it stands', async () => {
	const one = await onList(logins.staff);
	await one.page.getByRole('searchbox').fill('さとう');
	await one.button('English').click();
	await says(one.page.locator('.total-missed'), 'no check-in');
	assert.equal(await one.page.getByRole('searchbox').inputValue(), 'さとう');
	assert.equal(await one.page.locator('html').getAttribute('lang'), 'en');
	await one.leave();
});

test('a list that changed while it was read is not signed; the reader looks again', async () => {
	const one = await onList(logins.staff, '/?district=D02');
	one.allow(/ 4(09|22) POST .*signoffs/, /409|422/);
	await one.page.getByRole('button', { name: /を署名する$/ }).click();
	await one.dialog.locator('.carried li').first().waitFor();
	for (const line of await one.dialog.locator('.carried li').all()) {
		await line.getByLabel('理由').fill('折り返し待ち');
		await line.getByLabel('引き継ぐ相手').selectOption('okada');
	}
	await press(council, people.alike[0], 'talk');
	await listed(council, people.alike[0], 'ok');
	await one.dialog.getByRole('button', { name: '署名する' }).click();
	await says(one.dialog, '読んでいるあいだに一覧が変わりました');
	const added = one.dialog.locator('.carried li', { hasText: '吉田 千代' });
	await added.getByLabel('理由').fill('あす電話');
	await added.getByLabel('引き継ぐ相手').selectOption('okada');
	await soon(async () => {
		if ((await one.dialog.count()) === 0)
			return true;
		await one.dialog.getByRole('button', { name: '署名する' }).click({ timeout: 1000 }).catch(() => {}); // it may change once more
		return false;
	}, 'the list to be signed');
	await one.leave();
});

test('who is shown an older list than the one to be signed looks again before signing', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.page.route('**/api/v1/events', (route) => route.abort('aborted')); // a connection on which nothing comes
	await one.go('/?district=D02');
	const dialog = one.page.locator('dialog.dialog');
	const open = () => one.page.getByRole('button', { name: /署名する$/ }).click();
	await open();
	await dialog.locator('.carried li').first().waitFor();
	assert.equal(await dialog.getByText('一覧が変わりました').count(), 0, 'nothing has changed');
	await one.page.keyboard.press('Escape');
	const follower = await onList(logins.staff, '/?district=D02');
	await press(council, 'R013');
	await says(follower.cell('R013', 'state'), '届いた');
	await follower.button(/署名する$/).click();
	await follower.dialog.locator('.carried li').first().waitFor();
	assert.equal(await follower.dialog.getByText('一覧が変わりました').count(), 0, 'what came is what was seen');
	await follower.leave();
	await press(council, 'R012', 'talk');
	await soon(async () => {
		const list = await (await one.context.request.get('/api/v1/status?district=D02&state=ok')).json();
		return list.residents.some((r) => r.resident_id === 'R012');
	}, 'the list to have it');
	await open();
	await dialog.getByText('一覧が変わりました').waitFor();
	await dialog.locator('.carried li', { hasText: 'R012' }).waitFor();
	assert.ok(await dialog.getByRole('button', { name: '署名する' }).isEnabled());
	await one.leave();
});

test('a past day shows what was true then, and offers nothing of today', async () => {
	const one = await onList(logins.staff);
	await one.button('前の日').click();
	await says(one.page.locator('main'), 'この日の終わりに分かっていたことを表示しています。');
	assert.match(one.asked().get('date'), /^\d{4}-\d\d-\d\d$/);
	await one.line(people.ok).click();
	await one.panel.waitFor();
	await one.panel.getByText('この日のできごと').waitFor();
	assert.equal(await one.panel.getByRole('button', { name: '合図を入力' }).count(), 0);
	await one.leave();
});
