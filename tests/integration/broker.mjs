// broker - a private Mosquitto on the shipped configuration, with passwords and rights on.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from './ending.mjs';
import { freePort } from './ports.mjs';
import { Process, run } from './processes.mjs';

const privateBroker = join(dirname(fileURLToPath(import.meta.url)), '../../server/broker/private-broker');

/** Starts one in a folder of its own. */
export async function startBroker() {
	const broker = new Broker(temporaryFolder('broker'), await freePort());
	await broker.start();
	return broker;
}

class Broker {
	host = '127.0.0.1';
	user = 'mimamorid'; // the daemon's

	constructor(folder, port) {
		this.folder = folder;
		this.port = port;
		this.passwords = join(folder, 'mimamori.passwd');
		this.pidFile = join(folder, 'mosquitto.pid');
	}

	/** The daemon's password. */
	get password() {
		return readFileSync(this.passwordFile, 'utf8').trim();
	}

	get passwordFile() {
		return join(this.folder, 'mimamorid.password');
	}

	async start() {
		this.process = new Process('mosquitto', privateBroker, [this.folder, String(this.port)]);
		await this.process.said(/mosquitto version \S+ running/);
	}

	/** Ends it in good order; its memory is on disk. */
	async stop() {
		await this.process.stop();
	}

	/** kill -9: what it had not saved is gone. */
	async kill() {
		await this.process.kill();
	}

	/** SIGHUP: passwords and rights are read again. Connections made after this see them. */
	async reload() {
		const from = this.process.log.length;
		this.process.signal('SIGHUP');
		await this.process.said(/Reloading config/, { from });
	}

	/** Adds a user; the new password. A device's user name is its id. */
	async addUser(name, password = randomBytes(12).toString('hex')) {
		await this.#changePasswords('-b', this.passwords, name, password);
		return password;
	}

	/** Adds many, which costs hardly more than one: { name: password }. */
	async addUsers(names) {
		const passwords = Object.fromEntries(names.map((name) => [name, randomBytes(12).toString('hex')]));
		const file = join(this.folder, 'more.passwd');
		writeFileSync(file, names.map((name) => `${name}:${passwords[name]}\n`).join(''));
		const { code, stderr } = await run('mosquitto_passwd', ['-U', file]);
		if (code !== 0)
			throw new Error(`mosquitto_passwd: ${stderr}`);
		appendFileSync(this.passwords, readFileSync(file));
		await this.reload();
		return passwords;
	}

	async removeUser(name) {
		await this.#changePasswords('-D', this.passwords, name);
	}

	async #changePasswords(...args) {
		const { code, stderr } = await run('mosquitto_passwd', args);
		if (code !== 0)
			throw new Error(`mosquitto_passwd: ${stderr}`);
		await this.reload();
	}

	/**
	 * Adds a user who hears everything and is not the daemon: a second connection with the daemon's own user name
	 * would end the daemon's.
	 */
	async addListener(name = 'listener') {
		return await this.#addWithRights(name, 'read');
	}

	/** Adds a user who may speak for every device, where a test has more of them than connections. */
	async addSpeaker(name = 'speaker') {
		return await this.#addWithRights(name, 'readwrite');
	}

	async #addWithRights(name, rights) {
		for (const file of ['more.acl', 'mimamori.acl']) // for the next start, and now
			appendFileSync(join(this.folder, file), `\nuser ${name}\ntopic ${rights} mimamori/#\n`);
		return { name, password: await this.addUser(name) };
	}
}
