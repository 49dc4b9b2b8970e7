// council - the sample town of docs/sample-town as a council has it at about noon: a user of each role, and a list on
// which every state stands. What pages and calls are tried on.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { rememberDays } from './history.mjs';
import { startMail } from './smtp.mjs';
import { localDate, middayZone, scheduleAround } from './town.mjs';
import { waitFor } from './wait.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../docs/sample-town');
const day = 86_400_000;

/** Who signs in, by role; the coordinator has D01 only. All of one password. */
export const logins = { admin: 'admin', staff: 'tanaka', coordinator: 'suzuki', viewer: 'mori' };
export const password = 'ひまわり-3-kaze';

/** The morning's parts, by resident of the sample town. */
export const people = {
	ok: 'R001', // pressed in time; with a year of history
	missed: 'R002',
	late: 'R003', // past due, within grace
	help: 'R004',
	household: ['R005', 'R006'], // the first has pressed, the other is waited for
	waiting: 'R007',
	paused: 'R008',
	unwell: 'R009',
	talk: 'R010',
	alike: ['R011', 'R021'], // two of one name
	offline: 'R015', // the button
	battery: 'R016',
	unscheduled: 'R017',
	elsewhere: 'R018', // of D03, where the coordinator is not
};

function rows(name) {
	const [header, ...lines] = readFileSync(join(folder, `${name}.csv`), 'utf8').replace('\ufeff', '').trim().split(/\r?\n/);
	const columns = header.split(',');
	return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])));
}

/** The town to import, with windows that lie around `now`. */
export function sampleTown(zone, now = Date.now()) {
	const town = Object.fromEntries(['districts', 'residents', 'watchers', 'links', 'devices', 'users'].map((t) => [t, rows(t)]));
	const later = scheduleAround(zone, now, { opens: -4 * 3600, due: 4 * 3600, grace: 1800 });
	for (const resident of town.residents)
		Object.assign(resident, { schedule: later, starts: localDate(zone, now) });
	const of = (id) => town.residents.find((r) => r.resident_id === id);
	of(people.missed).schedule = scheduleAround(zone, now, { opens: -4 * 3600, due: 4, grace: 1 });
	of(people.late).schedule = scheduleAround(zone, now, { opens: -4 * 3600, due: 4, grace: 7200 });
	of(people.unscheduled).schedule = 'none';
	for (const id of people.household)
		of(id).household = 'H01';
	const [first, second] = people.alike;
	town.residents.push({ ...of(first), resident_id: second, birth_date: '1948-03-02', phone: '000-555-1741' });
	const always = 'daily 00:00-24:00';
	for (const watcher of town.watchers)
		watcher.hours = always;
	town.users = [
		{ login: logins.admin, name: '管理 みどり', role: 'admin', channels: '', districts: '', duty: always },
		{ login: logins.staff, name: '田中 裕子', role: 'staff', channels: 'mail:tanaka@example.jp', districts: '', duty: always },
		{ login: 'okada', name: '岡田 学', role: 'staff', channels: 'mail:okada@example.jp', districts: '', duty: always },
		{
			login: logins.coordinator,
			name: '鈴木 健',
			role: 'coordinator',
			channels: 'mail:suzuki@example.jp',
			districts: 'D01',
			duty: always,
		},
		{ login: logins.viewer, name: '森 栄子', role: 'viewer', channels: '', districts: '', duty: always },
	];
	return town;
}

/**
 * Broker, mail and daemon with the sample town, and every user's password set. `morning: false` leaves it at that;
 * else presses and pauses have come until the list shows what `people` says. `history`: so many days lie behind it.
 */
export async function startCouncil({ morning = true, history = 0, settings = {}, town = sampleTown } = {}) {
	const [broker, mail] = [await startBroker(), await startMail()];
	const daemon = await startDaemon({ broker, mail, settings, start: false });
	const imported = town(middayZone());
	await daemon.import(imported);
	for (const { login } of imported.users)
		await setPassword(daemon, login);
	if (history)
		rememberDays(daemon, imported.residents.map((r) => r.resident_id), { days: history });
	await daemon.start();
	await daemon.ready();
	const council = { broker, mail, daemon, town: imported, buttons: new Map() };
	if (morning)
		await comeToWork(council);
	return council;
}

export async function setPassword(daemon, login, secret = password) {
	const { code, stderr } = await daemon.typed(`${secret}\n`, 'user', 'password', login);
	if (code !== 0)
		throw new Error(`mimamori user password ${login}: ${stderr}`);
}

/** Presses a resident's button of the sample town; the answer. */
export async function press(council, resident, kind = 'ok', message = {}) {
	const { device_id } = council.town.devices.find((d) => d.resident_id === resident);
	if (!council.buttons.has(device_id))
		council.buttons.set(device_id, await council.daemon.device(device_id));
	return await council.buttons.get(device_id).pressed(kind, message);
}

/** Until the daily list shows a resident in a state; the row. */
export async function listed(council, resident, state) {
	return await waitFor(
		async () => (await council.daemon.status()).residents.find((r) => r.resident_id === resident && r.state === state),
		{ within: 20_000, what: `${resident} to be ${state}` },
	);
}

async function comeToWork(council) {
	const { daemon } = council;
	const today = localDate(daemon.zone, Date.now());
	const phone = (id) => council.town.residents.find((r) => r.resident_id === id).phone.slice(-4);
	await daemon.done(
		...['pause', people.paused, '--verify', phone(people.paused), '--told-by', '長女', '--from', today],
		...['--to', localDate(daemon.zone, Date.now() + 7 * day), '--reason', '入院'],
	);
	for (const resident of [people.ok, people.household[0], people.alike[0], people.offline, people.battery])
		await press(council, resident);
	await press(council, people.unwell, 'unwell');
	await press(council, people.talk, 'talk');
	await press(council, people.help, 'help');
	const state = async (resident, what) => {
		const button = [...council.buttons.values()].find(
			(b) => b.device === council.town.devices.find((d) => d.resident_id === resident).device_id,
		);
		await button.publish(button.topic('state'), what, { retain: true });
	};
	await state(people.offline, { online: false });
	await state(people.battery, { online: true, battery: 8, firmware: '1.0.0' });
	await state(people.ok, { online: true, battery: 87, firmware: '1.0.0' });
	await listed(council, people.missed, 'missed');
	await listed(council, people.late, 'late');
	await waitFor(
		async () => {
			const { residents } = await daemon.status();
			const trouble = (id) => residents.find((r) => r.resident_id === id).device?.trouble;
			return trouble(people.offline) === 'offline' && trouble(people.battery) === 'battery';
		},
		{ what: 'the buttons in trouble to be listed' },
	);
}
