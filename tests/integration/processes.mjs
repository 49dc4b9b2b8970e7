// processes - programs as a test starts, hears, kills and stops them.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEnd } from './ending.mjs';
import { waitFor } from './wait.mjs';

/** A running program. `log` has what it printed so far, both streams, as it came. */
export class Process {
	log = '';
	status = null; // { code, signal } once it has ended

	/** The kernel kills it when this process ends, however that happens. */
	constructor(name, command, args, { env = {}, cwd } = {}) {
		this.name = name;
		this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
			cwd,
			env: { ...process.env, ...env },
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.setEncoding('utf8').on('data', (text) => (this.log += text));
		this.child.stdin.on('error', () => {}); // it may have ended before it read everything
		this.ended = new Promise((resolve) => {
			this.child.on('error', (error) => resolve((this.status = { code: null, signal: null, error })));
			this.child.on('close', (code, signal) => resolve((this.status = { code, signal })));
		});
		atEnd(() => this.kill());
	}

	get pid() {
		return this.child.pid;
	}

	type(line) {
		this.child.stdin.write(`${line}\n`);
	}

	/** Waits until it has printed what the pattern finds, from `from` on in its log; the match. */
	async said(pattern, { from = 0, within } = {}) {
		return await waitFor(
			() => {
				const found = this.log.slice(from).match(pattern);
				if (!found && this.status)
					throw new Error(`${this.name} ended before it said ${pattern}:\n${this.log}`);
				return found;
			},
			{ within, what: () => `${this.name} to say ${pattern}:\n${this.log}` },
		);
	}

	signal(signal) {
		if (!this.status)
			this.child.kill(signal);
	}

	/** kill -9. */
	async kill() {
		this.signal('SIGKILL');
		await this.ended;
	}

	/** Asks it to end; its status. One that takes longer than `within` ms is killed, which is an error. */
	async stop({ signal = 'SIGTERM', within = 10_000 } = {}) {
		this.signal(signal);
		const late = new AbortController();
		const inTime = await Promise.race([
			this.ended.then(() => true),
			sleep(within, false, { signal: late.signal }).catch(() => false),
		]);
		late.abort();
		if (!inTime) {
			await this.kill();
			throw new Error(`${this.name} did not end within ${within} ms of ${signal}:\n${this.log}`);
		}
		return this.status;
	}
}

/** Runs a program to its end: { code, signal, stdout, stderr }. What it is given as `input` it reads. */
export async function run(command, args, { env = {}, cwd, input = '', within = 60_000 } = {}) {
	const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
		cwd,
		env: { ...process.env, ...env },
		timeout: within,
		killSignal: 'SIGKILL',
	});
	const out = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'])
		child[name].setEncoding('utf8').on('data', (text) => (out[name] += text));
	child.stdin.on('error', () => {});
	child.stdin.end(input);
	return await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({ code, signal, ...out }));
	});
}
