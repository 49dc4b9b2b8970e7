// The shell (contract 2 and 4): import and export, people who call, users, devices, tests of an alert, exit statuses.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { checkedStatus } from './contract.mjs';
import { startDaemon } from './daemon.mjs';
import { connectDevice } from './press.mjs';
import { run } from './processes.mjs';
import { program, sanitized } from './programs.mjs';
import { startMail } from './smtp.mjs';
import { localDate, middayZone, street, writeTown } from './town.mjs';
import { waitFor } from './wait.mjs';

const sampleTown = join(dirname(fileURLToPath(import.meta.url)), '../../docs/sample-town');
const zone = middayZone();
const today = localDate(zone, Date.now());
const inTwoDays = localDate(zone, Date.now() + 2 * 86_400_000);

const broker = await startBroker();
const mail = await startMail();
const town = street(zone);
const daemon = await startDaemon({ broker, mail, town });

const newFolder = () => mkdtempSync(join(daemon.folder, 'town-'));
const row = async (id) => checkedStatus(await daemon.status()).residents.find((r) => r.resident_id === id);

/** A folder with these files. */
function files(contents) {
	const folder = newFolder();
	for (const [name, text] of Object.entries(contents))
		writeFileSync(join(folder, name), text);
	return folder;
}

/** All that export writes, by file. */
async function exported(from = daemon) {
	const folder = newFolder();
	await from.done('export', folder);
	return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** A table as [{ column: cell }]. */
function parsed(text) {
	const cells = [...text.replace(/^\ufeff/, '').matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)];
	const lines = [[]];
	for (const [, cell, end] of cells) {
		lines.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
		if (end !== ',')
			lines.push([]);
	}
	const [columns, ...rows] = lines.filter((line) => line.some((cell) => cell !== ''));
	return rows.map((line) => Object.fromEntries(line.map((cell, i) => [columns[i], cell])));
}

test('what is wrong with a file is said by file, line and column, and nothing is changed', async () => {
	const before = await exported();
	const folder = files({
		'districts.csv': 'district,name\nD09,新町\n',
		'residents.csv': [
			'resident_id,name,district,birth_date,schedule,phone',
			'N001,新しい 人,D09,1950-01-01,,',
			'N002,,D09,1950-01-01,,',
			'N003,"改行の',
			'ある 名前",D09,1950-13-01,,',
			'N004,名前,D99,,daily 10:00-03:00,',
		].join('\n'),
		'devices.csv': 'device_id,resident_id,colour\nbutton-9,N001,red\n',
	});
	const { code, stdout, stderr } = await daemon.shell('import', folder);
	assert.equal(code, 1);
	const faults = stderr.split('\n').filter((line) => /\.csv:\d+: /.test(line));
	for (const wanted of [
		/residents\.csv:3: name: ./,
		/residents\.csv:4: birth_date: ./,
		/residents\.csv:6: district: ./,
		/residents\.csv:6: schedule: ./,
		/devices\.csv:1: .*colour/,
	])
		assert.ok(faults.some((line) => wanted.test(line)), `${wanted} in\n${stderr}${stdout}`);
	assert.deepEqual(await exported(), before);
	assert.equal((await daemon.shell('import', join(daemon.folder, 'nowhere'))).code, 1);
});

test('a file as Excel saves it in Japan is read, and comes back as UTF-8', async () => {
	const folder = newFolder();
	const text = 'resident_id,name,kana,district,phone\r\nX001,髙橋 ①子,タカハシ マルコ,D01,03-1234-5678\r\n';
	writeFileSync(join(folder, 'utf8'), text);
	const { code } = await run('iconv', [
		...['-f', 'UTF-8', '-t', 'CP932', '-o', join(folder, 'residents.csv'), join(folder, 'utf8')],
	]);
	assert.equal(code, 0);
	assert.notEqual(readFileSync(join(folder, 'residents.csv'), 'latin1'), Buffer.from(text).toString('latin1'));
	await daemon.done('import', folder);
	const resident = parsed((await exported())['residents.csv']).find((r) => r.resident_id === 'X001');
	assert.deepEqual([resident.name, resident.kana, resident.phone], ['髙橋 ①子', 'タカハシ マルコ', '03-1234-5678']);
	assert.equal((await row('X001')).name, '髙橋 ①子');
});

test('a column left out keeps what is stored, an empty cell clears it, and export gives back what import read', async () => {
	const keys = {
		districts: ['district'],
		residents: ['resident_id'],
		watchers: ['watcher_id'],
		links: ['resident_id', 'watcher_id'],
		devices: ['device_id'],
		users: ['login'],
	};
	await daemon.done('import', sampleTown);
	const out = await exported();
	for (const [table, key] of Object.entries(keys)) {
		const rows = parsed(out[`${table}.csv`]);
		for (const wanted of parsed(readFileSync(join(sampleTown, `${table}.csv`), 'utf8'))) {
			const found = rows.find((r) => key.every((column) => r[column] === wanted[column]));
			assert.ok(found, `${table}: ${JSON.stringify(wanted)}`);
			for (const [column, cell] of Object.entries(wanted))
				if (!(column === 'label' && cell === '')) // given at import
					assert.equal(found[column], cell, `${table}: ${column} of ${JSON.stringify(wanted)}`);
		}
	}
	const resident = async () => parsed((await exported())['residents.csv']).find((r) => r.resident_id === 'R005');
	const was = await resident();
	assert.notEqual(was.place, '');
	await daemon.done('import', files({ 'residents.csv': 'resident_id,name,district,place\nR005,新 名前,D01,\n' }));
	assert.deepEqual(await resident(), { ...was, name: '新 名前', place: '' });

	const other = await startDaemon({ broker, start: false });
	const given = await exported();
	await other.done('import', files(given)); // checkins, incidents and timeline are nothing that import reads
	const again = await exported(other);
	for (const name of Object.keys(given).filter((file) => !/^(checkins|incidents|timeline)\.csv$/.test(file)))
		assert.equal(again[name], given[name], name);
});

test('a pause, its end and a check-in by telephone need what only the resident or kin can know', async () => {
	const state = async () => (await row('P001')).state;
	const person = { ...town.residents[0], resident_id: 'P001', name: '休む 人' };
	await daemon.import({ residents: [person] });
	assert.equal(await state(), 'waiting');
	const told = ['--told-by', '長女'];
	const away = [...told, '--from', today, '--to', inTwoDays, '--reason', '入院'];
	const acts = [
		['pause', ...away],
		['resume', ...told],
		['checkin', ...told],
		['end', ...told, '--reason', 'moved'],
	];
	for (const wrong of ['1941-05-04', '0000', '345678', '', '1941'])
		for (const [command, ...args] of acts)
			assert.notEqual(
				(await daemon.shell(command, 'P001', '--verify', wrong, ...args)).code,
				0,
				`${command} with ${wrong}`,
			);
	assert.equal(await state(), 'waiting');
	for (const to of ['2020-01-01', 'tomorrow', localDate(zone, Date.now() + 100 * 86_400_000)]) {
		const args = [...told, '--from', today, '--to', to, '--reason', '旅行'];
		assert.notEqual((await daemon.shell('pause', 'P001', '--verify', '5678', ...args)).code, 0, to);
	}
	assert.equal(await state(), 'waiting');

	await daemon.done('pause', 'P001', '--verify', '5678', ...away);
	assert.equal(await state(), 'paused');
	const [pause] = parsed((await exported())['pauses.csv']).filter((p) => p.resident_id === 'P001');
	assert.deepEqual(pause, { resident_id: 'P001', from: today, to: inTwoDays, reason: '入院', told_by: '長女' });
	await daemon.done('resume', 'P001', '--verify', '1941-05-03', ...told);
	assert.equal(await state(), 'waiting');
	await daemon.done('checkin', 'P001', '--verify', '5678', ...told);
	const after = await row('P001');
	assert.deepEqual([after.state, after.kind], ['ok', 'ok']);
});

test('whose service has ended is on no list, and their button is nobody\'s', async () => {
	await daemon.import({
		residents: [{ ...town.residents[0], resident_id: 'E001', name: '終わる 人', birth_date: '1930-02-03' }],
		devices: [{ device_id: 'button-e', resident_id: 'E001' }],
	});
	const button = await daemon.device('button-e');
	assert.equal((await button.pressed('ok')).result, 'stored');
	await daemon.done('end', 'E001', '--verify', '1930-02-03', '--told-by', '長男', '--reason', 'facility');
	assert.equal(await row('E001'), undefined);
	const resident = parsed((await exported())['residents.csv']).find((r) => r.resident_id === 'E001');
	assert.deepEqual([resident.ends, resident.end_reason], [today, 'facility']);
	const after = await button.pressed('ok').catch(() => null); // null: the broker hung up on it
	assert.ok(after === null || after.result === 'unknown_device', JSON.stringify(after));
	await button.drop();
});

test('a button gets a password that the broker takes, until it is revoked', async () => {
	const printed = await daemon.done('device', 'add', 'button-new', '--resident', 'R001');
	const password = printed.trim().split(/\s+/).at(-1);
	assert.ok(password.length >= 16, printed);
	assert.notEqual((await daemon.shell('device', 'add', 'bad/name', '--resident', 'R001')).code, 0);
	assert.equal((await daemon.shell('device', 'add', 'button-x', '--resident', 'nobody')).code, 1);
	const button = await startButton({ broker, device: 'button-new', password });
	assert.equal((await button.pressed('ok')).result, 'stored');
	await button.stop();

	const client = await connectDevice(broker, 'button-new', password);
	await daemon.done('device', 'revoke', 'button-new');
	await waitFor(
		() =>
			connectDevice(broker, 'button-new', password).then(
				(c) => c.drop().then(() => false),
				() => true,
			),
		{ what: 'the broker to refuse it' },
	);
	const after = await client.pressed('ok').catch(() => null); // null: the broker hung up on it
	assert.ok(after === null || after.result === 'unknown_device', JSON.stringify(after));
	await client.drop();
});

test('a user is added with a password, gets another, and is locked out', async () => {
	const add = ['user', 'add', 'sato', '--name', '佐藤', '--role', 'coordinator', '--districts', 'D01'];
	const users = async () => parsed((await exported())['users.csv']);
	const added = await daemon.typed('とても長い秘密のことば\n', ...add, '--channels', 'mail:sato@example.jp');
	assert.equal(added.code, 0, added.stderr);
	const [user] = (await users()).filter((u) => u.login === 'sato');
	assert.deepEqual([user.name, user.role, user.districts], ['佐藤', 'coordinator', 'D01']);
	assert.ok(!JSON.stringify(await exported()).includes('秘密'), 'a password is never written out');
	assert.equal((await daemon.typed('もうひとつの長い秘密\n', 'user', 'password', 'sato')).code, 0);
	assert.notEqual((await daemon.typed('', 'user', 'password', 'sato')).code, 0);
	assert.equal((await daemon.typed('もうひとつの長い秘密\n', 'user', 'password', 'nobody')).code, 1);
	await daemon.done('user', 'disable', 'sato');
	assert.equal((await daemon.shell('user', 'disable', 'nobody')).code, 1);
	const bad = ['user', 'add', 'x', '--name', 'x', '--role', 'king'];
	assert.notEqual((await daemon.typed('もうひとつの長い秘密\n', ...bad)).code, 0);
});

test('a test alert arrives marked as one', async () => {
	const { code, stderr } = await daemon.shell('test-alert', 'W001');
	assert.equal(code, 0, stderr);
	const alert = await mail.next((m) => m.recipient === 'w001@example.jp');
	assert.match(alert.subject, /^【試験】/);
	assert.ok(!/山田|花子/.test(alert.subject + alert.text));
	assert.equal((await daemon.shell('test-alert', 'nobody')).code, 1);
});

test('statuses: 0 done, 1 failed, 2 wrong usage or configuration', async () => {
	for (const name of ['mimamorid', 'mimamori', 'mimamori-button']) {
		for (const option of ['--help', '--version']) {
			const { code, stdout, stderr } = await run(program(name), [option]);
			assert.deepEqual([code, stderr], [0, ''], `${name} ${option}`);
			assert.match(stdout, option === '--version' ? /^mimamori\S* \d+\.\d+\.\d+/ : /usage/i);
		}
		const command = name === 'mimamori' ? ['status'] : [];
		for (const args of [[], ['--no-such-option'], ['--config', join(daemon.folder, 'nowhere.conf'), ...command]]) {
			const { code, stderr } = await run(program(name), args);
			assert.equal(code, 2, `${name} ${args.join(' ')}`);
			assert.notEqual(stderr, '');
		}
		const bad = join(daemon.folder, 'bad.conf');
		writeFileSync(bad, '[mqtt]\nhost = 127.0.0.1\ncolour = red\n');
		const { code, stderr } = await run(program(name), ['--config', bad, ...command]);
		assert.equal(code, 2);
		assert.match(stderr, /bad\.conf:3: /);
	}
	assert.equal((await run(program('mimamorid'), ['--config', daemon.config, '--check'])).code, 0);
	for (const args of [
		['no-such-command'],
		['resident'],
		['claim', '1'],
		['claim', 'one', '--by', 'tanaka'],
		['status', '--date', 'yesterday'],
		['status', 'extra'],
	])
		assert.equal((await daemon.shell(...args)).code, 2, args.join(' '));
	assert.equal((await daemon.shell('resident', 'nobody')).code, 1);
	assert.equal((await daemon.shell('resident', 'R001')).code, 0);
	assert.match(await daemon.done('version'), /\d+\.\d+\.\d+/);
});

test('the list is plain where it is piped, coloured at a terminal, and a table for spreadsheets', async () => {
	const plain = await daemon.done('status');
	assert.ok(!plain.includes('\x1b'));
	assert.match(plain, /山田 花子/);
	const command = `${program('mimamori')} --config ${daemon.config} status`;
	const { stdout } = await run('script', ['-qec', command, '/dev/null'], { env: { TERM: 'xterm', NO_COLOR: '' } });
	assert.ok(stdout.includes('\x1b['), stdout.slice(0, 300));
	const csv = await daemon.done('status', '--csv');
	assert.ok(parsed(csv).some((r) => Object.values(r).includes('山田 花子')));
	const district = checkedStatus(await daemon.status('--district', 'D02'));
	assert.ok(district.residents.length > 0 && district.residents.every((r) => r.district === 'D02'));
	const yesterday = localDate(zone, Date.now() - 86_400_000);
	assert.equal(checkedStatus(await daemon.status('--date', yesterday)).date, yesterday);
});

test('20,000 residents with watchers and links come in while presses go on being answered', async () => {
	const count = 20_000;
	const patience = sanitized('mimamori') ? 10 : 1;
	const number = (n) => String(n).padStart(5, '0');
	const many = (make) => Array.from({ length: count }, (_, n) => make(n));
	const folder = newFolder();
	writeTown(folder, {
		districts: [{ district: 'D01', name: '本町' }],
		residents: many((n) => ({
			...{ resident_id: `M${number(n)}`, name: `住民 ${n}`, kana: 'ジュウミン', district: 'D01' },
			...{ birth_date: '1940-01-01', phone: '0312345678', place: '本町', category: 'elderly_alone', consent_on: today },
		})),
		watchers: many((n) => ({
			...{ watcher_id: `MW${number(n)}`, name: `見守り ${n}`, channels: `mail:m${n}@example.jp` },
		})),
		links: many((n) => ({ resident_id: `M${number(n)}`, watcher_id: `MW${number(n)}`, tier: 1 })).concat(
			many((n) => ({ resident_id: `M${number(n)}`, watcher_id: `MW${number((n + 7) % count)}`, tier: 2 })),
		),
		devices: many((n) => ({ device_id: `m-${number(n)}`, resident_id: `M${number(n)}` })),
	});
	const button = await daemon.device('button-1');
	let over = false;
	const began = performance.now();
	const importing = daemon.shell('import', folder).finally(() => (over = true));
	const gaps = [];
	for (let n = 0; !over; n++) {
		const pressed = performance.now();
		const ack = await button.ack(await button.press('ok', { id: `many-${n}` }), { within: 20_000 * patience });
		assert.equal(ack.result, 'stored');
		gaps.push(performance.now() - pressed);
	}
	const { code, stderr } = await importing;
	const seconds = (performance.now() - began) / 1000;
	const longest = Math.max(...gaps) / 1000;
	console.log(
		`import took ${seconds.toFixed(1)} s; meanwhile ${gaps.length} presses, the longest answered after ${longest.toFixed(2)} s`,
	);
	assert.equal(code, 0, stderr.slice(0, 1000));
	assert.ok(seconds < 10 * patience, `${seconds} s`);
	assert.ok(longest < 5 * patience, `${longest} s`);
	assert.ok(gaps.length > 2, 'presses were made meanwhile');
	assert.equal((await daemon.status()).residents.filter((r) => r.resident_id.startsWith('M')).length, count);
	await button.leave();
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
