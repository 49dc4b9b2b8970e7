// A watcher who can only call, on a telephone without scripts; and staff who free their link for another telephone. The
// tests of this file are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { logins, people } from '../integration/council.mjs';
import { write } from '../integration/store.mjs';
import { waitFor } from '../integration/wait.mjs';
import { visitor } from './pages.mjs';
import { button, follow, heading, link, startWatchers } from './watchers.mjs';
import { say } from './words.mjs';

const { browser, council, staff, linkTo, reader, look } = await startWatchers();

/** Looks again until the page asks this. */
const soon = (one, asked) =>
	waitFor(async () => {
		await one.page.reload();
		return (await heading(one)) === asked;
	}, { what: asked });

test('who can only call reads what to say', async () => {
	const calls = await reader();
	await calls.go(await linkTo('w012'));
	await follow(calls, button(calls, 'はい、太田 明美です'));
	assert.equal(await heading(calls), 'お電話していただけますか？');
	await look(calls, 'asked-to-call');
	await follow(calls, button(calls, '電話します'));
	assert.ok((await calls.page.innerText('main')).includes('こんにちは、太田 明美です。'));
	await look(calls, 'calling');
	// Time that ran out asks once more for a call, and for nobody to go.
	write(council.daemon, "UPDATE incidents SET claimed_until = 1, next_step_at = 1 WHERE resident_id = ? AND state = 'claimed'", people.missed);
	await soon(calls, 'お電話していただけますか？');
	assert.ok((await calls.page.innerText('main')).includes('今からでも、お電話していただけると助かります。'));
	await look(calls, 'asked-to-call-again');
	await follow(calls, button(calls, '電話します'));
	await follow(calls, link(calls, '電話に出ません'));
	await look(calls, 'nobody-picks-up');
	await follow(calls, button(calls, '社協に知らせる'));
	await look(calls, 'called-no-answer');
	await calls.leave();
});

test('another telephone is sent to the person in charge', async () => {
	const other = await reader();
	await other.go(await linkTo('w012'));
	assert.equal(await heading(other), '担当の方におたずねください');
	await look(other, 'elsewhere');
	await other.leave();
});

test('staff let another telephone open a link', async () => {
	const desk = await visitor(browser, council, { as: logins.staff });
	const { json } = await staff.get('/api/v1/incidents?state=open');
	await desk.go(`/incidents/${json.incidents.find((i) => i.resident_id === people.missed).id}`);
	const told = desk.page.locator('.told li').filter({ hasText: '太田 明美' });
	await desk.accessible();
	await told.getByRole('button', { name: say('FREE_LINK') }).click();
	await desk.page.getByText(say('FREE_LINK_DONE')).first().waitFor();
	const telephone = await reader();
	await telephone.go(await linkTo('w012'));
	assert.equal(await heading(telephone), '太田 明美さんですか？');
	await telephone.leave();
	await desk.leave();
});

test('a link that is none says so kindly', async () => {
	const lost = await reader();
	await lost.go(`/w/${'A'.repeat(43)}`);
	assert.equal(await heading(lost), 'このページは終わりました');
	await look(lost, 'dead');
	await lost.leave();
});
