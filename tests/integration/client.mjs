// client - a program that calls the HTTP API, as a browser's page or with an API key does; every request and answer is
// held to docs/openapi.yaml.
import assert from 'node:assert/strict';

import { answerBreaches, operationOf, operations, requestBreaches } from './openapi.mjs';

/** What each operation answered in this test: { 'GET /api/v1/status': Set(200, 401) }. */
const answered = new Map(operations.map(({ method, path }) => [`${method} ${path}`, new Set()]));

/** Operations that no call of this test drove, or none to success. */
export function undriven({ toSuccess = true } = {}) {
	return [...answered].filter(([, seen]) => ![...seen].some((s) => !toSuccess || s < 400)).map(([name]) => name);
}

/** Somebody who calls: nobody yet. */
export function anonymous(daemon) {
	return new Client(daemon);
}

/** Signs in with a password; `from` is the address that a front server names. */
export async function signIn(daemon, login, password, { from } = {}) {
	const client = new Client(daemon, { headers: from ? { 'X-Forwarded-For': from } : {} });
	const answer = await client.post('/api/v1/session', { login, password });
	assert.equal(answer.status, 200, `${login} signs in: ${answer.status} ${JSON.stringify(answer.json)}`);
	client.csrf = answer.json.csrf;
	return client;
}

/** A program with an API key. */
export function withKey(daemon, key) {
	return new Client(daemon, { headers: { Authorization: `Bearer ${key}` } });
}

class Client {
	cookies = new Map();
	csrf = null;

	constructor(daemon, { headers = {} } = {}) {
		this.base = daemon.web;
		this.headers = headers;
	}

	get = (path, options) => this.call('GET', path, undefined, options);
	post = (path, body, options) => this.call('POST', path, body, options);
	put = (path, body, options) => this.call('PUT', path, body, options);
	patch = (path, body, options) => this.call('PATCH', path, body, options);
	delete = (path, body, options) => this.call('DELETE', path, body, options);

	/**
	 * One call: { status, json (undefined where it is none), text, headers }. `body` is sent as JSON, a
	 * URLSearchParams as a form. Throws where request or answer are not as the document says; a request that is wrong on
	 * purpose (`wrong: true`) must be refused.
	 */
	async call(method, target, body, { wrong = false, headers = {} } = {}) {
		const url = new URL(target, this.base);
		const one = operationOf(method, url.pathname);
		const what = `${method} ${target}`;
		assert.ok(one, `docs/openapi.yaml does not have ${what}`);
		const type = body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json';
		const sent = body instanceof URLSearchParams ? Object.fromEntries(body) : body;
		const breaches = requestBreaches(one, url.pathname, url.searchParams, sent, type);
		if (!wrong)
			assert.ok(!breaches, `the request ${what} ${JSON.stringify(sent)} is not as described: ${breaches}`);
		const answer = await this.send(method, target, body, { headers });
		if (wrong)
			assert.ok(answer.status >= 400, `${what} was taken with ${answer.status}, though: ${breaches}`);
		answered.get(`${one.method} ${one.path}`).add(answer.status);
		const said = answerBreaches(one, answer.status, answer.headers.get('content-type'), answer.json);
		assert.ok(!said, `the answer ${answer.status} to ${what} is not as described: ${said}\n${answer.text.slice(0, 2000)}`);
		return answer;
	}

	/** The same, judged by nobody. Of a stream of events only the beginning is read. */
	async send(method, target, body, { headers = {} } = {}) {
		const stop = new AbortController();
		const answer = await fetch(new URL(target, this.base), {
			method,
			redirect: 'manual',
			signal: stop.signal,
			headers: {
				...(this.cookies.size > 0 && { Cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') }),
				...(this.csrf && method !== 'GET' && { 'X-CSRF-Token': this.csrf }),
				...(body !== undefined && !(body instanceof URLSearchParams) && { 'Content-Type': 'application/json' }),
				...this.headers,
				...headers,
			},
			body: body === undefined || body instanceof URLSearchParams ? body : JSON.stringify(body),
		});
		for (const line of answer.headers.getSetCookie())
			this.#keep(line);
		let text = '';
		if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
			const { value } = await answer.body.getReader().read();
			text = new TextDecoder().decode(value);
			stop.abort();
		} else {
			text = await answer.text();
		}
		let json;
		try {
			json = JSON.parse(text);
		} catch {
			// not every answer is JSON
		}
		return { status: answer.status, json, text, headers: answer.headers };
	}

	#keep(line) {
		const [pair, ...attributes] = line.split(';').map((part) => part.trim());
		const [name, value] = pair.split(/=(.*)/s);
		if (value === '' || attributes.some((a) => /^max-age=(0|-\d+)$/i.test(a)))
			this.cookies.delete(name);
		else
			this.cookies.set(name, value);
	}
}
