// The daily list of 20,000 residents: there at once, searched as one types, and changed without moving anybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logins, press, sampleTown, startCouncil } from '../integration/council.mjs';
import { waitFor } from '../integration/wait.mjs';
import { openBrowser, visitor } from './pages.mjs';

const RESIDENTS = 20_000;
const families = ['山田 ヤマダ', '佐藤 サトウ', '鈴木 スズキ', '高橋 タカハシ', '伊藤 イトウ', '渡辺 ワタナベ', '中村 ナカムラ', '小林 コバヤシ', '加藤 カトウ'];
const given = ['花子 ハナコ', '次郎 ジロウ', '和子 カズコ', '清 キヨシ', '節子 セツコ', '勇 イサム', '千代 チヨ'];

function largeTown(zone, now) {
	const town = sampleTown(zone, now);
	const like = town.residents.find((r) => r.resident_id === 'R007');
	for (let i = town.residents.length; i < RESIDENTS; i++) {
		const [family, familyKana] = families[i % families.length].split(' '), [name, kana] = given[i % given.length].split(' ');
		town.residents.push({
			...like,
			resident_id: `X${String(i).padStart(5, '0')}`,
			name: `${family} ${name}`,
			kana: `${familyKana} ${kana}`,
			district: ['D01', 'D02', 'D03'][i % 3],
		});
	}
	return town;
}

const council = await startCouncil({ morning: false, town: largeTown });
const browser = await openBrowser();

/** On the list, with all of it there. How fast that is, `make bench` measures. */
async function open() {
	const one = await visitor(browser, council, { as: logins.staff });
	await one.page.goto('/');
	await one.page.waitForFunction(() => document.querySelector('.line') && document.querySelector('.filters-count')?.textContent === '', undefined, { timeout: 60_000 });
	return one;
}

test('all of it is counted, and little of it drawn', { timeout: 120_000 }, async () => {
	const one = await open();
	const counted = async () => (await council.daemon.status()).totals.waiting.toLocaleString('ja-JP');
	await waitFor(async () => (await one.page.locator('.total-waiting b').textContent()) === (await counted()), { what: 'the page to count as the daemon does' });
	assert.ok((await one.page.locator('.line').count()) < 100, 'lines that nobody sees are not drawn');
	await one.leave();
});

test('what is typed is found among all', { timeout: 120_000 }, async () => {
	const one = await open();
	await one.page.locator('.search input').fill('さとうは');
	await one.page.locator('.line').first().waitFor();
	assert.match(await one.page.locator('.line').first().textContent(), /佐藤 花子/);
	await one.page.locator('.search input').fill('x1999');
	await waitFor(async () => (await one.page.locator('.line').count()) === 10);
	const found = await one.page.locator('.line').evaluateAll((lines) => lines.map((line) => line.dataset.resident));
	assert.deepEqual(
		found.sort(),
		Array.from({ length: 10 }, (_, i) => `X1999${i}`),
	);
	await one.leave();
});

test('far down the list, what comes in elsewhere moves no line', { timeout: 120_000 }, async () => {
	const one = await open();
	await one.page.evaluate(() => scrollTo(0, 300_000));
	const inSight = () => [...document.querySelectorAll('.line')].some((line) => Math.abs(line.getBoundingClientRect().top) < innerHeight);
	await waitFor(() => one.page.evaluate(inSight), { what: 'lines where it was scrolled to' });
	const places = () =>
		one.page.locator('.line').evaluateAll((lines) => lines.map((line) => `${line.dataset.resident} ${Math.round(line.getBoundingClientRect().top)}`));
	const before = await places();
	await press(council, 'R007', 'help');
	await one.page.locator('.changes-help').waitFor();
	assert.deepEqual(await places(), before);
	assert.equal(await one.page.locator('.total-help b').textContent(), '1');
	await one.leave();
});
