// We hear nothing for a while: the list says so while it lasts, and keeps it as a record after, and accuses nobody.
import { test } from 'node:test';

import { logins, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';
import { like } from './words.mjs';

// Our hearing is tested each second here, and a gap of six is a blind period.
const council = await startCouncil({ morning: false, settings: { server: { echo: '1s', deaf: '6s', settle: '2s' } } });
const browser = await openBrowser();

test('a banner while we are deaf, and a record after', { timeout: 120_000 }, async () => {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.go('/');
	await one.page.locator('.grid').waitFor();
	const shows = (key, there = true) =>
		waitFor(async () => (await one.page.locator('.notice').filter({ hasText: like(key) }).count() > 0) === there, {
			within: 40_000,
			what: `${key} ${there ? 'to be' : 'not to be'} shown`,
		});
	await shows('BANNER_DEAF', false);
	await council.broker.stop();
	await shows('BANNER_DEAF');
	await one.picture('deaf');
	await council.broker.start();
	await shows('BANNER_BLIND');
	await shows('BANNER_DEAF', false);
	await one.accessible();
	await one.leave();
});
