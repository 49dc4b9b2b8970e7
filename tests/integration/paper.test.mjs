// The paper fallback: today's list in a folder each night, readable by its owner only, kept for two days.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startCouncil } from './council.mjs';
import { temporaryFolder } from './ending.mjs';
import { localDate, middayZone } from './town.mjs';
import { waitFor } from './wait.mjs';

const folder = temporaryFolder('paper');
const file = (days) => join(folder, `mimamori-${localDate(middayZone(), Date.now() + days * 86_400_000)}.html`);

test('it is written once a day, whole, and what is older goes', async () => {
	for (const days of [-3, -2, -1])
		writeFileSync(file(days), 'old');
	writeFileSync(join(folder, 'mine.html'), 'not ours');
	const { daemon, town } = await startCouncil({ morning: false, settings: { web: { paper: folder, paper_at: '0s' } } });
	await waitFor(() => existsSync(file(0)), { within: 10_000, what: file(0) });
	assert.equal(statSync(file(0)).mode & 0o777, 0o600);
	const page = readFileSync(file(0), 'utf8');
	for (const { name, phone } of town.residents)
		assert.ok(page.includes(name) && page.includes(phone), name);
	assert.match(page, /<style>[^<]*@page/, 'it prints without us');
	assert.ok(page.trimEnd().endsWith('</html>'));
	await waitFor(() => !existsSync(file(-2)));
	assert.deepEqual([-3, -2, -1].map((days) => existsSync(file(days))), [false, false, true]);
	assert.equal(readFileSync(join(folder, 'mine.html'), 'utf8'), 'not ours');
	assert.match(daemon.log, /paper=written/);
});

test('a folder that cannot be written is an error line, and nothing else suffers', async () => {
	const missing = join(folder, 'not', 'there');
	const { daemon } = await startCouncil({ morning: false, settings: { web: { paper: missing, paper_at: '0s' } } });
	await waitFor(() => daemon.log.includes('paper=failed'), { within: 10_000, what: 'an error line' });
	assert.equal((await fetch(`${daemon.web}/readyz`)).status, 200);
});
