// press - MQTT clients that are not libmosquitto: a device that presses and hears its answers, and one that listens.
import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';

import { atEnd } from './ending.mjs';
import { sleep, waitFor } from './wait.mjs';

const root = 'mimamori/v1';

/**
 * Connects as a user; rejects where the broker refuses. `received` collects what comes, in order: { topic, text,
 * json (null where it is none), retain, qos, properties, at (ms) }. It does not connect again by itself.
 */
export async function connectClient(broker, username, password, { topics = [], qos = 1, ...options } = {}) {
	const client = new Client({
		host: broker.host,
		port: broker.port,
		protocol: 'mqtt',
		protocolVersion: 5,
		clientId: username,
		username,
		password,
		reconnectPeriod: 0,
		connectTimeout: 5000,
		...options,
	});
	await client.connected();
	if (topics.length > 0)
		await client.client.subscribeAsync(topics, { qos });
	return client;
}

class Client {
	received = [];
	closed = false;
	error = null;

	constructor(options) {
		// What waited in a session comes together with the answer to the connect: we listen before that.
		this.client = mqtt.connect(options);
		this.client.on('error', (error) => (this.error = error)); // a broker killed under it is part of the tests
		this.client.on('close', () => (this.closed = true));
		this.gone = new Promise((resolve) => this.client.on('close', resolve)).then(() => sleep(1000, null, { ref: false }));
		this.client.on('message', (topic, payload, { retain, qos, properties }) => {
			const text = payload.toString();
			let json = null;
			try {
				json = JSON.parse(text);
			} catch {
				// not every payload is JSON
			}
			this.received.push({ topic, text, json, retain, qos, properties, at: Date.now() });
		});
		atEnd(() => this.drop());
	}

	connected() {
		return new Promise((resolve, reject) => {
			this.client.on('connect', resolve);
			this.client.on('close', () => reject(this.error ?? new Error('the broker hung up')));
		});
	}

	/** Resolves with the broker's PUBACK, which says nothing about who may hear it; rejects where none can come. */
	async publish(topic, payload, options = {}) {
		const text = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
		const hungUp = this.gone.then(() => Promise.reject(this.error ?? new Error('the broker hung up')));
		return await Promise.race([this.client.publishAsync(topic, text, { qos: 1, ...options }), hungUp]);
	}

	/** The first message, already here or to come, for which `wanted` is true. */
	async next(wanted, { within, what = 'a message' } = {}) {
		return await waitFor(() => this.received.find(wanted), {
			within,
			what: () => `${what}; there came ${JSON.stringify(this.received.map(({ topic, text }) => [topic, text]))}`,
		});
	}

	/** Says goodbye. */
	async leave() {
		await this.client.endAsync();
	}

	/** Is gone without a word, so that the broker sends the will. */
	async drop() {
		this.client.stream?.destroy();
		await this.client.endAsync(true).catch(() => {});
	}
}

/** A device of our own protocol (contract 1), subscribed to its acks and messages. */
export async function connectDevice(broker, device, password, options = {}) {
	const topic = (leaf) => `${root}/${device}/${leaf}`;
	const client = await connectClient(broker, device, password, {
		topics: [topic('ack'), topic('message')],
		...options,
	});
	return Object.assign(client, {
		device,
		topic,

		/** Sends a check-in; its id once the broker took it. The ack is another matter: see below. */
		async press(kind = 'ok', { id = randomUUID(), retain = false, ...rest } = {}) {
			await client.publish(topic('checkin'), { id, kind, ...rest }, { retain });
			return id;
		},

		/** The daemon's answer to a press: { id, result, at, text, reason }. */
		async ack(id, { within } = {}) {
			const found = await client.next((m) => m.topic === topic('ack') && m.json?.id === id, {
				within,
				what: `the ack of ${id}`,
			});
			return found.json;
		},

		/** Presses and waits for the answer. */
		async pressed(kind, message) {
			return await this.ack(await this.press(kind, message));
		},

		/** What was said to the person: reminders, notices. */
		messages() {
			return client.received.filter((m) => m.topic === topic('message')).map((m) => m.json);
		},
	});
}
