// pictures - `make pictures`: docs/pictures/NAME-ja.png and NAME-en.png anew, of the pages of list.mjs that docs show
// (`kept`) and of a watcher's way through a link, on a telephone.
import { test } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { signIn } from '../integration/client.mjs';
import { logins, password, people, sampleTown, startCouncil } from '../integration/council.mjs';
import { pages } from './list.mjs';
import { languages, openBrowser, visitor } from './pages.mjs';
import { makeSmall } from './small.mjs';
import { whatIsThere } from './there.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../docs/pictures');
const settings = { web: { public_url: 'http://mimamori.test' }, server: { group: '1s' } };

/** The neighbour is asked at once, so that there is a link to answer by. */
function town(zone) {
	const all = sampleTown(zone);
	all.residents.find((r) => r.resident_id === people.missed).policy = 'neighbour_first';
	return all;
}

const council = await startCouncil({ history: 370, town, settings });
const browser = await openBrowser();
const there = await whatIsThere(council);
const keep = async (one, name, language) => makeSmall(await one.picture(name, { file: join(folder, `${name}-${language}.png`) }));

for (const { name, path, as, shows } of [...pages.staff, ...pages.admin].filter((page) => page.kept))
	test(name, { timeout: 60_000 }, async () => {
		for (const language of languages) {
			const one = await visitor(browser, council, { as, language });
			one.allow(/401.*\/api\/v1\/session/);
			await one.go(typeof path === 'function' ? path(there) : path);
			await one.page.locator(shows).first().waitFor();
			await one.settled();
			await keep(one, name, language);
			await one.leave();
		}
	});

test('a watcher', { timeout: 60_000 }, async () => {
	const mail = await council.mail.next((m) => m.recipient === 'w011@example.jp' && m.text.includes('/w/'), { what: 'a link' });
	const one = await visitor(browser, council, { size: 'phone' });
	await one.context.clearCookies();
	const { pathname } = new URL(/http:\/\/mimamori\.test\/w\/\S+/.exec(mail.text)[0]);
	const inBoth = async (name, path) => {
		for (const language of languages) {
			await one.go(`${path}?lang=${language}`);
			await keep(one, name, language);
		}
		await one.go(`${path}?lang=ja`);
	};
	await inBoth('watcher-who', pathname);
	await one.page.locator('main button').first().click();
	await one.settled();
	await inBoth('watcher-asked', pathname);
	await one.page.locator('main button').first().click();
	await one.settled();
	await inBoth('watcher-going', pathname);
	const staff = await signIn(council.daemon, logins.staff, password);
	const { json } = await staff.post('/api/v1/watchers/W011/link');
	const own = new URL(json.url).pathname;
	await one.go(own);
	if ((await one.page.locator('input[value="yes"]').count()) > 0) {
		await one.page.locator('main button').first().click();
		await one.settled();
	}
	await inBoth('watcher-own', own);
	await one.leave();
});
