// Forms and dialogs in the browser: every fault is seen and has the focus, what is chosen is named, nothing that was typed
// is lost or sent by mistake, and what belongs together stands together.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, startCouncil } from '../integration/council.mjs';
import { rows } from '../integration/store.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil({ morning: false, history: 3 });
const browser = await openBrowser();
const { daemon } = council;
const admin = await signIn(daemon, logins.admin, password);
const button = (page, name) => page.getByRole('button', { name, exact: true });
const focused = (page) => page.evaluate(() => ({ name: document.activeElement.name, wrong: document.activeElement.getAttribute('aria-invalid') }));
const open = async (path, as = logins.staff, allowed = [/422/]) => {
	const one = await visitor(browser, council, { as });
	one.allow(...allowed);
	await one.go(path);
	return one;
};

test('what the server finds wrong stands at its field, with the focus; what has no field there is said above the buttons', async () => {
	const link = council.town.links[0];
	const made = await admin.post(`/api/v1/residents/${link.resident_id}/consents`, {
		...{ what: 'link', watcher_id: link.watcher_id, given: true, items: ['name'], agreed_on: '2026-01-05', agreed_by: 'ご本人', form: 'paper' },
	});
	assert.equal(made.status, 201, JSON.stringify(made.json));
	const one = await open(`/residents/${link.resident_id}`);
	const { page } = one;
	const name = council.town.watchers.find((w) => w.watcher_id === link.watcher_id).name;
	await button(page, say('LINK_ACTIONS', { name })).click();
	await button(page, say('EDIT')).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(say('ITEM_CARE')).check();
	await button(dialog, say('SAVE')).click();
	await dialog.locator('fieldset').filter({ hasText: say('LINK_SHARES') }).getByText(say('FAULT_CODE_BY_CONSENT')).waitFor();
	await waitFor(async () => (await focused(page)).name === 'shares', { what: 'the focus to be there' });
	assert.equal((await focused(page)).wrong, 'true');
	await one.accessible({ within: 'dialog' });
	await one.picture('fault-at-its-field');
	await button(dialog, say('CANCEL')).click();

	const refused = { type: 'about:blank', title: 'x', status: 422, code: 'invalid', detail: 'x', errors: [{ pointer: '/phone', code: 'phone', detail: 'too short' }] };
	await page.route(/\/visits$/, (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 422, contentType: 'application/problem+json', json: refused }) : route.fallback()));
	await button(page, say('DEVICE_GIVE')).click();
	await page.route(/\/devices$/, (route) => route.fulfill({ status: 422, contentType: 'application/problem+json', json: refused }));
	await dialog.getByLabel(say('DEVICE_ID'), { exact: false }).first().fill('btn-x');
	await button(dialog, say('DEVICE_GIVE')).click();
	await dialog.getByRole('alert').getByText(`${say('FIELD_PHONE')}：${say('FAULT_CODE_PHONE')}`).waitFor();
	const [kind, note] = await Promise.all(['kind', 'note'].map((field) => dialog.locator(`[name=${field}]`).boundingBox()));
	assert.equal(Math.round(kind.y), Math.round(note.y), 'a field with a hint and one without are on one line');
	await one.picture('fault-of-no-field');
	await one.leave();
});

test('all that is wrong with the steps of a policy is said at once, and the first has the focus', async () => {
	const one = await open('/admin/policies', logins.admin);
	const { page } = one;
	const dialog = page.getByRole('dialog');
	await button(page, say('POLICY_EDIT', { name: say('POLICY_NAME_NEIGHBOUR_FIRST') })).click();
	const missed = dialog.locator('section').filter({ hasText: say('KIND_MISSED') });
	for (let n = 0; n < 2; n++)
		await button(missed, say('POLICY_STEP_ADD')).click();
	await button(dialog, say('SAVE')).click();
	const faults = dialog.getByText(say('POLICY_NOBODY'));
	await waitFor(async () => (await faults.count()) === 2);
	await waitFor(async () => (await focused(page)).wrong === 'true', { what: 'the focus' });
	const first = missed.locator('.step-edit').nth(-2), last = missed.locator('.step-edit').last();
	assert.match((await focused(page)).name, /^steps\/\d+\/after$/);
	await one.picture('policy-faults');
	for (const step of [first, last])
		await step.getByLabel(say('FIELD_AFTER')).fill('すこし');
	await first.getByLabel(say('TELL_TIER1')).check();
	assert.equal(await faults.count(), 1, 'what was mended is wrong no more');
	await last.getByLabel(say('TELL_STAFF')).check();
	await button(dialog, say('SAVE')).click();
	await waitFor(async () => (await dialog.getByText(say('FAULT_CODE_LENGTH', { about: 'すこし' })).count()) === 2);
	await waitFor(async () => /after$/.test((await focused(page)).name), { what: 'the fault that the server finds, with the focus' });
	await one.accessible({ within: 'dialog' });
	const [box, label, next] = await last.locator('.tick').evaluateAll(([one, two]) => [one.querySelector('input'), one.querySelector('span'), two.querySelector('input')].map((e) => e.getBoundingClientRect().toJSON()));
	assert.ok(next.left - label.right > 1.5 * (label.left - box.right), 'a box is nearer to its own words than to the next');
	await one.leave();

	const users = await open('/admin/users', logins.admin);
	await button(users.page, say('USER_ADD')).click();
	await users.page.getByRole('dialog').locator('[name=login]').fill('abe');
	await users.page.getByRole('dialog').locator('[name=name]').fill('阿部');
	await users.page.getByRole('dialog').locator('[name=password]').pressSequentially('kurz');
	await button(users.page.getByRole('dialog'), say('SAVE')).click();
	await users.page.getByText(say('PASSWORD_SHORT')).waitFor();
	await users.leave();
});

test('whoever is chosen by id is named, and another watcher’s homes are looked at', async () => {
	const one = await open('/watchers/W011', logins.admin);
	const { page } = one;
	const other = council.town.watchers.find((w) => w.watcher_id !== 'W011');
	await button(page, say('REPLACEMENT_PLAN')).click();
	const dialog = page.getByRole('dialog');
	await dialog.locator('[name=by]').fill(other.watcher_id);
	await dialog.getByRole('status').getByText(other.name).waitFor();
	await dialog.getByRole('heading', { name: say('REPLACEMENT_HOMES') }).waitFor();
	await one.accessible({ within: 'dialog' });
	await one.picture('chosen-by-id');
	await dialog.locator('[name=by]').fill(`${other.watcher_id}x`);
	await dialog.getByText(other.name).waitFor({ state: 'detached' });
	await one.leave();
});

test('that a watcher is a resident too is put right on their page', async () => {
	const one = await open('/watchers/W012');
	const { page } = one;
	await page.getByRole('button', { name: say('RECORD_EDIT').replace('{label}', say('WATCHER_IS_RESIDENT')) }).click();
	await page.getByLabel(say('WATCHER_IS_RESIDENT'), { exact: true }).fill(people.ok);
	await page.locator('.edit .found').waitFor();
	await one.picture('watcher-is-resident');
	await page.getByRole('button', { name: say('SAVE'), exact: true }).click();
	await page.locator(`dd a[href="/residents/${people.ok}"]`).waitFor();
	await one.leave();
});

test('saving a field of a watcher moves nothing on the page, and Esc in the midst of converting closes nothing', async () => {
	const one = await open('/watchers/W011');
	const { page } = one;
	await button(page, say('RECORD_EDIT', { label: say('FIELD_NOTE') })).click();
	const note = page.locator('[name=note]');
	await note.fill('かな');
	await note.evaluate((field) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true, cancelable: true })));
	assert.equal(await note.inputValue(), 'かな');
	await page.evaluate(() => {
		window.bones = 0;
		new MutationObserver((list) => list.forEach((m) => m.addedNodes.forEach((n) => n.nodeType === 1 && (n.matches('.busy') || n.querySelector('.busy')) && window.bones++))).observe(document.body, { childList: true, subtree: true });
	});
	const answered = page.waitForResponse((r) => r.url().endsWith('/replacement') && r.request().method() === 'GET');
	await button(page, say('SAVE')).click();
	await answered;
	await page.getByText('かな', { exact: true }).waitFor();
	assert.equal(await page.evaluate(() => window.bones), 0);
	await note.waitFor({ state: 'detached' });
	await button(page, say('RECORD_EDIT', { label: say('FIELD_NOTE') })).click();
	await note.press('Escape');
	await note.waitFor({ state: 'detached' });
	await one.leave();
});

test('“another person” enrols whom was looked for, not who was entered since', async () => {
	const one = await open('/admin/enrol');
	const { page } = one;
	const alike = council.town.residents.find((r) => r.resident_id === people.alike[0]);
	await page.locator('[name=resident_id]').fill('R300');
	await page.locator('[name=name]').fill(alike.name);
	await page.locator('[name=district]').selectOption('D02');
	await button(page, say('ENROL')).click();
	await button(page, say('ENROL_SURE')).waitFor();
	await page.locator('[name=name]').fill(council.town.residents[0].name);
	await button(page, say('ENROL_SURE')).waitFor({ state: 'detached' });
	assert.equal(rows(daemon, 'SELECT * FROM residents WHERE resident_id = ?', 'R300').length, 0);
	page.on('dialog', (d) => d.accept());
	await one.leave();
});

test('passwords that were typed are gone once it is left be', async () => {
	const one = await open('/account');
	const { page } = one;
	await button(page, say('PASSWORD_CHANGE')).click();
	await page.locator('[name=old_password]').fill('etwas-Altes');
	await page.locator('[name=new_password]').fill('etwas-Neues');
	await button(page, say('CANCEL')).click();
	await button(page, say('PASSWORD_CHANGE')).click();
	for (const name of ['old_password', 'new_password'])
		assert.equal(await page.locator(`[name=${name}]`).inputValue(), '');
	await one.leave();
});

test('files that cannot be read, are too large, or are dropped beside their place', async () => {
	const one = await open('/admin/import', logins.admin);
	const { page } = one;
	await page.evaluate(() => {
		const read = FileReader.prototype.readAsDataURL;
		window.read = [];
		FileReader.prototype.readAsDataURL = function (file) {
			window.read.push(file.name);
			if (file.name === 'watchers.csv')
				setTimeout(() => this.onerror());
			else
				read.call(this, file);
		};
	});
	const drop = (files, where = '.drop') =>
		page.evaluate(
			([all, place]) => {
				const dataTransfer = new DataTransfer();
				for (const [name, size] of all)
					dataTransfer.items.add(new File(['district,name\nD01,本町\n'.padEnd(size)], name, { type: 'text/csv' }));
				const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
				document.querySelector(place).dispatchEvent(event);
				return event.defaultPrevented;
			},
			[files, where],
		);
	assert.equal(await drop([['districts.csv', 20]], 'h1'), true);
	await drop([['residents.csv', 23e6]]);
	await page.getByText(say('IMPORT_TOO_LARGE')).waitFor();
	assert.deepEqual(await page.evaluate(() => window.read), [], 'nothing of it was read');
	await drop([['watchers.csv', 20], ['districts.csv', 20]]);
	await page.getByText(say('IMPORT_UNREADABLE', { name: 'watchers.csv' })).waitFor();
	await page.getByRole('cell', { name: 'districts.csv' }).first().waitFor();
	await one.accessible();
	await one.picture('import-unreadable');
	await one.leave();
});
