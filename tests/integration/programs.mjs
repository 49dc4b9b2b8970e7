// programs - our own, as they were built: $MIMAMORI_BUILD names the folder (default: build/ of the repository).
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const build = resolve(repository, process.env.MIMAMORI_BUILD ?? 'build');

/** The path of mimamorid, mimamori or mimamori-button. */
export function program(name) {
	return join(build, name);
}

/** Whether it was built with a sanitizer. */
export function sanitized(name) {
	return /lib[a-z]+san\.so/.test(readFileSync(program(name), 'latin1'));
}

/** Throws what a sanitizer reported in a program's output, if one did. */
export function noSanitizerReport(name, output) {
	if (/(Address|Leak|Thread|Memory)Sanitizer|runtime error: /.test(output))
		throw new Error(`a sanitizer stopped ${name}:\n${output}`);
}
