// personal - what a log may not hold: names, telephone numbers and addresses of people.
import assert from 'node:assert/strict';

const columns = ['name', 'kana', 'birth_date', 'phone', 'address', 'place', 'care', 'note', 'channels'];

/** Throws where a log holds what a town (town.mjs) says of a person. */
export function assertNobodyNamed(log, town) {
	const people = [...(town.residents ?? []), ...(town.watchers ?? []), ...(town.users ?? [])];
	const words = people.flatMap((person) => columns.flatMap((column) => wordsOf(column, person[column] ?? '')));
	assert.ok(words.length > 0);
	for (const word of new Set(words)) {
		const line = log.split('\n').find((text) => text.includes(word));
		assert.equal(line, undefined, `the log names ${word}`);
	}
}

/** A family name alone would be one too; of a channel it is what comes after its kind. */
function wordsOf(column, text) {
	const words = column === 'channels' ? text.split(' ').map((c) => c.slice(c.indexOf(':') + 1)) : text.split(/[ 　]/);
	return words.filter((word) => word.length > 1);
}
