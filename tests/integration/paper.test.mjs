// The paper fallback: today's list in a folder each night, readable by its owner only, audited, kept for two days.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startCouncil } from './council.mjs';
import { temporaryFolder } from './ending.mjs';
import { rows } from './store.mjs';
import { localDate, middayZone } from './town.mjs';
import { waitFor } from './wait.mjs';

const folder = temporaryFolder('paper');
const file = (days) => join(folder, `mimamori-${localDate(middayZone(), Date.now() + days * 86_400_000)}.html`);

test('it is written once a day, whole, and what is older goes', async () => {
	for (const days of [-3, -2, -1])
		writeFileSync(file(days), 'old');
	for (const days of [-4, 0])
		writeFileSync(`${file(days)}.new`, 'half of one, left by a crash');
	for (const name of ['mine.html', 'mimamori-2026-01-01.html.old'])
		writeFileSync(join(folder, name), 'not ours');
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
	assert.deepEqual([-4, 0].map((days) => existsSync(`${file(days)}.new`)), [false, false]);
	for (const name of ['mine.html', 'mimamori-2026-01-01.html.old'])
		assert.equal(readFileSync(join(folder, name), 'utf8'), 'not ours');
	const [printed, ...more] = rows(daemon, "SELECT who, what, subject, detail FROM audit WHERE what = 'print'");
	assert.deepEqual({ ...printed }, { who: 'daemon', what: 'print', subject: 'status', detail: localDate(middayZone(), Date.now()) });
	assert.deepEqual(more, [], 'once');
	assert.match(daemon.log, /paper=written/);
});

test('what is too old goes where today\'s cannot be written, and at any hour', async () => {
	for (const paper_at of ['0s', '23h']) {
		for (const days of [-3, -1])
			writeFileSync(file(days), 'old');
		rmSync(file(0), { force: true });
		mkdirSync(`${file(0)}.new`, { recursive: true }); // in the way
		const { daemon } = await startCouncil({ morning: false, settings: { web: { paper: folder, paper_at } } });
		await waitFor(() => !existsSync(file(-3)), { within: 10_000, what: 'the old one to go' });
		if (paper_at === '0s')
			await waitFor(() => daemon.log.includes('paper=failed'), { what: 'an error line' });
		assert.deepEqual([existsSync(file(-1)), existsSync(file(0))], [true, false]);
		assert.equal(rows(daemon, "SELECT count(*) AS n FROM audit WHERE what = 'print'")[0].n, 0);
	}
});

test('a folder that cannot be written is an error line, and nothing else suffers', async () => {
	const missing = join(folder, 'not', 'there');
	const { daemon } = await startCouncil({ morning: false, settings: { web: { paper: missing, paper_at: '0s' } } });
	await waitFor(() => daemon.log.includes('paper=failed'), { within: 10_000, what: 'an error line' });
	assert.equal((await fetch(`${daemon.web}/readyz`)).status, 200);
});
