// bursts - many notifications at once, each to somebody else, taken by a sink on this machine.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from '../integration/broker.mjs';
import { temporaryFolder } from '../integration/ending.mjs';
import { freePort } from '../integration/ports.mjs';
import { rows } from '../integration/store.mjs';
import { sleep, waitFor } from '../integration/wait.mjs';
import { change, expectAll, fill } from './city.mjs';
import { beside, daemonOf, memory, serving } from './setting.mjs';

/** What `work` gives; it is given a way to wait until a sink has taken so many: { first, last (ms since 1970), connections }. */
export async function sinking(kind, port, count, work, file) {
	const args = [kind, port, count, ...(file ? [file] : [])];
	return await beside('sink', args, (sink) =>
		work(async () => JSON.parse((await sink.said(/^\{.*\}$/m, { within: 300_000 }))[0])),
	);
}

/**
 * A town in which so many residents have been missed, and each has a watcher of their own, who is still to be told: {
 * judged: ms from the deadlines until the last had been told, when they were told for the first time }.
 */
export async function townOf(n, kind, options) {
	const port = await freePort();
	const daemon = await daemonOf(await startBroker(), options(port));
	const written = join(temporaryFolder('burst'), 'written.db');
	const watcher = kind === 'http' ? `'webhook:http://127.0.0.1:${port}/hook'` : "'mail:w' || i || '@example.jp'";
	fill(daemon, n, { watcher, alone: true });
	const town = { port, daemon, n, kind, written };
	const { ms } = await told(town, (at) => expectAll(daemon, { n, each: 1, first: 0, at }));
	change(
		daemon,
		[`UPDATE notifications SET state = 'waiting', message_id = NULL, leased_by = NULL, leased_until = NULL, tries = 0,
		 first_try_at = NULL, sent_at = NULL, unsure = 0, answer = '', send_at = $at`, { at: Date.now() + 86_400_000 }],
		['DELETE FROM addresses'],
	);
	copyFileSync(daemon.database, written);
	return { ...town, judged: ms };
}

/** What becomes due at an instant is sent to a sink: ms from then to the last message and from the first; MiB of the daemon. */
async function told({ port, daemon, n, kind }, make, file) {
	return await sinking(
		kind,
		port,
		n,
		(all) =>
			serving(daemon, async (process) => {
				const at = Math.ceil(Date.now() / 1000 + 3) * 1000;
				make(at);
				await sleep(at - Date.now());
				const { first, last, connections } = await all();
				await waitFor(() => rows(daemon, "SELECT count(*) AS n FROM notifications WHERE state = 'sent'")[0].n === n, {
					within: 10_000,
					what: 'every one to be marked as sent',
				});
				return { ms: last - at, lasted: last - first, connections, mib: memory(process).most };
			}),
		file,
	);
}

/** All of them are told at one instant, as those are who were asleep: what `told` gives. */
export async function burst(town, file) {
	copyFileSync(town.written, town.daemon.database);
	return await told(town, (at) => change(town.daemon, ['UPDATE notifications SET send_at = $at', { at }]), file);
}
