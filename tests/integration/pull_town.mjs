// pull_town - the guests of a storm: people whom those who pull at the web may do anything with, and those who do.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { signIn } from './client.mjs';
import { logins, password, setPassword } from './council.mjs';
import { Process } from './processes.mjs';
import { localDate } from './town.mjs';
import { waitFor } from './wait.mjs';
import { fileURLToPath } from 'node:url';

const always = 'daily 00:00-24:00';
const ofADistrict = 12;
const numbers = Array.from({ length: ofADistrict }, (_, i) => String(i).padStart(2, '0'));

/** By district: G1.. lives in D01, where the coordinator is, G2.. in D02. */
export const guests = { D01: numbers.map((n) => `G1${n}`), D02: numbers.map((n) => `G2${n}`) };
const all = Object.values(guests).flat();
const watchers = all.filter((_, i) => i % 3 === 0).map((id) => id.replace('G', 'K'));
const device = (id) => id.replace('G', 'g-');

/** The town to import beside another that has D01 and tanaka. */
function town(daemon) {
	const today = localDate(daemon.zone, Date.now());
	const user = (login, name, role, more = {}) => ({ login, name, role, channels: '', districts: '', duty: always, ...more });
	return {
		districts: [{ district: 'D02', name: '港' }],
		residents: Object.entries(guests).flatMap(([district, ids]) =>
			ids.map((resident_id) => ({
				...{ resident_id, name: `客 ${resident_id}`, district, birth_date: '1941-05-03', place: '本町', phone: '000-555-9999' },
				...{ schedule: 'none', starts: today, consent_on: today },
			})),
		),
		watchers: watchers.map((watcher_id) => ({
			...{ watcher_id, name: `隣人 ${watcher_id}`, channels: `mail:${watcher_id.toLowerCase()}@example.jp`, hours: always, night: 'yes' },
		})),
		links: all.map((resident_id, i) => ({ resident_id, watcher_id: watchers[Math.floor(i / 3)], tier: 1 })),
		devices: all.map((resident_id) => ({ device_id: device(resident_id), resident_id })),
		users: [
			user(logins.admin, '管理 みどり', 'admin'),
			user(logins.coordinator, '鈴木 健', 'coordinator', { districts: 'D01', channels: 'mail:suzuki@example.jp' }),
			user(logins.viewer, '森 栄子', 'viewer'),
		],
	};
}

/** Brings them in; `staff` (tanaka) is there. */
export async function invite(daemon) {
	await daemon.import(town(daemon));
	await Promise.all(Object.values(logins).map((login) => setPassword(daemon, login)));
}

/** They begin to pull, so many requests a second; `mail` brings the links of watchers. Its `found` is there after end(). */
export async function pull(daemon, { seed, rate, mail, leave }) {
	const clients = {};
	const others = ['other0', 'other1', 'other2']; // to be signed out
	for (const [role, login] of [...Object.entries(logins), ...others.map((name) => [name, logins.viewer])])
		clients[role] = await signIn(daemon, login, password);
	const { admin } = clients;
	const scopes = 'list record act sign edit report export admin audit';
	const { json } = await admin.post('/api/v1/keys', { name: 'pull', login: logins.admin, scopes });
	const page = await admin.call('POST', `/api/v1/watchers/${watchers[0]}/link`);
	const sessions = Object.fromEntries(
		Object.entries(clients).map(([role, { cookies, csrf }]) => [
			role,
			{ cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; '), csrf, login: logins[role] ?? logins.viewer },
		]),
	);
	const file = join(daemon.folder, `pull-${seed}.json`);
	const report = join(daemon.folder, `pulled-${seed}.json`);
	const devices = Object.fromEntries(all.map((id) => [device(id), daemon.passwords[device(id)]]));
	const given = { seed, offset: daemon.zone.offset, guests, watchers, devices, tokens: [page.json.url.split('/my/')[1]] };
	writeFileSync(file, JSON.stringify({ ...given, web: daemon.web, rate, report, sessions, key: json.key, leave, others }));
	return await new Pull(report, file, mail).begin();
}

class Pull {
	acted = 0;

	constructor(report, file, mail) {
		Object.assign(this, { report, mail });
		const program = fileURLToPath(new URL('pull.mjs', import.meta.url));
		this.process = new Process('pull', process.execPath, ['--no-warnings', program, file]);
		this.process.child.stdout.on('data', (text) => (this.acted += text.split('acted').length - 1));
	}

	async begin() {
		await this.process.said(/^pulling$/m);
		let read = 0;
		this.links = setInterval(() => {
			for (const { recipient, text } of this.mail?.arrived.slice(read) ?? [])
				if (/^k\d/.test(recipient) && /\/w\/([\w-]{43})/.test(text))
					this.process.type(`link ${/\/w\/([\w-]{43})/.exec(text)[1]}`);
			read = this.mail?.arrived.length ?? 0;
		}, 200);
		return this;
	}

	/** Ends it: the name of its report. */
	async end() {
		clearInterval(this.links);
		this.process.type('end');
		await waitFor(() => this.process.status, { within: 40_000, what: () => `the pull to end:\n${this.process.log.slice(-2000)}` });
		if (this.process.status.code !== 0)
			throw new Error(`pull ended with ${JSON.stringify(this.process.status)}:\n${this.process.log.slice(-3000)}`);
		return this.report;
	}
}
