// One's own account in the browser: the first administrator by a link, a second factor, a new password, the places
// where one is signed in; and the choice of a theme.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { logins, password, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { say } from './words.mjs';

const council = await startCouncil({ morning: false });
const browser = await openBrowser();
const another = '別の-Passwort-7';

/** The code of a secret at an instant (RFC 6238). */
function totp(secret, at) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
	const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))))
		.update(counter)
		.digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function signIn(one, login, secret) {
	await one.page.getByLabel(say('LOGIN')).fill(login);
	await one.page.getByLabel(say('PASSWORD'), { exact: true }).fill(secret);
	await one.page.getByRole('button', { name: say('SIGN_IN'), exact: true }).click();
}

test('the first administrator comes in by the link of the terminal, once', async () => {
	const link = (await council.daemon.done('user', 'setup')).trim();
	const one = await visitor(browser, council);
	one.allow(/404/, /Not Found/);
	await one.go(new URL(link).pathname);
	await one.accessible();
	const { page } = one;
	await page.getByLabel(say('SETUP_NAME')).fill('最初 の人');
	await page.getByLabel(say('LOGIN')).fill('first');
	await page.getByLabel(say('PASSWORD'), { exact: true }).fill(another);
	await page.getByLabel(say('SETUP_AGAIN')).fill('ちがう-Passwort');
	await page.getByRole('button', { name: say('SETUP_DO') }).click();
	await page.getByText(say('SETUP_DIFFERS')).waitFor();
	await page.getByLabel(say('SETUP_AGAIN')).fill(another);
	await page.getByRole('button', { name: say('SETUP_DO') }).click();
	await page.getByRole('button', { name: say('ACCOUNT_OF', { name: '最初 の人' }) }).waitFor();
	const late = await visitor(browser, council);
	late.allow(/404/, /Not Found/);
	await late.go(new URL(link).pathname);
	for (const label of ['SETUP_NAME', 'LOGIN', 'SETUP_AGAIN'])
		await late.page.getByLabel(say(label)).fill(label === 'SETUP_AGAIN' ? another : 'second');
	await late.page.getByLabel(say('PASSWORD'), { exact: true }).fill(another);
	await late.page.getByRole('button', { name: say('SETUP_DO') }).click();
	await late.page.getByText(say('SETUP_GONE')).waitFor();
	await late.leave();
	await one.leave();
});

test('a second factor is set up from its picture, and asked for from then on', async () => {
	const one = await visitor(browser, council, { as: 'okada' });
	const { page } = one;
	await one.go('/account');
	await page.getByRole('button', { name: say('TOTP_START') }).click();
	const picture = page.getByRole('img', { name: say('TOTP_QR') });
	await picture.waitFor();
	assert.ok(await picture.evaluate((img) => img.complete && img.naturalWidth > 0), 'the drawing is shown');
	await one.accessible();
	const secret = (await page.locator('.secret').textContent()).replaceAll(' ', '');
	await page.getByLabel(say('CODE')).fill(totp(secret, Date.now() - 30_000)); // each code is taken once
	await page.getByRole('button', { name: say('TOTP_CONFIRM') }).click();
	await page.getByText(say('TOTP_ON')).waitFor();

	await page.getByRole('button', { name: say('ACCOUNT_OF', { name: '岡田 学' }) }).click();
	await page.getByRole('button', { name: say('SIGN_OUT') }).click();
	one.allow(/401/, /Unauthorized/);
	await signIn(one, 'okada', password);
	await page.getByLabel(say('CODE')).fill('000000');
	await page.getByRole('button', { name: say('SIGN_IN'), exact: true }).click();
	await page.getByText(say('PROBLEM_TOTP_WRONG')).waitFor();
	await page.getByLabel(say('CODE')).fill(totp(secret, Date.now()));
	await page.getByRole('button', { name: say('SIGN_IN'), exact: true }).click();
	await page.locator('.grid').waitFor();

	await one.go('/account');
	await page.getByRole('button', { name: say('TOTP_STOP') }).click();
	const stop = page.getByRole('dialog', { name: say('TOTP_STOP') });
	await stop.getByLabel(say('PASSWORD')).fill(another);
	await stop.getByRole('button', { name: say('TOTP_STOP') }).click();
	await stop.getByText(say('PROBLEM_PASSWORD')).waitFor();
	await one.accessible();
	await stop.getByLabel(say('PASSWORD')).fill(password);
	await stop.getByRole('button', { name: say('TOTP_STOP') }).click();
	await page.getByText(say('TOTP_OFF')).waitFor();
	await one.leave();
});

test('who must have a second factor comes no further without', async () => {
	const admin = await visitor(browser, council, { as: logins.admin });
	const { csrf } = await (await admin.context.request.get('/api/v1/session')).json();
	const made = await admin.context.request.patch('/api/v1/users/tanaka', { data: { totp_required: true }, headers: { 'X-CSRF-Token': csrf } });
	assert.equal(made.status(), 200, await made.text());
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/');
	await one.page.getByText(say('PROBLEM_TOTP_ENROL')).waitFor();
	await one.page.getByRole('button', { name: say('TOTP_START') }).waitFor();
	assert.equal(await one.page.locator('.grid').count(), 0);
	await one.leave();
	await admin.leave();
});

test('a new password ends the other sessions, which are listed', async () => {
	const [here, there] = [await visitor(browser, council, { as: logins.viewer }), await visitor(browser, council, { as: logins.viewer })];
	await here.go('/account');
	const sessions = here.page.locator('tbody tr');
	await waitFor(async () => (await sessions.count()) === 2, { what: 'both sessions to be listed' });
	await here.page.getByRole('button', { name: say('PASSWORD_CHANGE') }).click();
	here.allow(/401/, /Unauthorized/);
	await here.page.getByLabel(say('PASSWORD_OLD')).fill(another);
	await here.page.getByLabel(say('PASSWORD_NEW')).fill(another);
	await here.page.getByLabel(say('SETUP_AGAIN')).fill(another);
	await here.page.getByRole('button', { name: say('PASSWORD_CHANGE') }).click();
	await here.page.getByText(say('PROBLEM_PASSWORD')).waitFor(); // and nobody asks to sign in again
	assert.equal(await here.page.getByRole('dialog').count(), 0);
	await here.page.getByLabel(say('PASSWORD_OLD')).fill(password);
	await here.page.getByRole('button', { name: say('PASSWORD_CHANGE') }).click();
	await here.page.getByText(say('PASSWORD_CHANGED')).first().waitFor();
	there.allow(/401/, /Unauthorized/);
	await there.page.goto('/');
	await signIn(there, logins.viewer, another);
	await there.page.locator('.grid').waitFor();
	await there.leave();
	await here.leave();
});

test('a theme that was chosen stays, whatever the system says', async () => {
	const one = await visitor(browser, council, { as: logins.coordinator, theme: 'dark' });
	await one.go('/');
	const theme = () => one.page.locator('html').getAttribute('data-theme');
	assert.equal(await theme(), 'dark');
	await one.page.getByRole('button', { name: say('ACCOUNT_OF', { name: '鈴木 健' }) }).click();
	await one.page.getByRole('button', { name: say('THEME_LIGHT') }).click();
	assert.equal(await theme(), 'light');
	await one.page.reload();
	await one.settled();
	assert.equal(await theme(), 'light');
	await one.leave();
});
