// Enrolment and administration in the browser: files dropped in, seen before they count; forms that say what is wrong at
// its place; a test alert with its result.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, startCouncil } from '../integration/council.mjs';
import { rows } from '../integration/store.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil({ morning: false });
const browser = await openBrowser();
const { daemon } = council;

const file = (name, text) => ({ name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
const stored = (table, key, id) => rows(daemon, `SELECT * FROM ${table} WHERE ${key} = ?`, id)[0];
const button = (page, name, options) => page.getByRole('button', { name, exact: true, ...options });

test('files show what they would change, old and new, and then just that is done', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	const { phone } = stored('residents', 'resident_id', 'R001');
	await one.go('/admin/import');
	await page.locator('input[type=file]').setInputFiles([
		file('residents', 'resident_id,name,district,phone\nR001,山田 花子,D01,0100-11-2222\nR200,新人 一号,D02,0100-11-3333\n'),
		file('people', 'x\n'),
	]);
	await page.getByText(say('IMPORT_WRONG_NAME', { name: 'people.csv' })).waitFor();
	const row = page.getByRole('row').filter({ hasText: 'R001' });
	await row.getByText(phone).waitFor();
	assert.match(await row.textContent(), new RegExp(`${say('FIELD_PHONE')}.*${phone}.*→.*0100-11-2222`));
	assert.match(await page.getByRole('row').filter({ hasText: 'R200' }).textContent(), new RegExp(`${say('CHANGE_NEW')}.*新人 一号`));
	await one.accessible();
	await one.fits();
	assert.equal(stored('residents', 'resident_id', 'R200'), undefined);
	await page.getByLabel(say('IMPORT_REASON')).fill('年度更新');
	await button(page, say('IMPORT_APPLY', { count: 2 })).click();
	await page.getByText(say('IMPORT_DONE'), { exact: true }).first().waitFor();
	assert.equal(stored('residents', 'resident_id', 'R001').phone, '0100-11-2222');
	assert.equal(stored('residents', 'resident_id', 'R200').name, '新人 一号');
	assert.equal(rows(daemon, "SELECT reason FROM audit WHERE what = 'import' ORDER BY id DESC LIMIT 1")[0].reason, '年度更新');
	await one.leave();
});

test('every bad line of files that are dropped is named in the reader’s language, and nothing can be imported', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	await one.go('/admin/import');
	const dropped = await page.evaluateHandle(() => {
		const data = new DataTransfer();
		data.items.add(new File(['resident_id,name,district,phone\nR001,,D09,12\nR300,x\n'], 'residents.csv', { type: 'text/csv' }));
		return data;
	});
	const zone = page.locator('.drop');
	await zone.dispatchEvent('dragover', { dataTransfer: dropped });
	await page.locator('.drop-over').waitFor();
	await zone.dispatchEvent('drop', { dataTransfer: dropped });
	const errors = page.getByRole('region', { name: say('IMPORT_ERRORS'), exact: true }).getByRole('row');
	await errors.first().waitFor();
	const told = (await errors.allTextContents()).slice(1);
	assert.equal(told.length, 4);
	assert.ok(told[0].includes(say('IMPORT_LINE', { line: 2 })) && told[0].includes(say('FIELD_NAME')) && told[0].includes(say('FAULT_CODE_REQUIRED')), told[0]);
	assert.ok(told[1].includes(say('FAULT_CODE_PHONE')), told[1]);
	assert.ok(told[2].includes('D09'), told[2]);
	assert.ok(told[3].includes(say('IMPORT_LINE', { line: 3 })) && told[3].includes(say('FAULT_CODE_CELLS_COUNT')), told[3]);
	assert.equal(await page.getByLabel(say('IMPORT_REASON')).count(), 0);
	await one.accessible();
	await one.leave();
});

test('what somebody else changed meanwhile is looked at again before it is imported', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	one.allow(/409/);
	await one.go('/admin/import');
	await page.locator('input[type=file]').setInputFiles([file('residents', 'resident_id,phone\nR002,0100-11-4444\n')]);
	await button(page, say('IMPORT_APPLY', { count: 1 })).waitFor();
	const session = await (await one.context.request.get('/api/v1/session')).json();
	const changed = await one.context.request.patch('/api/v1/residents/R002', { data: { note: '今変えた' }, headers: { 'X-CSRF-Token': session.csrf } });
	assert.equal(changed.status(), 200);
	await button(page, say('IMPORT_APPLY', { count: 1 })).click();
	await button(page, say('IMPORT_LOOK_AGAIN')).click();
	await button(page, say('IMPORT_APPLY', { count: 1 })).click();
	await page.getByText(say('IMPORT_DONE'), { exact: true }).first().waitFor();
	const { phone, note } = stored('residents', 'resident_id', 'R002');
	assert.deepEqual([phone, note], ['0100-11-4444', '今変えた']);
	await one.leave();
});

test('the keyboard chooses files too', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	const chooser = new Promise((asked) => page.once('filechooser', asked)); // before the page: the browser is told to leave it to us
	await one.go('/admin/import');
	await button(page, say('IMPORT_CHOOSE')).focus();
	await page.keyboard.press('Enter');
	await (await chooser).setFiles([file('districts', 'district,name\nD01,本町地区社協\n')]);
	await page.getByText(say('IMPORT_NOTHING')).waitFor();
	await one.leave();
});

test('a resident is enrolled: what is wrong stands at its field, who is alike is named first', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	one.allow(/422/);
	await one.go('/admin/enrol');
	const field = (key) => page.getByRole('textbox', { name: say(key) });
	await page.getByLabel(say('FIELD_RESIDENT_ID')).fill('R100');
	await page.getByLabel(say('FIELD_NAME')).fill('山田　花子');
	await page.getByLabel(say('FIELD_DISTRICT')).selectOption('D02');
	await field('FIELD_SCHEDULE').fill('毎朝');
	await button(page, say('ENROL')).click();
	await page.getByText(say('FAULT_CODE_SCHEDULE')).waitFor();
	await one.accessible();
	await field('FIELD_SCHEDULE').fill('daily 06:00-09:00 +1h');
	await button(page, say('ENROL')).click();
	await page.getByText(say('ENROL_SIMILAR')).waitFor();
	await page.getByRole('link', { name: '山田 花子' }).waitFor();
	assert.equal(stored('residents', 'resident_id', 'R100'), undefined);
	await button(page, say('ENROL_SURE')).click();
	await page.waitForURL(/\/residents\/R100$/);
	assert.equal(stored('residents', 'resident_id', 'R100').schedule, 'daily 06:00-09:00 +1h');
	await one.leave();
});

test('a watcher is found, put right in place, tested, and ended', async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	one.allow(/422/);
	await one.go('/watchers');
	await page.getByLabel(say('WATCHERS_SEARCH')).fill('ふくだ');
	const found = page.getByRole('link', { name: '福田 修' });
	await found.waitFor();
	await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
	assert.match(page.url(), /q=/);
	await found.click();
	await page.getByRole('heading', { level: 1, name: '福田 修' }).waitFor();

	await button(page, say('RECORD_EDIT', { label: say('FIELD_HOURS') })).click();
	await page.getByLabel(say('FIELD_HOURS')).fill('朝から');
	await button(page, say('SAVE')).click();
	await page.getByText(say('FAULT_CODE_SCHEDULE')).waitFor();
	await page.getByLabel(say('FIELD_HOURS')).fill('daily 08:00-20:00');
	await button(page, say('SAVE')).click();
	await page.getByText('毎日 8:00〜20:00').waitFor();

	await button(page, say('TEST_ALERT')).click();
	await page.getByText(say('TEST_ALERT_ALL')).last().waitFor();
	assert.equal(council.mail.to('w011@example.jp').length, 1);
	assert.ok((await page.getByRole('list', { name: say('TEST_ALERT_RESULT') }).textContent()).includes(say('RESULT_SENT')));
	await one.accessible();

	await button(page, say('WATCHER_END')).click();
	await page.getByRole('dialog').getByLabel(say('REASON')).fill('転居');
	await page.getByRole('dialog').getByRole('button', { name: say('WATCHER_END'), exact: true }).click();
	await button(page, say('WATCHER_END_BACK')).waitFor();
	assert.equal(stored('watchers', 'watcher_id', 'W011').end_reason, '転居');
	await button(page, say('WATCHER_END_BACK')).click();
	await button(page, say('WATCHER_END')).waitFor();
	assert.equal(stored('watchers', 'watcher_id', 'W011').ends, '');
	await one.leave();
});

test('a user is added and locked out; a policy gets a step', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	one.allow(/422/);
	await one.go('/admin/users');
	await button(page, say('USER_ADD')).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('FIELD_LOGIN')).fill('abe');
	await dialog.getByLabel(say('FIELD_NAME')).fill('阿部 光');
	await dialog.getByLabel(say('FIELD_ROLE')).selectOption('coordinator');
	await button(dialog, say('SAVE')).click();
	await dialog.getByText(say('FAULT_CODE_COORDINATOR_DISTRICTS')).waitFor();
	await dialog.getByLabel('緑ヶ丘地区社協').check();
	await button(dialog, say('SAVE')).click();
	await page.getByRole('row').filter({ hasText: '阿部 光' }).waitFor();
	assert.equal(stored('users', 'login', 'abe').districts, 'D02');
	await button(page, say('USER_MORE', { name: '阿部 光' })).click();
	await button(page, say('USER_DISABLE')).click();
	await dialog.getByLabel(say('REASON')).fill('異動');
	await button(dialog, say('USER_DISABLE')).click();
	await page.getByRole('row').filter({ hasText: '阿部 光' }).getByText(say('USER_DISABLED')).waitFor();
	await one.accessible();

	await one.go('/admin/policies');
	await button(page, say('POLICY_EDIT', { name: say('POLICY_NAME_NEIGHBOUR_FIRST') })).click();
	const missed = dialog.locator('section').filter({ hasText: say('KIND_MISSED') });
	await button(missed, say('POLICY_STEP_ADD')).click();
	await button(dialog, say('SAVE')).click();
	await dialog.getByText(say('POLICY_NOBODY')).waitFor();
	const last = missed.locator('.step-edit').last();
	await last.getByLabel(say('FIELD_AFTER')).fill('すこし');
	await last.getByLabel(say('TELL_STAFF')).check();
	await button(dialog, say('SAVE')).click();
	await dialog.getByText(say('FAULT_CODE_LENGTH', { about: 'すこし' })).waitFor();
	await one.accessible();
	await last.getByLabel(say('FIELD_AFTER')).fill('2h');
	await button(dialog, say('SAVE')).click();
	await page.getByText(say('POLICY_OWN')).waitFor();
	const steps = rows(daemon, "SELECT after, notify FROM policies WHERE policy = 'neighbour_first' ORDER BY position");
	assert.deepEqual({ ...steps.at(-1) }, { after: '2h', notify: 'staff' });
	await one.leave();
});

test('a district and a policy end with a reason, leave what one can choose, and come back', async () => {
	const one = await visitor(browser, council, { as: logins.admin });
	const { page } = one;
	const dialog = page.getByRole('dialog');
	one.allow(/409/);
	const end = async (label, confirm) => {
		await button(page, label).click();
		await dialog.getByLabel(say('REASON')).fill('合併のため');
		await button(dialog, confirm).click();
	};
	await one.go('/admin/districts');
	await end(say('DISTRICT_END_OF', { name: '緑ヶ丘地区社協' }), say('DISTRICT_END'));
	await dialog.getByText(say('PROBLEM_USED_BY_RESIDENTS')).waitFor(); // it says why not
	await one.accessible();
	await button(dialog, say('CANCEL')).click();
	assert.equal(stored('districts', 'district', 'D02').ended_at, null);

	await button(page, say('DISTRICT_ADD')).click();
	await dialog.getByLabel(say('FIELD_DISTRICT_ID')).fill('D88');
	await dialog.getByLabel(say('FIELD_DISTRICT_NAME')).fill('浜地区社協');
	await button(dialog, say('SAVE')).click();
	const row = page.getByRole('row').filter({ hasText: '浜地区社協' });
	await row.waitFor();
	const choices = async () => {
		await page.getByRole('link', { name: say('ADMIN'), exact: true }).first().click();
		await page.getByRole('link', { name: new RegExp(say('ENROL')) }).click();
		const choice = page.getByLabel(say('FIELD_DISTRICT'));
		await choice.waitFor();
		const found = await choice.locator('option').allTextContents();
		await one.go('/admin/districts');
		return found;
	};
	assert.ok((await choices()).includes('浜地区社協'));
	await end(say('DISTRICT_END_OF', { name: '浜地区社協' }), say('DISTRICT_END'));
	await row.getByText('合併のため').waitFor();
	assert.equal(stored('districts', 'district', 'D88').end_reason, '合併のため');
	assert.ok(!(await choices()).includes('浜地区社協'));
	await one.accessible();
	await one.picture('admin-district-ended');
	await button(row, say('DISTRICT_RESUME', { name: '浜地区社協' })).click();
	await button(row, say('DISTRICT_END_OF', { name: '浜地区社協' })).waitFor();
	assert.ok((await choices()).includes('浜地区社協'));

	await one.go('/admin/policies');
	const name = 'yukkuri';
	await button(page, say('POLICY_ADD')).click();
	await dialog.getByLabel(say('FIELD_POLICY_ID')).fill(name);
	await button(dialog, say('SAVE')).click();
	await end(say('POLICY_END_OF', { name }), say('POLICY_END'));
	await page.getByRole('region', { name, exact: true }).getByText('合併のため').waitFor();
	assert.equal(stored('policy_ends', 'policy', name).end_reason, '合併のため');
	assert.equal(await button(page, say('POLICY_END_OF', { name: say('POLICY_NAME_DEFAULT') })).count(), 0);
	await one.accessible();
	await one.picture('admin-policy-ended');
	await button(page, say('POLICY_RESUME', { name })).click();
	await button(page, say('POLICY_END_OF', { name })).waitFor();
	assert.equal(stored('policy_ends', 'policy', name), undefined);
	await one.leave();
});

test('who may not administer is offered nothing of it', async () => {
	const one = await visitor(browser, council, { as: logins.coordinator });
	await one.go('/admin');
	const offered = await one.page.locator('.tile').evaluateAll((list) => list.map((tile) => tile.getAttribute('href')));
	assert.ok(offered.includes('/admin/enrol') && !offered.includes('/admin/users') && !offered.includes('/admin/import'), String(offered));
	await one.go('/admin/users');
	await one.page.getByText(say('NOT_ALLOWED'), { exact: true }).waitFor();
	await one.leave();
});
