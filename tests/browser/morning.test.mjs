// A council's morning in its browsers: each role from signing in to signing off, two at once, and a list that changes
// while somebody works on it.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { listed, logins, password, people, press, startCouncil } from '../integration/council.mjs';
import { rows } from '../integration/store.mjs';
import { localDate } from '../integration/town.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { like, say } from './words.mjs';

const council = await startCouncil({ history: 30 });
const browser = await openBrowser();
const name = (id) => council.town.residents.find((r) => r.resident_id === id).name;
const user = (login) => council.town.users.find((u) => u.login === login).name;

const line = (one, id) => one.page.locator(`[data-resident="${id}"]`);
const panel = (one) => one.page.getByRole('dialog');
const button = (within, key, fields) => within.getByRole('button', { name: like(key, fields) }).first();

/** Signs in as a person does. */
async function atTheDoor(login, options = {}) {
	const one = await visitor(browser, council, options);
	one.allow(/401.*\/api\/v1\/session/); // "who am I?", asked by somebody who is not signed in yet
	await one.go('/');
	await one.page.getByLabel(say('LOGIN')).fill(login);
	await one.page.getByLabel(say('PASSWORD'), { exact: false }).first().fill(password);
	await button(one.page, 'SIGN_IN').click();
	await line(one, people.missed).waitFor();
	one.as = login;
	return one;
}

/** Opens a resident's panel. */
async function open(one, id) {
	await line(one, id).click();
	await panel(one).getByRole('heading', { name: name(id) }).waitFor();
	await one.settled();
}

/** Signs what the dialog shows. Mails that leave meanwhile are news on the list as well: then one is asked to look again. */
async function sign(one, district) {
	one.allow(/409.*\/api\/v1\/signoffs/);
	await waitFor(
		async () => {
			if ((await panel(one).count()) === 0)
				return true;
			await button(panel(one), 'SIGN_DO').click({ timeout: 1000 }).catch(() => {});
			return false;
		},
		{ within: 20_000, what: `${district} to be signed` },
	);
	const { name } = council.town.districts.find((d) => d.district === district);
	await one.page.getByText(say('SIGN_DONE', { district: name })).first().waitFor();
	await one.settled();
}

/** Gives everybody who is not handled yet to okada. */
async function carryOver(one) {
	const lines = panel(one).locator('.carried li');
	await lines.first().getByLabel(say('SIGN_CARRY_REASON')).fill('午後にもう一度電話');
	await lines.first().getByLabel(say('SIGN_CARRY_TO')).selectOption('okada');
	if ((await lines.count()) > 1)
		await button(panel(one), 'SIGN_SAME').click();
}

async function signOut(one) {
	await button(one.page, 'ACCOUNT_OF').click();
	await one.page.getByText(say('SIGN_OUT'), { exact: true }).click();
	await one.page.getByLabel(say('LOGIN')).waitFor();
}

/** The lists of a district that were signed: [ day, who ], the latest signature last. */
const signedOf = (district) =>
	rows(council.daemon, 'SELECT day, login FROM signoffs WHERE district = ? ORDER BY id', district).map(({ day, login }) => [
		new Date(day * 86_400_000).toISOString().slice(0, 10),
		login,
	]);
const today = () => localDate(council.daemon.zone, Date.now());

/** Until the line of a resident says this. */
async function says(one, id, text) {
	await waitFor(async () => (await line(one, id).innerText()).match(text), {
		what: `the line of ${id} to say ${text}`,
	}).catch(async (error) => {
		throw new Error(`${error.message}; it says ${await line(one, id).innerText()}`);
	});
}

test('a member of staff signs in, telephones, closes, carries over, signs, and goes home', { timeout: 120_000 }, async () => {
	const one = await atTheDoor(logins.staff);
	const { page } = one;
	const shown = await page.locator('[data-resident]').evaluateAll((all) => all.map((e) => e.dataset.resident));
	assert.deepEqual(shown.slice(0, 2), [people.help, people.missed], 'the worst stand first');
	await one.picture('morning-1-list');

	// The one who pressed nothing: spoken to by telephone, had forgotten.
	await open(one, people.missed);
	await panel(one).getByText('000-555-1038').waitFor();
	await panel(one).getByText('耳が遠いので').waitFor();
	await one.picture('morning-2-panel');
	await button(panel(one).getByRole('group', { name: say('CALL_SPOKE_WHY') }), 'CAUSE_FORGOT').click();
	await waitFor(() => council.daemon.incidents().then((all) => all.some((i) => i.resident_id === people.missed && i.outcome === 'safe')));
	await says(one, people.missed, new RegExp(user(logins.staff)));
	await panel(one).locator('.day-incident', { hasText: say('OUTCOME_SAFE') }).getByRole('link').waitFor(); // its story stays in reach

	// The one who asked for help: taken, noted, seen, closed.
	await open(one, people.help);
	await button(panel(one), 'CLAIM').click();
	await says(one, people.help, new RegExp(user(logins.staff)));
	await button(panel(one), 'NOTE_ADD').click();
	await page.getByRole('dialog', { name: say('NOTE_ADD') }).getByRole('textbox').fill('隣の方が玄関で会えた');
	await button(page.getByRole('dialog', { name: say('NOTE_ADD') }), 'SAVE').click();
	await page.getByText(say('NOTE_SAVED')).first().waitFor();
	await button(panel(one), 'CLOSE_INCIDENT').click();
	const closing = page.getByRole('dialog', { name: say('CLOSE_INCIDENT') });
	await button(closing, 'CLOSE_INCIDENT').click();
	await closing.locator('[aria-invalid="true"], .fault').first().waitFor(); // nothing is closed without an outcome
	await closing.getByRole('radio', { name: say('OUTCOME_SAFE') }).check();
	await closing.getByRole('radio', { name: say('HOW_FACE') }).check();
	await button(closing, 'CLOSE_INCIDENT').click();
	await closing.waitFor({ state: 'detached' });
	await says(one, people.help, like('HANDLING_DONE', { who: user(logins.staff), how: say('HOW_FACE') }));

	// Nobody answers: the next are told at once, and it stays open.
	await open(one, people.unwell);
	await button(panel(one), 'CALL_NO_ANSWER').click();
	await says(one, people.unwell, like('HANDLING_NO_ANSWER'));
	await page.keyboard.press('Escape');

	// One district has nothing open; another has two, who are carried over.
	await page.getByRole('combobox', { name: say('DISTRICT') }).selectOption('D02');
	await page.waitForURL(/district=D02/);
	await button(page, 'SIGN_DISTRICT').click();
	const signing = page.getByRole('dialog');
	await signing.getByText(say('SIGN_OPEN_LINES', { count: 2 })).waitFor();
	// Who is not due yet is on nobody's conscience; who signs reads how many they are.
	const { totals } = (await (await one.context.request.get('/api/v1/status?district=D02&limit=1')).json());
	const unknown = totals.waiting + totals.late + totals.unknown;
	assert.ok(unknown > 0, JSON.stringify(totals));
	await signing.getByText(say('SIGN_COUNTS', totals)).waitFor();
	await signing.getByText(say('SIGN_NOT_KNOWN', { count: unknown })).waitFor();
	await one.accessible();
	await one.picture('morning-3-signing');
	await button(signing, 'SIGN_DO').click();
	await signing.locator('[aria-invalid="true"]').first().waitFor(); // nobody is left behind without a reason
	await carryOver(one);
	await sign(one, 'D02');
	assert.deepEqual(signedOf('D02'), [[today(), logins.staff]]);
	assert.deepEqual(
		rows(council.daemon, 'SELECT resident_id, handed_to FROM signoff_lines ORDER BY resident_id').map((l) => ({ ...l })),
		[people.unwell, people.talk].map((resident_id) => ({ resident_id, handed_to: 'okada' })),
	);

	// What comes later is marked.
	await press(council, people.alike[0]);
	await open(one, people.talk);
	await button(panel(one).getByRole('group', { name: say('CALL_KIN') }), 'CALL_FINE').click();
	await says(one, people.talk, like('AFTER_SIGNING'));
	await page.keyboard.press('Escape');
	await one.picture('morning-4-signed');

	// The incident's own page tells the whole story.
	const [{ id }] = rows(council.daemon, "SELECT id FROM incidents WHERE kind = 'help' AND resident_id = ?", people.help);
	await one.go(`/incidents/${id}`);
	for (const text of ['隣の方が玄関で会えた', name(people.help), user(logins.staff)])
		await page.getByText(text).first().waitFor();
	await one.picture('morning-5-story');

	await signOut(one);
	await page.goto('/');
	await page.getByLabel(say('LOGIN')).waitFor();
	await one.leave();
});

test('a coordinator signs a closed day that waits still, then the own list of today', { timeout: 120_000 }, async () => {
	const one = await atTheDoor(logins.coordinator, { size: 'phone' });
	const { page } = one;
	const due = panel(one).locator('details.due');
	const waiting = async () => Number((await due.locator('summary').innerText()).match(/\d+/));

	await button(page, 'SIGN_DISTRICT').click();
	const before = await waiting();
	await due.locator('summary').click();
	const links = await due.getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
	assert.equal(links.length, before);
	const closed = links.findLast((href) => [0, 6].includes(new Date(href.match(/\d{4}-\d\d-\d\d/)[0]).getUTCDay()));
	await one.accessible();
	await one.picture('morning-6-closed-days');
	await due.locator(`a[href="${closed}"]`).click();
	await page.getByText(say('LIST_PAST')).waitFor();
	await panel(one).waitFor({ state: 'detached' });
	await one.settled();
	await button(page, 'SIGN_DISTRICT').click();
	await panel(one).getByText(say('SIGN_NONE_OPEN')).waitFor();
	await sign(one, 'D01');

	await button(page, 'DAY_TODAY').click();
	await line(one, people.late).waitFor();
	await one.settled();
	await press(council, people.ok, 'talk');
	await says(one, people.ok, like('KIND_TALK'));
	await button(page, 'SIGN_DISTRICT').click();
	assert.equal(await waiting(), before - 1);
	await carryOver(one);
	await sign(one, 'D01');
	await button(page, 'SIGN_AGAIN').waitFor();
	assert.deepEqual(signedOf('D01'), [
		[closed.match(/\d{4}-\d\d-\d\d/)[0], logins.coordinator],
		[today(), logins.coordinator],
	]);
	await signOut(one);
	await one.leave();
});

test('an admin signs the district that is left, and reads in the audit who signed what', { timeout: 120_000 }, async () => {
	const one = await atTheDoor(logins.admin);
	const { page } = one;
	await button(page, 'SIGN_STATE', { signed: 2, all: 3 }).click();
	await panel(one).locator('li', { hasText: say('NOT_SIGNED') }).getByRole('button', { name: say('SIGN_DO') }).click();
	await panel(one).getByText(say('SIGN_NONE_OPEN')).waitFor();
	await sign(one, 'D03');
	await button(page, 'SIGN_STATE', { signed: 3, all: 3 }).waitFor();
	assert.deepEqual(signedOf('D03'), [[today(), logins.admin]]);
	await one.go('/admin/audit?what=signoff');
	for (const [login, district] of [[logins.admin, 'D03'], [logins.coordinator, 'D01'], [logins.staff, 'D02']])
		await page.locator('tr', { hasText: `user:${login}` }).filter({ hasText: district }).first().waitFor();
	await signOut(one);
	await one.leave();
});

test('a coordinator sees one district and nothing of the others', { timeout: 60_000 }, async () => {
	const one = await atTheDoor(logins.coordinator, { size: 'phone' });
	const shown = await one.page.locator('[data-resident]').evaluateAll((all) => all.map((e) => e.dataset.resident));
	const theirs = council.town.residents.filter((r) => r.district === 'D01').map((r) => r.resident_id);
	assert.ok(shown.length > 0 && shown.every((id) => theirs.includes(id)), String(shown));
	assert.equal(await one.page.getByRole('combobox', { name: say('DISTRICT') }).count(), 0);
	one.allow(/404.*\/api\/v1\/residents\//);
	await one.page.goto(`/residents/${people.elsewhere}`);
	await one.page.getByText(like('PROBLEM_404')).first().waitFor();
	assert.ok(!(await one.page.content()).includes(name(people.elsewhere)));
	await one.leave();
});

test('a viewer reads, and is offered nothing to do', { timeout: 60_000 }, async () => {
	const one = await atTheDoor(logins.viewer);
	await open(one, people.late);
	for (const key of ['CLAIM', 'CALL_FINE', 'CAUSE_FORGOT', 'CALL_NO_ANSWER', 'CLOSE_INCIDENT', 'ENTER_CHECKIN', 'ENTER_PAUSE'])
		assert.equal(await one.page.getByRole('button', { name: say(key), exact: true }).count(), 0, key);
	for (const key of ['SIGN_DO', 'SIGN'])
		assert.equal(await one.page.getByRole('button', { name: like(key) }).count(), 0, key);
	assert.ok(!(await one.page.content()).includes('ひざが悪く'), 'who may not act reads nothing of care');
	await one.leave();
});

test('two at once on one incident: one has it, and the other sees who, without loading anything', { timeout: 60_000 }, async () => {
	await press(council, people.household[1], 'talk');
	await listed(council, people.household[1], 'ok');
	const [tanaka, okada] = [
		await visitor(browser, council, { as: logins.staff }),
		await visitor(browser, council, { as: 'okada', language: 'en' }),
	];
	for (const one of [tanaka, okada]) {
		one.allow(/409.*\/claim/);
		await one.go(`/?resident=${people.household[1]}`);
	}
	const take = (one) => panel(one).getByRole('button', { name: say('CLAIM', {}, one.language), exact: true });
	await Promise.all([take(tanaka).waitFor(), take(okada).waitFor()]);
	await Promise.all([take(tanaka).click(), take(okada).click()]);
	const { claimed_by } = await waitFor(async () => {
		const { residents } = await council.daemon.status();
		const { incident } = residents.find((r) => r.resident_id === people.household[1]);
		return incident.state === 'claimed' && incident;
	});
	for (const one of [tanaka, okada]) {
		await says(one, people.household[1], new RegExp(claimed_by));
		await panel(one).getByText(claimed_by).first().waitFor();
		await take(one).waitFor({ state: 'detached' }); // nobody is offered what somebody has
	}
	const id = rows(council.daemon, "SELECT id FROM incidents WHERE state = 'claimed'")[0].id;
	const claims = rows(council.daemon, "SELECT * FROM timeline WHERE incident_id = ? AND event = 'claimed'", id);
	assert.equal(claims.length, 1);
	const [winner, other] = claimed_by === user('okada') ? [okada, tanaka] : [tanaka, okada];
	await button(panel(winner), 'CLAIM_RELEASE').or(panel(winner).getByRole('button', { name: say('CLAIM_RELEASE', {}, 'en') })).click();
	await take(other).waitFor();
	await Promise.all([tanaka.leave(), okada.leave()]);
});

test('what arrives while somebody types moves nothing under their hands', { timeout: 60_000 }, async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/');
	const box = one.page.getByRole('searchbox');
	await box.click();
	const places = () =>
		one.page.locator('[data-resident]').evaluateAll((all) => all.map((e) => [e.dataset.resident, Math.round(e.getBoundingClientRect().top)]));
	const before = await places();
	await one.page.keyboard.type('R0');
	await press(council, people.waiting);
	await says(one, people.waiting, /に合図/);
	await press(council, 'R012', 'help');
	await one.page.getByText(like('HELP_CAME', { name: name('R012') })).first().waitFor();
	await says(one, 'R012', like('KIND_HELP'));
	await one.page.keyboard.type('1');
	assert.equal(await box.inputValue(), 'R01', 'what was typed stands');
	assert.ok(await box.evaluate((e) => e === document.activeElement));
	await box.fill('');
	await one.settled();
	assert.deepEqual(await places(), before, 'no line has moved');
	await button(one.page, 'CHANGED_SORT').click();
	await waitFor(async () => (await places())[0][0] === 'R012', { what: 'the new order, where it was asked for' });
	assert.match(one.page.url(), /\/$|\?/);
	await one.leave();
});

test('what is looked at stands in the address, and a past day is as it was', { timeout: 60_000 }, async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/?district=D03&state=waiting&q=%E3%83%A2%E3%83%AA');
	await line(one, 'R019').waitFor();
	assert.deepEqual(await one.page.locator('[data-resident]').evaluateAll((all) => all.map((e) => e.dataset.resident)), ['R019']);
	await one.page.reload();
	await line(one, 'R019').waitFor();
	await button(one.page, 'LIST_CLEAR').click();
	await line(one, people.ok).waitFor();
	await button(one.page, 'DAY_BEFORE').click();
	await one.page.waitForURL(/date=\d{4}-\d\d-\d\d/);
	await one.page.getByText(say('LIST_PAST')).waitFor();
	await one.page.goBack();
	await line(one, people.ok).waitFor();
	assert.equal(await one.page.getByText(say('LIST_PAST')).count(), 0);
	await one.leave();
});

test('a morning by keyboard alone', { timeout: 60_000 }, async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	const { page } = one;
	await one.go('/');
	const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label'));
	await page.keyboard.press('Tab');
	assert.equal(await focused(), say('NAV_SKIP'), 'the first stop leads past the bar');
	await page.keyboard.press('/');
	await page.keyboard.type(people.talk);
	await page.keyboard.press('Enter');
	await page.waitForFunction((id) => document.activeElement.closest('[data-resident]')?.dataset.resident === id, people.talk);
	const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none' || getComputedStyle(document.activeElement).boxShadow !== 'none');
	assert.ok(ring, 'where the keys are is seen');
	await page.keyboard.press('Enter');
	await panel(one).getByRole('heading', { name: name(people.talk) }).waitFor();
	await page.keyboard.press('Escape');
	await panel(one).waitFor({ state: 'detached' });
	await page.waitForFunction((id) => document.activeElement.closest('[data-resident]')?.dataset.resident === id, people.talk);
	await one.leave();
});

test('names with markup in them are names', { timeout: 60_000 }, async () => {
	const evil = '<img src=x onerror=alert(1)>"\'&amp;{{7*7}}';
	const { resident_id, district } = council.town.residents.find((r) => r.resident_id === 'R020');
	await council.daemon.import({ residents: [{ resident_id, name: evil, district, care: '</script><script>alert(2)</script>' }] });
	const one = await visitor(browser, council, { as: logins.staff });
	one.page.on('dialog', (dialog) => one.complaints.push(`a dialog: ${dialog.message()}`));
	await one.go(`/?resident=${resident_id}`);
	await line(one, resident_id).getByText(evil).waitFor();
	await panel(one).getByText('</script><script>alert(2)</script>').waitFor();
	await one.leave();
});
