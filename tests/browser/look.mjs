// look - every page of one part of list.mjs, in each language, light and dark, at a desk and on a phone: axe finds
// nothing, nothing is cut off, the browser complains of nothing, and a picture of each is kept to be looked at.
import { test } from 'node:test';

import { startCouncil } from '../integration/council.mjs';
import { pages } from './list.mjs';
import { languages, openBrowser, visitor } from './pages.mjs';
import { whatIsThere } from './there.mjs';

export async function lookAt(part) {
	const council = await startCouncil({ history: 370 });
	const browser = await openBrowser();
	const there = await whatIsThere(council);
	for (const { name, path, as, shows, sheet } of pages[part])
		for (const language of languages)
			test(`${name}, ${language}`, { timeout: 120_000 }, async () => {
				const one = await visitor(browser, council, { as, language });
				one.allow(...(as ? [] : [/401.*\/api\/v1\/session/]));
				await one.go(typeof path === 'function' ? path(there) : path);
				await one.page.locator(shows).first().waitFor();
				await one.settled();
				await one.picture(name);
				await one.accessible();
				await one.turn({ theme: 'dark' });
				await one.picture(name);
				await one.accessible({ only: ['color-contrast', 'link-in-text-block'] }); // what a theme can change
				await one.turn({ size: 'phone' });
				await one.picture(name);
				await one.turn({ theme: 'light' });
				await one.picture(name);
				await one.accessible({ fits: !sheet });
				if (!sheet)
					await one.zoomed();
				await one.leave();
			});
}
