// fatal_call - a program of ours that dies at a system call of its own, chosen by number (fatal_call.c).
import { program } from './programs.mjs';

// A sanitizer wants to be the first library of a process; here it need not be.
const sanitizer = ['ASAN_OPTIONS', `verify_asan_link_order=0:${process.env.ASAN_OPTIONS ?? ''}`];

/**
 * What a program is started with (`around`) to die at its `call`th call, from 1, that changes a file below `under` (a
 * path, or a list of them; 'socket:' is every socket); 0: at none. `torn`: half of what that call writes is written.
 * Only calls from so many ms of its life on count (`after`), and from when its log has said a `word`.
 */
export function dyingAt(call, { under, torn = false, after = 0, word = null }) {
	const settings = {
		LD_PRELOAD: program('tests/integration/fatal_call.so'),
		FATAL_UNDER: [under].flat().join(','),
		FATAL_CALL: call,
		FATAL_TORN: torn ? 1 : 0,
		FATAL_AFTER: after,
		...(word && { FATAL_WORD: word }),
	};
	return ['env', ...[sanitizer, ...Object.entries(settings)].map(([key, value]) => `${key}=${value}`)];
}

/** The call that a program died at, by what it printed (`log`): its name; null where it did not. */
export function diedAt(log) {
	return log.match(/^fatal_call=\d+ of=(.*)$/m)?.[1] ?? null;
}
