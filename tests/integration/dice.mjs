// dice - chance that comes again: the same numbers from the same seed.

/** Numbers between 0 and 1. */
export function dice(seed) {
	let state = seed >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
}

/** A seed that nobody chose; $SEED goes before it, so that a run can be had again. */
export function newSeed() {
	return Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
}

/** One of a list of [weight, value], by a number between 0 and 1. */
export function weighed(list, number) {
	let left = number * list.reduce((sum, [weight]) => sum + weight, 0);
	return (list.find(([weight]) => (left -= weight) < 0) ?? list.at(-1))[1];
}
