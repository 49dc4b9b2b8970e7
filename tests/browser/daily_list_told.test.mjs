// What the list and an incident tell while somebody works on them: every help that comes in, counts that add up, whom a
// dialog is about, what colleagues do meanwhile, and that what cannot be read is never another day's.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, people, startCouncil } from '../integration/council.mjs';
import { rows } from '../integration/store.mjs';
import { localDate } from '../integration/town.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { like, say } from './words.mjs';

const council = await startCouncil({ history: 3 });
const browser = await openBrowser();
const soon = (look, what) => waitFor(look, { within: 20_000, what });
const name = (id) => council.town.residents.find((r) => r.resident_id === id).name;
const button = (where, key, fields) => where.getByRole('button', { name: say(key, fields), exact: true });
const dialogOf = (one) => one.page.locator('dialog.dialog');

async function at(path, options = {}) {
	const one = await visitor(browser, council, { as: logins.staff, ...options });
	await one.go(path);
	return Object.assign(one, { panel: one.page.locator('dialog.panel'), line: (id) => one.page.locator(`[data-resident="${id}"]`) });
}

/** Somebody of the staff, not in front of a browser. */
async function colleague(path, data) {
	const one = await visitor(browser, council, { as: 'okada' });
	const { request } = one.context;
	const { csrf } = await (await request.get('/api/v1/session')).json();
	const answer = data ? await request.post(path, { data, headers: { 'X-CSRF-Token': csrf } }) : await request.get(path);
	assert.ok(answer.ok(), await answer.text());
	const json = await answer.json();
	await one.leave();
	return json;
}

/** What a page hears of changes is what the test says; nothing else is read meanwhile. */
async function telling(one) {
	const said = [];
	await one.page.route('**/api/v1/events', async (route) => {
		const body = await soon(() => said.shift() ?? (one.page.isClosed() && '\n'), 'something to tell').catch(() => '\n');
		await route.fulfill({ contentType: 'text/event-stream', body }).catch(() => {}); // it has left
	});
	return (...events) => said.push(events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
}

test('all who ask for help at one time are read out; the bar names those whom nobody has handled', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	const tell = await telling(one);
	await one.go('/');
	await page.locator('.line').first().waitFor();
	await page.route('**/api/v1/status?*', (route) => route.abort('aborted'));
	const { residents } = await colleague('/api/v1/status');
	const three = ['R005', 'R013', 'R019'].map((id) => residents.find((r) => r.resident_id === id));
	const change = (row, more) => ['rows', { district: row.district, version: 1e9, rows: [{ ...row, ...more }], more: {}, gone: [] }];
	const help = { state: 'help', needs_person: true };
	tell(...three.map((row) => change(row, help)));
	const bar = page.locator('.changes-help');
	await bar.getByText(say('HELP_CAME_MANY', { count: 3 })).waitFor();
	const readOut = page.locator('[aria-live=assertive]');
	await soon(async () => (await readOut.textContent()).length > 0, 'it to be read out');
	for (const row of three)
		assert.match(await readOut.textContent(), new RegExp(`助けて：${row.name}`));
	tell(change(three[0], { state: 'ok', needs_person: false }), change(three[1], { ...help, needs_person: false }));
	await bar.getByText(name('R019')).waitFor();
	tell(change(three[2], { state: 'ok' }));
	await soon(async () => (await bar.count()) === 0, 'the bar to go');
	await one.leave();
});

test('a day that cannot be read shows nothing of another one; lines stay while they are read anew', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/500/);
	const { page } = one;
	await one.go('/');
	await page.locator('.line').first().waitFor();
	await page.route('**/api/v1/status?date=*', (route) => (new URL(route.request().url()).searchParams.get('date') ? route.fulfill({ status: 500, json: {} }) : route.fallback()));
	await button(page, 'DAY_BEFORE').click();
	await page.locator('.notice-bad').waitFor();
	assert.deepEqual([await page.locator('.totals').count(), await page.getByText(say('LIST_LOADING')).count()], [0, 0]);
	await page.unrouteAll();
	await button(page, 'TRY_AGAIN').click();
	await page.getByText(say('LIST_PAST')).waitFor();
	await page.locator('.line').first().waitFor();
	await one.leave();

	const other = await visitor(browser, council, { as: logins.staff });
	const again = await telling(other);
	await other.go('/');
	await other.page.locator('.line').first().waitFor();
	let least = Infinity;
	await other.page.route('**/api/v1/status?*', async (route) => {
		least = Math.min(least, await other.page.locator('.line').count());
		await route.continue();
	});
	again(['reload', {}]);
	await soon(() => least < Infinity, 'the list to be read again');
	await other.settled();
	assert.ok(least > 10, `${least} lines stood meanwhile`);
	await other.leave();
});

test('a signature’s counts add up to everybody, and no two tiles or groups say the same of different people', async () => {
	const one = await at('/');
	const { page } = one;
	const groups = (await page.locator('.group h2').allTextContents()).slice(1);
	const tiles = (await page.locator('.total:not(.total-needed) > span').allTextContents()).map((text) => text.replace(/^\W/, ''));
	assert.deepEqual(groups.filter((group) => tiles.some((tile) => tile.endsWith(group))), []);
	await page.getByRole('button', { name: like('SIGN_STATE') }).click();
	const counts = await dialogOf(one).locator('.signoffs small').allTextContents();
	assert.equal(counts.filter((text) => /人/.test(text)).length, 3);
	for (const text of counts.filter((c) => /人/.test(c))) {
		const [all, ...states] = text.match(/\d+/g).map(Number);
		assert.equal(states.reduce((a, b) => a + b), all, text);
	}
	await one.leave();
});

test('each dialog names whom it is about; who could go is offered on the incident’s own page too', async () => {
	const { id } = (await council.daemon.incidents()).find((i) => i.resident_id === people.missed && i.state !== 'closed');
	const one = await at(`/incidents/${id}`);
	const { page } = one;
	await button(page, 'CLAIM').click();
	const watchers = council.town.links.filter((l) => l.resident_id === people.missed).map((l) => l.watcher_id);
	for (const key of ['HAND_OVER', 'NOTE_ADD', 'CLOSE_INCIDENT', 'REPORT_HELP']) {
		await button(page.locator('.acts-more'), key).click();
		assert.equal(await dialogOf(one).locator('h2').textContent(), `${say(key)}：${name(people.missed)}`);
		if (key === 'HAND_OVER')
			await soon(async () => {
				const offered = await dialogOf(one).locator('option').evaluateAll((all) => all.map((o) => o.value));
				return watchers.every((w) => offered.includes(w));
			}, 'the watchers to be offered');
		await page.keyboard.press('Escape');
		await soon(async () => (await dialogOf(one).count()) === 0, 'the dialog to close');
	}
	const order = (key) => button(page, key);
	const first = () => page.locator('.timeline li p').first().textContent();
	const oldest = await first();
	await order('INCIDENT_STORY_LAST').click();
	await soon(async () => (await first()) !== oldest, 'the newest on top');
	await order('INCIDENT_STORY_FIRST').click();
	await soon(async () => (await first()) === oldest, 'the oldest on top');
	await one.leave();
});

test('what a colleague enters stands in the panel that is open', async () => {
	const one = await at(`/?resident=${people.waiting}`);
	await one.panel.getByText(say('PANEL_WHO')).waitFor();
	assert.equal(await one.panel.locator('.notice').count(), 0);
	const { phone } = council.town.residents.find((r) => r.resident_id === people.waiting);
	const [from, to] = [0, 2].map((days) => localDate(council.daemon.zone, Date.now() + days * 86_400_000));
	await colleague(`/api/v1/residents/${people.waiting}/pauses`, { from, to, reason: '旅行', verify: phone.slice(-4), told_by: '長女' });
	await one.panel.locator('.notice', { hasText: 'までお休み（旅行）' }).waitFor();
	await one.leave();
});

test('ages grow while one looks', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await telling(one); // nothing: no change draws it anew
	await page.clock.install();
	await one.go('/incidents');
	const age = () => page.locator('td[data-label="経過時間"]').first().innerText();
	const before = await age();
	await page.clock.fastForward('03:00:00');
	await soon(async () => /3時間/.test(await age()), `it to be older than ${before}`);
	await one.leave();
});

test('what is told in an emergency is kept with the incident that it was for', async () => {
	const one = await at(`/residents/${people.help}`);
	await button(one.page, 'DISCLOSURE_ADD').click();
	const dialog = dialogOf(one);
	await dialog.getByLabel(say('DISCLOSURE_TO')).fill('市民病院');
	await dialog.getByRole('checkbox').first().check();
	await dialog.getByLabel(say('REASON')).fill('救急搬送');
	await button(dialog, 'SAVE').click();
	await soon(async () => (await dialog.count()) === 0, 'it to be kept');
	const [{ incident_id }] = rows(council.daemon, 'SELECT incident_id FROM disclosures WHERE resident_id = ? ORDER BY id DESC', people.help);
	assert.equal(incident_id, (await council.daemon.incidents()).find((i) => i.resident_id === people.help).id);
	await one.leave();
});
