// certificate - one of our own for localhost and 127.0.0.1, made when a test first asks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './ending.mjs';
import { run } from './processes.mjs';

let made;

/** { key, cert } in PEM, and `file`, the certificate's path: who trusts that file trusts the server. */
export function certificate() {
	made ??= make();
	return made;
}

async function make() {
	const folder = temporaryFolder('certificate');
	const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const { code, stderr } = await run('openssl', [
		...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
		...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
		...['-keyout', keyFile, '-out', file],
	]);
	if (code !== 0)
		throw new Error(`openssl: ${stderr}`);
	return { key: readFileSync(keyFile), cert: readFileSync(file), file };
}
