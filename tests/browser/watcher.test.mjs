// A watcher on a telephone, scripts off and on: from the mail to the end, one question at a time. Every page on the way is
// looked at in each language, light and dark. The tests of this file are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { people } from '../integration/council.mjs';
import { button, follow, heading, link, startWatchers } from './watchers.mjs';

const { staff, linkTo, reader, look } = await startWatchers();
let goes, path;

test('a link asks first who reads it', async () => {
	path = await linkTo('w011');
	goes = await reader();
	await goes.go(path);
	assert.equal(await heading(goes), '福田 修さんですか？');
	await look(goes, 'who');
	await follow(goes, link(goes, 'いいえ、ちがいます'));
	await look(goes, 'not-me');
	await follow(goes, link(goes, 'もどる'));
	await follow(goes, button(goes, 'はい、福田 修です'));
	assert.equal(await heading(goes), '様子を見に行っていただけますか？');
});

test('what is asked fits on a telephone, the answer large and first', async () => {
	await look(goes, 'asked');
	const box = await button(goes, '行きます').boundingBox();
	assert.ok(box.y + box.height <= 844, `"I am going" needs no scrolling: ${JSON.stringify(box)}`);
	assert.ok(box.width > 300);
	await follow(goes, link(goes, 'もうお会いしました・お話ししました'));
	await look(goes, 'reports');
	await follow(goes, link(goes, 'もどる'));
});

test('whoever goes is asked how it was, and "no answer" says what to do', async () => {
	await goes.go(path);
	await follow(goes, button(goes, '行きます'));
	assert.equal(await heading(goes), 'ありがとうございます。いかがでしたか？');
	await look(goes, 'going');
	await follow(goes, link(goes, '声や電話で確認しました'));
	await look(goes, 'heard');
	await follow(goes, link(goes, 'もどる'));
	await follow(goes, link(goes, '返事がありません'));
	await look(goes, 'no-answer-signs');
	await goes.page.getByLabel('新聞がたまっている').check();
	await goes.page.getByLabel('社協へのひとこと').fill('カーテンが閉まっています');
	await follow(goes, button(goes, '社協に知らせる'));
	assert.equal(await heading(goes), '社協に知らせました');
	await look(goes, 'no-answer');
	const call = await link(goes, /119番に電話する/).getAttribute('href');
	assert.equal(call, 'tel:119');
});

test('the next one asked is told by a page with a script that it was answered meanwhile', async () => {
	const kin = await reader({ javascript: true });
	await kin.page.clock.install();
	await kin.go(await linkTo('w018'));
	const first = kin.page.waitForResponse(/\/api\/v1\/w\//);
	await follow(kin, button(kin, 'はい、石川 真由美です'));
	await first;
	assert.equal(await kin.page.locator('#changed a').isVisible(), false);
	const { json } = await staff.get('/api/v1/incidents?state=open');
	const { id } = json.incidents.find((i) => i.resident_id === people.missed);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/claim`)).status, 200);
	await kin.page.clock.runFor(31_000);
	await kin.page.locator('#changed a').waitFor({ state: 'visible' });
	await kin.picture('watcher-changed');
	await kin.accessible();
	await follow(kin, kin.page.locator('#changed a'));
	assert.equal(await heading(kin), 'お電話している方がいます');
	await look(kin, 'taken');
	await follow(kin, link(kin, 'もうお会いしました・お話ししました'));
	await follow(kin, link(kin, '助けが必要です（119番）'));
	await look(kin, 'help-first');
	await follow(kin, button(kin, '社協にも知らせる'));
	await look(kin, 'helping');
	await kin.leave();
});

test('help is asked for in its own words, and may be declined', async () => {
	path = await linkTo('w011', (m) => m.subject.includes('至急'));
	await goes.go(path);
	assert.equal(await heading(goes), '助けが必要との知らせがありました。行っていただけますか？');
	await look(goes, 'asked-help');
	await follow(goes, button(goes, '今は行けません'));
	assert.equal(await heading(goes), 'お返事をありがとうございます');
	await look(goes, 'declined');
	await follow(goes, link(goes, '社協にひとこと伝える'));
	await look(goes, 'note');
	await goes.page.getByLabel('社協へのひとこと').fill('夕方なら行けます');
	await follow(goes, button(goes, '送る'));
	const sent = goes.page.getByText('ひとことを社協に伝えました。');
	assert.equal(await sent.count(), 1);
	await goes.picture('watcher-note-sent', { whole: true });
	await goes.page.reload();
	assert.equal(await sent.count(), 0);
	await follow(goes, button(goes, '行けるようになりました'));
	// Somebody is about to write on the same page when it ends.
	const late = await reader({ javascript: true });
	late.allow(/409/);
	await late.context.addCookies(await goes.context.cookies());
	await late.go(`${path}?step=help`);
	await late.page.getByLabel('社協へのひとこと').fill('中から声がします');
	await follow(goes, button(goes, '会えました・お元気です'));
	assert.equal(await heading(goes), '終わりました');
	await look(goes, 'ended');
	await goes.leave();
	await follow(late, button(late, '社協にも知らせる'));
	assert.equal(await heading(late), 'いまのお知らせは、届いていません');
	for (const size of ['desk', 'phone']) {
		await late.turn({ size });
		await late.picture('watcher-lost', { whole: true });
		await late.fits();
	}
	await late.accessible();
	await late.largeEnough(56);
	await late.leave();
});
