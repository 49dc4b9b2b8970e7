// webhooks - 10,000 notifications at once through a local HTTP sink, beside Alertmanager sending 10,000 alerts.
import { test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';

import { temporaryFolder } from '../integration/ending.mjs';
import { freePort } from '../integration/ports.mjs';
import { Process } from '../integration/processes.mjs';
import { waitFor } from '../integration/wait.mjs';
import { burst, sinking, townOf } from './bursts.mjs';
import { alternately, figure, gate } from './gates.mjs';
import { memory } from './setting.mjs';

const n = 10_000;
const inOnePost = 100;
let town;

test('webhooks: a town', { timeout: 120_000 }, async () => {
	town = await townOf(n, 'http', () => ({ webhook: { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` } }));
});

/** Alertmanager, a message an alert: ms from the first alert that it was given to the last that it sent. */
async function alertmanager() {
	const folder = temporaryFolder('alertmanager');
	const [port, hook] = [await freePort(), await freePort()];
	const config = join(folder, 'alertmanager.yml');
	writeFileSync(
		config,
		`route:
  receiver: hook
  group_by: ['...']
  group_wait: 0s
  group_interval: 1m
receivers:
  - name: hook
    webhook_configs:
      - url: http://127.0.0.1:${hook}/hook
        send_resolved: false
`,
	);
	const process = new Process('alertmanager', 'prometheus-alertmanager', [
		...['--config.file', config, '--storage.path', join(folder, 'data'), '--cluster.listen-address='],
		...['--web.listen-address', `127.0.0.1:${port}`, '--log.level=error'],
	]);
	const web = `http://127.0.0.1:${port}`;
	await waitFor(() => fetch(`${web}/-/ready`).then((r) => r.ok, () => false), { what: 'Alertmanager' });
	const found = await sinking('http', hook, n, async (all) => {
		const began = Date.now();
		for (let i = 0; i < n; i += inOnePost) {
			const alerts = Array.from({ length: inOnePost }, (_, k) => ({
				labels: { alertname: 'missed', resident: `R${i + k}`, district: `D${(i + k) % 100}` },
				annotations: { summary: 'please look in' },
			}));
			const headers = { 'Content-Type': 'application/json' };
			const answer = await fetch(`${web}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
			assert.equal(answer.status, 200);
			await answer.arrayBuffer();
		}
		const { first, last } = await all();
		return { ms: last - began, lasted: last - first, mib: memory(process).most };
	});
	await process.kill();
	return found;
}

test('webhooks: 10,000 at once', { timeout: 900_000 }, async () => {
	const found = await alternately({ alertmanager, ours: () => burst(town) });
	const both = { ours: found.ours, yardstick: found.alertmanager };
	gate('10,000 notifications at once by HTTP, beside Alertmanager', { ...both, pick: (x) => x.ms, unit: 'ms', atMost: 1 });
	gate('the same: memory', { ...both, pick: (x) => x.mib, unit: 'MiB', atMost: 0.125 });
	figure('the same, and all incidents of them judged and written at that instant', town.judged, 'ms');
	figure('the same, from the first to the last', Math.min(...found.ours.map((x) => x.lasted)), 'ms');
});
