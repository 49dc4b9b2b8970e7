// slow - a disk and a name server that a test makes slow, for one process alone (slow.c).
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './ending.mjs';
import { program } from './programs.mjs';

/** A machine that is as fast as it is. Processes are started `around` it (daemon.mjs). */
export function startMachine() {
	return new Machine(join(temporaryFolder('machine'), 'delays'));
}

class Machine {
	constructor(file) {
		this.file = file;
		this.around = [
			'env',
			`LD_PRELOAD=${program('tests/integration/slow.so')}`,
			`SLOW_FILE=${file}`,
			`ASAN_OPTIONS=verify_asan_link_order=0:${process.env.ASAN_OPTIONS ?? ''}`,
		];
		this.slow();
	}

	/** From now on each sync takes `disk` ms longer, and a look-up of a name below slow.test takes `names` ms. */
	slow({ disk = 0, names = 0 } = {}) {
		writeFileSync(`${this.file}.new`, `${disk} ${names}\n`);
		renameSync(`${this.file}.new`, this.file);
	}
}
