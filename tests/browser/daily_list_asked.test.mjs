// What the list says beside its lines, and whom it lets somebody find: questions about nobody on it, how often we were
// deaf, those whose service has ended, colleagues who are away, and who hears that nobody answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, people, startCouncil } from '../integration/council.mjs';
import { rows, write } from '../integration/store.mjs';
import { localDate } from '../integration/town.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { like, say } from './words.mjs';

const council = await startCouncil({ history: 40 });
const { daemon } = council;
const browser = await openBrowser();
const soon = (look, what) => waitFor(look, { within: 20_000, what });
const button = (where, key, fields) => where.getByRole('button', { name: say(key, fields), exact: true });
const day = (days) => localDate(daemon.zone, Date.now() + days * 86_400_000);
const short = (date) => date.split('-').slice(1).map(Number).join('/');

async function at(path, options = {}) {
	const one = await visitor(browser, council, { as: logins.staff, ...options });
	await one.go(path);
	return Object.assign(one, { dialog: one.page.locator('dialog.dialog'), notice: (text) => one.page.locator('.notice').filter({ hasText: text }) });
}

/** Somebody of the staff, not in front of a browser. */
async function colleague(path, data) {
	const one = await visitor(browser, council, { as: 'okada' });
	const { csrf } = await (await one.context.request.get('/api/v1/session')).json();
	const answer = await one.context.request.post(path, { data, headers: { 'X-CSRF-Token': csrf } });
	assert.ok(answer.ok(), await answer.text());
	await one.leave();
}

/** The page of an incident that is open about somebody, looked at by staff. */
async function incidentOf(id, options) {
	const { id: incident } = (await daemon.incidents()).find((i) => i.resident_id === id && i.state !== 'closed');
	return Object.assign(await at(`/incidents/${incident}`, options), { path: `/api/v1/incidents/${incident}` });
}
const pictures = async (one, name, { open } = {}) => {
	await one.picture(name);
	await one.turn({ size: 'phone' });
	await open?.();
	await one.fits();
	await one.picture(name);
	await one.turn({ size: 'desk' });
};

let question;

test('a help from a button that nobody has stands over the list as it comes, and says who has taken it on', async () => {
	const one = await at('/');
	await one.page.locator('.line').first().waitFor();
	assert.equal(await one.page.locator('.notice').count(), 0);
	daemon.passwords['b-9999'] = await daemon.broker.addUser('b-9999');
	await (await daemon.device('b-9999')).press('help');
	const line = '登録のないボタンから「助けて」：b-9999';
	const banner = one.page.locator('.notice-bad').filter({ hasText: line });
	await banner.waitFor();
	const readOut = one.page.locator('[aria-live=assertive]');
	await soon(async () => (await readOut.textContent()).includes(line), 'it to be read out');
	assert.match(await banner.textContent(), like('HANDLING_NONE'));
	question = (await daemon.incidents()).find((i) => i.kind === 'device' && !i.resident_id).id;
	await pictures(one, 'list-question');
	await one.accessible();
	await colleague(`/api/v1/incidents/${question}/claim`, {});
	await banner.filter({ hasText: like('HANDLING_HAS_UNTIL', { who: '岡田 学' }) }).waitFor();
	await banner.getByRole('link').click();
	await one.page.locator('h1', { hasText: 'b-9999' }).waitFor();
	await one.page.locator('.standing', { hasText: like('HANDLING_HAS_UNTIL', { who: '岡田 学' }) }).waitFor();
	assert.equal(new URL(one.page.url()).pathname, `/incidents/${question}`);
	await one.leave();
});

test('after "no answer" it is said who hears of it: the next ones, or whoever has it alone', async () => {
	const one = await incidentOf(people.missed);
	await button(one.page, 'CALL_NO_ANSWER').click();
	await one.page.locator('.toast', { hasText: say('CALL_NEXT_SAID') }).waitFor();
	await soon(async () => {
		await button(one.page, 'CALL_NO_ANSWER').click();
		return (await one.page.locator('.toast', { hasText: say('CALL_AGAIN_SAID') }).count()) > 0;
	}, 'everybody to have been told');
	await colleague(`${one.path}/claim`, {});
	await button(one.page, 'CLAIM_RELEASE_OF', { name: '岡田 学' }).waitFor();
	await one.page.reload();
	await one.settled();
	await button(one.page, 'CALL_NO_ANSWER').click();
	await one.page.locator('.toast').waitFor();
	assert.equal(await one.page.locator('.toast span').first().textContent(), say('CALL_OTHER_SAID', { who: '岡田 学' }));
	await one.leave();
});

test('who is away or off duty is said where something is handed over, and who is away cannot be chosen', async () => {
	await colleague(`/api/v1/incidents/${(await daemon.incidents()).find((i) => i.resident_id === people.help && i.state !== 'closed').id}/claim`, {});
	write(daemon, 'UPDATE users SET away_from = ?, away_to = ? WHERE login = ?', day(-1), day(2), 'okada');
	write(daemon, 'UPDATE users SET away_from = ?, away_to = ? WHERE login = ?', day(3), day(4), logins.staff);
	write(daemon, "UPDATE users SET duty = 'daily 03:00-03:01' WHERE login = ?", logins.coordinator);
	const one = await incidentOf(people.help);
	let release;
	const held = new Promise((done) => {
		release = done;
	});
	await one.page.route('**/api/v1/colleagues?*', async (route) => {
		await held;
		await route.continue();
	});
	await button(one.page, 'HAND_OVER').click();
	const field = one.dialog.getByLabel(say('HAND_OVER_TO'));
	assert.deepEqual(await field.evaluate((e) => [e.tagName, e.disabled]), ['SELECT', true], 'nothing is typed into what becomes a choice');
	await one.dialog.getByRole('button', { name: say('HAND_OVER'), exact: true }).click();
	await one.dialog.locator('.fault').waitFor();
	release();
	await soon(() => field.isEnabled(), 'the choice');
	const offered = await field.locator('option').evaluateAll((all) => Object.fromEntries(all.map((o) => [o.value, [o.textContent, o.disabled]])));
	assert.deepEqual(offered.okada, [`岡田 学（不在・${short(day(2))}まで）`, true]);
	assert.deepEqual(offered[logins.staff], [`田中 裕子（${short(day(3))}から不在）`, false]);
	assert.deepEqual(offered[logins.coordinator], ['鈴木 健（勤務外）', false]);
	await pictures(one, 'hand-over-away');
	await one.leave();
	write(daemon, "UPDATE users SET away_from = '', away_to = ''");

	const signing = await at('/?district=D01');
	await button(signing.page, 'SIGN_DISTRICT', { district: '本町地区社協' }).click();
	await signing.dialog.locator('.carried select').first().waitFor();
	await soon(async () => (await signing.dialog.locator('.carried option', { hasText: '鈴木 健（勤務外）' }).count()) > 0, 'the colleagues');
	await signing.leave();
});

test('a long deafness is not hidden behind short ones', async () => {
	const [{ client_id: client }] = rows(daemon, 'SELECT client_id FROM blind_periods UNION SELECT ? LIMIT 1', 'mimamorid');
	const from = Date.now() - 60 * 60_000;
	for (const [minutes, length] of [[0, 20], [30, 1], [33, 1], [36, 1], [39, 2]])
		write(daemon, 'INSERT INTO blind_periods (client_id, from_at, to_at) VALUES (?, ?, ?)', client, from + minutes * 60_000, from + (minutes + length) * 60_000);
	const past = await at(`/?date=${day(0)}`);
	const notice = past.notice(like('BANNER_BLIND'));
	await soon(async () => {
		await past.go('/');
		return (await notice.count()) === 1;
	}, 'the record of it');
	assert.match(await notice.locator('summary').textContent(), /5回、合わせて25分/);
	await notice.locator('summary').click();
	assert.match(await notice.locator('li').first().textContent(), /（20分）$/);
	assert.equal(await notice.locator('li').count(), 5);
	await pictures(past, 'list-blind');
	await past.accessible();
	await past.leave();
});

test('those whose service has ended are found when one asks, and that is audited', async () => {
	const ended = council.town.residents.find((r) => r.resident_id === people.alike[1]);
	await daemon.done('end', ended.resident_id, '--verify', ended.phone.slice(-4), '--told-by', '長女', '--reason', 'moved');
	const asked = [];
	const reads = () => rows(daemon, "SELECT who FROM audit WHERE what = 'read' AND subject = ? AND detail = 'search'", ended.resident_id).length;
	const one = await at(`/?q=${ended.resident_id}`);
	one.page.on('request', (request) => request.url().includes('/api/v1/residents?') && asked.push(request.url()));
	await one.page.getByText(say('LIST_NO_MATCH')).waitFor();
	assert.equal(reads(), 0);
	await button(one.page, 'ENDED_SEARCH').click();
	await one.dialog.getByRole('link', { name: ended.name }).waitFor();
	assert.equal(reads(), 1);
	assert.match(await one.dialog.locator('table').textContent(), /転居/);
	const field = one.dialog.getByRole('searchbox');
	await field.fill('いないひと');
	await field.press('Enter');
	await one.dialog.getByText(say('ENDED_NONE')).waitFor();
	await field.fill(ended.name);
	await field.press('Enter');
	await one.dialog.getByRole('link', { name: ended.name }).waitFor();
	assert.equal(asked.length, 3, 'once each time one asks, not as one types');
	await pictures(one, 'list-ended');
	await one.accessible({ within: 'dialog.dialog[open]' });
	await one.dialog.getByRole('link', { name: ended.name }).click();
	await one.page.getByText(like('RESIDENT_ENDED', { reason: '転居' })).waitFor();
	await one.page.locator('.timeline p', { hasText: like('EVENT_SERVICE_ENDED_TOLD', { reason: '転居', told_by: '長女' }) }).waitFor();
	await one.leave();

	const menu = await at('/');
	await button(menu.page, 'LIST_MORE').click();
	await button(menu.page, 'ENDED_SEARCH').click();
	assert.ok(await menu.dialog.getByRole('searchbox').evaluate((e) => e === document.activeElement));
	await menu.leave();
});

test('who forgets again and again is asked about in words, with what may suit them better and the way there', async () => {
	write(daemon, "UPDATE incidents SET detail = 'forgot', resident_id = ? WHERE id = ?", people.ok, question);
	const one = await at(`/incidents/${question}`);
	const { name } = council.town.residents.find((r) => r.resident_id === people.ok);
	assert.equal(await one.page.locator('h1').textContent(), `押し忘れが続く方：${name}`);
	const card = one.page.locator('.card', { hasText: say('PROPOSAL') });
	assert.match(await card.textContent(), like('QUESTION_FORGOT_USUAL'));
	assert.doesNotMatch(await one.page.locator('main').textContent(), /forgot|unknown_help|ボタンの不具合/);
	await pictures(one, 'incident-forgot');
	await one.accessible();
	await one.page.evaluate(() => { // the page's heading looks whether the focus is its own: late, once all is there
		const every = window.setInterval;
		window.setInterval = (run, ms, ...rest) => every(() => {
			run();
			window.looked ||= ms < 100;
		}, ms < 100 ? 1500 : ms, ...rest);
	});
	await card.getByRole('link', { name: say('PROPOSAL_EDIT') }).click();
	const schedule = one.page.getByLabel(say('FIELD_SCHEDULE'), { exact: true });
	await schedule.waitFor();
	await one.page.waitForFunction(() => window.looked);
	await soon(() => schedule.evaluate((e) => e === document.activeElement), 'the field to be where one types');
	await one.page.goBack();
	await one.page.waitForFunction(() => document.activeElement.id === 'page-title'); // where nothing else has it
	await one.leave();
});
