// disk - one that fills up and one that cannot be written, for one process alone.
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './processes.mjs';

const root = process.getuid() === 0;

// Mounted in a mount namespace of its own, so that it is gone with the process whatever happens. Where the root folder
// is no mount (a chroot), its mounts cannot be made private and need not be.
const onSmallDisk = `
	mount --make-rprivate / 2>/dev/null
	mount -t tmpfs -o "size=$2" none "$1" || exit
	cp "$3" "$1" && shift 3 && exec "$@"`;
const onThisDisk = 'cp "$2" "$1" && shift 2 && exec "$@"';

/**
 * A disk of so many bytes in `folder`, with a copy of the file `seed` on it. Where we may mount none, a limit on the
 * size of each file stands for it: the process sees writes that fail either way. Processes are started `around` it
 * (daemon.mjs).
 */
export async function smallDisk(folder, bytes, seed) {
	mkdirSync(folder);
	const [command, ...args] = ['unshare', '--mount', '--propagation', 'unchanged', 'sh', '-c', onSmallDisk, 'sh'];
	const tried = root && (await run(command, [...args, folder, '64k', '/dev/null', 'true']));
	return tried.code === 0
		? new Mounted(folder, [command, ...args, folder, String(bytes), seed])
		: new Limited(folder, ['sh', '-c', onThisDisk, 'sh', folder, seed]);
}

class Mounted {
	constructor(folder, around) {
		Object.assign(this, { folder, around });
	}

	/** What a command is started with to see the disk while this process lives. */
	beside(pid) {
		return ['nsenter', '--target', String(pid), '--mount', '--root'];
	}

	async fill(pid) {
		const file = openSync(this.#filler(pid), 'w');
		for (const block of [65536, 4096])
			while (write(file, block));
		closeSync(file);
	}

	async makeRoom(pid) {
		rmSync(this.#filler(pid));
	}

	#filler(pid) {
		return `/proc/${pid}/root${join(this.folder, 'filler')}`;
	}
}

function write(file, bytes) {
	try {
		return writeSync(file, Buffer.alloc(bytes)) === bytes;
	} catch (error) {
		if (error.code === 'ENOSPC')
			return false;
		throw error;
	}
}

class Limited {
	constructor(folder, around) {
		Object.assign(this, { folder, around });
	}

	beside() {
		return ['env'];
	}

	async fill(pid) {
		await run('prlimit', ['--pid', String(pid), '--fsize=1:unlimited']);
	}

	async makeRoom(pid) {
		await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited']);
	}
}

/** What a process is started with so that the modes of files hold for it though it be root. */
export const bound = root ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];

/** Takes write permission from a folder and all files in it; what gives it back. */
export function makeReadOnly(folder) {
	const paths = [...readdirSync(folder, { withFileTypes: true })].filter((e) => e.isFile()).map((e) => join(folder, e.name));
	const modes = [...paths, folder].map((path) => [path, statSync(path).mode]);
	for (const [path, mode] of modes)
		chmodSync(path, mode & ~0o222);
	return () => modes.forEach(([path, mode]) => chmodSync(path, mode));
}
