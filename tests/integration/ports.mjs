// ports - free TCP ports of this machine's loopback.
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

function isFree(port) {
	return new Promise((resolve) => {
		const server = createServer();
		server.on('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

/**
 * A port that nobody listens on. It lies below the range that the kernel gives to outgoing connections (32768 and
 * up), so that a server that was killed finds it free when it starts again.
 */
export async function freePort() {
	for (;;) {
		const port = randomInt(20_000, 32_000);
		if (await isFree(port))
			return port;
	}
}
