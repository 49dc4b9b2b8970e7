// What leaves: mail over every kind of server, signed webhooks, messages to buttons. Each test has a home of its own,
// whose button asks for help and whose one watcher is told at once.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { checkedIncidents } from './contract.mjs';
import { startDaemon } from './daemon.mjs';
import { assertNobodyNamed } from './personal.mjs';
import { startMail } from './smtp.mjs';
import { localDate, middayZone } from './town.mjs';
import { sleep, waitFor } from './wait.mjs';
import { startWebhook } from './webhook.mjs';

const broker = await startBroker();
const plain = await startMail();
const webhook = await startWebhook();
const server = { group: '1s', retry_first: '1s', retry_longest: '2s', next_channel: '4s' };
const daemon = await startDaemon({ broker, mail: plain, webhook, settings: { server } });

const zone = middayZone();
const town = { districts: [{ district: 'D01', name: '本町' }], residents: [], watchers: [], links: [], devices: [] };
town.policies = [{ policy: 'tier1', kind: 'help', after: '0s', notify: 'tier1' }];

/** A home to be imported: resident, button and watcher of this name, who has these channels. */
function home(name, channels) {
	const resident_id = `R-${name}`;
	const watcher_id = `W-${name}`;
	const person = { resident_id, name: '山田 花子', district: 'D01', schedule: 'none', policy: 'tier1' };
	town.residents.push({ ...person, consent_on: localDate(zone, Date.now()), place: '本町2丁目' });
	town.watchers.push({ watcher_id, name: '鈴木 一郎', channels, hours: 'daily 00:00-24:00', night: 'yes' });
	town.links.push({ resident_id, watcher_id, tier: 1 });
	town.devices.push({ device_id: `button-${name}`, resident_id });
	return resident_id;
}
const mailOf = (name) => `${name}@example.jp`;
const both = (name) => `mail:${mailOf(name)} webhook:${webhook.url(`/${name}`)}`;
const crowd = Array.from({ length: 10 }, (_, i) => `crowd-${i}`);
home('plain', `mail:${mailOf('plain')}`);
for (const name of ['refused', 'later', 'never', 'starttls', 'smtps', 'login', 'unoffered', 'untrusted'])
	home(name, both(name));
home('hangs', `mail:${mailOf('hangs')}`);
home('meanwhile', `mail:${mailOf('meanwhile')}`);
home('hook', `webhook:${webhook.url('/hook')}`);
home('again', `webhook:${webhook.url('/again')}`);
home('private', `webhook:${webhook.url('/private')} mail:${mailOf('private')}`);
home('button', 'device:button-watcher');
town.devices.push({ device_id: 'button-watcher', resident_id: 'R-button' });
for (const name of crowd)
	home(name, `mail:${mailOf(name)}`);
await daemon.import(town);

/** The button of a home asks for help; when (ms). */
async function help(name) {
	const button = await daemon.device(`button-${name}`);
	const at = Date.now();
	assert.equal((await button.pressed('help')).result, 'stored');
	await button.leave();
	return at;
}

const incidentOf = async (name) =>
	checkedIncidents(await daemon.incidents()).find((i) => i.resident_id === `R-${name}` && i.state !== 'closed');

/** Waits until the watcher of a home was told on this kind of channel with that result. */
const told = (name, kind, result) =>
	waitFor(
		async () => (await incidentOf(name)).told.some((t) => t.channel.startsWith(`${kind}:`) && t.result === result),
		{ within: 8000, what: `${kind} of ${name} to be ${result}` },
	);
const resultOf = async (name, kind) =>
	(await incidentOf(name)).told.find((t) => t.channel.startsWith(`${kind}:`))?.result;

async function close(name) {
	const { id } = await incidentOf(name);
	await daemon.done('close', String(id), '--outcome', 'safe', '--how', 'phone', '--seen-by', '田中');
}

/** The daemon on another mail server; it hears at once. */
async function restartWith(options) {
	await daemon.stop();
	await daemon.configure({ mail: plain, webhook, settings: { server }, ...options });
	await daemon.start();
	await daemon.ready();
}

test('a mail says what a machine and a person need to know of it', async () => {
	const at = await help('plain');
	const mail = await plain.next((m) => m.recipient === mailOf('plain'));
	assert.ok(mail.at - at < 2000, `${mail.at - at} ms`);
	assert.equal(mail.sender, 'mimamori@example.jp');
	assert.deepEqual(mail.from.value, [{ address: 'mimamori@example.jp', name: '本町市社協' }]);
	assert.equal(mail.to.text, mailOf('plain'));
	assert.equal(mail.subject, '【至急・見守り】すぐにご確認ください（本町市社協）');
	assert.match(mail.text, /^本町市社協です。\n「助けて」の合図がありました。/);
	assert.match(mail.messageId, /^<[^@\s]+@example\.jp>$/);
	assert.ok(Math.abs(mail.date - at) < 5000, `Date: ${mail.date}`);
	assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
	assert.equal(mail.headers.get('content-type').params.charset.toLowerCase(), 'utf-8');
	assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 998 && !/[^\x20-\x7e\t]/.test(line)));
	await told('plain', 'mail', 'sent');
	await close('plain');
	await plain.next((m) => m.recipient === mailOf('plain') && m.text.includes('ご様子を確認できました。'));
});

test('a server that refuses for good: the next channel at once', async () => {
	plain.refuse(550, { to: mailOf('refused') });
	const at = await help('refused');
	const call = await webhook.next((c) => c.path === '/refused');
	plain.accept();
	assert.ok(call.at - at < 2500, `the webhook was called after ${call.at - at} ms`);
	assert.equal(call.fault, null, 'its signature is good');
	assert.equal(call.json.type, 'incident.alert');
	assert.ok(!/山田|花子|本町/.test(call.text), 'a webhook carries ids and nobody');
	await told('refused', 'webhook', 'sent');
	assert.equal(await resultOf('refused', 'mail'), 'refused');
	await close('refused');
	await webhook.next((c) => c.path === '/refused' && c.json?.type === 'incident.ended');
});

test('a server that is busy gets the same mail again', async () => {
	plain.refuse(450, { at: 'data', to: mailOf('later') });
	await help('later');
	await waitFor(() => plain.arrived.some((m) => m.recipient === mailOf('later')), { what: 'the first try' });
	assert.equal(await resultOf('later', 'mail'), 'waiting');
	plain.accept();
	const taken = await plain.next((m) => m.recipient === mailOf('later'));
	await told('later', 'mail', 'sent');
	const tries = plain.arrived.filter((m) => m.recipient === mailOf('later'));
	assert.ok(tries.length >= 2);
	assert.deepEqual([...new Set(tries.map((m) => m.messageId))], [taken.messageId]);
	assert.ok(!webhook.calls.some((c) => c.path === '/later'), 'it was in time: nobody else was asked');
	await close('later');
});

test('a server that stays busy: the next channel after a while, as well', async () => {
	plain.refuse(450, { to: mailOf('never') });
	const at = await help('never');
	const call = await webhook.next((c) => c.path === '/never', { within: 15_000 });
	assert.ok(call.at - at >= 3900, `${call.at - at} ms`);
	await told('never', 'webhook', 'sent');
	assert.equal(await resultOf('never', 'mail'), 'waiting');
	plain.accept();
	await told('never', 'mail', 'sent');
	await close('never');
});

test('a server that never answers delays neither the webhook nor other people', async () => {
	plain.hang({ to: mailOf('hangs') });
	await help('hangs');
	await waitFor(() => plain.arrived.some((m) => m.recipient === mailOf('hangs')), { what: 'the mail to hang' });
	const [mailed, called] = await Promise.all([help('meanwhile'), help('hook')]);
	const mail = await plain.next((m) => m.recipient === mailOf('meanwhile'));
	const call = await webhook.next((c) => c.path === '/hook');
	assert.ok(mail.at - mailed < 2500 && call.at - called < 2500, `${mail.at - mailed} and ${call.at - called} ms`);
	assert.equal(await resultOf('hangs', 'mail'), 'waiting');
	plain.accept();
	for (const name of ['hangs', 'meanwhile', 'hook'])
		await close(name);
});

test('a webhook that failed is called again under the same id, and both calls are signed', async () => {
	const from = webhook.calls.length;
	let failed = 0;
	webhook.answer = ({ path }) => (path === '/again' && failed++ === 0 ? 500 : 204);
	await help('again');
	await told('again', 'webhook', 'sent');
	const calls = webhook.calls.slice(from).filter((c) => c.path === '/again' && c.json?.type === 'incident.alert');
	assert.deepEqual(calls.map((c) => c.status), [500, 204]);
	assert.deepEqual(calls.map((c) => c.fault), [null, null]);
	assert.equal(calls[0].id, calls[1].id);
	assert.equal(calls[0].text, calls[1].text);
	webhook.answer = () => 204;
	await close('again');
});

test('a message to a button is sent only when somebody is there', async () => {
	await help('button');
	await told('button', 'device', 'waiting');
	await sleep(2500); // it was tried by then
	assert.equal(await resultOf('button', 'device'), 'waiting');
	const button = await daemon.device('button-watcher');
	await told('button', 'device', 'sent');
	const [message] = await waitFor(() => button.messages().length > 0 && button.messages());
	assert.equal(message.kind, 'notice');
	assert.match(message.text, /「助けて」の合図がありました。/);
	await close('button');
	await waitFor(() => button.messages().some(({ text }) => text.includes('ご様子を確認できました')), { what: 'the end' });
	await button.leave();
});

test('killed with mails in flight: each arrives, and what comes twice is the same mail', async () => {
	plain.slow(2000);
	const buttons = await Promise.all(crowd.map((name) => daemon.device(`button-${name}`)));
	await Promise.all(buttons.map((button) => button.pressed('help')));
	await waitFor(() => plain.arrived.filter((m) => m.recipient.startsWith('crowd-')).length >= 6, {
		what: 'mails in flight',
	});
	await daemon.kill();
	plain.accept();
	await daemon.start();
	await daemon.ready();
	for (const name of crowd)
		await told(name, 'mail', 'sent');
	const ids = crowd.map((name) => {
		const alerts = plain.arrived.filter((m) => m.recipient === mailOf(name));
		assert.ok(plain.mails.some((m) => m.recipient === mailOf(name)), name);
		assert.equal(new Set(alerts.map((m) => m.messageId)).size, 1, `one alert to ${name}, however often`);
		return alerts[0].messageId;
	});
	assert.equal(new Set(ids).size, crowd.length);
	assert.ok(plain.arrived.filter((m) => m.recipient.startsWith('crowd-')).length > crowd.length, 'some came twice');
	await Promise.all(buttons.map((button) => button.leave()));
});

test('STARTTLS and a login, and TLS from the first byte', async () => {
	for (const tls of ['starttls', 'smtps']) {
		const server = await startMail({ tls, login: { user: 'mimamori', pass: 'ひみつ pass' } });
		await restartWith({ mail: server });
		await help(tls);
		const mail = await server.next((m) => m.recipient === mailOf(tls));
		assert.deepEqual([mail.secure, mail.user], [true, 'mimamori']);
		await told(tls, 'mail', 'sent');
	}
});

test('a wrong password, no STARTTLS where it is required, a certificate nobody vouches for: named, and nothing said', async () => {
	const login = { user: 'mimamori', pass: 'right' };
	const guarded = await startMail({ tls: 'starttls', login });
	const bare = await startMail();
	const faults = [
		['login', guarded, { password: 'wrong-secret' }],
		['unoffered', bare, { starttls: 'required', username: 'mimamori', password: 'wrong-secret' }],
		['untrusted', guarded, { password: 'right' }],
	];
	for (const [name, mail, keys] of faults) {
		await daemon.stop();
		await daemon.configure({ mail, webhook, settings: { server, mail: keys } });
		if (name === 'untrusted')
			daemon.env = {};
		const from = daemon.log.length;
		const said = mail.commands.length;
		await daemon.start();
		await daemon.ready();
		await help(name);
		await webhook.next((c) => c.path === `/${name}`, { within: 15_000 });
		assert.equal(await resultOf(name, 'mail'), 'waiting');
		assert.ok(mail.connections > 0);
		assert.deepEqual(mail.arrived.filter((m) => m.recipient === mailOf(name)), []);
		const commands = new Set(mail.commands.slice(said).map(([command]) => command));
		assert.deepEqual([...commands], name === 'login' ? ['AUTH'] : [], `what it said to the ${name} server`);
		const log = daemon.log.slice(from);
		assert.match(log, /level=error .*channel=mail .*our configuration does not work/);
		assert.ok(!log.includes('wrong-secret') && !log.includes('right"'));
	}
});

test('a webhook in our own network is refused unless that is allowed, and the next channel is asked', async () => {
	await restartWith({ settings: { server, webhook: { allow_private: null } } });
	await help('private');
	await plain.next((m) => m.recipient === mailOf('private'));
	assert.equal(await resultOf('private', 'webhook'), 'refused');
	assert.ok(!webhook.calls.some((c) => c.path === '/private'));
});

test('the log names nobody, and the store is whole', async () => {
	assertNobodyNamed(daemon.log, town);
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
