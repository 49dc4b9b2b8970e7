// What the staff's pages are made of, as far as it needs no browser: their words, their events, the order of the list.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from './ending.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const ui = join(repository, 'server/web/ui');
const { missingKeys, parseTextDef, readTexts } = await import(join(ui, 'texts.mjs'));
const { parseEvents } = await import(join(ui, 'live.js'));
const { fold } = await import(join(ui, 'pages/list/fold.js'));
const { Rows } = await import(join(ui, 'pages/list/rows.js'));
const { texts } = await readTexts(ui);

/** Modules of the pages that need the words, bundled as the build does. */
async function bundled(source) {
	const { buildSync } = await import(join(ui, 'node_modules/esbuild/lib/main.js'));
	const folder = temporaryFolder('bundle');
	writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
	buildSync({
		stdin: { contents: source, resolveDir: ui },
		alias: { 'mimamori:texts': join(folder, 'texts.json') },
		bundle: true,
		format: 'esm',
		outfile: join(folder, 'parts.mjs'),
	});
	globalThis.document = { cookie: '' };
	return await import(join(folder, 'parts.mjs'));
}
const { addDays, lengthWords, refusalWords } = await bundled("export * from './time.js'; export * from './refusals.js'");

/** Pages of our own making: their words and one source; what the build finds wrong. */
async function faultsOf(words, source) {
	const folder = join(temporaryFolder('ui'), 'server/web/ui');
	for (const path of ['words', '../../../common'])
		mkdirSync(join(folder, path), { recursive: true });
	writeFileSync(join(folder, '../../../common/text.def'), 'TEXT(STATE_OK, "✓ 届いた", "✓ checked in")\n');
	writeFileSync(join(folder, 'words/page.js'), `export default ${words}`);
	writeFileSync(join(folder, 'page.jsx'), source);
	const { texts: own, faults } = await readTexts(folder);
	return [...faults, ...missingKeys(folder, own)];
}

test('texts of C are read with their strings joined and their comments left out', () => {
	const source = '/* TEXT(NOT, "x", "y") */\nTEXT(A, "一\\"二", "one")\nTEXT(B,\n\t"三" "四",\n\t"three"\n\t" four")\n';
	assert.deepEqual(parseTextDef(source), { A: ['一"二', 'one'], B: ['三四', 'three four'] });
	assert.throws(() => parseTextDef('TEXT(A, "one", NULL)\n'), /1 texts, but only 0/);
});

test('the build names what pages ask for and no table has, in which file and line', async () => {
	assert.deepEqual(await faultsOf("{ HELLO: ['やあ', 'hello'] }", "t('HELLO')\nword('STATE', x)\n// t('COMMENT')\n"), []);
	assert.deepEqual(await faultsOf('{}', "a\nt('GONE')\nkey('LOST')\n"), ['page.jsx:2: no text GONE', 'page.jsx:3: no text LOST']);
	assert.deepEqual(await faultsOf('{}', "word('COLOUR', x)"), ['page.jsx:1: no text begins with COLOUR_']);
	assert.match((await faultsOf('{}', "t('STATE_' + state)"))[0], /say word\('PREFIX', value\)/);
	assert.match((await faultsOf("{ HELLO: ['やあ'] }", ''))[0], /HELLO: it needs \['ja', 'en'\]/);
	assert.match((await faultsOf("{ HELLO: ['{name}さん', 'hello'] }", ''))[0], /\{name\} in Japanese, \{\} in English/);
	assert.match((await faultsOf("{ STATE_OK: ['a', 'b'] }", ''))[0], /another table has this key already/);
});

test('everything that the rules write into a timeline has words, and every message too', () => {
	const sources = ['watch', 'tables', 'notify', 'web'].flatMap((room) => {
		const folder = join(repository, 'server', room);
		return readdirSync(folder)
			.filter((file) => file.endsWith('.c'))
			.map((file) => readFileSync(join(folder, file), 'utf8'));
	});
	const all = sources.join('\n').replaceAll(/strcmp\([^)]*\)/g, ''); // what is compared is not what is written
	const names = /event_names\[INCIDENT_EVENTS\] = \{([^}]*)\}/.exec(all)[1].match(/\w+/g);
	const events = [...all.matchAll(/timeline_add\(((?:[^()]|\([^()]*\))*)\)/g)].flatMap(([, call]) => call.replace(/,\s*"\w*"$/, '').match(/(?<=")[a-z]+(?:_[a-z]+)*(?=")/g) ?? []);
	assert.ok(names.length > 20 && events.length > 10, `${names.length} and ${events.length} are found`);
	const wordless = [...names, ...events].filter((name) => !texts[`EVENT_${name.toUpperCase()}`]);
	assert.deepEqual(wordless, []);
	const messages = [...all.matchAll(/telling_(?:write|told|staff)\([^;"]*"([a-z_]+)"/g)].map(([, what]) => what);
	assert.ok(messages.length > 10);
	assert.deepEqual(messages.filter((what) => !texts[`WHAT_${what.toUpperCase()}`]), []);
});

test('events are read however the connection cuts them', () => {
	const stream = ': keep-alive\n\nevent: rows\ndata: {"a":1}\n\nevent: list\r\ndata: {"b":\r\ndata: 2}\r\n\r\n';
	for (let size = 1; size < stream.length; size++) {
		const got = [];
		let rest = '';
		for (let at = 0; at < stream.length; at += size)
			rest = parseEvents(rest + stream.slice(at, at + size), (event, data) => got.push([event, JSON.parse(data)]));
		assert.deepEqual(got, [['rows', { a: 1 }], ['list', { b: 2 }]], `in pieces of ${size}`);
	}
});

test('names are folded: width, case, kana of either kind, spaces', () => {
	for (const [one, other] of [
		['さとう じろう', 'サトウ　ジロウ'],
		['ｻﾄｳ', 'サトウ'],
		['Ｒ００１', 'r001'],
		['がぎぐ', 'ガギグ'],
		['ゔ', 'ヴ'],
	])
		assert.equal(fold(one), fold(other));
	assert.notEqual(fold('さとう'), fold('かとう'));
});

const row = (id, state, more = {}) => ({
	resident_id: id,
	name: id,
	kana: id,
	district: 'D01',
	household: null,
	state,
	needs_person: false,
	checked_in_at: null,
	...more,
});
const order = (rows) => rows.order.map((entry) => entry.row.resident_id).join(' ');

test('the order of the list is frozen until it is sorted', () => {
	const rows = new Rows();
	rows.load([row('A', 'missed', { needs_person: true }), row('B', 'late'), row('C', 'waiting')]);
	rows.load([row('D', 'ok'), row('E', 'waiting')]);
	assert.equal(order(rows), 'A B C E D');
	assert.deepEqual(rows.update([row('C', 'help', { needs_person: true })], []).map((r) => r.resident_id), ['C']);
	assert.deepEqual(rows.update([row('C', 'help', { needs_person: true })], []), [], 'said once');
	rows.update([row('F', 'ok'), row('B', 'ok')], ['E']);
	assert.equal(order(rows), 'A B C E D');
	assert.equal(rows.changed, 4, 'B and C elsewhere, E gone, F new');
	assert.deepEqual([rows.totals.residents, rows.totals.ok, rows.totals.open], [5, 3, 2]);
	rows.update([row('B', 'late')], []);
	assert.equal(rows.changed, 3, 'B is where it was');
	rows.sort();
	assert.equal(order(rows), 'C A B D F');
	assert.equal(rows.changed, 0);
});

test('what is told while the list is still being read is newer than the page it comes with', () => {
	const rows = new Rows();
	rows.load([row('A', 'late')]);
	const asked = rows.turn;
	rows.update([row('B', 'ok')], []);
	rows.load([row('B', 'waiting'), row('C', 'waiting')], asked);
	assert.equal(rows.get('B').state, 'ok');
	assert.equal(order(rows), 'A C B');
	assert.deepEqual(rows.replace([{ rows: [row('A', 'ok'), row('C', 'waiting')], since: rows.turn }]), []);
	assert.ok(rows.entries.get('B').gone);
	assert.equal(rows.totals.residents, 2);
});

test('what is told while a list is read anew is newer than the page it comes with', () => {
	const rows = new Rows();
	rows.load([row('A', 'late'), row('B', 'late'), row('C', 'late'), row('D', 'ok')]);
	const first = rows.turn;
	const help = row('A', 'help', { needs_person: true });
	assert.deepEqual(rows.update([help, row('E', 'waiting')], ['D']), [help]);
	const second = rows.turn;
	const asking = rows.replace([
		{ rows: [row('A', 'late'), row('B', 'ok')], since: first },
		{ rows: [row('C', 'missed', { needs_person: true }), row('D', 'ok')], since: first },
	]);
	assert.deepEqual(asking, []);
	assert.deepEqual(['A', 'B', 'C', 'E'].map((id) => rows.get(id).state), ['help', 'ok', 'missed', 'waiting']);
	assert.deepEqual(['D', 'E'].map((id) => rows.entries.get(id).gone), [true, false]);
	assert.deepEqual([rows.totals.residents, rows.totals.help, rows.totals.open], [4, 1, 2]);
	rows.replace([{ rows: [row('A', 'ok'), row('B', 'late'), row('C', 'late')], since: second }]);
	assert.deepEqual(['A', 'B', 'C'].map((id) => rows.get(id).state), ['ok', 'ok', 'missed'], 'of two readings at once the later one');
	assert.ok(rows.entries.get('E').gone);
});

test('dates that are none, and lengths of time', () => {
	assert.deepEqual(['2026-12-31', '202611-11-23', '', undefined].map((date) => addDays(date, 1)), ['2027-01-01', '', '', '']);
	assert.deepEqual(['7d', '12h', '30m', '90s', 'x'].map(lengthWords), ['7日', '12時間', '30分', '90s', 'x']);
	assert.equal(refusalWords('a visit or call is entered within 7d'), '訪問や電話は7日以内に記録してください。');
	assert.equal(refusalWords('claimed by 田中 until 11:05'), '田中さんが対応中です（11:05まで）。');
});

test('who lives in the same house is found, and counts are by district', () => {
	const rows = new Rows();
	rows.load([row('A', 'ok', { household: 'H', checked_in_at: 'x' }), row('B', 'waiting', { household: 'H' }), row('C', 'ok', { district: 'D02' })]);
	assert.deepEqual(rows.others(rows.get('B')).map((r) => r.resident_id), ['A']);
	assert.equal(rows.count('D02').residents, 1);
	assert.equal(rows.count('').residents, 3);
	assert.deepEqual(rows.match({ words: fold('b') }).map((entry) => entry.row.resident_id), ['B']);
	assert.deepEqual(rows.match({ states: new Set(['ok']), district: 'D01' }).map((entry) => entry.row.resident_id), ['A']);
});
