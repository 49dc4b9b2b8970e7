// Lists that are read on and read anew, fields that somebody else changes, what fails for a moment: nothing that was read
// or typed is lost.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { rows, write } from '../integration/store.mjs';
import { localDate } from '../integration/town.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil({ history: 30 });
const { daemon } = council;
const browser = await openBrowser();
const staff = await signIn(daemon, logins.staff, password);
const open = async (path, more = {}) => {
	const one = await visitor(browser, council, { as: logins.staff, ...more });
	await one.go(path);
	return one;
};
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** GET /incidents as a council has it whose list is long: `rest` rows behind those of each page, over `total`. */
async function manyIncidents(one, total) {
	const { json } = await staff.get('/api/v1/incidents?state=open');
	const asked = [];
	await one.page.route(/\/api\/v1\/incidents\?/, async (route) => {
		const query = new URL(route.request().url()).searchParams;
		const from = Number(query.get('cursor')?.slice(2) ?? 0), to = Math.min(total, from + Number(query.get('limit')));
		asked.push(`${query.get('state')} ${from}-${to}`);
		const incidents = Array.from({ length: to - from }, (_, i) => ({ ...json.incidents[0], id: 1000 + from + i, closed_at: json.now, outcome: 'safe' }));
		await route.fulfill({ json: { ...json, incidents, next_cursor: to < total ? `o.${to}` : null } });
	});
	return asked;
}
const lines = (one) => one.page.locator('tbody tr').count();

test('a busy morning: what was read on stays, however often the list is read anew', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const asked = await manyIncidents(one, 250);
	await one.go('/incidents');
	assert.equal(await lines(one), 100);
	await button(one.page, say('PAGER_MORE')).click();
	await waitFor(async () => (await lines(one)) === 200);
	asked.length = 0;
	await press(council, people.waiting);
	await waitFor(() => asked.includes('open 0-200'), { what: 'all of it to be read anew' });
	await one.settled();
	assert.equal(await lines(one), 200);
	await button(one.page, say('PAGER_MORE')).click();
	await waitFor(async () => (await lines(one)) === 250);
	assert.equal(await button(one.page, say('PAGER_MORE')).count(), 0);
	await one.leave();
});

test('what comes in while a list is caught up with is not covered by what was read before it', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/');
	await one.page.waitForFunction(() => document.querySelector('.filters-count')?.textContent === '');
	const id = people.alike[0];
	let held, let_go;
	const gone = new Promise((resolve) => (let_go = resolve));
	await one.page.route(/\/api\/v1\/status\?/, async (route) => {
		const answer = await route.fetch(), json = await answer.json();
		if (new URL(route.request().url()).searchParams.get('limit') === '1') {
			await route.fulfill({ json: { ...json, version: json.version + 1 } }); // something was missed
			return;
		}
		held = json;
		await gone;
		await route.fulfill({ json });
	});
	await one.page.evaluate(() => new BroadcastChannel('mimamori-live').postMessage({ event: 'reconnected', data: null }));
	await waitFor(() => held, { what: 'the list to be caught up with' });
	await press(council, id, 'help');
	await one.page.locator('.total-help b').filter({ hasText: '2' }).waitFor(); // with whom else asks for it
	const answered = one.page.waitForResponse(/\/api\/v1\/status\?/);
	let_go();
	await answered;
	await one.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	assert.notEqual(held.residents.find((r) => r.resident_id === id).state, 'help');
	assert.equal(await one.page.locator('.total-help b').textContent(), '2');
	await one.leave();
});

test('past incidents are not read anew for what happens today', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const asked = await manyIncidents(one, 120);
	await one.go('/incidents?state=closed');
	await button(one.page, say('PAGER_MORE')).click();
	await waitFor(async () => (await lines(one)) === 120);
	const other = await visitor(browser, council, { as: logins.staff });
	const elsewhere = await manyIncidents(other, 120);
	await other.go('/incidents');
	const happens = async (kind) => {
		elsewhere.length = 0;
		await press(council, people.late, kind);
		await waitFor(() => elsewhere.length > 0, { what: 'the open ones to be read anew' });
	};
	await happens('ok'); // and what reading began with is over
	const before = [...asked];
	await happens('unwell');
	await happens('talk');
	assert.deepEqual(asked, before);
	await other.leave();
	await one.leave();
});

test('a page that could not be read is said, and can be asked for again', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	one.allow(/ERR_FAILED|Failed to load/);
	await manyIncidents(one, 150);
	await one.go('/incidents');
	let cut = true;
	await one.page.route(/\/api\/v1\/incidents\?.*cursor=/, (route) => (cut ? route.abort() : route.fallback()));
	await button(one.page, say('PAGER_MORE')).click();
	await one.page.getByText(say('PROBLEM_OFFLINE')).last().waitFor();
	cut = false;
	await button(one.page, say('PAGER_MORE')).click();
	await waitFor(async () => (await lines(one)) === 150);
	await one.leave();
});

test('a test message is followed although one look at it failed', async () => {
	const one = await open('/watchers/W011');
	one.allow(/ERR_FAILED|Failed to load/);
	let looks = 0;
	await one.page.route(/\/test-alert\?ids=/, (route) => (looks++ ? route.continue() : route.abort()));
	await button(one.page, say('TEST_ALERT')).click();
	await one.page.getByText(say('PROBLEM_OFFLINE')).waitFor();
	await one.page.getByText(say('TEST_ALERT_ALL')).last().waitFor();
	assert.equal(await one.page.getByText(say('PROBLEM_OFFLINE')).count(), 0);
	assert.equal(await button(one.page, say('TEST_ALERT')).isEnabled(), true);
	await one.leave();
});

test('what a colleague wrote while one types is said, and not overwritten unseen', async () => {
	const id = people.ok, written = () => rows(daemon, 'SELECT care FROM residents WHERE resident_id = ?', id)[0].care;
	const one = await open(`/residents/${id}`);
	one.allow(/409/);
	const label = say('FIELD_CARE');
	await button(one.page, say('RECORD_EDIT', { label })).click();
	const editor = one.page.locator('form.edit');
	await editor.getByRole('textbox').fill('足もとに注意');
	assert.equal((await staff.patch(`/api/v1/residents/${id}`, { care: '右耳が聞こえない' })).status, 200);
	const read = one.page.waitForResponse((r) => r.url().endsWith(`/residents/${id}`) && r.request().method() === 'GET');
	await press(council, id, 'talk');
	await read;
	await editor.getByRole('button', { name: say('SAVE') }).click();
	await editor.getByText('右耳が聞こえない').waitFor();
	await editor.getByText(say('REFUSAL_CHANGED')).waitFor();
	assert.equal(await editor.getByRole('textbox').inputValue(), '足もとに注意');
	assert.equal(written(), '右耳が聞こえない');
	await one.accessible();
	await editor.getByRole('textbox').fill('右耳が聞こえない。足もとに注意');
	await editor.getByRole('button', { name: say('SAVE') }).click(); // having read it
	await editor.waitFor({ state: 'detached' });
	assert.equal(written(), '右耳が聞こえない。足もとに注意');
	await one.leave();
});

test('a year of six digits shuts no page: the pause that is being entered stays', async () => {
	const one = await open(`/residents/${people.ok}`);
	await button(one.page, say('ACT_PAUSE')).click();
	const dialog = one.page.getByRole('dialog');
	await dialog.getByLabel(say('ENTER_PAUSE_REASON')).fill('旅行');
	const from = dialog.locator('[name=from]');
	assert.match(await from.getAttribute('max'), /^\d{4}-\d\d-\d\d$/);
	await from.evaluate((field) => {
		field.value = '202611-11-23';
		field.dispatchEvent(new Event('input', { bubbles: true }));
	});
	await waitFor(async () => (await dialog.locator('[name=to]').getAttribute('min')) === '202611-11-23', { what: 'the page to be drawn anew' });
	assert.equal(await dialog.getByLabel(say('ENTER_PAUSE_REASON')).inputValue(), '旅行');
	await one.leave();
});

test('a past day tells of itself, however much happened since', async () => {
	const id = people.ok, past = localDate(daemon.zone, Date.now() - 20 * 86_400_000);
	write(daemon, "INSERT INTO timeline (resident_id, at, event, person, detail) VALUES (?, ?, 'visited', 'user:tanaka', '20 min: 庭の柿の話')", id, Date.now() - 20 * 86_400_000);
	write(daemon, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
		INSERT INTO timeline (resident_id, at, event, person, detail) SELECT ?, ? + i, 'note', 'user:tanaka', 'また電話' FROM n`, id, Date.now() - 86_400_000);
	const one = await open(`/?date=${past}&resident=${id}`);
	const panel = one.page.locator('dialog.panel');
	await panel.getByRole('heading', { name: say('PANEL_THAT_DAY') }).waitFor();
	await panel.getByText('庭の柿の話').waitFor();
	assert.equal(await panel.getByText('また電話').count(), 0);
	await one.leave();
});
