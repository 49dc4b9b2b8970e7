// no_memory - a program of ours to which the machine refuses memory, once or from some moment on (no_memory.c).
import { program } from './programs.mjs';

/**
 * What a program is started with (`around`) so that its `at`th allocation after so many ms of its life is refused, and,
 * with `more`, all that follow.
 */
export function withoutMemory(at, { after = 0, more = false } = {}) {
	return [
		'env',
		`LD_PRELOAD=${program('tests/integration/no_memory.so')}`,
		`NO_MEMORY_AT=${at}`,
		`NO_MEMORY_MORE=${more ? 1 : 0}`,
		`NO_MEMORY_AFTER=${Math.round(after)}`,
	];
}
