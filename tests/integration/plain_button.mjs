// plain_button - a button as simple as contract 1 allows: it connects again whenever it can, sends with QoS 1, and either
// repeats a press until the daemon's own ack came, or knows nothing of acks and is content with the broker's PUBACK.
import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';

import { atEnd } from './ending.mjs';

export class PlainButton {
	/** What was pressed, by id: { id, kind, at, taken (when the broker's PUBACK came, ms), results (of the acks) }. */
	presses = new Map();
	/** Of all acks, when one comes. */
	onAck = () => {};
	#waiting = new Map();

	/** `repeats`: ms after which a press without an ack is sent again; 0: it waits for no ack. */
	constructor(broker, device, password, { repeats = 0 } = {}) {
		Object.assign(this, { device, repeats });
		this.client = mqtt.connect({
			host: broker.host,
			port: broker.port,
			protocol: 'mqtt',
			protocolVersion: 5,
			clientId: device,
			username: device,
			password,
			reconnectPeriod: 150,
		});
		this.client.on('error', () => {}); // brokers die here
		this.client.on('connect', () => this.client.subscribe(`mimamori/v1/${device}/ack`, { qos: 1 }));
		this.client.on('message', (topic, payload) => this.#hear(JSON.parse(payload.toString())));
		atEnd(() => this.leave());
	}

	/** Presses; resolves with the press once it is over for the button. */
	async press(kind = 'ok') {
		const press = { id: randomUUID(), kind, at: Date.now(), taken: null, results: [] };
		this.presses.set(press.id, press);
		if (!this.repeats) {
			await this.#send(press).catch((error) => {
				if (!this.left)
					throw error;
			});
			return press;
		}
		const answered = new Promise((resolve) => this.#waiting.set(press.id, resolve));
		for (let again = true; again; ) {
			if (this.client.connected)
				this.#send(press).catch(() => {}); // the link was lost: it is sent again
			again = await Promise.race([answered.then(() => false), later(this.repeats)]);
		}
		return press;
	}

	/** What is over neither for the button nor for the broker. */
	get open() {
		return [...this.presses.values()].filter((p) => (this.repeats ? p.results.length === 0 : !p.taken));
	}

	async leave() {
		this.left = true;
		for (const resolve of this.#waiting.values())
			resolve();
		await this.client.endAsync(true).catch(() => {});
	}

	async #send(press) {
		const { id, kind, at } = press;
		const text = JSON.stringify({ id, kind, at: Math.floor(at / 1000) });
		await this.client.publishAsync(`mimamori/v1/${this.device}/checkin`, text, { qos: 1 });
		press.taken ??= Date.now();
	}

	#hear({ id, result }) {
		this.presses.get(id)?.results.push(result);
		this.#waiting.get(id)?.();
		this.onAck();
	}
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms, true).unref());
