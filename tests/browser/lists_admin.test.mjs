// Lists of the administration in the browser: what is asked for is what stands there, however it was asked; what is read
// anew shows nothing of before; and drawings fit the window that they are in.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, sizes, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil({ morning: false });
const browser = await openBrowser();
const { daemon } = council;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const lines = (page) => page.locator('tbody tr').count();

test('a button that pressed was heard of; and what ends its use says so', async () => {
	await press(council, people.waiting);
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/admin/devices');
	const pressed = page.getByRole('row').filter({ hasText: people.waiting });
	await pressed.locator('time').waitFor();
	assert.equal(await pressed.getByText(say('DEVICE_SILENT')).count(), 0);
	assert.ok((await page.getByText(say('DEVICE_SILENT')).count()) > 0, 'others were not');
	assert.equal(await pressed.getByRole('button').innerText(), say('DEVICE_REVOKE_DO'));
	await one.turn({ size: 'phone' });
	const [field, tabs] = await Promise.all(['.filters .control', '.tabs'].map((s) => page.locator(s).first().boundingBox()));
	assert.equal(Math.round(field.width), Math.round(tabs.width));
	await one.fits();
	await one.picture('admin-devices-phone');
	await one.leave();
});

test('a list that is whole again has an empty search', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	for (const [path, key, q] of [['/watchers', 'WATCHERS_SEARCH', 'W011'], ['/admin/devices', 'DEVICES_SEARCH', people.ok]]) {
		await one.go(path);
		const all = await lines(page);
		await page.getByLabel(say(key)).fill(q);
		await page.waitForURL(/q=/);
		await waitFor(async () => (await lines(page)) === 1);
		await page.evaluate((to) => {
			const link = Object.assign(document.createElement('a'), { href: to, textContent: 'x' });
			document.querySelector('main').append(link);
			link.click();
			link.remove();
		}, path);
		await waitFor(async () => (await lines(page)) === all);
		assert.equal(await page.getByLabel(say(key)).inputValue(), '');
	}
	await one.leave();
});

test('the audit is asked by what was done, in words', async () => {
	const admin = await signIn(daemon, logins.admin, password);
	assert.equal((await admin.patch('/api/v1/residents/R003', { note: '記録の確認' })).status, 200);
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	await one.go('/admin/audit');
	const controls = await page.locator('.audit-filter .control, .audit-filter button').evaluateAll((all) => all.map((e) => Math.round(e.getBoundingClientRect().bottom)));
	const spread = Math.max(...controls.slice(0, 4)) - Math.min(...controls.slice(0, 4));
	assert.ok(spread <= 1, `fields of a line end on one line: ${controls}`);
	await one.picture('admin-audit-filter');
	await page.getByLabel(say('AUDIT_WHAT')).selectOption({ label: say('DOING_RESIDENT_CHANGED') });
	await button(page, say('AUDIT_FILTER')).click();
	await page.waitForURL(/what=resident_changed/);
	await waitFor(async () => (await lines(page)) === 1);
	assert.match(await page.locator('tbody tr').innerText(), new RegExp(say('DOING_RESIDENT_CHANGED')));
	await one.accessible();
	await one.leave();
});

test('checks that are made anew show nothing of before, whom they are about is named', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	let made = 0;
	await page.route(/\/api\/v1\/checks\?/, async (route) => {
		const query = new URL(route.request().url()).searchParams;
		const count = made < 2 ? 120 : 80;
		made++;
		const of = (n) => ({ code: 'similar_name', subject: `R${count}${n}`, name: `方 ${count}`, district: 'D01', detail: 'R001 R999 +3', people: [{ id: 'R001', name: '山田 花子' }] });
		const from = Number(query.get('cursor') ?? 0), to = Math.min(count, from + Number(query.get('limit')));
		const checks = Array.from({ length: to - from }, (_, i) => of(from + i));
		await route.fulfill({ json: { made_at: '2026-11-23T10:00:00+09:00', counts: { similar_name: count }, checks, next_cursor: null } });
	});
	await one.go('/admin/checks');
	assert.equal(await lines(page), 50);
	assert.match(await page.locator('tbody tr').first().innerText(), /山田 花子.*R001.*R999.*\+3/s);
	await button(page, say('PAGER_MORE')).click();
	await waitFor(async () => (await lines(page)) === 120);
	await button(page, say('CHECKS_AGAIN')).click();
	await page.getByRole('heading', { name: say('CHECKS_SECTION', { name: say('CHECK_SIMILAR_NAME'), count: 80 }) }).waitFor();
	assert.equal(await lines(page), 50);
	assert.equal(await page.getByText('方 120').count(), 0);
	await one.leave();

	const real = await visitor(browser, council, { as: logins.admin });
	await real.go('/admin/checks');
	await real.accessible();
	await real.picture('admin-checks-named', { whole: true });
	await real.leave();
});

test('where everybody is signed in browsers are named shortly, and no button is broken', async () => {
	const other = await visitor(browser, council, { as: logins.staff, userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0' });
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	await one.go('/admin/sessions');
	const row = page.getByRole('row').filter({ hasText: logins.staff }).first();
	assert.match(await row.innerText(), /Edge・Windows/);
	assert.match(await row.locator('[title]').getAttribute('title'), /Mozilla/);
	const ends = row.getByRole('button');
	const { height } = await ends.boundingBox();
	assert.ok(height <= 37, `${height} px: on one line`);
	const heads = await page.locator('th').evaluateAll((all) => all.map((th) => {
		const range = document.createRange();
		range.selectNodeContents(th.querySelector('button') ?? th);
		const { top, height: high } = range.getClientRects()[0];
		return Math.round(top + high / 2);
	}));
	assert.ok(Math.max(...heads) - Math.min(...heads) <= 1, `heads stand on one line: ${heads}`);
	await one.picture('admin-sessions-short');
	await one.leave();
	await other.leave();
});

test('the months below a drawing are apart after the window was turned', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await page.addInitScript(() => {
		window.drawn = [];
		const write = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
			window.drawn.push({ text, x, y, wide: this.measureText(text).width, all: this.canvas.width });
			return write.call(this, text, x, y, ...rest);
		};
	});
	await one.go('/reports?years=2');
	await page.evaluate(() => (window.drawn = []));
	await one.turn({ size: 'phone' });
	await waitFor(() => page.evaluate(() => window.drawn.length > 0));
	await one.turn({});
	const drawn = await page.evaluate(() => window.drawn);
	const width = Math.min(...drawn.map((d) => d.all));
	assert.ok(width < sizes.phone.width * 2);
	const months = drawn.filter((d) => d.all === width && /月|\//.test(d.text));
	const line = months.filter((d) => d.y === months[0].y).slice(0, months.findIndex((d, i) => i && d.x <= months[i - 1].x) + 1 || undefined);
	assert.ok(line.length > 1, JSON.stringify(drawn.slice(0, 5)));
	line.forEach((d, i) => i && d.x > line[i - 1].x && assert.ok(d.x - line[i - 1].x >= (d.wide + line[i - 1].wide) / 2, `${line[i - 1].text} and ${d.text} run together`));
	await one.picture('reports-turned');
	await one.leave();
});
