// Pulled at from the web: every operation of docs/openapi.yaml, valid and hostile, 500 times a second from several sessions,
// while buttons are pressed, the daemon is killed and mail servers fail. What is promised holds, and no answer shows or
// leaves a thing half made. $SEED gives a run again, PULL_SECONDS and PULL_KILLS make it longer (`make soak PARTS=pull`).
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { signIn } from './client.mjs';
import { logins, password } from './council.mjs';
import { newSeed } from './dice.mjs';
import { operations } from './openapi.mjs';
import { calls } from './pull_calls.mjs';
import { invite, pull } from './pull_town.mjs';
import * as pulled from './pull_verdict.mjs';
import { Storm } from './storm.mjs';
import * as verdict from './storm_verdict.mjs';

const seed = newSeed();
const seconds = Number(process.env.PULL_SECONDS ?? 11);
const kills = Number(process.env.PULL_KILLS ?? 6);
const rate = Number(process.env.PULL_RATE ?? 500);
console.log(`SEED=${seed}`);

test('every operation is pulled at', () => {
	assert.deepEqual(Object.keys(calls).toSorted(), operations.map(({ id }) => id).toSorted());
});

test('pulled at from the web while presses, kills and failing channels go on', { timeout: 120_000 + 2000 * seconds }, async () => {
	let puller = null;
	const buttons = Math.min(20, 2 * seconds);
	const storm = new Storm({
		...{ seed, presses: 20 * seconds, buttons, silent: 12, seconds, pace: 2, failing: true },
		...{ guests: invite, moment: () => puller?.acted ?? 0 },
	});
	await storm.prepare();
	puller = await pull(storm.daemon, { seed, rate, mail: storm.mail, leave: '^[PS]\\d' });
	await storm.blow(kills);
	const found = JSON.parse(readFileSync(await puller.end(), 'utf8'));
	await closeAll(storm.daemon);
	await storm.settle();

	const { marks, faults: _, statuses: __, presses, claims: ___, unanswered: ____, ...figures } = found;
	console.log(`${storm.kills} kills (${JSON.stringify(storm.ends)}); ${JSON.stringify(figures)}`);
	pulled.everyAnswerIsWhole(found, operations);
	const acts = pulled.everyActIsWhole(storm, found);
	const claimed = pulled.everyClaimIsOne(storm, found);
	pulled.everyIncidentIsAsItLived(storm);
	pulled.everyActIsAudited(storm);
	const all = [...storm.buttons, ...pulled.pressesOf(found)];
	verdict.everyPressIsStoredOnce({ daemon: storm.daemon, buttons: all });
	const missed = verdict.everyMissedCheckInIsOneCause(storm);
	verdict.nothingToTellIsLost(storm);
	const twice = verdict.whatCameTwiceIsTheSame(storm, { of: (resident) => /^[PS]\d/.test(resident ?? '') });
	assert.match(await storm.daemon.done('check'), /ok/);
	assert.ok(acts === marks.length && claimed > 0 && found.answered > operations.length, `${found.rate} requests/s`);
	console.log(`${acts} acts, ${claimed} claims, ${storm.pressed} presses and ${presses.length} over HTTP, ${missed} missed;`
		+ ` ${storm.received.length} messages received, ${twice} of them for the second time`);
	await storm.end();
});

/** Somebody goes through what the guests left open: everything can still be done, and nothing is due any more. */
async function closeAll(daemon) {
	const admin = await signIn(daemon, logins.admin, password);
	const { json } = await admin.get('/api/v1/incidents?state=open&limit=200');
	for (const { id, kind, resident_id } of json.incidents.filter((i) => !/^[PS]\d/.test(i.resident_id ?? ''))) {
		const ofPerson = ['help', 'missed', 'unwell', 'talk'].includes(kind);
		const body = ofPerson ? { outcome: 'safe', how: 'face', seen_by: '田中' } : { outcome: 'answered', note: '見た' };
		const { status, text } = await admin.post(`/api/v1/incidents/${id}/close`, body);
		assert.equal(status, 200, `${resident_id}: ${text}`);
	}
}
