// gates - what is judged: a figure of ours beside one of a yardstick, taken in turns so that both had the same minutes.
import assert from 'node:assert/strict';

const rows = [];

export function progress(text) {
	process.stderr.write(`  ${new Date().toTimeString().slice(0, 8)} ${text}\n`);
}

export function median(list) {
	const sorted = list.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)];
}

/** The median of one figure of several runs, as text. */
export const middle = (runs, name) => number(median(runs.map((run) => run[name])));

/**
 * Runs { name: async () => figures } in turns, `times` of each: { name: [figures, …] }. Yardsticks are named first, so
 * that each of ours has one just before it.
 */
export async function alternately(runs, times = Number(process.env.BENCH_TIMES ?? 3)) {
	const found = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
	for (let i = 0; i < times; i++)
		for (const [name, run] of Object.entries(runs)) {
			found[name].push(await run());
			progress(`${name} ${i + 1}/${times}: ${JSON.stringify(found[name].at(-1))}`);
		}
	return found;
}

const number = (value) =>
	value === undefined ? '' : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

/**
 * Judges: the median over the rounds of ours / yardstick against `atLeast` or `atMost`. Both are lists, a figure a
 * round. `pick` takes the figure out of what a run gave.
 */
export function gate(what, { ours, yardstick, pick = (x) => x, unit, atLeast, atMost }) {
	const [a, b] = [ours.map(pick), yardstick.map(pick)];
	const ratio = median(a.map((value, i) => value / b[i]));
	const held = atLeast === undefined ? ratio <= atMost : ratio >= atLeast;
	const limit = atLeast === undefined ? `≤ ${atMost} ×` : `≥ ${atLeast} ×`;
	add([what, `${number(median(a))} ${unit}`, `${number(median(b))} ${unit}`, `${number(ratio)} ×`, limit, held ? 'pass' : 'FAIL']);
	return ratio;
}

/** The same for the few promises that are absolute: at most so many ms or MiB, whatever the machine. */
export function bound(what, { ours, unit, atMost }) {
	const value = median(ours);
	add([what, `${number(value)} ${unit}`, '', '', `≤ ${atMost} ${unit}`, value <= atMost ? 'pass' : 'FAIL']);
	return value;
}

/** Printed, not judged. */
export function figure(what, value, unit, beside = '') {
	add([what, typeof value === 'number' ? `${number(value)} ${unit}` : value, beside, '', '', '']);
}

function add(row) {
	rows.push(row);
	progress(row.filter(Boolean).join('  '));
}

/** Prints all that was found; throws where a gate failed. */
export function printTable() {
	const lines = [['gate', 'ours', 'yardstick', 'ratio', 'limit', ''], ...rows];
	const width = (i) => Math.max(...lines.map((row) => [...row[i]].length));
	console.log();
	for (const row of lines)
		console.log(row.map((cell, i) => cell + ' '.repeat(width(i) - [...cell].length)).join('  ').trimEnd());
	const failed = rows.filter((row) => row[5] === 'FAIL').map((row) => row[0]);
	assert.equal(failed.length, 0, `gates that failed: ${failed.join('; ')}`);
}
