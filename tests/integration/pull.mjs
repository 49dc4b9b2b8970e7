// pull - a process of its own that pulls at the web: node pull.mjs OPTIONS (a JSON file). Every operation of
// docs/openapi.yaml, valid (pull_calls.mjs) and hostile (pull_hostile.mjs), from several sessions, at a steady rate whether
// or not it is answered; what answers say is judged at once (pull_judge.mjs).
//
// OPTIONS: { web, rate, report, sessions: { name: { cookie, csrf, login } }, key, … } and what a World is given. It prints
// "pulling" once it has begun and "acted" after an answer that took something, so that who listens can kill right then. A
// line "link TOKEN" on its input is a watcher's link; "end" ends it, once every operation was answered: `report` is then a
// file of what it found.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { calls } from './pull_calls.mjs';
import { hostile } from './pull_hostile.mjs';
import { judged, judgedEvent, versions } from './pull_judge.mjs';
import { World } from './pull_world.mjs';
import { answerBreaches, operations, requestBreaches } from './openapi.mjs';

const options = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { web, rate, sessions, key } = options;
const { port } = new URL(web);
const world = new World(options);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const most = 200; // requests under way
const slowMost = 12;
const byId = new Map(operations.map((one) => [one.id, one]));
/** What is asked more often than all the rest: the list, and what people do about incidents. */
const often = ['status_show', 'incidents_show_one', 'incidents_claim', 'incidents_claim', 'incidents_close', 'incidents_add_note',
	'incidents_release', 'incidents_report', 'residents_add_visit', 'devices_check_in', 'devices_check_in', 'incidents_show'];
const deck = [...byId.keys(), ...Array.from({ length: 4 }, () => often).flat()];

const presses = new Map(); // by device and id: { device, id, kind, results, taken }
const floors = new Map(); // the latest version of a district's list that any answer said
const statuses = {};
const hostileStatuses = {};
const faults = [];
const took = [];
let [asked, skipped, unanswered, streams, slow, under, down] = [0, 0, 0, 0, 0, 0, 0];
let over = 0; // when it was to end; it does once every operation was answered, and some claim taken

function fault(what, spec, answer) {
	faults.push(`${spec.hostile ? `[${spec.hostile}] ` : ''}${what}`.slice(0, 1500) + ` — ${spec.as} ${spec.method} ${spec.path} ${answer ? `${answer.status} ${answer.text.slice(0, 400)}` : ''}`);
}

const count = (of, name, status) => {
	of[name] ??= {};
	of[name][status] = (of[name][status] ?? 0) + 1;
};

function headersOf({ as, method, body, form, text, headers = {}, proof = true }) {
	const [kind, name] = (as ?? '').split(' ');
	const session = sessions[kind];
	const browser = ['link', 'my'].includes(kind) && createHash('sha256').update(as).digest('base64url');
	return {
		...(session && { Cookie: session.cookie, ...(method !== 'GET' && proof && { 'X-CSRF-Token': session.csrf }) }),
		...(kind === 'key' && { Authorization: `Bearer ${key}` }),
		...(kind === 'device' && { Authorization: `Basic ${Buffer.from(`${name}:${world.devices[name]}`).toString('base64')}` }),
		...(browser && { Cookie: `mimamori_browser=${browser}` }),
		...(!as && { 'X-Forwarded-For': `10.7.${world.seed & 127}.${Math.floor(world.random() * 250)}` }),
		...((body !== undefined || text) && { 'Content-Type': 'application/json' }),
		...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
		...headers,
	};
}

/** Sends it: { status, headers, text, whole } or, where no answer came, { error }. */
function sent(spec) {
	const { method, path, body, form, text } = spec;
	const bytes = Buffer.from(text ?? (form ? new URLSearchParams(form).toString() : body === undefined ? '' : JSON.stringify(body)));
	const from = performance.now();
	return new Promise((resolve) => {
		const headers = { ...headersOf(spec), ...((bytes.length > 0 || method !== 'GET') && { 'Content-Length': bytes.length }) };
		const out = request({ port, host: '127.0.0.1', agent, method, path, headers }, (answer) => {
			const chunks = [];
			const end = (whole) => {
				took.push(performance.now() - from);
				resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString(), whole });
			};
			answer.on('data', (chunk) => chunks.push(chunk));
			answer.on('end', () => end(answer.complete));
			answer.on('error', () => end(false));
			if (answer.headers['content-type']?.startsWith('text/event-stream'))
				setTimeout(() => {
					end(true); // enough of it
					answer.destroy();
				}, 1500);
		});
		out.on('error', (error) => resolve({ error }));
		out.end(bytes);
	});
}

/** What an answer shows of whom and what there is to ask about. */
function learn(one, spec, json) {
	const open = (i, district) => {
		if (i.state === 'closed')
			world.incidents.delete(i.id);
		else if (district in world.guests && options.own(i))
			world.incidents.set(i.id, { id: i.id, district, kind: i.kind });
	};
	if (one.id === 'incidents_show')
		json.incidents.forEach((i) => open(i, i.district));
	else if (json.timeline)
		open(json, json.district);
	else if (one.id === 'signoffs_show')
		world.unhandled = Object.fromEntries(json.districts.map((d) => [d.district, d.unhandled]));
	for (const [district, version] of versions(one, json, spec.as)) {
		world.version = { ...world.version, [district]: version };
		floors.set(district, Math.max(floors.get(district) ?? 0, version));
	}
}

function keepForm(spec, text) {
	const [, form] = /name="form" value="([^"]+)"/.exec(text) ?? [];
	if (form)
		world.keep(spec.path.startsWith('/my/') ? 'my_forms' : 'forms', [spec.as, spec.path, form]);
}

/** What becomes of an event stream that was read for a while. */
function followed(spec, text) {
	const latest = new Map();
	for (const part of text.split('\n\n').slice(0, -1)) {
		const event = part.match(/^event: (.*)$/m)?.[1];
		const data = part.match(/^data: (.*)$/m)?.[1];
		if (!event || !data)
			continue;
		const parsed = { event, data: JSON.parse(data) };
		judgedEvent(parsed).forEach((why) => fault(why, spec));
		if (event !== 'rows')
			continue;
		const { district, version } = parsed.data;
		if (version < (latest.get(district) ?? 0))
			fault(`version ${version} of ${district} after ${latest.get(district)}`, spec);
		latest.set(district, version);
	}
}

function claimed(spec, answer, json) {
	const { login } = sessions[spec.as];
	const where = `${spec.incident} user:${login}`;
	if (answer.error)
		world.unanswered.set(where, (world.unanswered.get(where) ?? 0) + 1);
	else if (answer.status === 200)
		world.claims.push({ incident: spec.incident, person: `user:${login}`, event: json?.timeline.at(-1).id ?? null });
}

function pressed({ device, id, kind }, answer, json) {
	const of = `${device} ${id}`;
	const press = presses.get(of) ?? { device, id, kind, results: [] };
	presses.set(of, press);
	if (answer.status === 200 && json)
		press.results.push(json.result);
}

function judge(one, spec, answer) {
	const { status, headers, text, whole } = answer;
	count(spec.hostile ? hostileStatuses : statuses, spec.hostile ?? one.id, status);
	if (status >= 500 && !(status === 503 && headers['retry-after']))
		fault('an answer of 5xx that is none of "come again"', spec, answer);
	const json = whole && /json/.test(headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
	if (spec.hostile) {
		if (status < 400 ? spec.may !== 'any' && json?.result !== 'rejected' : spec.may && spec.may !== 'any' && !spec.may.includes(status) && status !== 503)
			fault(`what is hostile was answered, where ${spec.may ?? '4xx'} is right`, spec, answer);
		return json;
	}
	if (!whole)
		return undefined;
	const breaches = answerBreaches(one, status, headers['content-type'], json);
	if (breaches)
		fault(`the answer is not as described: ${breaches}`, spec, answer);
	if (spec.stream && status === 200)
		followed(spec, text);
	else if (spec.page)
		keepForm(spec, text);
	if (status >= 300 || json === undefined)
		return json;
	judged(one, spec, json, sessions[spec.as]?.login).forEach((why) => fault(why, spec));
	for (const [district, version] of versions(one, json, spec.as))
		if (version < (spec.floors.get(district) ?? 0))
			fault(`version ${version} of ${district} after ${spec.floors.get(district)}`, spec);
	learn(one, spec, json);
	return json;
}

async function ask(one, spec) {
	Object.assign(spec, { method: spec.method ?? one.method, floors: new Map(floors) });
	asked++;
	under++;
	const answer = await sent(spec);
	under--;
	if (answer.error?.code === 'ECONNREFUSED') {
		down = performance.now() + 20;
		return;
	}
	unanswered += answer.error ? 1 : 0;
	const json = answer.error ? undefined : judge(one, spec, answer);
	const good = answer.status < 400;
	if (spec.mark)
		world.came(spec.mark, answer.error ? 'open' : good ? 'ok' : 'refused');
	if (spec.hostile)
		return;
	if (spec.press)
		pressed(spec.press, answer, json);
	if (spec.claim)
		claimed(spec, answer, json);
	if (good && spec.made)
		spec.made(json);
	if (good && spec.mark)
		console.log('acted');
}

/** The same from another session, or twice from the same one, at the same moment. */
function rival(spec) {
	const others = ['admin', 'staff'].filter((one) => one !== spec.as);
	return sessions[spec.as] && !spec.mark?.[2] && world.random() < 0.7 ? { ...spec, as: world.pick(others) } : { ...spec };
}

const unheard = () => [...byId.values()].filter((one) => !statuses[one.id]);

/** What is next: often something that was not answered yet. */
function chosen() {
	const silent = world.random() < 0.3 ? unheard() : [];
	return silent.length > 0 ? [world.pick(silent), true] : [byId.get(world.dealt('calls', deck)), false];
}

function next() {
	const [one, wanted] = chosen();
	const spec = calls[one.id](world);
	if (!spec || (spec.rare && !wanted && world.random() > 0.15) || (spec.stream && streams >= 3)) {
		skipped++;
		return;
	}
	if (!wanted && !over && world.random() < 0.35) {
		const evil = hostile({ ...spec, method: one.method }, one, world);
		if (evil)
			ask(one, evil);
		return;
	}
	if (!spec.form) {
		const { pathname, searchParams } = new URL(spec.path, web);
		const breaches = requestBreaches(one, pathname, searchParams, spec.body);
		if (breaches)
			fault(`the request is not as described: ${breaches}`, spec);
	}
	streams += spec.stream ? 1 : 0;
	ask(one, spec).then(() => (streams -= spec.stream ? 1 : 0));
	if (spec.race)
		ask(one, rival(spec));
}

/** Somebody who sends drop by drop, and goes. */
function drip() {
	slow++;
	const socket = connect({ port, host: '127.0.0.1' });
	socket.on('error', () => {});
	socket.write('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60\r\nX-Slow: ');
	const drops = setInterval(() => socket.writable && socket.write('a'), 200);
	setTimeout(() => {
		clearInterval(drops);
		socket.destroy();
		slow--;
	}, 2000);
}

options.own = (i) => !options.leave || !new RegExp(options.leave).test(i.resident_id ?? '');
for (const name of options.others)
	world.keep('sessions', name);
createInterface({ input: process.stdin })
	.on('line', (line) => (line === 'end' ? (over = performance.now()) : world.keep('links', line.split(' ')[1])))
	.on('close', () => process.exit(1));

const began = performance.now();
console.log('pulling');
await new Promise((resolve) => {
	let due = 0;
	let last = began;
	const timer = setInterval(() => {
		const now = performance.now();
		due = Math.min(due + (now - last) * (rate / 1000), rate / 4); // what was missed while nobody was there is not caught up
		last = now;
		if (down > now)
			due = Math.min(due, 1);
		for (; due >= 1 && under < most && down <= now; due -= 1) {
			const before = asked;
			for (let i = 0; i < 20 && asked === before; i++)
				next();
			due -= Math.max(0, asked - before - 1);
		}
		if (slow < slowMost && world.random() < 0.02)
			drip();
		if (over && ((unheard().length === 0 && world.claims.length > 0) || now > over + 20_000)) {
			clearInterval(timer);
			resolve();
		}
	}, 2);
});
const seconds = (performance.now() - began) / 1000;
for (const until = performance.now() + 6000; under > 0 && performance.now() < until; )
	await new Promise((resolve) => setTimeout(resolve, 20));
took.sort((a, b) => a - b);
const at = (part) => Math.round((took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0) * 10) / 10;
const figures = { asked, seconds, rate: Math.round(asked / seconds), answered: took.length, lost: unanswered, skipped, left: under, p50: at(0.5), p99: at(0.99), max: at(1) };
const found = { ...world.found, presses: [...presses.values()] };
writeFileSync(options.report, JSON.stringify({ ...figures, statuses, hostile: hostileStatuses, faultCount: faults.length, faults: faults.slice(0, 200), ...found }));
process.exit(0);
