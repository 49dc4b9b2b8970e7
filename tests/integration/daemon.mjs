// daemon - mimamorid as a process on a configuration of its own, and mimamori, the shell command, beside it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { certificate } from './certificate.mjs';
import { atEnd, temporaryFolder } from './ending.mjs';
import { writeIni } from './ini.mjs';
import { freePort } from './ports.mjs';
import { connectDevice } from './press.mjs';
import { Process, run } from './processes.mjs';
import { noSanitizerReport, program } from './programs.mjs';
import { middayZone, writeTown } from './town.mjs';
import { waitFor } from './wait.mjs';

/**
 * A daemon on this broker, mail server and webhook receiver (the last two may be left out), started and ready, with a
 * town (town.mjs) imported before. `settings` ({ section: { key: value } }) go before the ones made here; `start:
 * false` leaves it to the test to start.
 */
export async function startDaemon({ broker, mail, webhook, town, settings = {}, start = true }) {
	const daemon = new Daemon(broker, await freePort());
	await daemon.configure({ mail, webhook, settings });
	await daemon.done('init');
	if (town)
		await daemon.import(town);
	if (start) {
		await daemon.start();
		await daemon.ready();
	}
	return daemon;
}

class Daemon {
	zone = middayZone();
	passwords = {}; // of the devices that import() gave to the broker
	process = null;
	#log = '';
	#imports = 0;

	constructor(broker, port) {
		this.broker = broker;
		this.folder = temporaryFolder('daemon');
		this.config = join(this.folder, 'mimamori.conf');
		this.web = `http://127.0.0.1:${port}`;
		this.listen = `127.0.0.1:${port}`;
		this.database = join(this.folder, 'mimamori.db');
	}

	/** Writes the configuration anew; a running daemon reads it on SIGHUP or at its next start. */
	async configure({ mail, webhook, settings = {} } = {}) {
		const { broker } = this;
		const made = {
			server: { name: '本町市社協', phone: '0100-00-0000', timezone: this.zone.name },
			store: { url: `sqlite:${this.database}` },
			mqtt: {
				host: broker.host,
				port: broker.port,
				username: broker.user,
				password_file: broker.passwordFile,
				broker_passwords: broker.passwords,
				broker_reload: `pkill -HUP -F ${broker.pidFile}`,
			},
			web: { listen: this.listen },
		};
		if (mail)
			made.mail = {
				url: mail.url,
				from: 'mimamori@example.jp',
				starttls: mail.tls === 'starttls' ? 'required' : 'no',
				...(mail.login && { username: mail.login.user, password: mail.login.pass }),
			};
		if (webhook)
			made.webhook = { secret: webhook.secret, allow_private: 'yes' }; // the receiver is on this machine
		writeIni(this.config, made, settings);
		// Where the mail server's certificate is ours, the daemon trusts it as OpenSSL's users say it.
		this.env = mail && mail.tls !== 'none' ? { SSL_CERT_FILE: (await certificate()).file } : {};
	}

	/** What it wrote to its log, over all its starts. */
	get log() {
		return this.#log + (this.process?.log ?? '');
	}

	/**
	 * Starts it; it may not be ready yet. `around` is a command that becomes the daemon, given as its last arguments
	 * ([ 'env', 'A=B' ]).
	 */
	async start({ around = [] } = {}) {
		this.#log = this.log;
		const [command, ...args] = [...around, program('mimamorid'), '--config', this.config];
		this.process = new Process('mimamorid', command, args, { env: this.env });
		this.wanted = true;
		atEnd(() => this.stop());
	}

	/** Starts it where it cannot serve: { code, log } once it has ended by itself. */
	async fails(options) {
		await this.start(options);
		this.wanted = false;
		const { code } = await this.process.ended;
		noSanitizerReport('mimamorid', this.process.log);
		return { code, log: this.process.log };
	}

	/** Waits until it hears, stores and tells (GET /readyz is 200). */
	async ready({ within = 15_000 } = {}) {
		await waitFor(
			async () => {
				if (this.process.status)
					throw new Error(`mimamorid ended before it was ready:\n${this.process.log}`);
				return await fetch(`${this.web}/readyz`).then(
					(answer) => answer.status === 200,
					() => false,
				);
			},
			{ within, what: () => `/readyz to be 200:\n${this.process.log}` },
		);
	}

	/** SIGTERM, and a good end: status 0 within this many ms. An end that nobody asked for is an error too. */
	async stop({ within = 10_000 } = {}) {
		if (!this.wanted)
			return;
		this.wanted = false;
		const alone = this.process.status;
		const { code, signal } = await this.process.stop({ within });
		noSanitizerReport('mimamorid', this.process.log);
		if (alone || code !== 0)
			throw new Error(
				`mimamorid ended ${alone ? 'by itself ' : ''}with ${signal ?? `status ${code}`}:\n${this.process.log}`,
			);
	}

	/** kill -9. */
	async kill() {
		this.wanted = false;
		await this.process.kill();
		noSanitizerReport('mimamorid', this.process.log);
	}

	/** Runs `mimamori --config … ARGS`: { code, stdout, stderr }. */
	async shell(...args) {
		return await this.typed('', ...args);
	}

	/** The same with something typed into it. */
	async typed(input, ...args) {
		const result = await run(program('mimamori'), ['--config', this.config, ...args], { env: this.env, input });
		noSanitizerReport('mimamori', result.stderr);
		return result;
	}

	/** The same, for a command that has to succeed: what it printed, parsed where --json was asked for. */
	async done(...args) {
		const { code, stdout, stderr } = await this.shell(...args);
		if (code !== 0)
			throw new Error(`mimamori ${args.join(' ')}: status ${code}\n${stderr}${stdout}`);
		return args.includes('--json') ? JSON.parse(stdout) : stdout;
	}

	/** Imports a town; the broker gets a password for each device that it does not know yet. */
	async import(town) {
		const folder = join(this.folder, `import-${++this.#imports}`);
		mkdirSync(folder);
		writeTown(folder, town);
		await this.done('import', folder);
		const unknown = (town.devices ?? []).map((d) => d.device_id).filter((id) => !this.passwords[id]);
		if (unknown.length > 0)
			Object.assign(this.passwords, await this.broker.addUsers(unknown));
	}

	/** An MQTT client as one of the imported devices (press.mjs). */
	async device(device, options) {
		return await connectDevice(this.broker, device, this.passwords[device], options);
	}

	async status(...args) {
		return await this.done('status', '--json', ...args);
	}

	async incidents(...args) {
		return await this.done('incidents', '--json', ...args);
	}
}
