// ending - what a test file started is over when the file is over, whether its tests passed or not.
//
// Whoever starts a process or a server, or makes a folder, says here how it ends. After the last test everything is
// ended, the latest first; an ending that fails (a daemon that a sanitizer stopped, say) fails the file. The processes
// themselves die with this one even when it is killed (processes.mjs), and tests/run removes the folders then.
import { after } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const endings = [];

export function atEnd(end) {
	endings.push(end);
}

/** A new folder, removed at the end. */
export function temporaryFolder(name) {
	const folder = mkdtempSync(join(tmpdir(), `mimamori-${name}-`));
	atEnd(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

after(async () => {
	const failures = [];
	for (const end of endings.reverse())
		await Promise.resolve().then(end).catch((error) => failures.push(error));
	if (failures.length > 0)
		throw failures.length === 1 ? failures[0] : new AggregateError(failures, failures.join('; '));
});
