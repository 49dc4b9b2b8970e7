// faketime - a wall clock that a test sets, for one process alone: libfaketime (Debian's faketime). Its monotonic and
// boot clocks go on as they are, as they do on a machine whose time is set.
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './ending.mjs';

function library() {
	for (const folder of readdirSync('/usr/lib', { withFileTypes: true }))
		if (folder.isDirectory() && readdirSync(join('/usr/lib', folder.name)).includes('faketime'))
			return join('/usr/lib', folder.name, 'faketime/libfaketimeMT.so.1');
	throw new Error('there is no libfaketime: apt-get install faketime');
}

/** A clock that is right until it is set. Processes are started `around` it (daemon.mjs). */
export function startClock() {
	return new Clock(join(temporaryFolder('clock'), 'offset'));
}

class Clock {
	offset = 0; // ms

	constructor(file) {
		this.file = file;
		this.around = [
			'env',
			`LD_PRELOAD=${library()}`,
			`FAKETIME_TIMESTAMP_FILE=${file}`,
			'FAKETIME_NO_CACHE=1',
			'FAKETIME_DONT_FAKE_MONOTONIC=1',
			'DONT_FAKE_MONOTONIC=1',
			'NO_FAKE_STAT=1',
			`ASAN_OPTIONS=${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`,
		];
		this.setBy(0);
	}

	/** From now on it is so many ms ahead of the true time (behind it, below 0). */
	setBy(ms) {
		this.offset = ms;
		writeFileSync(`${this.file}.new`, `${ms < 0 ? '-' : '+'}${Math.abs(ms / 1000)}\n`);
		renameSync(`${this.file}.new`, this.file);
	}

	/** It says this (ms) now, and goes on from there. */
	set(at) {
		this.setBy(at - Date.now());
	}

	now() {
		return Date.now() + this.offset;
	}
}
