// web - `make bench`: how fast the daily list of 20,000 residents is read while 1,000 presses a second come in, and what
// that costs the presses. Figures of one machine are only worth something beside a yardstick of the same minute: the
// broker's own echo for presses, this server's /healthz and a bare Node server of the same bytes for pages.
//
//   BENCH_RESIDENTS (20000)  BENCH_RATE (1000 presses a second)  BENCH_SECONDS (8, each part)
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { openBrowser, visitor } from '../browser/pages.mjs';
import { startBroker } from '../integration/broker.mjs';
import { signIn } from '../integration/client.mjs';
import { logins, password, setPassword } from '../integration/council.mjs';
import { startDaemon } from '../integration/daemon.mjs';
import { Process, run } from '../integration/processes.mjs';
import { program } from '../integration/programs.mjs';
import { localDate, middayZone, scheduleAround, writeTown } from '../integration/town.mjs';

const residents = Number(process.env.BENCH_RESIDENTS ?? 20_000);
const rate = Number(process.env.BENCH_RATE ?? 1000);
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const connections = 16;
const table = [];
let broker;
let daemon;
let user;
let speaker;

/** A city: ten districts, names of a few hundred families, one button each. */
function city() {
	const zone = middayZone();
	const now = Date.now();
	const families = ['佐藤 サトウ', '鈴木 スズキ', '高橋 タカハシ', '田中 タナカ', '伊藤 イトウ', '渡辺 ワタナベ', '山本 ヤマモト', '中村 ナカムラ'];
	const given = ['花子 ハナコ', '清 キヨシ', 'トメ トメ', '静江 シズエ', '勇 イサム', 'フミ フミ', '千代 チヨ', '茂 シゲル', 'ハル ハル', '正男 マサオ'];
	const number = (i) => String(i).padStart(6, '0');
	const people = Array.from({ length: residents }, (_, i) => {
		const [family, familyKana] = families[(i * 7) % families.length].split(' ');
		const [name, kana] = given[(i * 13) % given.length].split(' ');
		return {
			resident_id: `R${number(i)}`,
			name: `${family} ${name}`,
			kana: `${familyKana} ${kana}`,
			district: `D${String((i % 10) + 1).padStart(2, '0')}`,
			birth_date: '1941-05-03',
			phone: `000-${number(i)}`,
			place: '本町2丁目',
			schedule: scheduleAround(zone, now, { opens: -4 * 3600, due: 4 * 3600, grace: 1800 }),
			starts: localDate(zone, now),
			consent_on: localDate(zone, now),
		};
	});
	return {
		districts: Array.from({ length: 10 }, (_, i) => ({ district: `D${String(i + 1).padStart(2, '0')}`, name: `第${i + 1}地区` })),
		residents: people,
		devices: people.map(({ resident_id }) => ({ device_id: `B${resident_id.slice(1)}`, resident_id })),
		users: [{ login: logins.staff, name: '田中 裕子', role: 'staff', channels: 'mail:tanaka@example.jp', duty: 'none' }],
	};
}

const guide = (name) => fileURLToPath(new URL(name, import.meta.url));

test('the city is there', { timeout: 300_000 }, async () => {
	broker = await startBroker();
	speaker = await broker.addSpeaker();
	daemon = await startDaemon({ broker, start: false });
	const began = performance.now();
	writeTown(daemon.folder, city());
	const { code, stderr } = await run(program('mimamori'), ['--config', daemon.config, 'import', daemon.folder], { within: 240_000 });
	assert.equal(code, 0, stderr);
	table.push(['import', `${residents} residents, one button each`, `${((performance.now() - began) / 1000).toFixed(1)} s`, '']);
	await setPassword(daemon, logins.staff);
	await daemon.start();
	await daemon.ready({ within: 60_000 });
	user = await signIn(daemon, logins.staff, password);
	const { json } = await user.get('/api/v1/status?limit=200');
	assert.equal(json.totals.residents, residents);
	assert.equal(json.residents.length, 200);
});

function presser(options) {
	const asked = { port: broker.port, username: speaker.name, password: speaker.password, rate, seconds, ...options };
	return new Process('presser', process.execPath, [guide('presser.mjs'), JSON.stringify(asked)]);
}

function hammer(path, { port = new URL(daemon.web).port, cookie = true } = {}) {
	const headers = cookie ? { Cookie: [...user.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } : {};
	const args = [String(port), String(connections), String(seconds), JSON.stringify([{ path, headers }])];
	return new Process('hammer', process.execPath, [guide('../integration/hammer.mjs'), ...args]);
}

async function figures(process) {
	await process.ended;
	const found = JSON.parse(process.log.trim().split('\n').at(-1));
	assert.ok(!(found.errors > 0), process.log);
	return found;
}

const list = '/api/v1/status?limit=200';
const search = `/api/v1/status?limit=200&q=${encodeURIComponent('ヤマモト')}`;
const web = {};
const presses = {};

test('presses, and the broker\'s own echo', { timeout: 120_000 }, async () => {
	presses.echo = await figures(presser({ echo: true }));
	presses.quiet = await figures(presser({ devices: residents }));
	assert.equal(presses.quiet.answered, presses.quiet.sent);
});

test('pages while nobody presses', { timeout: 120_000 }, async () => {
	const bytes = Buffer.from((await user.get(list)).text);
	const bare = createServer((request, answer) => answer.writeHead(200, { 'Content-Type': 'application/json' }).end(bytes));
	await new Promise((resolve) => bare.listen(0, '127.0.0.1', resolve));
	web.bytes = bytes.length;
	web.healthz = await figures(hammer('/healthz', { cookie: false }));
	web.bare = await figures(hammer('/', { port: bare.address().port, cookie: false }));
	web.list = await figures(hammer(list));
	web.search = await figures(hammer(search));
	bare.close();
	bare.closeAllConnections();
	assert.deepEqual([Object.keys(web.list.statuses), Object.keys(web.search.statuses)], [['200'], ['200']]);
});

test('both at the same time', { timeout: 120_000 }, async () => {
	for (const [name, path] of [
		['list', list],
		['search', search],
	]) {
		const pressing = presser({ devices: residents });
		await pressing.said(/^go$/m);
		web[`${name}Pressed`] = await figures(hammer(path));
		presses[name] = await figures(pressing);
		assert.equal(presses[name].answered, presses[name].sent, 'every press is answered');
	}
});

test('a browser on the list', { timeout: 120_000 }, async () => {
	const browser = await openBrowser();
	const one = await visitor(browser, { daemon }, { as: logins.staff });
	await one.context.addInitScript(() => {
		const look = () => {
			if (document.querySelector('[data-resident]'))
				requestAnimationFrame(() => (globalThis.rowsAt = performance.now()));
			else
				requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
	const paints = [];
	for (let i = 0; i < 5; i++) {
		await one.page.goto('/');
		await one.page.waitForFunction(() => globalThis.rowsAt);
		paints.push(
			await one.page.evaluate(() => ({
				paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
				rows: globalThis.rowsAt,
			})),
		);
	}
	const middle = (values) => Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);
	table.push(['browser', 'first paint', `${middle(paints.map((p) => p.paint))} ms`, 'median of 5']);
	table.push(['browser', 'the rows painted', `${middle(paints.map((p) => p.rows))} ms`, 'median of 5']);
	await one.settled();
	const box = one.page.getByRole('searchbox').first();
	await box.click();
	await one.page.evaluate(() => {
		globalThis.typed = [];
		new PerformanceObserver((all) =>
			all.getEntries().forEach((e) => e.name === 'keydown' && globalThis.typed.push(e.duration)),
		).observe({ type: 'event', durationThreshold: 16 });
	});
	let keys = 0;
	for (const word of ['ヤマモト', 'R0123', '佐藤 花'])
		for (const letter of word) {
			await one.page.keyboard.press(/[\x21-\x7e]/.test(letter) ? letter : 'a');
			if (!/[\x21-\x7e]/.test(letter))
				await box.fill(`${await box.inputValue()}`.replace(/a$/, letter));
			keys++;
			await one.page.waitForTimeout(120);
		}
	const typed = await one.page.evaluate(() => globalThis.typed);
	const slowest = Math.max(16, ...typed);
	table.push(['browser', 'a key typed in search, to the next paint', `${slowest} ms`, `slowest of ${keys}`]);
});

test('the table', () => {
	const ratio = (a, b) => `${(a / b).toFixed(2)} of`;
	for (const [what, f, against] of [
		[`presses, ${rate}/s, nobody reads`, presses.quiet, ''],
		['the same, the list read without pause', presses.list, ` (quiet: p99 ${presses.quiet.p99})`],
		['the same, searched without pause', presses.search, ` (quiet: p99 ${presses.quiet.p99})`],
	])
		table.push(['press', what, `p50 ${f.p50} ms, p99 ${f.p99} ms, longest ${f.max} ms`, `${ratio(f.p99, presses.echo.p99)} echo's p99${against}`]);
	table.push(['yardstick', `the broker's echo, ${rate}/s`, `p50 ${presses.echo.p50} ms, p99 ${presses.echo.p99} ms`, '1.00']);
	for (const [what, f] of [
		['list of 200, nobody presses', web.list],
		[`list of 200, ${rate} presses/s`, web.listPressed],
		['search, nobody presses', web.search],
		[`search, ${rate} presses/s`, web.searchPressed],
		['/healthz', web.healthz],
	])
		table.push(['web', what, `${f.rate}/s, p50 ${f.p50} ms, p99 ${f.p99} ms`, `${ratio(f.rate, web.bare.rate)} bare Node`]);
	table.push(['yardstick', `bare Node server, the list's ${web.bytes} bytes`, `${web.bare.rate}/s, p99 ${web.bare.p99} ms`, '1.00']);
	const width = (i) => Math.max(...table.map((row) => [...row[i]].length));
	for (const row of table)
		console.log(row.map((cell, i) => cell.padEnd(width(i))).join('  ').trimEnd());
});
