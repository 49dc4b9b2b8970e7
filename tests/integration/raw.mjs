// raw - HTTP by hand: bytes that no library would send, and what comes back.
import { connect } from 'node:net';

/**
 * Sends bytes (texts, Buffers, or [text, ms to wait before the next]) on one connection and reads until the server
 * hangs up, `until` finds its pattern, or `within` ms have passed: { text, closed }. `end`: we hang up our side after
 * the last byte.
 */
export async function raw(daemon, parts, { within = 5000, until = null, end = false } = {}) {
	const { port } = new URL(daemon.web);
	const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
	const chunks = [];
	let closed = false;
	const text = () => Buffer.concat(chunks).toString();
	const over = new Promise((resolve) => {
		const late = setTimeout(resolve, within);
		const done = () => {
			clearTimeout(late);
			resolve();
		};
		socket.on('data', (chunk) => {
			chunks.push(chunk);
			if (until?.test(text()))
				done();
		});
		for (const event of ['end', 'close', 'error'])
			socket.on(event, () => {
				closed = true;
				done();
			});
	});
	await Promise.race([over, new Promise((resolve) => socket.on('connect', resolve))]);
	for (const part of [parts].flat(1)) {
		if (typeof part === 'number')
			await Promise.race([over, new Promise((resolve) => setTimeout(resolve, part))]);
		else if (!closed)
			socket.write(part);
	}
	if (end)
		socket.end();
	await over;
	socket.destroy();
	return { text: text(), closed };
}

/** The answers in what came back: [{ version, status, headers: { 'content-type': … }, body, json }]. */
export function answersIn(text) {
	const found = [];
	let rest = text;
	while (rest.startsWith('HTTP/')) {
		const at = rest.indexOf('\r\n\r\n');
		if (at < 0)
			break;
		const [first, ...lines] = rest.slice(0, at).split('\r\n');
		const headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
		const [version, status] = first.split(' ');
		const bytes = Buffer.from(rest.slice(at + 4));
		const length = headers['content-length'] === undefined ? bytes.length : Number(headers['content-length']);
		const body = bytes.subarray(0, length).toString();
		let json;
		try {
			json = JSON.parse(body);
		} catch {
			// not every answer is JSON
		}
		found.push({ version, status: Number(status), headers, body, json });
		rest = bytes.subarray(length).toString();
	}
	return found;
}

/** One request's answer; null where there came none. */
export async function rawAnswer(daemon, parts, options = {}) {
	const { text } = await raw(daemon, parts, options);
	return answersIn(text)[0] ?? null;
}
