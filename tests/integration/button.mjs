// button - mimamori-button as a process: what is typed is pressed, what it says is read line by line.
import { join } from 'node:path';

import { atEnd, temporaryFolder } from './ending.mjs';
import { writeIni } from './ini.mjs';
import { Process } from './processes.mjs';
import { noSanitizerReport, program } from './programs.mjs';
import { waitFor } from './wait.mjs';

/**
 * A button of this device id on a broker, started. `settings` go before the ones made here, and `around` is a command
 * that becomes the button, as with the daemon; `start: false` leaves it to the test to start.
 */
export async function startButton({ broker, device, password, settings = {}, around, start = true }) {
	const button = new Button(broker, device, password, settings);
	if (start)
		await button.start({ around });
	return button;
}

class Button {
	process = null;
	#said = '';

	constructor(broker, device, password, settings) {
		this.device = device;
		this.folder = temporaryFolder('button');
		this.config = join(this.folder, 'button.conf');
		this.spool = join(this.folder, 'spool');
		writeIni(
			this.config,
			{
				button: { device, source: 'stdin', spool: this.spool, console: 'lines', retry: '1s' },
				mqtt: { host: broker.host, port: broker.port, password, reconnect_max: '1s' },
			},
			settings,
		);
	}

	/** Starts it (again, on the same spool: what was not answered is sent again). */
	async start({ around = [] } = {}) {
		this.#said = this.log;
		const [command, ...args] = [...around, program('mimamori-button'), '--config', this.config];
		this.process = new Process('mimamori-button', command, args);
		this.wanted = true;
		atEnd(() => this.stop());
	}

	/** All that it printed, over all its starts. */
	get log() {
		return this.#said + (this.process?.log ?? '');
	}

	/** What it said to the person and the programs, in order: { event, id, kind, at, result, reason, text … }. */
	get events() {
		return [...this.log.matchAll(/^(event=.*?) text=(.*)$/gm)].map(([, fields, text]) => ({
			...Object.fromEntries(fields.split(' ').map((field) => field.split(/=(.*)/s, 2))),
			text,
		}));
	}

	/** The first event of that name, already here or to come, with these fields and values; not before number `from`. */
	async said(event, fields = {}, { from = 0, within } = {}) {
		const wanted = Object.entries({ event, ...fields });
		const isWanted = (e) => wanted.every(([key, value]) => e[key] === value);
		const what = () => `the button to say ${JSON.stringify({ event, ...fields })}:\n${this.log}`;
		return await waitFor(
			() => {
				const found = this.events.slice(from).find(isWanted);
				if (!found && this.process.status)
					throw new Error(`it ended, and we waited for ${what()}`);
				return found;
			},
			{ within, what },
		);
	}

	/** A line of its source: ok, help, unwell, talk, down, up. */
	type(line = 'ok') {
		this.process.type(line);
	}

	/** Presses, and waits until it says that the press is on its way; the press's id. */
	async press(kind = 'ok') {
		const from = this.events.length;
		this.type(kind);
		return (await this.said('sending', {}, { from })).id;
	}

	/** Presses, and waits until it says that the server has it; that event. */
	async pressed(kind, options) {
		return await this.said('heard', { id: await this.press(kind) }, options);
	}

	/** SIGTERM and a good end. */
	async stop() {
		if (!this.wanted)
			return;
		this.wanted = false;
		const alone = this.process.status;
		const { code, signal } = await this.process.stop();
		noSanitizerReport('mimamori-button', this.process.log);
		if (alone || code !== 0)
			throw new Error(
				`mimamori-button ended ${alone ? 'by itself ' : ''}with ${signal ?? `status ${code}`}:\n${this.process.log}`,
			);
	}

	/** kill -9, as when its power is cut. */
	async kill() {
		this.wanted = false;
		await this.process.kill();
		noSanitizerReport('mimamori-button', this.process.log);
	}
}
