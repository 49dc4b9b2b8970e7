// Secrets stay where they belong: through a day on which everything works and then everything fails, nothing that only
// its holder may know stands in a log, an answer to others, an error, the audit, an export, the store (but hashed), the
// process's arguments and environment, or a core file. The tests of this file are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { anonymous, signIn, withKey } from './client.mjs';
import { startDaemon } from './daemon.mjs';
import { temporaryFolder } from './ending.mjs';
import { operations } from './openapi.mjs';
import { Process, run } from './processes.mjs';
import { program, sanitized } from './programs.mjs';
import { startMail } from './smtp.mjs';
import { rows } from './store.mjs';
import { middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';
import { startWebhook } from './webhook.mjs';

const root = process.getuid() === 0;
const marker = (what) => `Geheim-${what}-${Math.random().toString(36).slice(2, 12)}`;

/** What nobody but its holder may know, by name; more are added as they are made. */
const keys = {
	mail_password: marker('mail'),
	mail_wrong: marker('mailwrong'),
	broker_wrong: marker('brokerwrong'),
	heartbeat: marker('heartbeat'),
	hook: marker('hook'),
	admin: marker('admin'),
	viewer: marker('viewer'),
	typed_wrong: marker('typedwrong'),
	bad_line: marker('badline'),
	first: marker('first'),
	line_token: marker('linetoken'),
	line_secret: marker('linesecret'),
	twilio: marker('twilio'),
	ntfy: marker('ntfy'),
	apprise: marker('apprise'),
};
/** Of those, what the store has to know as it is, because it is used again. */
const usedAgain = ['totp', 'hook'];
/** What is known of a resident, and belongs in no log, probe, audit, or answer to who may not read records. */
const personal = { birth_date: '1911-02-07', phone: '0398765041', address: '秘密町9丁目87番65号', care: '秘密の薬' };

/** All that was said, by where. */
const said = [];
const note = (where, text) => said.push({ where, text });

/** Where any of these texts stands in what was said; also as a URL or a CSV would write it. */
function found(texts, places = said) {
	return Object.entries(texts).flatMap(([name, text]) =>
		places
			.filter((place) => place.text.includes(text) || place.text.includes(encodeURIComponent(text)))
			.map(({ where, text: whole }) => `${name} in ${where}: …${whole.slice(Math.max(0, whole.indexOf(text) - 80), whole.indexOf(text) + 60)}…`),
	);
}

const broker = await startBroker();
const mail = await startMail({ login: { user: 'mimamori', pass: keys.mail_password } });
const webhook = await startWebhook();
Object.assign(keys, { mqtt_password: broker.password, webhook_secret: webhook.secret, webhook_key: webhook.secret.slice('whsec_'.length) });

const town = street(middayZone(), { step: 3600 });
Object.assign(town.residents[0], personal);
town.watchers[1].channels = `webhook:${webhook.url(`/${keys.hook}`)}`;
const always = 'daily 00:00-24:00';
town.users.push({ login: 'admin', name: '管理', role: 'admin', channels: '', duty: always }, { login: 'viewer', name: '森', role: 'viewer', channels: '', duty: always });
const settings = {
	server: { group: '1s' },
	web: { public_url: 'http://mimamori.test' },
	heartbeat: { url: `http://127.0.0.1:9/${keys.heartbeat}` },
	line: { channel_token: keys.line_token, channel_secret: keys.line_secret },
	twilio: { account_sid: 'AC1', auth_token: keys.twilio },
	ntfy: { token: keys.ntfy },
	apprise: { url: `http://127.0.0.1:9/${keys.apprise}` },
};
const daemon = await startDaemon({ broker, mail, webhook, town, settings, start: false });
Object.assign(keys, { device: daemon.passwords['button-1'] });

/** Runs a command and notes what it said. */
async function typed(input, ...args) {
	const result = await daemon.typed(input, ...args);
	note(`mimamori ${args.join(' ')}`, result.stdout + result.stderr);
	return result;
}

/** One call of somebody who must not learn the secrets of others; what was answered is noted. */
async function called(who, method, path, body, options) {
	const answer = await who.send(method, path, body, options);
	note(`${method} ${path} (${answer.status})`, `${JSON.stringify([...answer.headers])}\n${answer.text}`);
	return answer;
}

let press;

test('a day on which all works', async () => {
	for (const login of ['admin', 'viewer'])
		assert.equal((await typed(`${keys[login]}\n`, 'user', 'password', login)).code, 0);
	await daemon.start();
	await daemon.ready();
	press = await daemon.device('button-1');
	assert.equal((await press.pressed('help')).result, 'stored');

	const { text } = await mail.next((m) => m.recipient === 'w001@example.jp', { within: 20_000 });
	const link = text.match(/\/w\/([\w-]{43})/)[1];
	keys.answer_link = link;
	const call = await webhook.next(() => true, { within: 20_000 });
	assert.equal(call.fault, null);
	keys.webhook_link = call.text.match(/\/w\/([\w-]{43})/)?.[1] ?? link;
	const watcher = anonymous(daemon);
	for (const act of ['yes', 'going'])
		assert.equal((await watcher.post(`/api/v1/w/${link}`, { act })).status, 200);
	keys.watcher = [...watcher.cookies.values()].find((value) => value.length > 20) ?? link;

	const admin = await signIn(daemon, 'admin', keys.admin);
	keys.session = admin.cookies.get('mimamori_session');
	keys.browser = admin.cookies.get('mimamori_browser');
	keys.csrf = admin.csrf;
	keys.totp = (await admin.post('/api/v1/session/totp')).json.secret;
	keys.api_key = (await admin.post('/api/v1/keys', { name: 'program', login: 'viewer', scopes: 'list' })).json.key;
	assert.equal((await withKey(daemon, keys.api_key).get('/api/v1/status')).status, 200);
	keys.page_link = (await admin.post('/api/v1/watchers/W001/link')).json.url.split('/').at(-1);
	assert.equal((await anonymous(daemon).get(`/api/v1/my/${keys.page_link}`)).status, 200);
	keys.handed = (await admin.post('/api/v1/residents/R001/devices', { device_id: 'btn-new', kind: 'button' })).json.password;
	keys.handed_in_shell = (await daemon.done('device', 'add', 'btn-shell', '--resident', 'R001')).match(/[0-9a-f]{20,}/)[0];
	keys.setup = (await daemon.done('user', 'setup')).match(/setup\/([\w-]{43})/)[1];
	assert.equal((await admin.post('/api/v1/users', { login: 'second', name: '二', role: 'viewer', password: keys.first })).status, 201);
	for (const [name, text] of Object.entries({ ...keys }))
		assert.ok(typeof text === 'string' && text.length >= 10, name);
});

test('and what then fails: wrong passwords, tokens, codes, bodies', async () => {
	const nobody = anonymous(daemon);
	const json = (body, type = 'application/json') => ({ headers: { 'Content-Type': type }, body });
	await called(nobody, 'POST', '/api/v1/session', { login: 'admin', password: keys.typed_wrong });
	await called(nobody, 'POST', '/api/v1/session', { login: keys.typed_wrong, password: keys.admin }); // typed in the wrong field
	await called(nobody, 'POST', '/api/v1/session', { login: 'admin', password: [keys.typed_wrong] });
	await called(nobody, 'POST', '/api/v1/session', { login: 'admin', password: keys.typed_wrong.repeat(20) });
	await called(nobody, 'POST', '/api/v1/session', { login: 'admin', pasword: keys.typed_wrong });
	const raw = async (text) => note('a broken body', await (await fetch(`${daemon.web}/api/v1/session`, { method: 'POST', ...json(text) })).text());
	await raw(`{"login":"admin","password":"${keys.typed_wrong}"`);
	await raw(`login=admin&password=${keys.typed_wrong}`);
	for (const path of [`/w/${keys.typed_wrong}`, `/my/${keys.typed_wrong}`, `/setup/${keys.typed_wrong}`])
		await anonymous(daemon).send('GET', path);
	await called(withKey(daemon, keys.typed_wrong), 'GET', '/api/v1/status');
	const device = (secret) => ({ headers: { Authorization: `Basic ${Buffer.from(`button-1:${secret}`).toString('base64')}` } });
	await called(nobody, 'POST', '/api/v1/checkins', { id: 'x', kind: 'ok' }, device(keys.typed_wrong));
	const viewer = await signIn(daemon, 'viewer', keys.viewer);
	await called(viewer, 'PATCH', '/api/v1/session', { old_password: keys.typed_wrong, new_password: keys.first });
	await called(viewer, 'PATCH', '/api/v1/session', { old_password: keys.viewer, new_password: 'short' });
	await called(viewer, 'POST', '/api/v1/residents/R001/pauses', { verify: personal.birth_date, told_by: 'x', from: '2026-01-01', to: '2026-01-02', reason: 'x' });
	viewer.csrf = keys.typed_wrong;
	await called(viewer, 'POST', '/api/v1/session/totp');

	await typed('', 'pause', 'R001', '--verify', '9999', '--told-by', 'x', '--from', '2099-01-01', '--to', '2099-01-02', '--reason', 'x');
	await typed('', 'checkin', 'R001', '--verify', personal.birth_date, '--told-by', 'x');
	await typed('', 'checkin', 'R001', '--verify', personal.phone.slice(-4), '--told-by', 'x');
	await typed(`${keys.typed_wrong.slice(0, 7)}\n`, 'user', 'password', 'admin');
	await typed(`${keys.typed_wrong}\n`, 'user', 'password', 'nobody');
	const bad = join(daemon.folder, 'bad');
	mkdirSync(bad);
	writeFileSync(join(bad, 'users.csv'), `login,password\nadmin,${keys.typed_wrong}\n`);
	await typed('', 'import', bad);
});

test('and its configuration: lines that are wrong, and secrets that are refused', async () => {
	const config = join(daemon.folder, 'bad.conf');
	const lines = [
		`password = ${keys.bad_line}`,
		`[mqtt]\npasword = ${keys.bad_line}`,
		`[mqtt]\npassword ${keys.bad_line}`,
		`[mqtt]\npassword = x\npassword = ${keys.bad_line}`,
		`[mqtt]\npassword = ${keys.bad_line.repeat(40)}`,
		`[mail]\npassword_file = secret.text`,
		`[mail]\nurl = ftp://user:${keys.bad_line}@example.jp`,
		`[heartbeat]\nurl = ftp://example.jp/${keys.bad_line}`,
		`[mqtt]\n${keys.bad_line}== = x`,
		`[webhook]\nsecret = ${keys.bad_line}\u0000`,
	];
	writeFileSync(join(daemon.folder, 'secret.text'), `${keys.bad_line}\n`.repeat(2000));
	for (const [i, line] of lines.entries()) {
		writeFileSync(config, `${line}\n`);
		for (const args of [['mimamorid', '--config', config, '--check'], ['mimamori', '--config', config, 'status'], ['mimamori-button', '--config', config]]) {
			const { code, stdout, stderr } = await run(program(args[0]), args.slice(1));
			if (i !== 9 || args[0] !== 'mimamori-button')
				assert.equal(code, 2, `${args.join(' ')}: ${line}`);
			note(`${args[0]} on the bad line ${i}`, stdout + stderr);
		}
	}
	const good = readFileSync(daemon.config, 'utf8');
	writeFileSync(daemon.config, `${good}\n[mqtt]\npasword = ${keys.bad_line}\n`);
	daemon.process.signal('SIGHUP');
	await daemon.process.said(/reloading=no/);

	// Everybody outside refuses us now.
	const logins = { mail: { ...mail, url: mail.url, tls: mail.tls, login: { user: 'mimamori', pass: keys.mail_wrong } } };
	webhook.answer = () => 500;
	await daemon.configure({ ...logins, webhook, settings: { ...settings, mqtt: { password_file: null, password: keys.broker_wrong } } });
	daemon.process.signal('SIGHUP');
	await daemon.process.said(/link=down/);
	await daemon.configure({ ...logins, webhook, settings });
	daemon.process.signal('SIGHUP');
	await daemon.ready();
	const from = mail.commands.length;
	assert.equal((await press.pressed('help')).result, 'stored');
	const admin = await signIn(daemon, 'admin', keys.admin);
	for (const watcher of ['W001', 'W002'])
		await called(admin, 'POST', `/api/v1/watchers/${watcher}/test-alert`);
	await waitFor(() => mail.commands.slice(from).some(([what]) => what === 'AUTH'), { within: 20_000, what: 'a login that is refused' });
	await waitFor(() => webhook.calls.some((c) => c.status === 500), { within: 20_000, what: 'a webhook that fails' });
	for (const watcher of ['W001', 'W002'])
		await called(admin, 'GET', `/api/v1/watchers/${watcher}/test-alert`);

	const button = await startButton({ broker, device: 'button-1', password: keys.broker_wrong });
	await button.process.said(/refused|not_connected|ended/);
	await button.stop();
	note('the button\'s log', button.log);
});

test('nobody else is told a secret: pages, lists, exports, the shell', async () => {
	const admin = await signIn(daemon, 'admin', keys.admin);
	const viewer = await signIn(daemon, 'viewer', keys.viewer);
	const paths = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{') && path !== '/api/v1/session').map(({ path }) => path);
	const more = ['incidents/1', 'residents/R001', 'residents/R001/timeline', 'residents/R001/record', 'watchers/W001', 'watchers/W002', 'users'];
	const exported = ['districts', 'residents', 'watchers', 'links', 'devices', 'users', 'pauses'].map((table) => `export/${table}.csv`);
	for (const path of [...paths, ...[...more, ...exported].map((p) => `/api/v1/${p}`)]) {
		await called(admin, 'GET', path);
		const { status, text } = await viewer.send('GET', path);
		note(`GET ${path} for a viewer (${status})`, text);
		if (status >= 400 || !path.startsWith('/api/v1/residents'))
			assert.deepEqual(found(personal, [{ where: path, text }]), [], 'a viewer reads the list only');
	}
	for (const command of [['status'], ['status', '--json'], ['incidents', '--json'], ['resident', 'R001'], ['check'], ['help']])
		await typed('', ...command);
	const out = join(daemon.folder, 'out');
	mkdirSync(out);
	await typed('', 'export', out);
	for (const name of readdirSync(out))
		note(`export ${name}`, readFileSync(join(out, name), 'utf8'));
	for (const [where, text] of Object.entries({ ...keys })) // a channel's address is what an admin entered, and exports give back
		if (where !== 'hook')
			assert.deepEqual(found({ [where]: text }), []);
});

/** What the daemon says of itself. */
async function ofItself() {
	const mine = [{ where: 'the daemon\'s log', text: daemon.log }];
	for (const path of ['/healthz', '/readyz', '/metrics'])
		mine.push({ where: path, text: await (await fetch(daemon.web + path)).text() });
	mine.push({ where: 'the audit', text: JSON.stringify(rows(daemon, 'SELECT * FROM audit')) });
	return mine;
}

/** What left by mail and webhook. */
function whatLeft() {
	const mails = mail.arrived.map((m) => ({ where: `a mail to ${m.recipient}`, text: `${m.raw}\n${m.subject}\n${m.text}` }));
	return [...mails, ...webhook.calls.map((c) => ({ where: 'a webhook', text: JSON.stringify([c.headers, c.text]) }))];
}

test('no log, probe or audit holds a secret or what is personal', async () => {
	const mine = await ofItself();
	const names = Object.fromEntries(town.watchers.map((w, i) => [`name ${i}`, w.name]));
	assert.ok(daemon.log.length > 0);
	assert.deepEqual(found({ ...keys, ...personal, ...names, resident: town.residents[0].name }, mine), []);
});

test('the store holds of a secret its hash only', async () => {
	const bytes = ['', '-wal'].filter((end) => existsSync(daemon.database + end)).map((end) => readFileSync(daemon.database + end, 'latin1')).join('\n');
	const hashed = Object.fromEntries(Object.entries(keys).filter(([name]) => !usedAgain.includes(name)));
	assert.deepEqual(found(hashed, [{ where: 'the store', text: bytes }]), []);
});

test('nor do the process\'s arguments and environment, which others may read', async () => {
	for (const file of ['cmdline', 'environ'])
		assert.deepEqual(found(keys, [{ where: file, text: readFileSync(`/proc/${daemon.process.pid}/${file}`, 'latin1') }]), []);
});

test('a mail or webhook holds the link of its reader, and no other secret', () => {
	const { answer_link, webhook_link, ...others } = keys;
	const left = whatLeft();
	assert.ok(found({ answer_link, webhook_link }, left).length >= 2);
	assert.deepEqual(found(others, left), []);
});

/** Every hash that the store or the broker's file has of a secret, by whose it is. */
function hashes() {
	const all = {};
	for (const [table, column] of [['users', 'password'], ...['sessions', 'browsers', 'api_keys', 'setups', 'answer_tokens'].map((t) => [t, 'hash'])]) {
		const list = rows(daemon, `SELECT ${column} AS hash FROM ${table} WHERE ${column} <> ''`);
		assert.ok(list.length > 0, table);
		for (const [i, { hash }] of list.entries())
			all[`${table} ${i}`] = hash;
	}
	for (const line of readFileSync(broker.passwords, 'utf8').trim().split('\n'))
		all[`the broker's ${line.split(':')[0]}`] = line.split('$').at(-1);
	return all;
}

test('what the store has in place of a secret leaves it nowhere, for it can be guessed at', async () => {
	const all = hashes();
	assert.ok(Object.values(all).every((hash) => hash.length >= 40));
	assert.deepEqual(found(all, [...said, ...(await ofItself()), ...whatLeft()]), []);
});

/** Whether the memory of a process holds any of these texts, by name. */
function remembered(pid, texts) {
	const names = new Set();
	const memory = openSync(`/proc/${pid}/mem`, 'r');
	for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').filter((l) => / rw/.test(l))) {
		const [from, to] = line.split(' ')[0].split('-').map((hex) => parseInt(hex, 16));
		const bytes = Buffer.alloc(to - from);
		try {
			readSync(memory, bytes, 0, bytes.length, from);
		} catch {
			continue; // what no memory stands behind yet
		}
		for (const [name, text] of Object.entries(texts))
			if (bytes.includes(text))
				names.add(name);
	}
	closeSync(memory);
	return [...names];
}

const blind = (!root && 'nobody but root may look') || (sanitized('mimamorid') && 'a sanitizer keeps what was freed');

test('a password that was typed is forgotten with the call that brought it', { skip: blind }, async () => {
	const secret = { once: marker('typedonce') };
	await anonymous(daemon).post('/api/v1/session', { login: 'okada', password: secret.once }, { headers: { Connection: 'close' } });
	await waitFor(() => remembered(daemon.process.pid, secret).length === 0, { what: 'the password to be forgotten' });
});

/** Starts a program with core files allowed, ends it by SIGABRT once it said `ready`; what it and its shell said. */
async function aborted(folder, ready, command, ...args) {
	const script = 'cd "$0" && ulimit -c unlimited && { "$@" & pid=$!; read -r line; kill -ABRT $pid; wait $pid; }';
	const shell = new Process('a shell', 'bash', ['-c', script, folder, command, ...args]);
	await shell.said(ready);
	shell.type('');
	await shell.ended;
	assert.match(shell.log, /Aborted/);
	return shell.log;
}

test('a crash leaves no core file', async (t) => {
	await daemon.stop();
	const [others, ours] = [temporaryFolder('cores'), temporaryFolder('no-cores')];
	if (!/core dumped/.test(await aborted(others, /begun/, 'sh', '-c', 'echo begun; exec sleep 60')))
		t.diagnostic('this machine makes no core files at all');
	const button = await startButton({ broker, device: 'button-1', password: keys.device, start: false });
	const programs = [
		['mimamorid', daemon.config, /link=up/],
		['mimamori-button', button.config, /event=online/],
	];
	for (const [name, config, ready] of programs)
		assert.doesNotMatch(await aborted(ours, ready, program(name), '--config', config), /core dumped/, name);
	assert.deepEqual(readdirSync(ours), []);
});
