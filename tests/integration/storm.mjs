// storm - a daemon that is killed, or out of memory, again and again while buttons are pressed, check-ins are missed,
// alerts leave and people answer them; started anew at once, as a supervisor does. What must be true afterwards is in
// storm_verdict.mjs.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { startBroker } from './broker.mjs';
import { startDaemon } from './daemon.mjs';
import { dice, weighed } from './dice.mjs';
import { diedAt, dyingAt } from './fatal_call.mjs';
import { withoutMemory } from './no_memory.mjs';
import { PlainButton } from './plain_button.mjs';
import { sanitized } from './programs.mjs';
import { startMail } from './smtp.mjs';
import { holdStore, rows, story } from './store.mjs';
import { stormTown } from './storm_town.mjs';
import { sleep, waitFor } from './wait.mjs';
import { startWebhook } from './webhook.mjs';

const deaf = 4; // s
const web = { public_url: 'http://mimamori.test' };
const server = { echo: '1s', deaf: `${deaf}s`, settle: '1s', group: '1s', retry_first: '1s', retry_longest: '2s' };
const lead = 8; // s from the import to the first deadline

/** How a life of the daemon ends, and how often. */
const fates = (pace, moment) => [
	[4, 'early'], // within its start
	[4, 'later'],
	[6, 'call'], // at a write of the store's or a word to broker, mail server or receiver
	[3, 'judging'], // at such a call once somebody is found missed, or an incident is at its next step
	[3, 'telling'], // when a message is at its receiver, who may not have answered yet
	[3, 'answering'], // when a button hears an ack
	[2, 'locked'], // while another program holds the store's lock
	[2, 'reload'], // as it begins anew on SIGHUP
	[sanitized('mimamorid') ? 0 : 2, 'memory'], // or sooner, by itself: an allocation was refused
	[0.3 * pace, 'deaf'], // and stays away long enough to have been deaf
	...(moment ? [[8, 'acted']] : []), // when something was taken that others did
];

export class Storm {
	kills = 0;
	forgot = 0; // how often the broker lost its memory
	ends = {}; // how many lives ended how
	calls = {}; // and at which calls
	buttons = [];
	acks = 0;
	untold = new Set(); // numbers of the silent of whom nobody has heard

	/**
	 * `presses` over `buttons`, half of which repeat a press until the daemon's ack, and half of which are content with
	 * the broker's PUBACK; `silent` residents miss their check-in within `seconds`. `forgetful`: the broker is killed as
	 * well, and its file is lost; then all repeat, and who presses is not due yet, for nobody can say when that press is
	 * heard. `pace`: how long its lives are, 1 about 400 ms. `failing`: in half of them mail server or receiver refuse, or
	 * hang. `guests` is given the daemon before its first start, to bring others in; `moment` is a number that rises
	 * whenever something they did was taken.
	 */
	constructor({ seed, presses = 1000, buttons = 50, silent = 40, seconds = 16, forgetful = false, pace = 1, failing = false, guests, moment }) {
		Object.assign(this, { seconds, forgetful, pace, failing, guests, moment });
		this.random = dice(seed);
		this.plan = { presses, buttons, silent };
	}

	async prepare() {
		[this.broker, this.mail, this.webhook] = [await startBroker(), await startMail(), await startWebhook()];
		const { broker, mail, webhook } = this;
		this.daemon = await startDaemon({ broker, mail, webhook, settings: { server, web }, start: false });
		const soon = [lead, this.seconds];
		const due = { pressing: this.forgetful ? [3600, 3600] : soon, silent: soon };
		const town = () => stormTown({ pressing: this.plan.buttons, silent: this.plan.silent, due, webhook });
		const people = town();
		const unscheduled = people.residents.map((r) => ({ ...r, schedule: 'none' }));
		await this.daemon.import({ ...people, residents: unscheduled });
		await this.guests?.(this.daemon);
		for (const { device_id, resident_id } of people.devices) {
			const password = this.daemon.passwords[device_id];
			const repeats = this.forgetful || this.buttons.length % 2 ? 700 : 0;
			const button = new PlainButton(broker, device_id, password, { repeats });
			button.onAck = () => this.acks++;
			this.buttons.push(Object.assign(button, { resident: resident_id }));
		}
		await waitFor(() => this.buttons.every((b) => b.client.connected), { what: 'the buttons to connect' });
		await this.daemon.start();
		await this.daemon.ready(); // from here on the broker keeps for it what it cannot hear
		const late = () => rows(this.daemon, 'SELECT 1 FROM residents WHERE due_at > ?', Date.now() + 4 * 3_600_000).length;
		for (;;) {
			this.began = Date.now();
			await this.daemon.import(town());
			if (late() === 0)
				return;
			await this.daemon.import({ residents: unscheduled }); // it took so long that somebody is expected tomorrow
		}
	}

	/** Kills it so often, and at least until the last deadline is past; `progress` is told of each kill. */
	async blow(kills, progress = () => {}) {
		const pressing = this.#press();
		const answering = this.#answer();
		for (let fate = 'later'; this.kills < kills || Date.now() < this.began + this.seconds * 1000; ) {
			await this.#die(fate);
			progress(this);
			fate = weighed(fates(this.pace, this.moment), this.random());
			if (this.daemon.process.status)
				await this.daemon.start({ around: this.#around(fate) });
		}
		await this.daemon.kill();
		this.mail.accept();
		this.webhook.answer = () => 204;
		await this.daemon.start();
		await this.daemon.ready({ within: 20_000 });
		let over = false;
		Promise.all([pressing, answering]).then(() => (over = true));
		const open = () => this.buttons.flatMap((b) => b.open.map((press) => ({ device: b.device, ...press })));
		await waitFor(() => over, {
			within: 30_000,
			what: () =>
				`the last answers: ${JSON.stringify(open())}\nand for somebody to be told of\n`
				+ [...this.untold].map((i) => story(this.daemon, this.buttons[this.plan.buttons + i].resident)).join('\n')
				+ `\n${this.daemon.log.slice(-3000)}`,
		});
	}

	/** Lets it live until nothing is due any more. */
	async settle() {
		const due = () => {
			const soon = (sql) => rows(this.daemon, sql, Date.now() + 4000);
			return [
				...soon('SELECT resident_id, next_look, next_look_at FROM residents WHERE next_look_at < ?'),
				...soon('SELECT id, state, next_step_at FROM incidents WHERE next_step_at < ?'),
				// What still waited when somebody claimed is held until they report.
				...soon("SELECT * FROM notifications n WHERE state IN ('waiting', 'in_flight') AND send_at < ? AND NOT (put_off = 1"
					+ " AND EXISTS (SELECT 1 FROM incidents i WHERE i.id = n.incident_id AND i.state = 'claimed'))"),
			];
		};
		await waitFor(() => due().length === 0, {
			within: 40_000,
			what: () => `nothing to be due:\n${due().map((row) => JSON.stringify(row)).join('\n')}\n${this.daemon.log.slice(-3000)}`,
		});
	}

	async end() {
		await Promise.all(this.buttons.map((b) => b.leave()));
		await this.daemon.stop();
		await Promise.all([this.broker.stop(), this.mail.stop(), this.webhook.stop()]);
	}

	get receivedCount() {
		return this.mail.arrived.length + this.webhook.calls.length;
	}

	/** How many presses were made. */
	get pressed() {
		return this.buttons.reduce((n, b) => n + b.presses.size, 0);
	}

	/** All that came at mail server and receiver, in whole: { id, to (the channel), text, at (ms), refused (they said so) }. */
	get received() {
		return [
			...this.mail.arrived.map((m) => ({ id: m.messageId, to: `mail:${m.recipient}`, text: m.text, at: m.at, refused: m.refused })),
			...this.webhook.calls.map((c) => ({ id: c.id, to: `webhook:${this.webhook.url(c.path)}`, text: c.text, at: c.at, refused: c.status >= 400 })),
		];
	}

	#between(least, most) {
		return least + this.random() * (most - least);
	}

	/** What it is started with to meet that fate. */
	#around(fate) {
		const where = { under: [this.daemon.database, 'socket:'], torn: this.random() < 0.3 };
		const call = (most) => Math.round(Math.exp(this.#between(0, Math.log(most))));
		if (fate === 'call')
			return dyingAt(call(400), where);
		if (fate === 'judging')
			return dyingAt(call(40), { ...where, word: this.random() < 0.6 ? 'outcome=missed' : 'event=' });
		if (fate === 'memory')
			return withoutMemory(call(3000), { after: this.#between(0, 300), more: this.random() < 0.3 });
		return [];
	}

	/** Waits for the moment of a fate, and kills. */
	async #die(fate) {
		const { daemon, pace } = this;
		const alone = daemon.process;
		const until = (look, most) => lookFor(() => alone.status || look(), most);
		this.#behave();
		let release = () => {};
		switch (fate) {
		case 'early':
			await sleep(this.#between(0, 40));
			break;
		case 'later':
		case 'deaf':
			await sleep(this.#between(40, 40 + 760 * pace));
			break;
		case 'call':
		case 'judging':
		case 'memory':
			await until(() => false, 1500 * pace);
			break;
		case 'telling': {
			const before = this.receivedCount;
			await until(() => this.receivedCount > before, 1200 * pace);
			await sleep(this.#between(0, 50));
			break;
		}
		case 'acted': {
			const before = this.moment();
			await until(() => this.moment() > before, 1200 * pace);
			break;
		}
		case 'answering': {
			const before = this.acks;
			await until(() => this.acks > before, 1200 * pace);
			break;
		}
		case 'locked':
			await sleep(this.#between(0, 400 * pace));
			release = holdStore(daemon);
			await sleep(this.#between(50, 50 + 200 * pace));
			break;
		case 'reload':
			await until(() => /web=listening/.test(alone.log), 5000); // from before there on a SIGHUP is not its end
			await sleep(this.#between(0, 450 * pace));
			daemon.process.signal('SIGHUP');
			await sleep(this.#between(0, 150));
			break;
		}
		const { status } = alone;
		const gaveUp = status?.signal === 'SIGABRT' ? /no_memory=[^]*level=fatal/ : /no_memory=/; // or it refused to start
		const ofItself = fate === 'memory' && (status?.signal === 'SIGABRT' || status?.code === 1) && gaveUp.test(alone.log);
		if (status && status.signal !== 'SIGKILL' && !ofItself)
			throw new Error(`it ended by itself, with ${JSON.stringify(status)}:\n${alone.log}`);
		await this.#kill();
		release();
		this.kills++;
		this.ends[fate] = (this.ends[fate] ?? 0) + 1;
		const call = ofItself ? 'allocation' : diedAt(alone.log);
		if (call)
			this.calls[call] = (this.calls[call] ?? 0) + 1;
		if (fate === 'deaf')
			await sleep((deaf + 1) * 1000);
	}

	/** How mail server and receiver are while it lives. */
	#behave() {
		const { mail, webhook } = this;
		const slow = this.#between(0, 40);
		mail.slow(this.#between(0, 40));
		webhook.answer = () => sleep(slow, 204);
		if (!this.failing || this.random() < 0.5)
			return;
		if (this.random() < 0.5)
			mail.refuse(451, { at: this.random() < 0.5 ? 'rcpt' : 'data' });
		else
			mail.hang({ at: this.random() < 0.5 ? 'mail' : 'data' });
		webhook.answer = () => (slow < 20 ? 500 : null);
	}

	/** kill -9: the daemon, and where the broker is forgetful, that alone or both at once. */
	async #kill() {
		const broker = this.forgetful && this.random() < 0.8;
		await Promise.all([broker && this.broker.kill(), !(broker && this.random() < 0.3) && this.daemon.kill()]);
		if (!broker)
			return;
		rmSync(join(this.broker.folder, 'mosquitto.db'), { force: true });
		await this.broker.start();
		this.forgot++;
	}

	/** Each button presses at random moments, the first time at once; until all of it is over. */
	async #press() {
		const pressers = this.buttons.slice(0, this.plan.buttons);
		const each = Math.ceil(this.plan.presses / pressers.length);
		const moments = () => Array.from({ length: each }, (_, i) => i && this.#between(0, this.seconds * 1000));
		await Promise.all(
			pressers.flatMap((button) => moments().map((ms) => sleep(ms).then(() => button.press()))),
		);
	}

	/** Of those who are missed, one in four presses after all, one is seen to be well, one is gone to; one waits. */
	async #answer() {
		for (let i = 0; i < this.plan.silent; i++)
			if (i % 4 !== 3)
				this.untold.add(i);
		const acts = [];
		while (this.untold.size > 0) {
			await sleep(20);
			const told = new Set(this.received.map((r) => r.to));
			for (const i of this.untold) {
				const watcher = `a${String(i).padStart(2, '0')}`;
				if (!told.has(`mail:${watcher}@example.jp`) && !told.has(`webhook:${this.webhook.url(`/${watcher}`)}`))
					continue;
				this.untold.delete(i);
				acts.push(this.#act(i, watcher.toUpperCase()));
			}
		}
		await Promise.all(acts);
	}

	async #act(i, watcher) {
		const button = this.buttons[this.plan.buttons + i];
		const sql = "SELECT id FROM incidents WHERE resident_id = ? AND state <> 'closed'";
		const id = String(rows(this.daemon, sql, button.resident)[0].id);
		if (i % 4 === 0)
			await button.press();
		else if (i % 4 === 1)
			await this.daemon.done('close', id, '--outcome', 'safe', '--how', 'phone', '--seen-by', '田中');
		else
			await this.daemon.done('claim', id, '--by', watcher);
	}
}

async function lookFor(look, most) {
	for (const end = performance.now() + most; !look() && performance.now() < end; )
		await sleep(1);
}
