// confined - a program under what its unit file says: the file is read here, and confine.c does what its directives mean.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from './processes.mjs';
import { program } from './programs.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The unit files we ship, by the program they start. */
export const units = {
	mimamorid: join(repository, 'server/mimamorid.service'),
	'mimamori-button': join(repository, 'device/button/mimamori-button.service'),
};

/** Who the program runs as where we are root: nobody that the machine knows. */
export const user = 61_384;

/** [Service] of a unit file: { directive: [value, …] } in order. */
export function service(file) {
	const found = {};
	let section = '';
	for (const line of readFileSync(file, 'utf8').split('\n').filter((l) => !l.startsWith('#'))) {
		section = line.match(/^\[(.*)\]$/)?.[1] ?? section;
		const [, key, value] = line.match(/^(\w+)=(.*)$/) ?? [];
		if (key && section === 'Service')
			(found[key] ??= []).push(value);
	}
	return found;
}

/** What systemd's names of sets stand for, as this machine's systemd says. */
async function callSets() {
	const { stdout, stderr, code } = await run('systemd-analyze', ['--no-pager', 'syscall-filter']);
	if (code !== 0)
		throw new Error(`systemd-analyze: ${stderr}`);
	const sets = {};
	let set = null;
	for (const line of stdout.split('\n').map((l) => l.replace(/\s*#.*/, '')).filter((l) => l.trim() !== ''))
		if (line.startsWith('@'))
			sets[(set = line.trim())] = [];
		else
			sets[set].push(line.trim());
	return sets;
}

/** The calls that the lines of SystemCallFilter= allow; the first is a list of what may be. */
async function allowedCalls(lines) {
	const sets = await callSets();
	const expand = (name) => (name.startsWith('@') ? sets[name].flatMap(expand) : [name]);
	const allowed = new Set(expand('@default'));
	for (const line of lines) {
		const names = line.replace(/^~/, '').split(/\s+/).flatMap(expand);
		for (const name of names)
			if (line.startsWith('~'))
				allowed.delete(name);
			else
				allowed.add(name);
	}
	return [...allowed];
}

/** What each directive becomes. `paths` are the test's own, in place of those below /var/lib. */
const done = {
	User: () => (process.getuid() === 0 ? ['--uid', String(user)] : []),
	UMask: ([mask]) => ['--umask', mask],
	LimitCORE: ([most]) => (most === '0' ? ['--no-core'] : []),
	NoNewPrivileges: () => ['--no-new-privileges'],
	CapabilityBoundingSet: ([left]) => (left === '' ? ['--no-capability'] : []),
	ProtectSystem: ([what]) => (what === 'strict' ? ['--read-only'] : []),
	ProtectHome: () => ['/home', '/root', '/run/user'].flatMap((path) => ['--hide', path]),
	PrivateTmp: () => ['--own-tmp'],
	ProtectProc: ([hide], _, { ProcSubset: [subset] = ['all'] }) => ['--proc', `hidepid=${hide},subset=${subset}`.replace(',subset=all', '')],
	StateDirectory: (_, paths) => ['--writable', paths.state],
	ReadWritePaths: (_, paths) => (paths.others ?? []).flatMap((path) => ['--writable', path]),
	RestrictAddressFamilies: (lines) => ['--families', lines.join(' ').split(/\s+/).join(',')],
	RestrictNamespaces: () => ['--no-namespaces'],
	RestrictSUIDSGID: () => ['--no-suid'],
	LockPersonality: () => ['--no-personality'],
	MemoryDenyWriteExecute: () => ['--no-wx'],
	SystemCallFilter: async (lines) => ['--calls', (await allowedCalls(lines)).join(',')],
};

/** How it is started and watched, not what it may do. */
const life = [
	...['Type', 'ExecStart', 'ExecReload', 'Group', 'StateDirectoryMode', 'Restart', 'RestartSec'],
	...['RestartPreventExitStatus', 'WatchdogSec', 'TimeoutStopSec'],
];

/** What only systemd can do, or what nobody without capabilities and with these calls could do in any case. */
const systemds = [
	...['SupplementaryGroups', 'DevicePolicy', 'DeviceAllow', 'PrivateDevices', 'PrivateMounts', 'PrivateUsers', 'ProcSubset'],
	...['ProtectClock', 'ProtectControlGroups', 'ProtectHostname', 'ProtectKernelLogs', 'ProtectKernelModules'],
	...['ProtectKernelTunables', 'RemoveIPC', 'RestrictRealtime', 'SystemCallArchitectures', 'SystemCallErrorNumber'],
];

/**
 * The command before a program's own that confines it as its unit says. `paths`: `state`, its folder to write to;
 * `others`, further ones; `seen`, files and folders of the test that it may read. `fail`: what it may not do fails, as
 * under systemd, and does not end it.
 */
export async function confinement(name, paths, { fail = false } = {}) {
	const directives = service(units[name]);
	const unknown = Object.keys(directives).filter((key) => !(key in done) && !life.includes(key) && !systemds.includes(key));
	if (unknown.length > 0)
		throw new Error(`confined.mjs does not know what ${unknown.join(', ')} of ${name}.service means`);
	const options = [];
	for (const [key, values] of Object.entries(directives))
		if (key in done && values.at(-1) !== 'no')
			options.push(...(await done[key](values, paths, directives)));
	const seen = (paths.seen ?? []).flatMap((path) => ['--keep', path]);
	// A sanitizer looks for leaks by means that no confined program has.
	const [sanitizer, confine] = ['ASAN_OPTIONS=detect_leaks=0', program('tests/integration/confine')];
	return ['env', sanitizer, confine, ...options, ...seen, ...(fail ? ['--fail'] : []), '--'];
}
