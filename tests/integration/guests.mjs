// guests - a process of its own that holds connections to a server and says nothing on them, or a few bytes now and
// then: node guests.mjs PORT COUNT [dribble]. It prints "open N" when all are there and "closed N" when asked (a line on
// standard input); at the end of its input it is gone.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [port, count] = process.argv.slice(2, 4).map(Number);
const dribble = process.argv[4] === 'dribble';
const most = 200; // under way at the same time
let [opened, failed, closed] = [0, 0, 0];
let next = 0;

function one() {
	if (next === count)
		return;
	next++;
	const socket = connect({ port, host: '127.0.0.1' });
	let there = false;
	socket.on('connect', () => {
		there = true;
		opened++;
		step();
		if (dribble) {
			socket.write('GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX-Slow: ');
			const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('a')), 1000);
		}
	});
	socket.on('error', () => {});
	socket.on('data', () => {});
	socket.on('close', () => {
		if (there)
			closed++;
		else {
			failed++;
			step();
		}
	});
}

function step() {
	if (opened + failed === count)
		console.log(`open ${opened}`);
	else
		one();
}

for (let i = 0; i < most; i++)
	one();
createInterface({ input: process.stdin })
	.on('line', () => console.log(`closed ${closed}`))
	.on('close', () => process.exit(0));
