// kills - the storm of tests/integration/kills.test.mjs, for $KILLS kills (10,000), in rounds: each with a town, a store
// and a seed of its own, and with everything that must be true at its end. In one round of five the broker is killed as
// well and loses its memory. Says each five seconds how far it is; $SEED begins with the round of that seed.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { newSeed } from '../integration/dice.mjs';
import { Storm } from '../integration/storm.mjs';
import * as verdict from '../integration/storm_verdict.mjs';

const wanted = Number(process.env.KILLS ?? 10_000);
const ofARound = 150;
const atOneTime = 3; // rounds; each waits most of its time
const first = newSeed();
const began = Date.now();
const sum = { rounds: 0, kills: 0, forgot: 0, presses: 0, missed: 0, received: 0, twice: 0 };
const calls = {};
const storms = new Set();
let told = began;

/** What is over and what is under way. */
function all(name, of) {
	return [...storms].reduce((n, storm) => n + of(storm), sum[name]);
}

function tell() {
	if (Date.now() - told < 5000)
		return;
	told = Date.now();
	const kills = all('kills', (s) => s.kills);
	const rate = kills / ((told - began) / 1000);
	console.error(
		`${kills} of ${wanted} kills, ${rate.toFixed(1)} a second; ${all('presses', (s) => s.pressed)} presses;`
			+ ` ${all('received', (s) => s.receivedCount)} messages, ${sum.twice} of those looked at came twice;`
			+ ` about ${Math.ceil(Math.max(0, wanted - kills) / rate / 60)} min to go`,
	);
}

async function round(seed, forgetful) {
	console.error(`SEED=${seed}${forgetful ? ', with a broker that forgets' : ''}`);
	const storm = new Storm({ seed, forgetful, pace: 0.25 });
	await storm.prepare();
	storms.add(storm);
	await storm.blow(Math.min(ofARound, wanted - all('kills', (s) => s.kills)), tell);
	await storm.settle();
	sum.presses += verdict.everyPressIsStoredOnce(storm, { promised: !forgetful });
	if (forgetful)
		verdict.everyPressIsAnswered(storm);
	sum.missed += verdict.everyMissedCheckInIsOneCause(storm);
	verdict.nothingToTellIsLost(storm);
	sum.twice += verdict.whatCameTwiceIsTheSame(storm);
	assert.match(await storm.daemon.done('check'), /ok/);
	storms.delete(storm);
	sum.rounds++;
	sum.kills += storm.kills;
	sum.forgot += storm.forgot;
	sum.received += storm.receivedCount;
	for (const [call, n] of Object.entries(storm.calls))
		calls[call] = (calls[call] ?? 0) + n;
	await storm.end();
}

test(`${wanted} kills of the daemon`, async () => {
	let n = 0;
	const inTurn = async () => {
		while (all('kills', (s) => s.kills) < wanted)
			await round(first + n, n++ % 5 === 4);
	};
	await Promise.all(Array.from({ length: atOneTime }, inTurn));
	const minutes = ((Date.now() - began) / 60_000).toFixed(1);
	console.error(`${JSON.stringify(sum)}; at calls ${JSON.stringify(calls)}; ${minutes} min`);
});
