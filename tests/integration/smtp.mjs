// smtp - a real mail server that keeps what it took, and that can refuse, be slow or fall silent.
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';

import { certificate } from './certificate.mjs';
import { atEnd } from './ending.mjs';
import { freePort } from './ports.mjs';
import { waitFor } from './wait.mjs';

/**
 * Starts one. `tls`: 'none' (the default), 'starttls' (offered, and needed before AUTH) or 'smtps'. With `login`
 * ({ user, pass }) nobody sends without it.
 */
export async function startMail({ tls = 'none', login } = {}) {
	const mail = new MailServer(await freePort(), tls, login);
	await mail.listen(tls === 'none' ? {} : await certificate());
	return mail;
}

class MailServer {
	/** What it took, in order, as mailparser reads it (subject, text, messageId, headers …), with `recipient`, `sender`
	 * (of the envelope), `secure`, `user`, `raw` and `at` (ms). */
	mails = [];
	/** The same of all that came whole, also what it then refused or never answered. */
	arrived = [];
	connections = 0;
	/** Each AUTH, MAIL and RCPT, with what it said. */
	commands = [];
	#behaviour = null;

	constructor(port, tls, login) {
		Object.assign(this, { host: '127.0.0.1', port, tls, login });
	}

	get url() {
		return `${this.tls === 'smtps' ? 'smtps' : 'smtp'}://${this.host}:${this.port}`;
	}

	/** From now on it takes everything. */
	accept() {
		this.#behaviour = null;
	}

	/** It says `code` (4xx try again, 5xx never) at 'connect', 'mail', 'rcpt' or 'data' (when all of a mail is there). */
	refuse(code, { at = 'rcpt', to } = {}) {
		this.#behaviour = { at, to, code };
	}

	/** It never answers there. */
	hang({ at = 'data', to } = {}) {
		this.#behaviour = { at, to, hang: true };
	}

	/** It answers there after so many ms. */
	slow(ms, { at = 'data', to } = {}) {
		this.#behaviour = { at, to, ms };
	}

	/** The first mail taken, already or to come, for which `wanted` is true. */
	async next(wanted = () => true, { within, what = 'a mail' } = {}) {
		return await waitFor(() => this.mails.find(wanted), {
			within,
			what: () => `${what}; there came ${JSON.stringify(this.mails.map((m) => [m.recipient, m.subject]))}`,
		});
	}

	/** All mails taken for an address. */
	to(address) {
		return this.mails.filter((m) => m.recipient === address);
	}

	async listen(secret) {
		this.server = new SMTPServer({
			...secret,
			secure: this.tls === 'smtps',
			disabledCommands: [...(this.tls === 'none' ? ['STARTTLS'] : []), ...(this.login ? [] : ['AUTH'])],
			allowInsecureAuth: this.tls === 'none',
			authOptional: !this.login,
			disableReverseLookup: true,
			closeTimeout: 100,
			logger: false,
			onConnect: (session, done) => {
				this.connections++;
				this.#answer('connect', null, done);
			},
			onAuth: ({ username, password }, session, done) => {
				this.commands.push(['AUTH', username]);
				if (username === this.login.user && password === this.login.pass)
					done(null, { user: username });
				else
					done(Object.assign(new Error('no such login'), { responseCode: 535 }));
			},
			onMailFrom: ({ address }, session, done) => {
				this.commands.push(['MAIL', address]);
				this.#answer('mail', address, done);
			},
			onRcptTo: ({ address }, session, done) => {
				this.commands.push(['RCPT', address]);
				this.#answer('rcpt', address, done);
			},
			onData: (stream, session, done) => this.#take(stream, session, done).catch(() => {}), // cut off: never whole
		});
		this.server.on('error', () => {}); // a client that goes away in the middle is part of the tests
		await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
		atEnd(() => this.stop());
	}

	async stop() {
		await new Promise((resolve) => this.server.close(resolve));
	}

	async #take(stream, session, done) {
		const chunks = [];
		for await (const chunk of stream)
			chunks.push(chunk);
		const raw = Buffer.concat(chunks).toString();
		const { mailFrom, rcptTo } = session.envelope;
		const mail = {
			...(await simpleParser(raw)),
			raw,
			sender: mailFrom ? mailFrom.address : '',
			recipient: rcptTo.map((r) => r.address).join(' '),
			secure: session.secure,
			user: session.user ?? null,
			at: Date.now(),
		};
		this.arrived.push(mail);
		this.#answer('data', mail.recipient, (error) => {
			mail.refused = Boolean(error);
			if (!error)
				this.mails.push(mail);
			done(error);
		});
	}

	#answer(at, address, done) {
		const { at: where, to, code, hang, ms } = this.#behaviour ?? {};
		if (at !== where || (to && to !== address))
			done();
		else if (ms)
			setTimeout(done, ms);
		else if (!hang)
			done(Object.assign(new Error(`refused for the test: <${address}>`), { responseCode: code }));
	}
}
