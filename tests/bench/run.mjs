// run - `make bench`: the parts named in $PARTS, one after the other, and the table of all gates at the end. Exit status
// 1 where a gate failed.
import { test } from 'node:test';

import { printTable } from './gates.mjs';

const all = ['press', 'storm', 'tick', 'deadlines', 'webhooks', 'mail', 'peers', 'web', 'pull'];
const parts = process.env.PARTS?.trim() ? process.env.PARTS.trim().split(/\s+/) : all;

for (const part of parts) {
	if (!all.includes(part))
		throw new Error(`PARTS names ${part}; there are ${all.join(' ')}`);
	await import(`./${part}.mjs`);
}

test('the table', () => printTable());
