// million - a city of 1,000,000 residents, made once for all parts that ask for it, and put back as it was between them.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../integration/ports.mjs';
import { fill } from './city.mjs';
import { progress } from './gates.mjs';
import { brokerWith, daemonOf } from './setting.mjs';

export const residents = 1_000_000;
export const buttons = 10_000;
let made;

/** { broker, daemon, mailPort (where its mail goes), restore(file) }. The daemon is not running. */
export function million() {
	made ??= make();
	return made;
}

async function make() {
	const broker = await brokerWith(buttons, residents / buttons);
	const mailPort = await freePort();
	const daemon = await daemonOf(broker, {
		mail: { url: `smtp://127.0.0.1:${mailPort}`, tls: 'none' },
		settings: { server: { settle: '1s', settle_long: '1s' } },
	});
	const pristine = join(daemon.folder, 'pristine.db');
	progress('a city of 1,000,000 is being made');
	fill(daemon, residents);
	copyFileSync(daemon.database, pristine);
	return {
		broker,
		daemon,
		mailPort,
		restore(file = daemon.database) {
			for (const end of ['', '-wal', '-shm'])
				rmSync(`${file}${end}`, { force: true });
			copyFileSync(pristine, file);
		},
	};
}
