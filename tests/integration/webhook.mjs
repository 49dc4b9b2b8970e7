// webhook - an HTTP receiver that checks signatures with the Standard Webhooks project's own library.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

import { atEnd } from './ending.mjs';
import { freePort } from './ports.mjs';
import { waitFor } from './wait.mjs';

export async function startWebhook() {
	const receiver = new Receiver(await freePort());
	await receiver.listen();
	return receiver;
}

class Receiver {
	secret = `whsec_${randomBytes(32).toString('base64')}`;
	/** What came, in order: { path, headers, text, json, id, fault (why the signature is none, else null), status, at }. */
	calls = [];
	/** What it says to a call: a status, a promise of one (slow), or null (never answers). */
	answer = () => 204;

	constructor(port) {
		this.port = port;
		this.verifier = new Webhook(this.secret);
	}

	/** The address of a hook, as a watcher's channel names it after `webhook:`. */
	url(path = '/hook') {
		return `http://127.0.0.1:${this.port}${path}`;
	}

	/** The first call, already here or to come, for which `wanted` is true. */
	async next(wanted = () => true, { within, what = 'a webhook call' } = {}) {
		return await waitFor(() => this.calls.find(wanted), {
			within,
			what: () => `${what}; there came ${JSON.stringify(this.calls.map((c) => [c.path, c.text]))}`,
		});
	}

	async listen() {
		this.server = createServer(async (request, response) => {
			const chunks = [];
			for await (const chunk of request)
				chunks.push(chunk);
			const call = this.#read(request, Buffer.concat(chunks).toString());
			this.calls.push(call);
			call.status = call.fault ? 401 : await this.answer(call);
			if (call.status !== null)
				response.writeHead(call.status).end();
		});
		await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
		atEnd(() => this.stop());
	}

	async stop() {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	#read({ url, headers }, text) {
		const call = { path: url, headers, text, json: null, id: headers['webhook-id'], fault: null, at: Date.now() };
		try {
			call.json = this.verifier.verify(text, headers);
		} catch (error) {
			call.fault = error.message;
		}
		return call;
	}
}
