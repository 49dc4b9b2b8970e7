// mail - a burst of mails to one server, beside bare libcurl with sixteen connections sending the same bytes to it.
import { test } from 'node:test';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { temporaryFolder } from '../integration/ending.mjs';
import { freePort } from '../integration/ports.mjs';
import { run } from '../integration/processes.mjs';
import { burst, sinking, townOf } from './bursts.mjs';
import { alternately, figure, gate } from './gates.mjs';
import { tool } from './setting.mjs';

const n = 5000;
let town;
let file;

test('mail: a town', { timeout: 120_000 }, async () => {
	town = await townOf(n, 'smtp', (port) => ({ mail: { url: `smtp://127.0.0.1:${port}`, tls: 'none' } }));
	file = join(temporaryFolder('mail'), 'mail');
});

async function bare() {
	const port = await freePort();
	return await sinking('smtp', port, n, async (all) => {
		const { code, stderr } = await run(tool('mails'), [port, n, file].map(String), { within: 180_000 });
		assert.equal(code, 0, stderr);
		const { first, last, connections } = await all();
		return { rate: n / ((last - first) / 1000), connections };
	});
}

async function ours() {
	const { lasted, ...rest } = await burst(town, file);
	return { rate: n / (lasted / 1000), ...rest };
}

test('mail: 5,000 at once', { timeout: 900_000 }, async () => {
	const found = await alternately({ ours, bare });
	gate('a burst of 5,000 mails, beside bare libcurl', {
		...{ ours: found.ours, yardstick: found.bare, pick: (x) => x.rate },
		...{ unit: 'mails/s', atLeast: 0.8 },
	});
	figure('the same: connections', found.ours[0].connections, '', `${found.bare[0].connections}`);
});
