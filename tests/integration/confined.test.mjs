// The programs under their unit files: what they are denied, and that all they do works without it. The tests of the
// daemon are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { certificate } from './certificate.mjs';
import { signIn } from './client.mjs';
import { confinement, units, user } from './confined.mjs';
import { setPassword } from './council.mjs';
import { startDaemon } from './daemon.mjs';
import { atEnd, temporaryFolder } from './ending.mjs';
import { freePort } from './ports.mjs';
import { connectDevice } from './press.mjs';
import { run } from './processes.mjs';
import { program } from './programs.mjs';
import { startMail } from './smtp.mjs';
import { stored } from './store.mjs';
import { startSupervisor } from './supervisor.mjs';
import { localDate, middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';
import { startWebhook } from './webhook.mjs';

const root = process.getuid() === 0;

/** Gives files and folders to the user that a confined program runs as, and a way to them. */
function give(...paths) {
	for (const path of root ? paths : []) {
		chownSync(path, user, user);
		if (statSync(path).isDirectory())
			give(...readdirSync(path).map((name) => join(path, name)));
	}
	const above = root ? [tmpdir(), dirname(tmpdir())] : [];
	for (const folder of above.filter((f) => f.startsWith('/tmp/')))
		chmodSync(folder, 0o711);
}

/** The result of systemd-analyze on a shipped unit as `make install` would put it in place. */
async function analyze(name, ...args) {
	const file = join(temporaryFolder('unit'), `${name}.service`);
	writeFileSync(file, readFileSync(units[name], 'utf8').replaceAll('@bindir@', dirname(program(name))));
	return await run('systemd-analyze', ['--no-pager', ...args, file]);
}

/** What systemd finds open, and has to be; the reasons stand in the unit files and in docs/operators.md. */
const open = ['RootDirectory=/RootImage=', 'RestrictAddressFamilies=~AF_UNIX', 'RestrictAddressFamilies=~AF_(INET|INET6)', 'PrivateNetwork=', 'DeviceAllow=', 'IPAddressDeny='];
const openForKeys = ['PrivateDevices=', 'SupplementaryGroups=', 'ProcSubset=', 'ProtectClock=', 'SystemCallFilter=~@clock', 'SystemCallFilter=~@privileged'];
const accepted = { mimamorid: open, 'mimamori-button': [...open, ...openForKeys] };

for (const name of Object.keys(units))
	test(`${name}.service is sound, and exposes less than 2 of 10: only what it must`, async () => {
		const sound = await analyze(name, 'verify');
		assert.deepEqual([sound.code, sound.stderr], [0, '']);
		const { code, stdout, stderr } = await analyze(name, 'security', '--offline=true', '--threshold=20');
		assert.equal(code, 0, stdout + stderr);
		assert.match(stdout, /Overall exposure level .*: [01]\.\d/);
		const found = JSON.parse((await analyze(name, 'security', '--offline=true', '--json=short')).stdout);
		assert.deepEqual(found.filter((e) => e.set === false && e.exposure).map((e) => e.name).sort(), accepted[name].toSorted());
	});

/** What a program is told under each unit; where it may differ, by program. */
const denied = {
	...{ inet: '-', unix: '-', netlink: 'EAFNOSUPPORT', packet: 'EAFNOSUPPORT' },
	...{ namespace: 'EPERM', setns: 'EPERM', mount: 'EPERM', ptrace: 'EPERM', personality: 'EPERM' },
	...{ writable_code: 'EPERM', new_code: 'EPERM', keyring: 'EPERM', io_uring: 'EPERM', read_memory: 'EPERM' },
	...{ shared_memory: 'EPERM', lock_memory: 'EPERM', priority: 'EPERM', setuid: 'EPERM', chown: 'EPERM', suid: 'EPERM' },
	...{ root: 'no', capabilities: 'no', new_privileges: 'no', core: 'no', umask: '077' },
};
const own = {
	mimamorid: { memfd: '-', clock_is_set: 'EPERM' },
	'mimamori-button': { memfd: 'EPERM', clock_is_set: '-' },
};
const files = { write_etc: 'EROFS', list_home: 'EACCES', proc_1: 'ENOENT' };
const ownFiles = { mimamorid: { proc_cpuinfo: 'ENOENT' }, 'mimamori-button': { proc_cpuinfo: '-' } };

for (const name of Object.keys(units))
	test(`under ${name}.service the rest of the machine is out of reach`, async (t) => {
		const [mine, hidden] = [temporaryFolder('probe'), temporaryFolder('hidden')];
		give(mine);
		const [around, ...options] = await confinement(name, { state: mine }, { fail: true });
		const { code, stdout, stderr } = await run(around, [...options, program('tests/integration/confine_probe'), mine, hidden]);
		assert.equal(code, 0, stderr);
		const got = Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' ')));
		if (!root) // then nobody could take them
			delete got.capabilities;
		for (const what of stderr.matchAll(/^confine: left out: (.*)$/gm))
			t.diagnostic(`not tried here: ${what[1]}`);
		const expected = { ...denied, ...own[name], [mine]: '-' };
		if (stderr === '')
			Object.assign(expected, files, ownFiles[name], { [hidden]: 'ENOENT' });
		for (const [what, error] of Object.entries(expected))
			if (what in got)
				assert.equal(got[what], error, what);
	});

const mail = await startMail({ tls: 'starttls', login: { user: 'mimamori', pass: 'ひみつ pass' } });
const webhook = await startWebhook();
const { key, cert, file: certificateFile } = await certificate();
const tlsPort = await freePort();
const broker = await startBroker();
let daemon, supervisor, press, around;

/** The documented path unit: the broker reads its passwords when they have changed. */
function reloadOnChange() {
	const watcher = watch(broker.folder, (_, name) => name === 'mimamori.passwd' && broker.reload().catch(() => {}));
	atEnd(() => watcher.close());
}

async function startConfined() {
	await daemon.start({ around });
	await daemon.ready();
}

test('the daemon starts: its user, the broker over TLS, the supervisor', async (t) => {
	writeFileSync(join(broker.folder, 'key.pem'), key);
	writeFileSync(join(broker.folder, 'cert.pem'), cert);
	writeFileSync(
		join(broker.folder, 'conf.d/tls.conf'),
		`listener ${tlsPort} 127.0.0.1\nuse_username_as_clientid true\ncertfile ${broker.folder}/cert.pem\nkeyfile ${broker.folder}/key.pem\n`,
	);
	await broker.stop();
	await broker.start();
	const town = street(middayZone(), { step: 3600 });
	town.watchers[1].channels = `webhook:${webhook.url()}`;
	town.users.push({ login: 'admin', name: '管理', role: 'admin', channels: '', duty: 'daily 00:00-24:00' });
	daemon = await startDaemon({ broker, mail, webhook, town, start: false });
	await setPassword(daemon, 'admin', 'ひまわり-3-kaze');
	const at = (name) => join(daemon.folder, name);
	mkdirSync(at('paper'));
	copyFileSync(broker.passwordFile, at('mqtt.password'));
	copyFileSync(certificateFile, at('ca.pem'));
	await daemon.configure({
		mail,
		webhook,
		settings: {
			server: { group: '1s' },
			mqtt: { host: 'localhost', port: tlsPort, ca_file: at('ca.pem'), password_file: 'mqtt.password', broker_reload: 'true' },
			web: { paper: at('paper'), paper_at: '0s' },
		},
	});
	supervisor = await startSupervisor();
	give(daemon.folder, dirname(supervisor.path), broker.folder);
	daemon.env = { SSL_CERT_FILE: at('ca.pem'), NOTIFY_SOCKET: supervisor.path };
	around = await confinement('mimamorid', { state: daemon.folder, others: [broker.folder], seen: [dirname(supervisor.path)] });
	reloadOnChange();
	await startConfined();
	for (const [, what] of daemon.log.matchAll(/^confine: left out: (.*)$/gm))
		t.diagnostic(`not tried here: ${what}`);
	await supervisor.process.said(/READY=1/);
	const status = readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8');
	assert.match(status, root ? new RegExp(`^Uid:\\s+${user}\\s`, 'm') : /^Uid:/m);
	assert.match(status, /^CapEff:\s+0+$/m);
	assert.match(status, /^Seccomp:\s+2$/m);
	assert.match(status, /^NoNewPrivs:\s+1$/m);
	press = await daemon.device('button-1');
});

test('a press is stored and answered, a call for help goes out by mail and webhook', async () => {
	assert.equal((await press.pressed('ok')).result, 'stored');
	assert.equal((await press.pressed('help')).result, 'stored');
	await mail.next((m) => m.recipient === 'w001@example.jp' && m.secure && m.user, { within: 20_000 });
	const call = await webhook.next(() => true, { within: 20_000 });
	assert.deepEqual([call.status, call.fault], [204, null]);
	await waitFor(async () => (await daemon.incidents())[0].told.every((one) => one.result === 'sent'), { within: 20_000, what: 'all to be told' });
});

let admin;

test('pages: sign-in, an import, an export, the paper', async () => {
	admin = await signIn(daemon, 'admin', 'ひまわり-3-kaze');
	const given = { files: [{ name: 'districts.csv', content: Buffer.from('district,name\nD02,南町\n').toString('base64') }] };
	const { json: seen } = await admin.post('/api/v1/imports', given);
	assert.equal((await admin.post('/api/v1/imports', { ...given, apply: true, token: seen.token })).status, 200);
	assert.match((await admin.get('/api/v1/export/districts.csv')).text, /南町/);
	const sheet = join(daemon.folder, `paper/mimamori-${localDate(middayZone(), Date.now())}.html`);
	await waitFor(() => existsSync(sheet), { what: sheet });
	assert.equal((await admin.get('/api/v1/events')).status, 200);
});

test('a button is handed out: the broker\'s password file is written, and the broker knows the button', async () => {
	const { status, json, text } = await admin.post('/api/v1/residents/R001/devices', { device_id: 'btn-new', kind: 'button' });
	assert.equal(status, 201, text);
	const button = await waitFor(() => connectDevice(broker, 'btn-new', json.password).catch(() => null), { what: 'the broker to know it' });
	assert.equal((await button.pressed('ok')).result, 'stored');
	assert.equal((await admin.post('/api/v1/residents/R001/devices/btn-new/revoke', { reason: '故障' })).status, 200);
});

test('it begins anew on SIGHUP, comes back after a kill, and its broker may come and go', async () => {
	const from = daemon.log.length;
	daemon.process.signal('SIGHUP');
	await waitFor(() => /reloading=yes[\s\S]*mimamorid=starting/.test(daemon.log.slice(from)), { what: 'the reload' });
	await daemon.ready();
	assert.equal((await press.pressed('ok')).result, 'stored');
	await broker.kill();
	await daemon.process.said(/link=down/);
	await broker.start();
	await daemon.ready();
	await daemon.kill();
	await startConfined();
	press = await daemon.device('button-1');
	const id = await press.press('ok');
	assert.equal((await press.ack(id)).result, 'stored');
	assert.ok(stored(daemon).includes(id));
	assert.equal((await daemon.shell('check')).code, 0);
	await daemon.stop();
	await supervisor.process.said(/STOPPING=1/);
});

test('the home button keeps a press over the broker\'s absence and its own end, with the boot it was made in', async () => {
	await daemon.start();
	await daemon.ready();
	const lamp = join(temporaryFolder('lamp'), 'brightness');
	writeFileSync(lamp, '0\n');
	const button = await startButton({
		...{ broker, device: 'button-1', password: daemon.passwords['button-1'], start: false },
		settings: { button: { lamp } },
	});
	give(button.folder, dirname(lamp));
	const sealed = await confinement('mimamori-button', { state: button.folder, others: [dirname(lamp)] });
	await button.start({ around: sealed });
	await button.pressed('ok', { within: 20_000 });
	await waitFor(() => readFileSync(lamp, 'utf8') === '255\n', { what: 'the lamp to be lit' });
	await broker.stop();
	const id = await button.press('unwell');
	const [name] = await waitFor(
		() => (readdirSync(button.spool).length > 0 ? readdirSync(button.spool) : null),
		{ what: 'a press in the spool' },
	);
	const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
	assert.ok(readFileSync(join(button.spool, name), 'utf8').includes(boot));
	await button.kill();
	await broker.start();
	await button.start({ around: sealed });
	await button.said('heard', { id }, { within: 20_000 });
	await button.stop();
});
