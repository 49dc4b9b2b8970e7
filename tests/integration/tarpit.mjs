// tarpit - a mail server that behaves badly in a way of its own; what came to it is kept.
import { createServer } from 'node:net';

import { atEnd } from './ending.mjs';
import { freePort } from './ports.mjs';

/**
 * Starts one. `way`: 'silent' (takes the connection and says nothing), 'drip' (greets by a byte each ten seconds),
 * 'garbage' (greets with what is no SMTP), 'cut' (hangs up in the middle of a mail's text).
 */
export async function startTarpit(way) {
	const tarpit = new Tarpit(way);
	const port = await freePort();
	const server = createServer((socket) => tarpit.take(socket));
	await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
	atEnd(() => {
		tarpit.sockets.forEach((socket) => socket.destroy());
		server.close();
	});
	return Object.assign(tarpit, { port });
}

class Tarpit {
	sockets = new Set();
	/** Each Message-ID that came, once for each try. */
	ids = [];
	connections = 0;

	constructor(way) {
		this.way = way;
	}

	take(socket) {
		this.connections++;
		this.sockets.add(socket);
		socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
		if (this.way === 'drip')
			this.#drip(socket);
		else if (this.way === 'garbage')
			socket.end(Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256)));
		else if (this.way === 'cut')
			this.#converse(socket);
	}

	#drip(socket) {
		const greeting = '220 slow.test\r\n';
		let sent = 0;
		const timer = setInterval(() => socket.write(greeting[sent++ % greeting.length]), 10_000);
		socket.on('close', () => clearInterval(timer));
	}

	#converse(socket) {
		let text = '';
		let data = false;
		socket.write('220 slow.test\r\n');
		socket.setEncoding('latin1').on('data', (more) => {
			text += more;
			const id = data && /^Message-ID: (.*)\r$/im.exec(text);
			if (id) {
				this.ids.push(id[1]);
				socket.destroy();
			} else if (!data && text.endsWith('\r\n')) {
				data = /^DATA\r$/im.test(text);
				socket.write(data ? '354 go on\r\n' : '250 yes\r\n');
				text = '';
			}
		});
	}
}
