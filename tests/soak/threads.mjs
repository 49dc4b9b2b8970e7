// threads - a compressed life (life.mjs) of a daemon that ThreadSanitizer was built into: the first race ends it.
//
//   LIVES  how many, of 16 days of 12 s each (default 2, which is more than an hour of a town of a thousand)
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { newSeed } from '../integration/dice.mjs';
import { sanitized } from '../integration/programs.mjs';
import { Life } from './life.mjs';

const lives = Number(process.env.LIVES || 2);
const first = newSeed();

for (let i = 0; i < lives; i++)
	test(`life ${i + 1}`, async (t) => {
		assert.ok(sanitized('mimamorid'), 'mimamorid is built without ThreadSanitizer');
		const seed = first + i;
		console.error(`SEED=${seed}`);
		const life = new Life({ seed });
		await life.prepare();
		await life.live({
			eachDay: async (n) => {
				if (n % 5 === 0)
					await life.loseBroker();
				else if (n % 2 === 0)
					await life.reload();
				console.error(`day ${n}: ${JSON.stringify(life.sums)}`);
			},
		});
		await life.judge();
		await life.end();
		t.diagnostic(JSON.stringify(life.sums));
	});
