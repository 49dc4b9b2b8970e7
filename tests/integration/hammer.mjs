// hammer - a process of its own that asks a server without pause: node hammer.mjs PORT CONNECTIONS SECONDS REQUESTS,
// where REQUESTS is a JSON array of { method, path, headers, body } that each connection sends in turn, each the next
// when the answer to the last is there. At the end it prints one line of JSON: { requests, seconds, rate, p50, p99, max
// (ms), statuses, errors }.
import { Agent, request } from 'node:http';

const [port, connections, seconds] = process.argv.slice(2, 5).map(Number);
const requests = JSON.parse(process.argv[5]);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const times = [];
const statuses = {};
let errors = 0;
const began = performance.now();

function ask({ method = 'GET', path, headers = {}, body }) {
	return new Promise((resolve) => {
		const from = performance.now();
		const out = request({ port, host: '127.0.0.1', agent, method, path, headers }, (answer) => {
			answer.resume();
			answer.on('end', () => {
				times.push(performance.now() - from);
				statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
				resolve();
			});
			answer.on('error', resolve);
		});
		out.on('error', () => {
			errors++;
			setTimeout(resolve, 20);
		});
		out.end(body);
	});
}

async function connection(turn) {
	while (performance.now() - began < seconds * 1000)
		await ask(requests[turn++ % requests.length]);
}

await Promise.all(Array.from({ length: connections }, (_, i) => connection(i)));
const took = (performance.now() - began) / 1000;
times.sort((a, b) => a - b);
const at = (part) => Math.round((times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0) * 100) / 100;
const figures = { requests: times.length, seconds: took, rate: Math.round(times.length / took) };
console.log(JSON.stringify({ ...figures, p50: at(0.5), p99: at(0.99), max: at(1), statuses, errors }));
agent.destroy();
