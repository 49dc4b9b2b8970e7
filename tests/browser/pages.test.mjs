// Every page, in each language, light and dark, at a desk and on a phone: axe finds nothing, nothing is cut off, the
// browser complains of nothing, and a picture of each is kept to be looked at.
import { test } from 'node:test';

import { startCouncil } from '../integration/council.mjs';
import { pages } from './list.mjs';
import { languages, openBrowser, sizes, themes, visitor } from './pages.mjs';
import { whatIsThere } from './there.mjs';

const council = await startCouncil({ history: 370 });
const browser = await openBrowser();
const there = await whatIsThere(council);

for (const { name, path, as, javascript, show, finger } of pages)
	for (const language of languages)
		test(`${name}, ${language}`, { timeout: 60_000 }, async () => {
			const one = await visitor(browser, council, { as, language, javascript });
			await one.go(typeof path === 'function' ? path(there) : path);
			await show?.(one);
			for (const theme of themes)
				for (const size of Object.keys(sizes)) {
					await one.turn({ size, theme });
					await one.picture(name);
					await one.accessible();
					if (finger && size === 'phone')
						await one.largeEnough();
				}
			await one.zoomed();
			await one.leave();
		});
