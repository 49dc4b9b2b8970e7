// stream - the server-sent events that an open page reads.
import assert from 'node:assert/strict';

export const cookies = (client) => ({ Cookie: [...client.cookies].map(([k, v]) => `${k}=${v}`).join('; ') });

/** The events of a client's stream as they come: { all: [{ event, data }], over, close }; `over`: the server ended it. */
export async function follow(daemon, client) {
	const stop = new AbortController();
	const answer = await fetch(`${daemon.web}/api/v1/events`, { headers: cookies(client), signal: stop.signal });
	assert.equal(answer.headers.get('content-type'), 'text/event-stream');
	const stream = { all: [], over: false, close: () => stop.abort() };
	let rest = '';
	(async () => {
		for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
			const parts = (rest + chunk).split('\n\n');
			rest = parts.pop();
			for (const part of parts) {
				const event = part.match(/^event: (.*)$/m)?.[1];
				if (event)
					stream.all.push({ event, data: JSON.parse(part.match(/^data: (.*)$/m)[1]) });
			}
		}
		stream.over = true;
	})().catch(() => {});
	return stream;
}
