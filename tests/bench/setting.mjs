// setting - what stands around a measurement: the broker on the shipped file, buttons with passwords, the daemon as it is
// built and as it is built for a comparison, and the yardsticks.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from '../integration/broker.mjs';
import { startDaemon } from '../integration/daemon.mjs';
import { Process, run } from '../integration/processes.mjs';
import { program } from '../integration/programs.mjs';
import { sleep } from '../integration/wait.mjs';

export const tool = (name) => program(`tests/bench/${name}`);
export const password = 'a-button-of-the-bench';

/** A private broker that knows buttons 0, spread, 2 * spread … One line of a password serves all: it is their own each. */
export async function brokerWith(buttons, spread) {
	const broker = await startBroker();
	const file = join(broker.folder, 'one.passwd');
	writeFileSync(file, `one:${password}\n`);
	await run('mosquitto_passwd', ['-U', file]);
	const hash = readFileSync(file, 'utf8').trim().slice('one'.length);
	const names = Array.from({ length: buttons }, (_, i) => `B${String(i * spread).padStart(7, '0')}${hash}\n`);
	appendFileSync(broker.passwords, names.join(''));
	await broker.reload();
	return broker;
}

export async function daemonOf(broker, options = {}) {
	return await startDaemon({ broker, start: false, ...options });
}

/** mimamorid, or another program on its configuration, while `work` runs: what that gives. */
export async function serving(daemon, work, { binary = program('mimamorid') } = {}) {
	await daemon.start({ around: binary === program('mimamorid') ? [] : ['sh', '-c', `exec ${binary} "$2" "$3"`, 'sh'] });
	try {
		await daemon.ready({ within: 60_000 });
		return await work(daemon.process);
	} finally {
		await daemon.stop({ within: 60_000 });
	}
}

/** A program that says "ready", while `work` runs. */
export async function beside(name, args, work) {
	const other = new Process(name, tool(name), args.map(String));
	try {
		await other.said(/^ready$/m, { within: 60_000 });
		return await work(other);
	} finally {
		await other.kill();
	}
}

/** Presses as buttons.c does; its figures. */
export async function pressing(broker, options) {
	const { code, stdout, stderr } = await run(tool('buttons'), buttonArguments(broker, options), { within: 300_000 });
	if (code !== 0)
		throw new Error(`buttons: status ${code}\n${stderr}`);
	return JSON.parse(stdout.trim().split('\n').at(-1));
}

export function startPressing(broker, options) {
	return new Process('buttons', tool('buttons'), buttonArguments(broker, options));
}

function buttonArguments(broker, options) {
	const all = { port: broker.port, password, ...options };
	return Object.entries(all).flatMap(([key, value]) => (value === true ? [`--${key}`] : [`--${key}`, String(value)]));
}

/** Seconds of the processor that a process has used. */
export function used(process) {
	const fields = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Waits until a daemon that was just started has counted its months and rests: three quiet seconds. */
export async function resting(process) {
	for (let quiet = 0; quiet < 3; ) {
		const before = used(process);
		await sleep(1000);
		quiet = used(process) - before > 0.1 ? 0 : quiet + 1;
	}
}

/** MiB of a process: as it is now, and the most it ever was. */
export function memory(process) {
	const text = readFileSync(`/proc/${process.pid}/status`, 'utf8');
	const mib = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]) / 1024;
	return { now: mib('VmRSS'), most: mib('VmHWM') };
}
