// life - a town whose days are seconds long: its people press, or are missed; watchers answer on the page of their link
// and staff on theirs, readers ask for pages and follow the list, the daemon begins anew again and again and the broker
// goes away and comes back. What it does to the daemon is the business of threads.mjs and memory.mjs.
import assert from 'node:assert/strict';

import { startBroker } from '../integration/broker.mjs';
import { anonymous, signIn } from '../integration/client.mjs';
import { password, setPassword } from '../integration/council.mjs';
import { startDaemon } from '../integration/daemon.mjs';
import { dice } from '../integration/dice.mjs';
import { PlainButton } from '../integration/plain_button.mjs';
import { startMail } from '../integration/smtp.mjs';
import { rows } from '../integration/store.mjs';
import * as verdict from '../integration/storm_verdict.mjs';
import { cookies } from '../integration/stream.mjs';
import { localDate, localTime, middayZone } from '../integration/town.mjs';
import { sleep, waitFor } from '../integration/wait.mjs';
import { startWebhook } from '../integration/webhook.mjs';

export const days = 16; // as many windows as a schedule can have
const always = 'daily 00:00-24:00';
const publicUrl = 'http://mimamori.test';
const settings = {
	server: { echo: '1s', deaf: '4s', settle: '1s', group: '1s', retry_first: '1s', retry_longest: '2s', same_press: '1s' },
	web: { public_url: publicUrl },
};

/** What a reader asks for, in turn. */
const pages = [
	...['/api/v1/status', '/api/v1/incidents?state=open', '/api/v1/incidents?state=closed', '/api/v1/residents?q=P0', '/metrics'],
	...['/api/v1/residents/P00', '/api/v1/residents/P00/timeline', '/api/v1/residents/P00/days', '/api/v1/audit', '/readyz'],
	...['/api/v1/status.csv', '/api/v1/watchers', '/api/v1/devices', '/api/v1/checks', '/paper', '/', '/healthz', '/nowhere'],
];

const number = (i) => String(i).padStart(2, '0');

/** A window for each day, the first one from `from` (ms) on: due after half of it, and judged a second later. */
function scheduleOf(zone, from, day) {
	const window = (i) => {
		const opens = from + i * day;
		return `daily ${localTime(zone, opens)}-${localTime(zone, opens + day / 2)} +1s`;
	};
	return Array.from({ length: days }, (_, i) => window(i)).join('; ');
}

export class Life {
	acks = 0;
	answered = {}; // requests, by status
	claims = 0;
	closed = 0;
	reloads = 0;
	events = 0;
	over = false;
	buttons = [];

	/** `day`: seconds; `pressing` and `silent`: people; `readers`: so many ask, `pause` ms after each answer. */
	constructor({ seed, day = 12, pressing = 16, silent = 16, readers = 4, pause = 0 }) {
		this.random = dice(seed);
		this.plan = { day: day * 1000, pressing, silent, readers, pause };
	}

	/** A daemon that serves, and people who wait for the first day, in `lead` ms; `around` as in daemon.mjs. */
	async prepare({ around = [], lead = 8000, within = 30_000 } = {}) {
		[this.broker, this.mail, this.webhook] = [await startBroker(), await startMail(), await startWebhook()];
		const { broker, mail, webhook } = this;
		this.daemon = await startDaemon({ broker, mail, webhook, settings, start: false });
		this.began = Date.now() + lead;
		const town = this.#town();
		await this.daemon.import(town);
		await setPassword(this.daemon, 'tanaka');
		for (const { device_id, resident_id } of town.devices) {
			const button = new PlainButton(broker, device_id, this.daemon.passwords[device_id], { repeats: 3000 });
			button.onAck = () => this.acks++;
			this.buttons.push(Object.assign(button, { resident: resident_id }));
		}
		await waitFor(() => this.buttons.every((b) => b.client.connected), { what: 'the buttons to connect' });
		await this.daemon.start({ around });
		await this.daemon.ready({ within });
		this.staff = await signIn(this.daemon, 'tanaka', password);
	}

	#town() {
		const zone = middayZone();
		const today = localDate(zone, this.began);
		const schedule = scheduleOf(zone, this.began, this.plan.day);
		const ids = (letter, n) => Array.from({ length: n }, (_, i) => `${letter}${number(i)}`);
		const [pressers, silent] = [ids('P', this.plan.pressing), ids('S', this.plan.silent)];
		const channel = (id, i) =>
			i % 2 ? `webhook:${this.webhook.url(`/${id.toLowerCase()}`)}` : `mail:${id.toLowerCase()}@example.jp`;
		const watcher = (id, i) => ({ watcher_id: id, name: `見守り ${id}`, channels: channel(id, i), hours: always, night: 'yes' });
		return {
			districts: [{ district: 'D01', name: '本町' }],
			residents: [...pressers, ...silent].map((resident_id) => ({
				...{ resident_id, name: `住民 ${resident_id}`, district: 'D01', birth_date: '1941-05-03', place: '本町' },
				...{ policy: 'life', starts: today, consent_on: today, schedule },
			})),
			watchers: silent.flatMap((_, i) => [watcher(`A${number(i)}`, i), watcher(`B${number(i)}`, i + 1)]),
			links: silent.flatMap((resident_id, i) => [
				{ resident_id, watcher_id: `A${number(i)}`, tier: 1 },
				{ resident_id, watcher_id: `B${number(i)}`, tier: 2 },
			]),
			devices: [...pressers, ...silent].map((id) => ({ device_id: `button-${id.toLowerCase()}`, resident_id: id })),
			policies: [
				{ policy: 'life', kind: 'missed', after: '0s', notify: 'resident+tier1+staff' },
				{ policy: 'life', kind: 'missed', after: '2s', notify: 'tier2' },
			],
			users: [{ login: 'tanaka', name: '田中', role: 'admin', channels: 'mail:tanaka@example.jp', duty: always }],
		};
	}

	/** So many days; `eachDay(n)` is done at the end of each, `last` while all still go on. */
	async live({ until = days, eachDay = async () => {}, last = async () => {} } = {}) {
		const others = [
			...this.buttons.slice(0, this.plan.pressing).map((button, i) => this.#pressOn(button, i, until)),
			...Array.from({ length: this.plan.readers }, (_, i) => this.#readOn(i)),
			this.#answerOn(),
			this.#followOn(),
			this.#followOn(),
		];
		const passing = async () => {
			for (let n = 1; n <= until; n++) {
				await this.#untilDay(n);
				await eachDay(n);
			}
			await last();
			this.over = true;
		};
		await Promise.race([this.#end(), Promise.all([passing(), ...others])]);
	}

	#untilDay(n, part = 0) {
		return sleep(Math.max(0, this.began + (n + part) * this.plan.day - Date.now()));
	}

	/** Throws at an end of the daemon that nobody asked for. */
	async #end() {
		for (;;) {
			const { process } = this.daemon;
			await process.ended;
			if (process !== this.ending)
				throw new Error(`mimamorid ended with ${JSON.stringify(process.status)}:\n${process.log.slice(-20_000)}`);
			await waitFor(() => this.daemon.process !== process, { within: 60_000, what: 'the next start' });
		}
	}

	/** SIGHUP; until it serves again. */
	async reload({ within = 30_000 } = {}) {
		const from = this.daemon.log.length;
		this.daemon.process.signal('SIGHUP');
		await waitFor(() => /reloading=yes[\s\S]*mimamorid=starting/.test(this.daemon.log.slice(from)), {
			within,
			what: () => `the reload:\n${this.daemon.log.slice(from)}`,
		});
		await this.daemon.ready({ within });
		this.reloads++;
	}

	/** A stop and a start, where a reload cannot be: valgrind does not follow a program that becomes itself. */
	async beginAnew({ around, within }) {
		this.ending = this.daemon.process;
		await this.daemon.stop({ within });
		await this.daemon.start({ around });
		await this.daemon.ready({ within });
		this.reloads++;
	}

	/** The broker ends in good order and comes back. */
	async loseBroker() {
		await this.broker.stop();
		await this.broker.start();
	}

	/** On each day once, at a moment of its window, and now and then in need; every third one once more. */
	async #pressOn(button, i, until) {
		for (let n = 0; n < until; n++) {
			await this.#untilDay(n, this.random() * 0.4);
			const word = this.random();
			await button.press(word < 0.05 ? 'help' : word < 0.1 ? 'talk' : word < 0.15 ? 'unwell' : 'ok');
			if (i % 3 === 0)
				await button.press();
		}
	}

	async #ask(client, method, path, body) {
		try {
			const answer = await client.send(method, path, body);
			this.answered[answer.status] = (this.answered[answer.status] ?? 0) + 1;
			return answer;
		} catch (error) {
			if (error.message !== 'fetch failed' && error.message !== 'terminated')
				throw error;
			this.answered.none = (this.answered.none ?? 0) + 1; // it begins anew
			await sleep(50);
			return { status: 0, text: '' };
		}
	}

	async #readOn(turn) {
		while (!this.over) {
			await this.#ask(this.staff, 'GET', pages[turn++ % pages.length]);
			if (this.plan.pause)
				await sleep(this.plan.pause);
		}
	}

	/** Who has the list open, as long as the daemon lets them, and then again. */
	async #followOn() {
		while (!this.over) {
			const stop = new AbortController();
			const over = setInterval(() => this.over && stop.abort(), 100);
			try {
				const answer = await fetch(`${this.daemon.web}/api/v1/events`, { headers: cookies(this.staff), signal: stop.signal });
				for await (const chunk of answer.body.pipeThrough(new TextDecoderStream()))
					this.events += chunk.split('\nevent: ').length - 1;
			} catch {
				await sleep(100); // it begins anew, or we are through
			}
			clearInterval(over);
		}
	}

	/** Whoever is told by mail answers on the page of their link; staff look after everything else. */
	async #answerOn() {
		let [mails, turn] = [0, 0];
		while (!this.over) {
			for (; mails < this.mail.mails.length; mails++) {
				const link = /▼お返事はこちら (\S+)/.exec(this.mail.mails[mails].text);
				if (link)
					await this.#answer(link[1].slice(publicUrl.length));
			}
			const { json } = await this.#ask(this.staff, 'GET', '/api/v1/incidents?state=open');
			for (const { id } of json?.incidents ?? [])
				if (this.random() < 0.3)
					await this.#attend(id, turn++);
			await sleep(100);
		}
	}

	async #answer(path) {
		const watcher = anonymous(this.daemon);
		const { text } = await this.#ask(watcher, 'GET', path);
		const forms = [...text.matchAll(/<form[^>]*>([\s\S]*?)<\/form>/g)].map(([, form]) =>
			new URLSearchParams(
				[...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, k, v]) => [k, v.replaceAll('&amp;', '&')]),
			),
		);
		const form = forms[Math.floor(this.random() * forms.length)];
		if (form && (await this.#ask(watcher, 'POST', path, form)).status === 303)
			this.claims += form.get('act') === 'yes';
	}

	async #attend(id, turn) {
		const at = `/api/v1/incidents/${id}`;
		const close = { outcome: 'safe', how: 'phone', seen_by: '田中' };
		const acts = [
			() => this.#ask(this.staff, 'POST', `${at}/claim`),
			() => this.#ask(this.staff, 'POST', `${at}/notes`, { note: '雨戸が閉まっています' }),
			() => this.#ask(this.staff, 'POST', `${at}/report`, { result: 'no_answer' }),
			() => this.#ask(this.staff, 'GET', at),
			async () => {
				this.closed += (await this.#ask(this.staff, 'POST', `${at}/close`, close)).status === 200;
			},
		];
		await acts[turn % acts.length]();
	}

	/** What was lived: so that a life in which nothing happened passes for none. */
	get sums() {
		const { claims, closed, reloads, events, answered, acks } = this;
		const count = (sql) => rows(this.daemon, sql)[0].n;
		return {
			presses: count('SELECT count(*) AS n FROM checkins'),
			missed: count("SELECT count(*) AS n FROM expectations WHERE outcome = 'missed'"),
			incidents: count('SELECT count(*) AS n FROM incidents'),
			messages: this.mail.arrived.length + this.webhook.calls.length,
			...{ acks, claims, closed, reloads, events, answered },
		};
	}

	/** What must be true at its end. */
	async judge() {
		verdict.everyPressIsStoredOnce(this);
		verdict.everyPressIsAnswered(this);
		const { sums } = this;
		for (const [name, least] of Object.entries({ presses: 1, missed: 1, messages: 1, claims: 1, closed: 1, events: 1 }))
			assert.ok(sums[name] >= least, `${name}: ${JSON.stringify(sums)}`);
		const faults = Object.keys(sums.answered).filter((status) => status >= 500 && status !== '503');
		assert.deepEqual(faults, [], JSON.stringify(sums.answered));
		assert.match(await this.daemon.done('check'), /ok/);
	}

	async end({ within = 30_000 } = {}) {
		await Promise.all(this.buttons.map((b) => b.leave()));
		await this.daemon.stop({ within });
		await Promise.all([this.broker.stop(), this.mail.stop(), this.webhook.stop()]);
	}
}
