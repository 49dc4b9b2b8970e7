// presser - a process of its own that presses at a steady rate: node presser.mjs '{ "port", "username", "password",
// "rate", "seconds", "devices": 20000 | "echo": true }'. All devices (B000000, B000001 …) go through one connection of a
// user who may speak for all of them. It prints "go" when it begins and one line of JSON at its end: { sent, answered,
// p50, p99, max (ms) }. With `echo` it asks nobody but the broker: each message goes to itself, which no daemon can better.
import mqtt from 'mqtt';

const { port, username, password, rate, seconds, devices, echo } = JSON.parse(process.argv[2]);
const client = await mqtt.connectAsync({ host: '127.0.0.1', port, username, password, clientId: username, reconnectPeriod: 0 });
const sent = new Map();
const took = [];

client.on('message', (topic, payload) => {
	const { id } = JSON.parse(payload);
	const at = sent.get(id);
	if (at !== undefined)
		took.push(performance.now() - at);
	sent.delete(id);
});
await client.subscribeAsync(echo ? 'mimamori/bench/echo' : 'mimamori/v1/+/ack', { qos: 0 });
console.log('go');

const run = Math.random().toString(36).slice(2, 8);
const began = performance.now();
let n = 0;
await new Promise((resolve) => {
	const timer = setInterval(() => {
		const passed = performance.now() - began;
		for (const due = Math.min(passed, seconds * 1000) * (rate / 1000); n < due; n++) {
			const id = `${run}-${n}`;
			const topic = echo ? 'mimamori/bench/echo' : `mimamori/v1/B${String(n % devices).padStart(6, '0')}/checkin`;
			sent.set(id, performance.now());
			client.publish(topic, JSON.stringify({ id, kind: 'ok' }), { qos: 1 });
		}
		if (passed >= seconds * 1000) {
			clearInterval(timer);
			resolve();
		}
	}, 2);
});
for (const until = performance.now() + 10_000; sent.size > 0 && performance.now() < until; )
	await new Promise((resolve) => setTimeout(resolve, 50));
took.sort((a, b) => a - b);
const at = (part) => Math.round((took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0) * 100) / 100;
console.log(JSON.stringify({ sent: n, answered: took.length, p50: at(0.5), p99: at(0.99), max: at(1) }));
await client.endAsync();
