// What the staff's pages are made of, as far as it needs no browser: their words, their events, the order of the list.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from './ending.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const ui = join(repository, 'server/web/ui');
const { missingKeys, parseTextDef, readTexts, unusedKeys, writtenPunctuation } = await import(join(ui, 'texts.mjs'));
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
		jsx: 'automatic',
		jsxImportSource: 'preact',
		outfile: join(folder, 'parts.mjs'),
	});
	globalThis.document = { cookie: '' };
	return await import(join(folder, 'parts.mjs'));
}
const parts = ['i18n.js', 'time.js', 'refusals.js', 'pages/admin/doings.js', 'parts/timeline.jsx', 'pages/incidents/words.js', 'pages/list/facts.js'];
const { afterNoAnswer, ageOf, addDays, apart, colon, commas, day, DOINGS, doingTo, doingWords, eventWords, expectationWords, handlingOf, language, lengthWords, refusalWords, setServerNow, shortDay, statusOf, titleOf, when } = await bundled(
	parts.map((file) => `export * from './${file}';`).join('\n'),
);

/** What is said of it in both languages. */
function inBoth(what) {
	try {
		return ['ja', 'en'].map((one) => {
			language.set(one);
			return what();
		});
	} finally {
		language.set('ja');
	}
}

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

test('every word is said somewhere, and no punctuation of one language stands among the pages', async () => {
	assert.deepEqual(await unusedKeys(ui), []);
	assert.deepEqual(writtenPunctuation(ui), []);
});

test('everything that the audit can say was done has words, and can be asked for', () => {
	const quoted = (text) => [...text.matchAll(/"([a-z][a-z_ -]*)"/g)].map(([, what]) => what);
	const said = ['watch', 'tables', 'web', 'cli'].flatMap((room) => {
		const folder = join(repository, 'server', room);
		const files = readdirSync(folder).filter((file) => file.endsWith('.c'));
		return files.flatMap((file) => {
			const source = readFileSync(join(folder, file), 'utf8');
			// What was done is this argument of theirs, or either half of a choice.
			const argument = (names, before) => [...source.matchAll(new RegExp(`\\b(?:${names})\\((?:[^,;]*,){${before}}([^,;)]*)`, 'g'))].flatMap(([, what]) => quoted(what));
			const acts = [...source.matchAll(/\bfinish\(c, &i,[^;]*;/g)].flatMap(([call]) => quoted(call.slice(call.lastIndexOf('&no,'))).slice(0, 1));
			return [...argument('call_audit|call_note', 1), ...argument('rows_audit|incident_audit', 2), ...argument('watch_audit|audit_add', 3), ...acts];
		});
	});
	const commands = [...readFileSync(join(repository, 'server/cli/commands.c'), 'utf8').matchAll(/\{ "(?:user|device) \w+"|\{ "test-alert"/g)].flatMap(([row]) => quoted(row));
	const all = [...new Set([...said, ...commands])];
	assert.ok(all.length > 60 && ['device_taken', 'link_changed', 'handover', 'policy_added', 'pause', 'user add'].every((what) => all.includes(what)), all.join(' '));
	assert.deepEqual(all.filter((what) => !DOINGS.includes(what) || doingWords(what).includes(what)), []);
	assert.deepEqual(DOINGS.filter((what) => !all.includes(what)), []);
	assert.equal(new Set(DOINGS.map(doingWords)).size, DOINGS.length, 'no two read the same');
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

/* In these papers what stands **so** or *so* is a name on the page, but for sentences and for this. */
const emphasis = ['the person who tells you', '知らせてくれた方から', 'Do not go into the house', '家の中には入らないでください', '119', '110', '119番', '110番'];

test('what the papers for staff and watchers name is called so on the pages', () => {
	for (const [paper, language] of [['staff.ja', 0], ['staff', 1], ['watchers.ja', 0], ['watchers', 1]]) {
		const text = readFileSync(join(repository, `docs/${paper}.md`), 'utf8').replaceAll(/\s+/g, ' ');
		const named = [...text.matchAll(/(\*\*?)([^*]+)\1/g)].map(([, , name]) => name).filter((name) => !/[.。]$/.test(name) && !emphasis.includes(name));
		const said = Object.values(texts).map((both) => both[language]);
		const begins = (word, name) => word === name || (word.startsWith(name) && /^[\s,→]/.test(word.slice(name.length)));
		assert.ok(named.length > 5, paper);
		assert.deepEqual(named.filter((name) => !said.some((word) => begins(word, name))), [], `docs/${paper}.md`);
	}
});

test('whatever a watcher’s pages say, they say in やさしい日本語 too, and no number there is read wrongly', () => {
	const source = (path) => readFileSync(join(repository, path), 'utf8');
	const pages = ['answer_page', 'answers', 'link_page', 'my', 'my_page'].map((name) => source(`server/web/${name}.c`));
	const reached = new Set([...[...pages, source('common/fields.c')].join('\n').matchAll(/\bTEXT_([A-Z][A-Z0-9_]*)/g)].map(([, key]) => key));
	const easy = new Map([...source('common/text_easy.def').matchAll(/^EASY\((\w+),\s*"(.*)"\)$/gm)].map(([, key, said]) => [key, said]));
	const easyAlready = ['PAGE_BACK', 'DATE', 'WHEN_MORNING', 'WHEN_TODAY', 'WHEN_YESTERDAY', 'WHEN_DATE'];
	assert.ok(reached.size > 100, `${reached.size}`);
	assert.deepEqual([...reached].filter((key) => !easy.has(key) && !easyAlready.includes(key)), []);
	// What follows a number changes how both are read (ふん and ぷん, ひとり, ついたち): it keeps its kanji.
	assert.deepEqual([...easy].filter(([, said]) => /\}(じ|ふん|ぷん|にち|がつ|にん|かい)/.test(said)), []);
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

test('the year is said where it is not this one, as the council counts', () => {
	setServerNow('2027-01-01T00:10:00+09:00'); // the year before still, where it is UTC
	assert.deepEqual(inBoth(() => day('2027-01-01')), ['1月1日（金）', 'Fri 1 Jan']);
	assert.deepEqual(inBoth(() => day('2026-12-31')), ['2026年12月31日（木）', 'Thu 31 Dec 2026']);
	assert.deepEqual(['2027-01-01', '2026-12-31'].map((date) => shortDay(date)), ['1/1', '2026/12/31']);
	assert.deepEqual(
		['2027-01-01T07:12:00+09:00', '2027-03-02T07:12:00+09:00', '2026-12-31T07:12:00+09:00'].map((at) => when(at, '2027-01-01')),
		['7:12', '3/2 7:12', '2026/12/31 7:12'],
	);
	assert.deepEqual(['1940-01-01', '1940-01-02'].map(ageOf), [87, 86]);
});

test('what stands beside each other is set apart as its language does', () => {
	assert.deepEqual(inBoth(() => [colon('地区', 'A'), commas(['A', ''], 'B'), apart('A', null, 'B')]), [
		['地区：A', 'A、B', 'A\u3000B'],
		['地区: A', 'A, B', 'A\u2003B'],
	]);
	const about = (more) => () => [titleOf({ kind: 'missed', ...more }), doingTo('X', more)];
	assert.deepEqual(inBoth(about({ resident: { name: 'A' } })), [['合図なし：A', 'X：A'], ['No check-in: A', 'X: A']]);
	assert.deepEqual(inBoth(about({})), [['合図なし', 'X'], ['No check-in', 'X']]);
});

test('what watchers report and can do is told as they said it', () => {
	const said = (event, detail, person = 'watcher:W001') => {
		const { text, more } = eventWords({ event, detail, person, person_name: '鈴木' });
		return [text, more];
	};
	assert.deepEqual(said('graver', 'help: 電話口で苦しそうでした'), ['鈴木：助けが必要です', '電話口で苦しそうでした']);
	assert.deepEqual(said('joined', 'help'), ['鈴木：助けが必要です', '']);
	assert.deepEqual(said('graver', '電話口で苦しそうでした'), ['鈴木：助けが必要です', '電話口で苦しそうでした'], 'as it was stored before');
	assert.deepEqual(said('graver', 'help', null), ['「助けて」に変わりました', '']);
	assert.deepEqual(said('joined', 'unwell', null), ['「少し不調」もありました', '']);
	assert.deepEqual(said('joined', 'unwell'), ['「気になること」もありました', ''], 'of somebody’s health they said nothing');
	assert.deepEqual(said('claimed', ''), ['鈴木：行きます', '']);
	assert.deepEqual(inBoth(() => said('claimed', 'call')[0]), ['鈴木：電話します', '鈴木: calls']);
	assert.deepEqual(said('claimed', '', 'user:suzuki'), ['鈴木が担当します', '']);
	assert.deepEqual(['released', 'declined', 'last_declined'].map((event) => said(event, 'call')[0]), [
		'鈴木：電話できなくなりました',
		'鈴木：今は電話できません',
		'鈴木：今は電話できません（できる方がいないため次へ）',
	]);
});

test('consents, disclosures, the end of a service and replacements are told in words, not as they are stored', () => {
	const names = { 'watcher:W014': '佐々木' };
	const told = [
		['consent', 'service given', '田中が同意を記録しました：見守る方へのお知らせ', ''],
		['consent', 'entry given: police', '田中が同意を記録しました：家に入ること', '警察といっしょなら'],
		['consent', 'link watcher:W014 given: name place', '田中が同意を記録しました：佐々木さんに知らせること', 'お名前・場所'],
		['consent', 'link watcher:W014 taken_back', '田中が、同意しない・取り消すとのお気持ちを記録しました：佐々木さんに知らせること', ''],
		['disclosed', '市立病院: name phone (救急搬送: 急ぎのため)', '田中が緊急に市立病院へ伝えました：お名前・電話番号', '救急搬送: 急ぎのため'],
		['service_ended', 'moved (told by 長女)', '田中がご利用の終わりを記録しました：転居（長女から）', ''],
		['service_ended', 'facility (planned for 2026-12-01)', '予定どおり、12月1日（火）でご利用を終えました：施設入所', ''],
		['watcher_replaced', 'W003 W014 needs_consent key', '見守る方がW003から佐々木に代わりました', '新しい同意が要ります（それまではお宅番号だけ）・鍵を返してもらう'],
		['watcher_replaced', 'W003 W014 barred', 'W003は見守りを終えました。佐々木は知らせてはいけない方のため、引き継いでいません', ''],
		['never_told', 'W014', '知らせてはいけない方に加えました（佐々木）', ''],
	];
	setServerNow('2026-11-24T10:00:00+09:00');
	for (const [event, detail, text, more] of told) {
		const of = () => eventWords({ event, detail, person: 'user:tanaka', person_name: '田中' }, names);
		const [said, english] = inBoth(of);
		assert.deepEqual([said.text, said.more], [text, more]);
		for (const one of [said, english])
			assert.doesNotMatch(`${one.text} ${one.more}`, /watcher:|taken_back|needs_consent|planned for| given: /, detail);
		assert.equal(of().icon === 'more', false);
	}
});

test('whoever has taken a question on is said to have it, on the list as on its page', () => {
	const claimed = { kind: 'device', detail: 'offline', state: 'claimed', claimed_by: '岡田 学', claimed_until: '2026-11-24T11:30:00+09:00' };
	assert.deepEqual(inBoth(() => handlingOf({ question: claimed }).text), ['岡田 学が担当（11:30まで）', '岡田 学 has it (until 11:30)']);
	assert.equal(handlingOf({ question: { ...claimed, claimed_until: null } }).text, '岡田 学が担当');
	assert.equal(statusOf(claimed).text, '岡田 学が担当（11:30まで）');
	assert.match(statusOf({ ...claimed, kind: 'missed' }).text, /^向かっています/);
	assert.deepEqual(handlingOf({ question: { kind: 'device', claimed_by: null, claimed_until: null } }), { tone: 'warn', text: '未対応' });
	assert.deepEqual(inBoth(() => titleOf({ kind: 'device', detail: 'forgot', resident: { name: 'A' } })), ['押し忘れが続く方：A', 'Forgets again and again: A']);
});

test('after "no answer" it is said who is told: whoever has it, the next ones, everybody again, or nobody', () => {
	const open = { state: 'open', reached: true, next: { repeat: false } };
	assert.deepEqual(afterNoAnswer(open, { ...open, state: 'claimed', claimed_by: '岡田 学' })[0], '岡田 学さんが対応中です。返事がなかったことを知らせました');
	assert.deepEqual(afterNoAnswer(open, { ...open, next: { repeat: true } }), ['次の方に知らせます', 'good']);
	assert.deepEqual(afterNoAnswer({ ...open, next: { repeat: true } }, open)[0], 'もう一度、みなさんに知らせます');
	assert.deepEqual(afterNoAnswer({ ...open, state: 'claimed', next: null }, { ...open, reached: false })[1], 'warn');
});

test('a press that came after its day is said with its date, after what the day holds of it', () => {
	const late = { met_at: null, outcome: 'missed', met_late_at: '2026-11-23T05:54:00+09:00' };
	setServerNow('2026-11-24T10:00:00+09:00');
	assert.equal(expectationWords(late, { date: '2026-11-22', state: 'missed' }), '合図なし（11/23 5:54 に届いた）');
	assert.equal(expectationWords(late, { date: '2026-11-23', state: 'missed' }), '合図なし（5:54 に届いた）');
	assert.equal(expectationWords({ ...late, outcome: null, met_late_at: null }, { date: '2026-11-23', state: 'waiting' }), 'これから');
});

test('no English text holds a sign of Japanese', () => {
	const ours = Object.entries(texts).filter(([, [, english]]) => /[：（）、。・　「」]/.test(english));
	assert.deepEqual(ours.map(([key]) => key), []);
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
