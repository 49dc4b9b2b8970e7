// look - every page of one part of list.mjs, in each language, light and dark, at a desk and on a phone: axe finds
// nothing, nothing is cut off, the browser complains of nothing, and a picture of each is kept to be looked at.
import { test } from 'node:test';

import { startCouncil } from '../integration/council.mjs';
import { pages } from './list.mjs';
import { languages, openBrowser, themes, visitor } from './pages.mjs';
import { whatIsThere } from './there.mjs';
import { say } from './words.mjs';

export async function lookAt(part) {
	const council = await startCouncil({ history: 370 });
	const browser = await openBrowser();
	const there = await whatIsThere(council);
	for (const { name, path, as, open, shows, sheet } of pages[part])
		for (const language of languages)
			test(`${name}, ${language}`, { timeout: 120_000 }, async () => {
				const one = await visitor(browser, council, { as, language });
				one.allow(...(as ? [] : [/401.*\/api\/v1\/session/]));
				await one.go(typeof path === 'function' ? path(there) : path);
				await open?.(one.page, (key, fields) => say(key, fields, language));
				await one.page.locator(shows).first().waitFor();
				await one.settled();
				for (const theme of themes) {
					await one.turn({ theme });
					await one.picture(name);
					await one.accessible({ within: open && shows }); // the page behind is an entry of its own
				}
				await one.turn({ size: 'phone' });
				await one.picture(name);
				await one.turn({ theme: 'light' });
				await one.picture(name);
				await one.accessible({ within: open && shows, fits: !sheet });
				if (!sheet)
					await one.zoomed();
				await one.leave();
			});
}
