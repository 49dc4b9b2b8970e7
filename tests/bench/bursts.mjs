// bursts - many notifications at once, each to somebody else, taken by a sink on this machine.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { startBroker } from '../integration/broker.mjs';
import { temporaryFolder } from '../integration/ending.mjs';
import { freePort } from '../integration/ports.mjs';
import { rows } from '../integration/store.mjs';
import { sleep } from '../integration/wait.mjs';
import { expectAll, fill } from './city.mjs';
import { beside, daemonOf, memory, serving } from './setting.mjs';

/** What `work` gives; it is given a way to wait until a sink has taken so many: { first, last (ms since 1970), connections }. */
export async function sinking(kind, port, count, work, file) {
	const args = [kind, port, count, ...(file ? [file] : [])];
	return await beside('sink', args, (sink) =>
		work(async () => JSON.parse((await sink.said(/^\{.*\}$/m, { within: 300_000 }))[0])),
	);
}

/** A town in which so many residents can be missed at one instant, and each is told to one watcher of their own. */
export async function townOf(n, kind, options) {
	const port = await freePort();
	const daemon = await daemonOf(await startBroker(), options(port));
	const pristine = join(temporaryFolder('burst'), 'pristine.db');
	const watcher = kind === 'http' ? `'webhook:http://127.0.0.1:${port}/hook'` : "'mail:w' || i || '@example.jp'";
	fill(daemon, n, { watcher, alone: true });
	copyFileSync(daemon.database, pristine);
	return { port, daemon, pristine, n, kind };
}

/** All of them are missed: ms from the instant, and between the first and the last message; MiB of the daemon. */
export async function burst({ port, daemon, pristine, n, kind }, file) {
	copyFileSync(pristine, daemon.database);
	return await sinking(
		kind,
		port,
		n,
		(all) =>
			serving(daemon, async (process) => {
				const at = Math.ceil(Date.now() / 1000 + 3) * 1000;
				expectAll(daemon, { n, each: 1, first: 0, at });
				await sleep(at - Date.now());
				const { first, last, connections } = await all();
				await sleep(1500); // results are written
				const sent = rows(daemon, "SELECT count(*) AS n FROM notifications WHERE state = 'sent'")[0].n;
				assert.equal(sent, n, 'every one is marked as sent');
				return { ms: last - at, lasted: last - first, connections, mib: memory(process).most };
			}),
		file,
	);
}
