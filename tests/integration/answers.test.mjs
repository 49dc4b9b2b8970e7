// A watcher's link, from the mail it comes in to the end: a real mail, a browser without scripts, forms and cookies. The
// tests of this file are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { anonymous, signIn } from './client.mjs';
import { logins, password, people, press, sampleTown, startCouncil } from './council.mjs';
import { holdStore, rows, write } from './store.mjs';
import { scheduleAround } from './town.mjs';
import { waitFor } from './wait.mjs';

const publicUrl = 'http://mimamori.test';
const secret = ['佐藤', '本町2丁目', '本町2丁目4番地2', '耳が遠い'];
const evil = '<script>alert(1)</script>"\'&';

/* W011 and, only by telephone, W012 are asked at once about R002; W018 is kin of theirs and comes next. */
function town(zone) {
	const all = sampleTown(zone);
	const of = (id) => all.residents.find((r) => r.resident_id === id);
	const schedule = scheduleAround(zone, Date.now(), { opens: -4 * 3600, due: 8, grace: 1 }); // the import takes its time
	Object.assign(of(people.missed), { policy: 'neighbour_first', schedule });
	of(people.missed).address += evil;
	of(people.waiting).name = evil;
	all.links.push({ resident_id: people.missed, watcher_id: 'W012', tier: 1, can: 'call', shares: 'place' });
	return all;
}

const settings = { web: { public_url: publicUrl }, server: { group: '1s' } };
const council = await startCouncil({ town, settings, morning: false });
const { daemon, mail } = council;
const staff = await signIn(daemon, logins.staff, password);
const viewer = await signIn(daemon, logins.viewer, password);

/** The path of the latest link mailed to a watcher. */
async function linkTo(watcher, wanted = () => true) {
	const { text } = await mail.next(
		(m) => m.recipient === `${watcher}@example.jp` && m.text.includes('/w/') && wanted(m),
		{ within: 20_000, what: `a link for ${watcher}` },
	);
	const [, url] = /▼お返事はこちら (\S+)/.exec(text);
	assert.match(url, new RegExp(`^${publicUrl}/w/[\\w-]{43}$`));
	return url.slice(publicUrl.length);
}

const unescape = (text) =>
	text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
const words = (html) => unescape(html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' '));

/** The forms of a page: { act: fields }, of an act that stands there twice under act/how. */
function formsOf(html) {
	const forms = {};
	for (const [, form] of html.matchAll(/<form[^>]*>([\s\S]*?)<\/form>/g)) {
		const fields = Object.fromEntries(
			[...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, k, v]) => [k, unescape(v)]),
		);
		forms[fields.act] ??= fields;
		if (fields.how)
			forms[`${fields.act}/${fields.how}`] = fields;
	}
	return forms;
}

/** Somebody's browser on a page, scripts off. */
class Reader {
	constructor(path) {
		this.path = path;
		this.http = anonymous(daemon);
	}

	async look(query = '') {
		this.answer = await this.http.get(this.path + query);
		this.html = this.answer.text;
		this.words = words(this.html);
		this.forms = formsOf(this.html);
		return this;
	}

	/** Presses a button of the page as it was last looked at, and is sent on. */
	async press(act, fields = {}) {
		const sent = await this.send(act, fields);
		assert.equal(sent.status, 303, `${act}: ${sent.text}`);
		const to = sent.headers.get('location');
		assert.ok(to.startsWith(this.path), to);
		return await this.look(to.slice(this.path.length));
	}

	async send(act, fields = {}) {
		assert.ok(this.forms[act], `there is no button ${act} on: ${this.words}`);
		return await this.http.post(this.path, new URLSearchParams({ ...this.forms[act], ...fields }));
	}
}

const incidentOf = async (resident) => {
	for (const state of ['open', 'closed']) {
		const { json } = await staff.get(`/api/v1/incidents?state=${state}`);
		const found = json.incidents.find((i) => i.resident_id === resident);
		if (found)
			return found;
	}
};
const sql = (text, ...values) => rows(daemon, text, ...values).map((row) => ({ ...row }));

const path = await linkTo('w011');
const suzuki = new Reader(path);
let id;
const reports = {}; // forms of a page of then
let callers; // the telephone of W012

test('the mail asks to answer on the page, and the token stands nowhere else', async () => {
	const { text, subject } = await mail.next((m) => m.recipient === 'w011@example.jp');
	assert.ok(text.includes('・先に「行きます」を押してからお出かけください。'), text);
	assert.ok(text.includes('ページの「返事がありません」を押してください。'), text);
	assert.ok(!subject.includes('http'));
	assert.ok(!text.split('\n').slice(0, 2).join('\n').includes('http'));
	const token = path.slice(3);
	assert.ok(!daemon.log.includes(token));
	for (const { text: dump } of sql("SELECT group_concat(hash || watcher_id, ' ') AS text FROM answer_tokens"))
		assert.ok(!dump.includes(token));
	const call = await mail.next((m) => m.recipient === 'w012@example.jp');
	assert.ok(call.text.includes('・先に「電話します」を押してからお電話ください。'), call.text);
	id = (await incidentOf(people.missed)).id;
});

test('a preview that opens the link, by GET or HEAD, changes nothing and reads nothing', async () => {
	for (let i = 0; i < 3; i++) {
		const preview = anonymous(daemon);
		const { status, text, headers } = await preview.get(path);
		assert.equal(status, 200);
		assert.ok(words(text).includes('福田 修さんですか？'));
		for (const word of secret)
			assert.ok(!text.includes(word), word);
		assert.equal(headers.get('cache-control'), 'no-store');
		assert.equal(headers.get('referrer-policy'), 'no-referrer');
		assert.match(headers.get('x-robots-tag'), /noindex/);
		assert.match(headers.get('set-cookie'), /^mimamori_browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/);
		assert.match(headers.get('content-security-policy'), /script-src 'self'/);
		const head = await fetch(daemon.web + path, { method: 'HEAD' });
		assert.equal(head.status, 200);
		assert.equal((await preview.get(`/api/v1${path}`)).json.state, 'ask');
	}
	assert.deepEqual(sql('SELECT * FROM answer_browsers'), []);
	assert.equal((await incidentOf(people.missed)).state, 'open');
	assert.equal((await incidentOf(people.missed)).told.find((t) => t.person === 'W011').result, 'sent');
});

test('who is not meant reads to whom it belongs, and nothing more', async () => {
	const other = await new Reader(path).look('?step=no');
	assert.ok(other.words.includes('福田 修さんのためのものです'));
	for (const word of secret)
		assert.ok(!other.html.includes(word), word);
});

test('the first browser that says yes reads whom it is about; another is sent to the person in charge', async () => {
	await suzuki.look();
	await suzuki.press('yes');
	for (const word of ['様子を見に行っていただけますか？', '佐藤 次郎さん（本町2丁目・お宅番号', '本町2丁目4番地2', '行きます', '今は行けません'])
		assert.ok(suzuki.words.includes(word), `${word}: ${suzuki.words}`);
	assert.ok(!suzuki.words.includes('耳が遠い')); // this link does not share it
	assert.ok(suzuki.words.includes(evil) && !suzuki.html.includes('<script>alert'));
	assert.ok(suzuki.words.includes('ほかに1人の方にもお願いしています'));
	const other = await new Reader(path).look();
	assert.equal(other.answer.status, 403);
	assert.ok(other.words.includes('担当の方におたずねください'));
	for (const word of [...secret, '福田'])
		assert.ok(!other.html.includes(word), word);
	assert.equal((await other.http.get(`/api/v1${path}`)).json.code, 'elsewhere');
	assert.equal((await incidentOf(people.missed)).told.find((t) => t.person === 'W011').result, 'seen');
});

test('each reading is noted as told, once a day', async () => {
	await suzuki.look();
	await suzuki.look();
	const told = sql("SELECT person, items, basis, incident_id FROM disclosures WHERE channel = 'page'");
	assert.deepEqual(told, [
		{ person: 'watcher:W011', items: 'name place address', basis: 'consent', incident_id: id },
	]);
});

test('"I am going" is a claim; pressed twice it is one, and no renewal', async () => {
	const twice = await Promise.all([suzuki.send('going'), suzuki.send('going')]);
	assert.deepEqual(twice.map((t) => t.status), [303, 303]);
	await suzuki.look();
	assert.ok(suzuki.words.includes('ありがとうございます。いかがでしたか？'), suzuki.words);
	for (const act of ['seen', 'longer', 'cannot'])
		assert.ok(suzuki.forms[act], act);
	const incident = await incidentOf(people.missed);
	assert.equal(incident.state, 'claimed');
	assert.equal(incident.claimed_by, '福田 修');
	assert.equal(incident.told.find((t) => t.person === 'W011').result, 'answered');
	assert.equal(sql('SELECT renewals FROM incidents WHERE id = ?', id)[0].renewals, 0);
	// Asked whether they met, and by now they only call: whether they spoke.
	write(daemon, 'UPDATE incidents SET asked = 1 WHERE id = ?', id);
	assert.ok((await suzuki.look()).words.includes('お会いになれましたか。') && suzuki.words.includes('会っていません'), suzuki.words);
	write(daemon, "UPDATE links SET can = 'call' WHERE watcher_id = 'W011' AND resident_id = ?", people.missed);
	await suzuki.look();
	for (const word of ['合図がありました。お話しになれましたか。', '電話で話せました・お元気です', '電話に出ません', '話していません'])
		assert.ok(suzuki.words.includes(word), `${word}: ${suzuki.words}`);
	assert.ok(!suzuki.words.includes('会え') && !suzuki.words.includes('返事がありません'), suzuki.words);
	write(daemon, 'UPDATE incidents SET asked = 0 WHERE id = ?', id);
	write(daemon, "UPDATE links SET can = 'go' WHERE watcher_id = 'W011' AND resident_id = ?", people.missed);
});

test('who can only call sees that somebody goes, named as that one agreed; too late is said kindly', async () => {
	const caller = await new Reader(await linkTo('w012')).look();
	callers = caller.http;
	await caller.press('yes');
	assert.ok(caller.words.includes('福田 修さんが向かっています'), caller.words);
	assert.ok(!caller.html.includes('佐藤'));
	assert.ok(!caller.forms.going);
	const late = await caller.http.post(
		caller.path,
		new URLSearchParams({ act: 'going', form: formsOf((await caller.look('?step=note')).html).note.form }),
	);
	assert.equal(late.headers.get('location'), caller.path);
	await caller.look();
	assert.ok(caller.words.includes('ありがとうございます。もう福田 修さんが向かっています。'), caller.words);
	await caller.look('?late=1'); // of a bookmark
	assert.ok(caller.words.includes('福田 修さんが向かっています。') && !caller.words.includes('ありがとうございます'), caller.words);
	await caller.look('?step=report');
	assert.ok(caller.words.includes('電話で話せました・お元気です'));
});

test('"no answer" asks what was seen, tells staff and the next, and says what to do', async () => {
	await suzuki.look('?step=no_answer');
	assert.ok(suzuki.words.includes('新聞がたまっている'));
	const note = `窓が開いています${evil}${'雨戸'.repeat(70)}`;
	const signs = new URLSearchParams({ ...suzuki.forms.no_answer, note });
	signs.append('signs', 'newspapers');
	signs.append('signs', 'smell');
	const twice = [await suzuki.http.post(path, signs), await suzuki.http.post(path, signs)];
	assert.deepEqual(twice.map((t) => t.status), [303, 303]);
	await suzuki.look();
	for (const word of ['社協に知らせました', '家の中には入らないでください。', '110番', '119番に電話する'])
		assert.ok(suzuki.words.includes(word), word);
	const told = await mail.next((m) => m.recipient === 'tanaka@example.jp' && m.text.includes('返事がありませんでした'), {
		within: 15_000,
	});
	assert.ok(told.text.includes(`新聞がたまっている、いつもとちがうにおい / ${note}\n`), told.text);
	assert.ok(sql("SELECT detail FROM timeline WHERE incident_id = ? AND event = 'no_answer'", id)[0].detail.endsWith(note));
	assert.equal(sql("SELECT count(*) AS n FROM timeline WHERE incident_id = ? AND event = 'no_answer'", id)[0].n, 1);
});

test('the next one asked reads the mail, goes, and needs help: the council and the others hear', async () => {
	const kin = await new Reader(await linkTo('w018')).look();
	await kin.press('yes');
	assert.ok(kin.words.includes('耳が遠い'), kin.words); // kin share care
	// Whoever stands at the door must not leave because somebody telephones.
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/claim`)).status, 200);
	await suzuki.look();
	assert.ok(suzuki.words.includes('お電話している方がいます') && !suzuki.words.includes('向かっている方'), suzuki.words);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/release`)).status, 200);
	await kin.look();
	await kin.press('going');
	await suzuki.look();
	assert.ok(suzuki.words.includes('向かっている方がいます。') && !suzuki.words.includes('お電話している方'), suzuki.words);
	await kin.look('?step=help');
	assert.ok(kin.words.includes('まず119番に電話してください'));
	assert.ok(kin.html.includes('href="tel:119"'));
	await kin.press('needs_help', { note: '玄関で動けません' });
	assert.ok(kin.words.includes('社協とほかの方に知らせました。 できれば、近くでお待ちください。'), kin.words);
	assert.deepEqual(sql("SELECT event, detail FROM timeline WHERE incident_id = ? AND detail LIKE 'help%'", id), [
		{ event: 'graver', detail: 'help: 玄関で動けません' },
	]);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/claim`)).status, 200);
	await kin.look();
	assert.ok(kin.words.includes('お電話している方がいます') && !kin.words.includes('向かっている方'), kin.words);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/release`)).status, 200);
	assert.equal((await incidentOf(people.missed)).kind, 'help');
	const again = await linkTo('w011', (m) => m.subject.includes('至急') && m.text.includes('\n助けが必要との知らせがありました。すぐに'));
	assert.notEqual(again, path);
	suzuki.path = again; // a new link of the same watcher and incident: the browser is known
	await suzuki.look();
	assert.equal(suzuki.answer.status, 200);
	assert.ok(suzuki.words.includes('助けが必要との知らせがありました。行っていただけますか？'), suzuki.words);
	assert.ok(!suzuki.words.includes('「助けて」の合図'), suzuki.words); // nobody pressed
});

test('who can only call calls, and who has said already that help is needed is told nothing about it', async () => {
	const caller = await new Reader(await linkTo('w012', (m) => m.subject.includes('至急'))).look();
	caller.http = callers;
	await caller.look();
	assert.ok(caller.words.includes('助けが必要との知らせがありました。お電話していただけますか？'), caller.words);
	await caller.press('going');
	assert.ok(caller.words.includes('お困りかもしれないと聞きました'), caller.words);
	await caller.look('?step=help');
	await caller.press('needs_help', { note: '電話口で苦しそうでした' });
	assert.ok(caller.html.includes('href="tel:119"'));
	assert.ok(caller.words.includes('社協に知らせました。 できれば、電話に出られるようにしておいてください。'), caller.words);
	assert.ok(!caller.words.includes('お電話している方') && !caller.words.includes('近くで'), caller.words);
	assert.equal(sql("SELECT count(*) AS n FROM notifications WHERE incident_id = ? AND what = 'joined'", id)[0].n, 0);
	assert.deepEqual(sql("SELECT person, detail FROM timeline WHERE incident_id = ? AND event IN ('claimed', 'joined') ORDER BY id DESC LIMIT 2", id), [
		{ person: 'watcher:W012', detail: 'help: 電話口で苦しそうでした' },
		{ person: 'watcher:W012', detail: 'call' },
	]);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/release`)).status, 200);
});

test('programs get the same as JSON', async () => {
	const program = suzuki.http;
	const { json } = await program.get(`/api/v1${path}`);
	assert.equal(json.phase, 'asked');
	assert.equal(json.kind, 'help');
	assert.equal(json.reported, true);
	assert.equal(json.address, `本町2丁目4番地2${evil}`);
	assert.equal(json.care, null);
	assert.equal((await program.post(`/api/v1${path}`, { act: 'longer' })).status, 422);
	assert.equal((await program.post(`/api/v1${path}`, { act: 'going', once: 'a' })).json.phase, 'going');
	const { status, json: after } = await program.post(`/api/v1${path}`, { act: 'note', note: '着きました', once: 'b' });
	assert.equal(status, 200);
	assert.equal(after.phase, 'going');
	await mail.next((m) => m.recipient === 'tanaka@example.jp' && m.text.includes('福田 修さんからのひとことです'), { within: 15_000 });
	assert.equal((await anonymous(daemon).post(`/api/v1${path}`, { act: 'yes' })).status, 403);
});

test('languages: the page is chosen by a link and stays so', async () => {
	await suzuki.look('?lang=en');
	assert.match(suzuki.html, /<html lang="en">/);
	assert.ok(suzuki.words.includes('Thank you. How was it?'), suzuki.words);
	await suzuki.look();
	assert.ok(suzuki.words.includes('How was it?'));
	await suzuki.look('?lang=ja-easy');
	assert.match(suzuki.html, /<html lang="ja">/);
	assert.ok(suzuki.words.includes('どうでしたか？'), suzuki.words);
	await suzuki.look('?lang=ja');
});

test('a form that could not be taken is asked again in the reader’s language, with what was typed', async () => {
	const before = await incidentOf(people.missed);
	await suzuki.look('?step=no_answer&lang=en');
	for (const [act, title, fields] of [
		['no_answer', 'Did you notice anything?', { signs: 'newspapers smell', note: `窓が\u0001開いて\nいます${evil}` }],
		['note', 'Write to the council', { note: `窓が\u0001開いて\nいます${evil}` }],
	]) {
		const sent = await suzuki.http.post(suzuki.path, new URLSearchParams({ ...suzuki.forms.no_answer, act, ...fields }));
		assert.equal(sent.status, 422);
		assert.match(sent.headers.get('content-type'), /^text\/html/);
		assert.match(sent.text, /<html lang="en">/);
		assert.ok(words(sent.text).includes(title) && words(sent.text).includes('That could not be taken.'), sent.text);
		assert.equal(unescape(/<textarea[^>]*>([^<]*)<\/textarea>/.exec(sent.text)[1]), `窓が開いて\nいます${evil}`);
		const ticked = [...sent.text.matchAll(/value="(\w+)" checked/g)].map(([, sign]) => sign);
		assert.deepEqual(ticked, act === 'note' ? [] : ['newspapers', 'smell']);
		assert.notEqual(formsOf(sent.text)[act].form, suzuki.forms.no_answer.form, 'a form to send again');
	}
	await suzuki.look('?lang=ja&step=note');
	for (const note of ['', ' \n ']) {
		const empty = await suzuki.send('note', { note });
		assert.equal(empty.status, 422);
		assert.ok(words(empty.text).includes('ひとこと書いてから、送ってください。'), empty.text);
		assert.ok(formsOf(empty.text).note, empty.text);
	}
	const free = holdStore(daemon);
	const busy = await suzuki.send('note', { note: '雨戸が閉まっています' });
	free();
	assert.equal(busy.status, 503);
	assert.ok(words(busy.text).includes('お返事は、まだ届いていません。'), busy.text);
	assert.match(busy.text, /<textarea[^>]*>雨戸が閉まっています<\/textarea>/);
	assert.ok(!busy.text.includes('佐藤'), 'nobody reads unseen');
	await suzuki.look();
	assert.deepEqual({ ...(await incidentOf(people.missed)), told: 0 }, { ...before, told: 0 });
});

test('a note that went is said to have gone, once', async () => {
	await suzuki.look('?step=note');
	await suzuki.press('note', { note: '雨戸が閉まっています' });
	assert.ok(suzuki.words.includes('ひとことを社協に伝えました。'), suzuki.words);
	await suzuki.look();
	assert.ok(!suzuki.words.includes('伝えました'), suzuki.words);
});

test('who was on the way reads that it is in other hands now, and not only that somebody calls', async () => {
	const hand = async (to) => assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/handover`, { to })).status, 200);
	await hand('okada');
	await suzuki.look();
	assert.ok(suzuki.words.includes('お電話している方がいます この件は、ほかの方にお願いします。ありがとうございました。'), suzuki.words);
	await hand('W011');
	await suzuki.look();
	assert.ok(suzuki.forms.seen && suzuki.words.includes('いかがでしたか？'), suzuki.words);
});

test('what is forged, garbled or too large is refused and changes nothing', async () => {
	const before = await incidentOf(people.missed);
	const nobody = anonymous(daemon);
	for (const wrong of ['x', 'A'.repeat(43), `${path.slice(3, -1)}`, '%00', '..%2f..%2fetc', '%F0%9F%98%80', path.slice(3).toUpperCase()]) {
		const page = await nobody.send('GET', `/w/${wrong}`);
		assert.ok([400, 404].includes(page.status), `${wrong}: ${page.status}`);
		for (const word of secret)
			assert.ok(!page.text.includes(word));
		assert.ok([400, 404].includes((await nobody.send('GET', `/api/v1/w/${wrong}`)).status));
		assert.ok([400, 404].includes((await nobody.send('GET', `/my/${wrong}`)).status));
	}
	assert.equal((await nobody.get(path.replace('/w/', '/my/'))).status, 404);
	assert.equal((await nobody.get(path.replace('/w/', '/api/v1/my/'))).status, 404);

	const good = suzuki.forms.seen;
	const send = async (body, { from = suzuki.http, to = suzuki.path, headers } = {}) =>
		(await from.send('POST', to, body, { headers })).status;
	const form = (fields) => new URLSearchParams({ ...good, ...fields });
	assert.equal(await send(form({ form: '' })), 403);
	assert.equal(await send(form({ form: `${'A'.repeat(43)}.${'0'.repeat(64)}` })), 403);
	assert.equal(await send(form({ form: good.form.replace(/.$/, (c) => (c === '0' ? '1' : '0')) })), 403);
	assert.equal(await send(form({}), { from: nobody }), 403); // another browser's form
	assert.equal(await send(form({}), { from: anonymous(daemon) }), 403); // no cookie at all
	assert.equal(await send(form({}), { to: `/w/${'A'.repeat(43)}` }), 403); // of another page
	assert.equal(await send(form({}), { to: '/w/garbage' }), 404);
	assert.equal(await send(form({ act: 'close' })), 422);
	assert.equal(await send(form({ act: '' })), 422);
	assert.equal(await send(form({ how: 'fax' })), 422);
	assert.equal(await send(form({ signs: 'ufo' })), 422);
	assert.equal(await send(form({ note: 'あ'.repeat(300) })), 422);
	assert.equal(await send(form({ more: '1' })), 422);
	const large = await suzuki.http.send('POST', suzuki.path, form({ note: 'x'.repeat(70_000) }));
	assert.equal(large.status, 413);
	assert.match(large.headers.get('content-type'), /^text\/html/);
	assert.ok(words(large.text).includes('お返事は、まだ届いていません。') && large.text.includes(`href="${suzuki.path}"`), large.text);
	assert.equal(await send(undefined), 422);
	const upload = await suzuki.http.send('POST', suzuki.path, '--x--', { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } });
	assert.equal(upload.status, 415);
	assert.equal(upload.json.detail, 'the body is to be application/x-www-form-urlencoded or application/json');
	assert.equal(await send(form({}).toString(), { to: `/api/v1${path}`, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }), 415);
	const methods = await suzuki.http.send('PUT', suzuki.path, {});
	assert.equal(methods.status, 405);
	assert.equal(methods.headers.get('allow'), 'GET, HEAD, POST');
	const after = await incidentOf(people.missed);
	assert.deepEqual({ ...after, told: 0 }, { ...before, told: 0 });
});

test('staff free a link for another browser; whoever may only look does not', async () => {
	assert.equal((await viewer.call('POST', `/api/v1/incidents/${id}/links/W011/free`)).status, 403);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/links/W099/free`)).status, 404);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${id}/links/W011/free`)).status, 204);
	await suzuki.look();
	assert.ok(suzuki.words.includes('福田 修さんですか？'));
	const tablet = await new Reader(path).look();
	await tablet.press('yes');
	assert.ok(tablet.forms.seen);
	await suzuki.look();
	assert.equal(suzuki.answer.status, 403);
	suzuki.http = tablet.http;
	await suzuki.look();
	const audited = sql("SELECT who, subject, detail FROM audit WHERE what = 'free_link'");
	assert.deepEqual(audited, [{ who: 'user:tanaka', subject: 'W011', detail: `incident ${id}` }]);
});

test('seen and fine is the end, in fixed words; an answer after it changes nothing', async () => {
	const stale = suzuki.forms.cannot;
	for (const [act, step] of [['needs_help', 'help'], ['no_answer', 'no_answer'], ['note', 'note']]) {
		await suzuki.look(`?step=${step}`);
		reports[act] = suzuki.forms[act];
	}
	await suzuki.look();
	await suzuki.press('seen');
	assert.ok(suzuki.words.includes('終わりました'));
	assert.ok(suzuki.words.includes('ご様子を確認できました。ありがとうございました。'));
	for (const word of secret)
		assert.ok(!suzuki.html.includes(word), word);
	assert.deepEqual(suzuki.forms, {});
	const { status } = await suzuki.http.post(suzuki.path, new URLSearchParams(stale));
	assert.equal(status, 303);
	const incident = await incidentOf(people.missed);
	assert.equal(incident.state, 'closed');
	assert.equal(incident.outcome, 'safe');
	assert.equal((await suzuki.http.post(`/api/v1${path}`, { act: 'going' })).status, 409);
	assert.equal((await suzuki.http.get(`/api/v1${path}`)).json.end, 'safe');
});

test('what is reported after the end has not reached us, and the page says so', async () => {
	const acts = () => sql("SELECT count(*) AS n FROM timeline WHERE event NOT IN ('told', 'retry', 'refused', 'bounced')")[0].n;
	const before = acts();
	for (const [act, fields] of Object.entries(reports)) {
		const note = `声がします${act}${evil}`;
		const sent = await suzuki.http.post(suzuki.path, new URLSearchParams({ ...fields, note }));
		assert.equal(sent.status, 409, act);
		const said = words(sent.text);
		for (const word of ['いまのお知らせは、届いていません', 'この件はもう終わっていたので', 'へお電話ください。', note])
			assert.ok(said.includes(word), `${act}: ${said}`);
		assert.ok(!said.includes('ありがとうございました') && !sent.text.includes('<script>alert'), said);
		const numbers = [...sent.text.matchAll(/href="tel:(\d+)"/g)].map(([, number]) => number);
		assert.equal(numbers[0], act === 'needs_help' ? '119' : numbers.at(-1), act);
		assert.equal(numbers.length, act === 'needs_help' ? 3 : 2, act); // the council on top, and at the foot as ever
	}
	assert.equal(acts(), before);
	await suzuki.look();
	assert.ok(suzuki.words.includes('終わりました'));
});

test('some days later the link is dead, for the page and for programs', async () => {
	write(daemon, 'UPDATE incidents SET closed_at = closed_at - ? WHERE id = ?', 7 * 86_400_000, id);
	await suzuki.look();
	assert.equal(suzuki.answer.status, 410);
	assert.ok(suzuki.words.includes('このページは終わりました'));
	const lost = await suzuki.http.post(suzuki.path, new URLSearchParams({ ...reports.needs_help, note: '声がします' }));
	assert.equal(lost.status, 409);
	assert.ok(words(lost.text).includes('このページでは、もう受け取れません。') && lost.text.includes('href="tel:119"'), lost.text);
	const { status, json } = await suzuki.http.get(`/api/v1${path}`);
	assert.equal(status, 410);
	assert.equal(json.code, 'dead');
});

/* A watcher's own page: W026 looks in on R007, whose name is bad for pages. */
let own;

test('staff make a link to a watcher’s own page: shown once, as an address and as a QR code', async () => {
	assert.equal((await viewer.call('POST', '/api/v1/watchers/W026/link')).status, 403);
	assert.equal((await staff.call('POST', '/api/v1/watchers/W999/link')).status, 404);
	const { status, json } = await staff.call('POST', '/api/v1/watchers/W026/link');
	assert.equal(status, 201);
	assert.match(json.url, new RegExp(`^${publicUrl}/my/[\\w-]{43}$`));
	assert.match(json.qr, /^<svg|^<\?xml/);
	own = new Reader(json.url.slice(publicUrl.length));
	assert.ok(!daemon.log.includes(own.path.slice(4)));
	await own.look();
	assert.match(own.words, /さんですか？/);
	assert.ok(!own.html.includes('alert(1)'));
	await own.press('yes');
	assert.equal((await new Reader(own.path).look()).answer.status, 403);
});

test('it shows whether the check-in came, and whatever a name holds is text', async () => {
	assert.ok(own.words.includes('○ まだです'), own.words);
	assert.ok(own.words.includes(evil), own.words);
	assert.ok(!own.html.includes('<script>alert'));
	assert.ok(!own.html.includes(people.waiting)); // our numbers stay here
	await press(council, people.waiting);
	await waitFor(async () => (await own.look()).words.includes('✓ 届いています'), { what: 'the page to say so' });
});

test('what is said there reaches staff, each once', async () => {
	const minutes = [...own.html.matchAll(/<option value="(\d*)">/g)].map((m) => m[1]);
	assert.deepEqual(minutes.slice(0, 4), ['', '10', '30', '60']);
	assert.equal((await own.send('met', { minutes: '9999' })).status, 422);
	const met = [await own.send('met', { minutes: '30' }), await own.send('met', { minutes: '30' })];
	assert.deepEqual(met.map((m) => m.status), [303, 303]);
	const said = '会えたことを社協に伝えました';
	assert.equal(met[1].headers.get('location'), own.path); // nothing that a bookmark could say tomorrow
	assert.match(met[1].headers.getSetCookie().join(), /mimamori_told=met[^;]*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=300/);
	const told = own.http.cookies.get('mimamori_told');
	await own.look();
	assert.ok(own.words.includes(said), own.words);
	assert.ok(!(await own.look()).words.includes(said));
	assert.ok(!words((await own.http.send('GET', `${own.path}?done=met&told=met`)).text).includes(said));
	for (const forged of ['met', 'met.', `met.${'0'.repeat(64)}`, told.replace('met', 'away'), `${'x'.repeat(99)}.${'0'.repeat(64)}`, '.']) {
		own.http.cookies.set('mimamori_told', forged);
		await own.look();
		assert.ok(!/伝えました|知らせました/.test(own.words), forged);
	}
	own.http.cookies.delete('mimamori_told');
	const visits = sql('SELECT person, kind, entered_by, minutes FROM visits WHERE resident_id = ?', people.waiting);
	assert.deepEqual(visits, [{ person: 'watcher:W026', kind: 'visit', entered_by: 'watcher:W026', minutes: 30 }]);
	const worry = /href="[^"]*(\?step=worry[^"]*)"/.exec(own.html)[1].replaceAll('&amp;', '&');
	await own.look(worry);
	assert.ok(own.words.includes('何が気になりますか？'));
	for (const [lang, urgent, empty] of [
		['en', 'call 119', 'Please press what you noticed, or write a few words.'],
		['ja-easy', '119ばんに でんわ', 'あるものを おすか、ことばを かいてください。'],
		['ja', '119番へ', 'あてはまるものを押すか、ひとこと書いてください。'],
	]) {
		const link = new RegExp(`href="[^"?]*([?]lang=${lang}[^"]*)"`).exec(own.html)[1].replaceAll('&amp;', '&');
		assert.equal(link, `?lang=${lang}&${worry.slice(1)}`); // the same step, about the same person
		await own.look(link);
		assert.ok(own.words.includes(urgent) && own.forms.worry.resident, own.words);
		const nothing = await own.send('worry', { note: '  ' });
		assert.equal(nothing.status, 422);
		assert.ok(words(nothing.text).includes(empty), nothing.text);
		assert.ok(nothing.text.includes(`?lang=${lang === 'en' ? 'ja' : 'en'}&amp;${worry.slice(1).replace('&', '&amp;')}"`), nothing.text);
	}
	await own.look('?step=worry%22onclick&of=%22x');
	assert.ok(!own.html.includes('onclick'));
	await own.look(worry);
	await own.press('worry', { signs: 'lights', note: '昼もついています' });
	assert.ok(own.words.includes('社協に知らせました'), own.words);
	await mail.next((m) => m.recipient === 'tanaka@example.jp' && m.text.includes('昼もついています'), { within: 15_000 });
	await own.look(worry);
	const typed = `カーテンが\u0001閉まっています${evil}`;
	const again = await own.send('worry', { signs: 'lights', note: typed });
	assert.equal(again.status, 422);
	assert.ok(words(again.text).includes('受け取れませんでした。もう一度お確かめください。 何が気になりますか？'), again.text);
	assert.equal(unescape(/<textarea[^>]*>([^<]*)<\/textarea>/.exec(again.text)[1]), typed.replace('\u0001', ''));
	assert.match(again.text, /value="lights" checked/);
	assert.equal(formsOf(again.text).worry.resident, own.forms.worry.resident);
	const long = `${'雨戸'.repeat(79)}です`; // as much as the page lets one type
	await own.press('worry', { signs: 'newspapers lights sounds smell other', note: long });
	assert.ok(own.words.includes('社協に知らせました'), own.words);
	await mail.next((m) => m.recipient === 'tanaka@example.jp' && m.text.includes(`${long}\n`), { within: 15_000 });
	assert.deepEqual(sql("SELECT detail FROM timeline WHERE event = 'worry' ORDER BY id").at(-1), { detail: `newspapers lights sounds smell other: ${long}` });
	await own.look(worry);
	const wrong = await own.send('worry', { resident: '0'.repeat(64), signs: 'lights' });
	assert.equal(wrong.headers.get('location'), own.path);
	assert.ok((await own.look()).words.includes('受け取れませんでした'), own.words);
	assert.ok(!(await own.look()).words.includes('受け取れませんでした'));
});

test('away days and the daily mail are the watcher’s own to set, and audited', async () => {
	const today = new Date(Date.now() + daemon.zone.offset).toISOString().slice(0, 10);
	await own.look();
	await own.press('away', { from: today, to: today });
	assert.ok(own.words.includes('留守です。'), own.words);
	await own.press('back');
	assert.ok(own.forms.away);
	assert.ok(own.words.includes('留守を取り消したことを社協に伝えました。'), own.words);
	const refused = await own.send('away', { from: today, to: '2020-01-01' });
	assert.equal(refused.status, 422);
	assert.ok(words(refused.text).includes('もう一度お確かめください'), refused.text);
	assert.match(refused.text, new RegExp(`name="from"[^>]*value="${today}"`));
	assert.match(refused.text, /name="to"[^>]*value="2020-01-01"/);
	await own.press('summary');
	assert.ok(own.words.includes('いまは、1日1通にまとめています'));
	const { json } = await own.http.get(`/api/v1${own.path}`);
	assert.equal(json.summary, true);
	assert.equal(json.residents[0].today, 'arrived'); // a worry says nothing of the press
	assert.equal((await own.http.post(`/api/v1${own.path}`, { act: 'summary', on: false })).json.summary, false);
	const audited = sql("SELECT what, detail FROM audit WHERE who = 'watcher:W026' ORDER BY id");
	assert.deepEqual(audited.map(({ what }) => what), ['visit', 'worry', 'worry', 'away', 'away', 'summary', 'summary']);
});

test('a worry is told as one on the page too, and says nothing about health', async () => {
	const { id: worried } = await incidentOf(people.waiting);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${worried}/claim`)).status, 200);
	assert.equal((await staff.call('POST', `/api/v1/incidents/${worried}/handover`, { to: 'W026' })).status, 200);
	const asked = await new Reader(await linkTo('w026')).look();
	await asked.press('yes');
	for (const [lang, word] of [
		['en', 'Somebody is worried about'],
		['ja-easy', 'しんぱいしている ひとが います。'],
		['ja', '気がかりなことがあるとの知らせがありました。'],
	]) {
		await asked.look(`?lang=${lang}`);
		assert.ok(asked.words.includes(word) && !/不調|ぐあい|unwell/.test(asked.words), asked.words);
	}
	await asked.press('cannot');
	assert.equal((await asked.http.get(`/api/v1${asked.path}`)).json.reported, true);
});

test('a new link ends the old one, and staff end both', async () => {
	const { json } = await staff.call('POST', '/api/v1/watchers/W026/link');
	assert.equal((await own.look()).answer.status, 410);
	const next = await new Reader(json.url.slice(publicUrl.length)).look();
	assert.equal(next.answer.status, 200);
	assert.equal((await staff.call('DELETE', '/api/v1/watchers/W026/link')).status, 204);
	assert.equal((await next.look()).answer.status, 410);
	assert.equal((await next.http.get(`/api/v1${next.path}`)).status, 410);
});

test('no token was ever logged', () => {
	for (const { text } of mail.mails)
		for (const [, token] of text.matchAll(/\/w\/([\w-]{43})/g))
			assert.ok(!daemon.log.includes(token));
	assert.ok(!daemon.log.includes(own.path.slice(4)));
});
