// wait - until something is so, and no longer than a bound.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks `look` each 20 ms until it gives something true, and gives that; after `within` ms an error that names `what`
 * (text, or a function that makes it then).
 */
export async function waitFor(look, { within = 10_000, what = 'something' } = {}) {
	const until = performance.now() + within;
	for (;;) {
		const found = await look();
		if (found)
			return found;
		if (performance.now() > until)
			throw new Error(`waited ${within} ms for ${typeof what === 'function' ? what() : what}`);
		await sleep(20);
	}
}

export { sleep };
