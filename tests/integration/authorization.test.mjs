// Who may what: every call of docs/openapi.yaml, for each role, in their own district and another, by key, without the
// proof of a page of ours, and by nobody. What the table does not name fails; what it allows is driven to success once,
// so that every call has been seen to answer as it is described.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { anonymous, signIn, undriven, withKey } from './client.mjs';
import { logins, password, people, sampleTown, startCouncil } from './council.mjs';
import { operations } from './openapi.mjs';
import { connectClient } from './press.mjs';
import { write } from './store.mjs';
import { waitFor } from './wait.mjs';

const own = 'D01'; // the coordinator's
const other = 'D03';
const rights = ['list', 'record', 'act', 'sign', 'edit', 'report', 'export', 'admin', 'audit'];

/** In both districts there are people whom nothing has happened to yet, for calls that use somebody up. */
const spares = { [own]: [], [other]: [] };

function townWithSpares(zone) {
	const town = sampleTown(zone);
	const like = town.residents.find((r) => r.resident_id === people.waiting);
	for (const district of [own, other])
		for (let i = 0; i < 140; i++) {
			const resident_id = `${district}-${i}`;
			const name = `予備 ${district}の${i}`;
			town.residents.push({ ...like, resident_id, name, kana: `ヨビ ${i}`, district, phone: '000-555-9999' });
			town.devices.push({ device_id: `spare-${resident_id}`, resident_id, kind: 'button' });
			spares[district].push(resident_id);
		}
	return town;
}

const publicUrl = 'http://mimamori.test';
const council = await startCouncil({ town: townWithSpares, history: 120, settings: { web: { public_url: publicUrl } } });
const { daemon, broker } = council;
const speaker = await broker.addSpeaker();
const pressing = await connectClient(broker, speaker.name, speaker.password);

const callers = {};
for (const [role, login] of Object.entries(logins))
	callers[role] = await signIn(daemon, login, password);
const { admin } = callers;

let newcomers = 0;

/* What calls are about. Each is asked for own and other district, anew for each call that is to succeed. */

const resident = (district) => ({ id: district === own ? people.ok : people.elsewhere });
const spare = (district) => ({ id: spares[district].shift() });

/** An open incident of somebody nothing has happened to yet. */
async function incident(district) {
	const { id } = spare(district);
	await pressing.publish(`mimamori/v1/spare-${id}/checkin`, { id: `talk-${id}`, kind: 'talk' });
	return await waitFor(
		async () => {
			const { residents } = await daemon.status();
			const found = residents.find((r) => r.resident_id === id)?.incident;
			return found && { id: found.id };
		},
		{ what: `an incident of ${id}` },
	);
}

/** One that whoever calls has claimed. */
async function claimed(district, caller) {
	const it = await incident(district);
	if (caller)
		await caller.post(`/api/v1/incidents/${it.id}/claim`);
	return it;
}

const told = { verify: '9999', told_by: '長女' };
const steps = [{ kind: 'missed', after: '10m', notify: 'tier1+staff' }];
const districtsFile = Buffer.from('district,name\r\nD03,港地区社協\r\n').toString('base64');
const today = () => new Date(Date.now() + daemon.zone.offset).toISOString().slice(0, 10);

/*
 * who: a admin, s staff, c coordinator, v viewer; '*' nobody needs to be signed in.
 * scopes: those a key needs; null: not for keys.
 * of: what the path's {…} and the query are, by district; left out: it is about no district.
 * body: what is sent.
 * far: what a coordinator hears who asks for another district: 404 where it is left out, 422 where a body names it.
 */
const table = {
	'GET /healthz': { who: '*' },
	'GET /readyz': { who: '*' },
	'GET /metrics': { who: '*' },

	'POST /api/v1/session': { who: '*', body: () => ({ login: logins.staff, password }) },
	'POST /api/v1/setup': { who: '*', body: setUp },
	'GET /api/v1/session': { who: 'ascv' },
	'PATCH /api/v1/session': { who: 'ascv', body: () => ({ language: 'ja' }) },
	'DELETE /api/v1/session': { who: 'ascv', as: another },
	'POST /api/v1/session/totp': { who: 'ascv', as: another },
	'PUT /api/v1/session/totp': { who: 'ascv', as: beginner, body: code },
	'DELETE /api/v1/session/totp': { who: 'ascv', body: () => ({ password }) },
	'GET /api/v1/sessions': { who: 'ascv' },
	'DELETE /api/v1/sessions/{id}': { who: 'ascv', of: elsewhere, district: false },
	'GET /api/v1/keys': { who: 'a', scopes: 'admin' },
	'POST /api/v1/keys': { who: 'a', scopes: 'admin', body: () => ({ name: 'list', login: logins.viewer, scopes: 'list' }) },
	'DELETE /api/v1/keys/{id}': { who: 'a', scopes: 'admin', of: key, district: false },
	'GET /api/v1/audit': { who: 'a', scopes: 'audit' },
	'GET /api/v1/audit.csv': { who: 'a', scopes: 'audit export' },

	'GET /api/v1/status': { who: 'ascv', scopes: 'list', of: (district) => ({ '?': { district } }) },
	'GET /api/v1/status.csv': { who: 'asc', scopes: 'list export', of: (district) => ({ '?': { district } }) },
	'GET /api/v1/events': { who: 'ascv', scopes: 'list' },
	'GET /api/v1/signoffs': { who: 'ascv', scopes: 'list' },
	'GET /api/v1/colleagues': { who: 'asc', scopes: 'act' },
	'POST /api/v1/signoffs': { who: 'asc', scopes: 'sign', of: list, body: (list) => ({ date: today(), ...list }) },
	'GET /paper': { who: 'asc', scopes: 'list export', of: (district) => ({ '?': { district } }) },

	'GET /api/v1/residents': { who: 'ascv', scopes: 'record', of: (district) => ({ '?': { district, q: '予備', limit: 3 } }) },
	'GET /api/v1/residents/{id}': { who: 'ascv', scopes: 'record', of: resident },
	'GET /api/v1/residents/{id}/days': { who: 'ascv', scopes: 'record', of: resident },
	'POST /api/v1/residents/{id}/prints': { who: 'ascv', scopes: 'record', of: resident },
	'GET /api/v1/residents/{id}/timeline': { who: 'ascv', scopes: 'record', of: resident },
	'GET /api/v1/residents/{id}/presses': { who: 'ascv', scopes: 'record', of: resident },
	'GET /api/v1/residents/{id}/visits': { who: 'ascv', scopes: 'record', of: resident },
	'POST /api/v1/residents/{id}/visits': { who: 'asc', scopes: 'act', of: spare, body: () => ({ ...told, kind: 'call' }) },
	'POST /api/v1/residents/{id}/checkins': { who: 'asc', scopes: 'act', of: spare, body: () => told },
	'POST /api/v1/residents/{id}/pauses': {
		who: 'asc',
		scopes: 'act',
		of: spare,
		body: () => ({ ...told, from: today(), to: today(), reason: '旅行' }),
	},
	'POST /api/v1/residents/{id}/resume': { who: 'asc', scopes: 'act', of: paused, body: () => told },
	'POST /api/v1/residents/{id}/end': { who: 'asc', scopes: 'act', of: spare, body: () => ({ ...told, reason: 'moved' }) },

	'GET /api/v1/residents/{id}/consents': { who: 'ascv', scopes: 'record', of: resident },
	'POST /api/v1/residents/{id}/consents': {
		who: 'asc',
		scopes: 'edit',
		of: resident,
		body: () => ({ what: 'service', given: true, agreed_on: today(), agreed_by: '本人', form: 'paper' }),
	},
	'GET /api/v1/residents/{id}/never-told': { who: 'ascv', scopes: 'record', of: resident },
	'POST /api/v1/residents/{id}/never-told': { who: 'asc', scopes: 'edit', of: resident, body: () => ({ name: `誰か ${++newcomers}`, reason: '絶縁' }) },
	'DELETE /api/v1/residents/{id}/never-told/{entry}': { who: 'asc', scopes: 'edit', of: barred, body: () => ({ reason: '和解' }) },
	'GET /api/v1/residents/{id}/disclosures': { who: 'ascv', scopes: 'record', of: resident },
	'POST /api/v1/residents/{id}/disclosures': {
		who: 'asc',
		scopes: 'act',
		of: resident,
		body: () => ({ name: '本町消防署', items: ['name', 'address'], reason: '倒れている', channel: 'telephone' }),
	},
	'GET /api/v1/residents/{id}/record': {
		who: 'asc',
		scopes: 'record export',
		of: (district) => ({ ...resident(district), '?': { reason: '開示請求' } }),
	},
	'GET /api/v1/watchers/{id}/replacement': { who: 'asc', scopes: 'edit', of: watcher },
	'POST /api/v1/watchers/{id}/replacement': {
		who: 'asc',
		scopes: 'edit',
		of: enrolled,
		body: ({ by }) => ({ by, from: today(), reason: '転居' }),
	},
	'DELETE /api/v1/watchers/{id}/replacement': { who: 'asc', scopes: 'edit', of: leaving, body: () => ({ reason: '続ける' }) },
	'GET /watchers/{id}/sheet': { who: 'asc', scopes: 'record edit', of: watcher },
	'GET /api/v1/checks': { who: 'asc', scopes: 'edit' },

	'GET /api/v1/incidents': { who: 'ascv', scopes: 'list' },
	'GET /api/v1/incidents/{id}': { who: 'ascv', scopes: 'list', of: incident },
	'POST /api/v1/incidents/{id}/prints': { who: 'ascv', scopes: 'list', of: incident },
	'POST /api/v1/incidents/{id}/claim': { who: 'asc', scopes: 'act', of: incident },
	'POST /api/v1/incidents/{id}/release': { who: 'asc', scopes: 'act', of: claimed },
	'POST /api/v1/incidents/{id}/report': { who: 'asc', scopes: 'act', of: claimed, body: () => ({ result: 'no_answer' }) },
	'POST /api/v1/incidents/{id}/close': {
		who: 'asc',
		scopes: 'act',
		of: incident,
		body: () => ({ outcome: 'safe', cause: 'forgot', how: 'phone', seen_by: '田中' }),
	},
	'POST /api/v1/incidents/{id}/notes': { who: 'asc', scopes: 'act', of: incident, body: () => ({ note: '電話した' }) },
	'POST /api/v1/incidents/{id}/handover': { who: 'asc', scopes: 'act', of: claimed, body: () => ({ to: 'okada' }) },

	'GET /api/v1/reports': { who: 'ascv', scopes: 'report', of: (district) => ({ '?': { district } }) },
	'GET /api/v1/reports.csv': { who: 'ascv', scopes: 'report', of: (district) => ({ '?': { district } }) },
	'POST /api/v1/reports/prints': { who: 'ascv', scopes: 'report', of: (district) => ({ '?': { district } }) },
	'GET /api/v1/targets': { who: 'ascv', scopes: 'report' },
	'PUT /api/v1/targets': {
		who: 'a',
		scopes: 'admin',
		of: (district) => ({ district }),
		body: ({ district }) => ({ figure: 'visits', year: 2026, district, value: 12.5 }),
	},

	'GET /w/{token}': { who: '*', of: () => answerLink('w017') },
	'POST /w/{token}': { who: '*', of: () => answerLink('w024'), body: ({ token }, one) => sayYes(one, `/w/${token}`) },
	'GET /api/v1/w/{token}': { who: '*', of: () => answerLink('w017') },
	'POST /api/v1/w/{token}': { who: '*', of: () => answerLink('w001'), body: () => ({ act: 'yes' }) },
	'GET /my/{token}': { who: '*', of: ownPage },
	'POST /my/{token}': { who: '*', of: ownPage, body: ({ token }, one) => sayYes(one, `/my/${token}`) },
	'GET /api/v1/my/{token}': { who: '*', of: ownPage },
	'POST /api/v1/my/{token}': { who: '*', of: ownPage, body: () => ({ act: 'yes' }) },
	'POST /api/v1/watchers/{id}/link': { who: 'asc', scopes: 'edit', of: enrolled },
	'DELETE /api/v1/watchers/{id}/link': { who: 'asc', scopes: 'edit', of: enrolled },
	'POST /api/v1/incidents/{id}/links/{watcher}/free': { who: 'asc', scopes: 'act', of: takenLink },

	'POST /api/v1/residents': { who: 'asc', scopes: 'edit', of: (district) => ({ district }), body: newResident, far: 422 },
	'PATCH /api/v1/residents/{id}': { who: 'asc', scopes: 'edit', of: spare, body: () => ({ note: '裏口から' }) },
	'PUT /api/v1/residents/{id}/watchers/{watcher}': { who: 'asc', scopes: 'edit', of: unlinked, body: () => ({ tier: 2 }) },
	'DELETE /api/v1/residents/{id}/watchers/{watcher}': { who: 'asc', scopes: 'edit', of: linked, body: () => ({ reason: '転居' }) },
	'POST /api/v1/residents/{id}/devices': { who: 'asc', scopes: 'edit', of: spare, body: () => ({ device_id: `given-${++newcomers}` }) },
	'PATCH /api/v1/residents/{id}/devices/{device}': { who: 'asc', scopes: 'edit', of: device, body: () => ({ note: '玄関' }) },
	'POST /api/v1/residents/{id}/devices/{device}/revoke': { who: 'asc', scopes: 'edit', of: device, body: () => ({ reason: '故障' }) },
	'GET /api/v1/devices': { who: 'ascv', scopes: 'record', of: (district) => ({ '?': { district } }) },
	'GET /api/v1/watchers': { who: 'ascv', scopes: 'record', of: (district) => ({ '?': { district } }) },
	'POST /api/v1/watchers': { who: 'asc', scopes: 'edit', of: resident, body: newWatcher, far: 422 },
	'GET /api/v1/watchers/{id}': { who: 'ascv', scopes: 'record', of: watcher },
	'PATCH /api/v1/watchers/{id}': { who: 'asc', scopes: 'edit', of: enrolled, body: () => ({ note: '夜勤あり' }) },
	'POST /api/v1/watchers/{id}/end': { who: 'asc', scopes: 'edit', of: enrolled, body: () => ({ on: today(), reason: '転居' }) },
	'POST /api/v1/watchers/{id}/test-alert': { who: 'asc', scopes: 'edit', of: enrolled },
	'GET /api/v1/watchers/{id}/test-alert': { who: 'asc', scopes: 'edit', of: (district) => ({ ...watcher(district), '?': { ids: '1' } }) },

	'GET /api/v1/districts': { who: 'ascv', scopes: 'list' },
	'POST /api/v1/districts': { who: 'a', scopes: 'admin', body: () => ({ district: `E${++newcomers}`, name: '新しい地区' }) },
	'PATCH /api/v1/districts/{id}': { who: 'a', scopes: 'admin', of: () => ({ id: other }), district: false, body: () => ({ name: '港地区社協' }) },
	'POST /api/v1/districts/{id}/end': { who: 'a', scopes: 'admin', of: emptyDistrict, district: false, body: () => ({ reason: '合併' }) },
	'POST /api/v1/districts/{id}/resume': { who: 'a', scopes: 'admin', of: () => ended('districts', emptyDistrict), district: false },
	'GET /api/v1/policies': { who: 'ascv', scopes: 'record' },
	'POST /api/v1/policies': { who: 'a', scopes: 'admin', body: () => ({ policy: `p${++newcomers}`, steps }) },
	'PATCH /api/v1/policies/{id}': { who: 'a', scopes: 'admin', of: policy, district: false, body: () => ({ steps }) },
	'POST /api/v1/policies/{id}/end': { who: 'a', scopes: 'admin', of: policy, district: false, body: () => ({ reason: '使わない' }) },
	'POST /api/v1/policies/{id}/resume': { who: 'a', scopes: 'admin', of: () => ended('policies', policy), district: false },
	'GET /api/v1/users': { who: 'a', scopes: 'admin' },
	'POST /api/v1/users': { who: 'a', scopes: 'admin', body: () => ({ login: `made-${++newcomers}`, name: '新しい 人', role: 'viewer' }) },
	'PATCH /api/v1/users/{login}': { who: 'a', scopes: 'admin', of: user, district: false, body: () => ({ name: '別の 名' }) },
	'POST /api/v1/users/{login}/password': { who: 'a', scopes: 'admin', of: user, district: false, body: () => ({ password }) },
	'POST /api/v1/users/{login}/disable': { who: 'a', scopes: 'admin', of: user, district: false, body: () => ({ reason: '退職' }) },
	'POST /api/v1/users/{login}/enable': { who: 'a', scopes: 'admin', of: disabled, district: false },
	'DELETE /api/v1/users/{login}/totp': { who: 'a', scopes: 'admin', of: user, district: false, body: () => ({ reason: '電話を失くした' }) },
	'POST /api/v1/imports': { who: 'a', scopes: 'admin', body: () => ({ files: [{ name: 'districts.csv', content: districtsFile }] }) },
	'GET /api/v1/export/{table}.csv': { who: 'asc', scopes: 'export', of: () => ({ table: 'residents' }), district: false },

	'POST /api/v1/checkins': { who: '*', as: button, body: () => ({ id: `http-${++newcomers}`, kind: 'ok' }) },
};

/** A district's list as it is now, with everybody who needs a person carried over. */
async function list(district) {
	const { version } = (await admin.get(`/api/v1/status?district=${district}`)).json;
	const { districts } = (await admin.get('/api/v1/signoffs')).json;
	const { unhandled } = districts.find((d) => d.district === district);
	return { district, version, carried: unhandled.map((resident_id) => ({ resident_id, reason: 'あす', to: 'okada' })) };
}

/** Another session of who calls. */
async function elsewhere(_, caller, role = 'admin') {
	const more = await signIn(daemon, logins[role], password);
	const { json } = await more.get('/api/v1/sessions');
	return { id: json.sessions.find((session) => session.own).id };
}

/** The same person at another browser. */
async function another(role) {
	return await signIn(daemon, logins[role], password);
}

/** Somebody new of that role who has begun to set up a second factor. */
async function beginner(role) {
	const login = `new-${++newcomers}`;
	const districts = role === 'coordinator' ? ['--districts', own] : [];
	const added = await daemon.typed(`${password}\n`, 'user', 'add', login, '--name', login, '--role', role, ...districts);
	assert.equal(added.code, 0, added.stderr);
	const caller = await signIn(daemon, login, password);
	caller.secret = (await caller.post('/api/v1/session/totp')).json.secret;
	return caller;
}

/** RFC 6238, of the moment. */
function code(_, { secret }) {
	const bits = [...(secret ?? '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const hash = createHmac('sha1', key).update(step).digest();
	const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
	return { code: String(number % 1e6).padStart(6, '0') };
}

/** A device with its own credential. */
function button() {
	const { device_id } = council.town.devices[0];
	const basic = Buffer.from(`${device_id}:${daemon.passwords[device_id]}`).toString('base64');
	const device = anonymous(daemon);
	device.headers = { Authorization: `Basic ${basic}` };
	return device;
}

/** The link that the help of this morning brought to a watcher. */
async function answerLink(name) {
	const { text } = await council.mail.next((m) => m.recipient === `${name}@example.jp` && m.text.includes('/w/'));
	return { token: /\/w\/([\w-]{43})/.exec(text)[1] };
}

/** A new link to a watcher's own page. */
async function ownPage() {
	const { json } = await admin.call('POST', '/api/v1/watchers/W001/link');
	return { token: json.url.split('/my/')[1] };
}

/** The form that says so, as the page has it for this browser. */
async function sayYes(one, page) {
	const { text } = await one.get(page);
	return new URLSearchParams({ act: 'yes', form: /name="form" value="([^"]+)"/.exec(text)[1] });
}

/** A watcher who looks in on somebody of a district, and on nobody of the coordinator's unless that is it. */
function watcher(district) {
	const of = (id) => council.town.residents.find((r) => r.resident_id === id).district;
	const theirs = (watcher_id) => council.town.links.filter((l) => l.watcher_id === watcher_id).map((l) => of(l.resident_id));
	const found = council.town.watchers.find(
		({ watcher_id }) => theirs(watcher_id).includes(district) && (district === own || !theirs(watcher_id).includes(own)),
	);
	return { id: found.watcher_id };
}

/** Somebody of whom one person must never be told. */
async function barred(district) {
	const { id } = resident(district);
	const { json } = await admin.post(`/api/v1/residents/${id}/never-told`, { name: `誰か ${++newcomers}`, reason: '絶縁' });
	return { id, entry: json.id };
}

/** Two new watchers, each of one home of the district. */
async function enrolled(district) {
	const ids = [1, 2].map(() => `N${++newcomers}`);
	for (const watcher_id of ids) {
		const links = [{ resident_id: resident(district).id, tier: 1 }];
		const { status, text } = await admin.post('/api/v1/watchers', {
			watcher_id, name: watcher_id, channels: 'mail:new@example.jp', links,
		});
		assert.equal(status, 201, text);
	}
	return { id: ids[0], by: ids[1] };
}

/** A watcher who is about to be replaced. */
async function leaving(district) {
	const { id, by } = await enrolled(district);
	const from = new Date(Date.now() + daemon.zone.offset + 5 * 86_400_000).toISOString().slice(0, 10);
	const { status, text } = await admin.post(`/api/v1/watchers/${id}/replacement`, { by, from, reason: '転居' });
	assert.equal(status, 201, text);
	return { id };
}

function newResident({ district }) {
	return { resident_id: `N${++newcomers}`, name: '新しい 方', district };
}

function newWatcher({ id }) {
	const links = [{ resident_id: id, tier: 3 }];
	return { watcher_id: `N${++newcomers}`, name: '新しい 隣人', channels: 'mail:new@example.jp', links };
}

/** Somebody, and a new watcher of the district who does not look in on them yet, or does. */
async function unlinked(district) {
	return { ...spare(district), watcher: (await enrolled(district)).id };
}

async function linked(district) {
	const it = await unlinked(district);
	const { status, text } = await admin.put(`/api/v1/residents/${it.id}/watchers/${it.watcher}`, { tier: 2 });
	assert.ok(status < 300, text);
	return it;
}

function device(district) {
	const { id } = spare(district);
	return { id, device: `spare-${id}` };
}

async function emptyDistrict() {
	const { json } = await admin.post('/api/v1/districts', { district: `E${++newcomers}`, name: 'だれもいない地区' });
	return { id: json.district };
}

async function ended(what, make) {
	const it = await make();
	const { status, text } = await admin.post(`/api/v1/${what}/${it.id}/end`, { reason: 'もう使わない' });
	assert.equal(status, 204, text);
	return it;
}

async function policy() {
	const { json } = await admin.post('/api/v1/policies', { policy: `p${++newcomers}`, steps });
	return { id: json.policy };
}

/** Somebody of the staff whom nobody needs. */
async function user() {
	const { json, status, text } = await admin.post('/api/v1/users', { login: `made-${++newcomers}`, name: '新しい 人', role: 'viewer' });
	assert.equal(status, 201, text);
	return { login: json.login };
}

async function disabled() {
	const it = await user();
	await admin.post(`/api/v1/users/${it.login}/disable`, { reason: '退職' });
	return it;
}

/** A watcher's link to an incident, which a browser has. */
async function takenLink(district) {
	const { id } = await incident(district);
	write(daemon, "INSERT INTO answer_browsers (watcher_id, incident_id, browser, at) VALUES ('W001', ?, 'b', 0)", id);
	return { id, watcher: 'W001' };
}

/** An API key of its own. */
async function key() {
	const { json } = await admin.post('/api/v1/keys', { name: 'to be revoked', login: logins.viewer, scopes: 'list' });
	return { id: json.id };
}

/** What the one-time link on the terminal asks for. */
async function setUp() {
	const said = await daemon.done('user', 'setup');
	return { token: said.match(/\/setup\/(\S+)/)[1], login: 'first', name: '最初 の人', password };
}

async function paused(district) {
	const it = spare(district);
	await admin.post(`/api/v1/residents/${it.id}/pauses`, { ...told, from: today(), to: today(), reason: '旅行' });
	return it;
}

const letters = { admin: 'a', staff: 's', coordinator: 'c', viewer: 'v' };
const refusals = [401, 403, 404];

/** What lies outside a coordinator's districts is not there. */
function outside({ status, text }, far) {
	assert.equal(status, far, `a coordinator, in the other district: ${text}`);
}

function target(path, args) {
	const { '?': query = {}, ...holes } = args;
	const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(holes[name]));
	const text = new URLSearchParams(query).toString();
	return text ? `${filled}?${text}` : filled;
}

/** A key of the administrator's with these scopes. */
async function keyWith(scopes) {
	const { json } = await admin.post('/api/v1/keys', { name: `of ${scopes}`.slice(0, 60), login: logins.admin, scopes });
	return withKey(daemon, json.key);
}

test('the table names every call, and no other', () => {
	assert.deepEqual(Object.keys(table).toSorted(), operations.map(({ method, path }) => `${method} ${path}`).toSorted());
});

for (const { method, path } of operations) {
	const name = `${method} ${path}`;
	const row = table[name];
	if (!row)
		continue;
	test(name, async () => {
		const { who, scopes, of, body, as, district = Boolean(of), far = 404 } = row;
		let kept = null; // what refused calls are about: one thing for all of them
		const asked = async (caller, where, { role, uses = false } = {}) => {
			const one = uses && as && role ? await as(role) : caller;
			const args = uses || !kept ? await (of?.(where, one, role) ?? {}) : kept;
			if (!uses)
				kept = args;
			const sent = method === 'GET' ? undefined : await body?.(args, one);
			return await one.call(method, target(path, args), sent);
		};
		const allowed = ({ status, text }, what) => assert.ok(!refusals.includes(status), `${what}: ${status} ${text.slice(0, 500)}`);
		const refused = ({ status, json }, meant, what) => assert.deepEqual([status, json?.code], meant, what);

		if (who === '*') {
			const { status, text } = await asked(anonymous(daemon), own, { role: 'nobody', uses: true });
			assert.ok(status < 400, `nobody in particular: ${status} ${text}`);
			return;
		}
		assert.equal((await asked(anonymous(daemon), own)).status, 401, 'nobody');
		for (const [role, letter] of Object.entries(letters)) {
			const caller = callers[role];
			if (!who.includes(letter)) {
				refused(await asked(caller, own), [403, 'right'], role);
				if (district)
					refused(await asked(caller, other, { uses: true }), [403, 'right'], `${role}, in the other district`);
				continue;
			}
			allowed(await asked(caller, own, { role, uses: true }), role);
			if (district && role === 'coordinator')
				outside(await asked(caller, other, { uses: true }), far);
			else if (district)
				allowed(await asked(caller, other, { role, uses: true }), `${role}, in the other district`);
		}
		if (method !== 'GET') {
			const { csrf } = admin;
			admin.csrf = null;
			refused(await asked(admin, own), [403, 'csrf'], 'from a page that is not ours');
			admin.csrf = csrf;
		}
		if (scopes) {
			const narrow = await keyWith(rights.filter((right) => !scopes.split(' ').includes(right)).join(' '));
			refused(await asked(narrow, own), [403, 'right'], 'a key with every other scope');
			allowed(await asked(await keyWith(scopes), own, { uses: true }), `a key with ${scopes}`);
		}
	});
}

/*
 * Help of a button that nobody knows is about nobody, in no district: whoever may act in any may do all there is to do
 * about it; who is bound to districts and may only look does not see it.
 */
test('a question about nobody is for all who may act', async () => {
	const raised = async () => {
		const device = `nobody-${++newcomers}`;
		await pressing.publish(`mimamori/v1/${device}/checkin`, { id: 'help', kind: 'help' });
		return await waitFor(
			async () => (await admin.get('/api/v1/status')).json.questions.find((q) => q.subject === device),
			{ what: `a question about ${device}` },
		);
	};
	const { json } = await admin.post('/api/v1/users', { login: 'bound', name: '見る 人', role: 'viewer', districts: own });
	await admin.post(`/api/v1/users/${json.login}/password`, { password });
	const bound = await signIn(daemon, 'bound', password);
	const answer = { 'POST /api/v1/incidents/{id}/close': { outcome: 'answered', note: '予備機' } };
	for (const { method, path } of operations.filter((o) => o.path.startsWith('/api/v1/incidents/{id}') && !o.path.includes('{watcher}'))) {
		const name = `${method} ${path}`;
		const asked = async (caller, { id }) => await caller.call(method, target(path, { id }), method === 'GET' ? undefined : (answer[name] ?? table[name].body?.()));
		for (const [role, letter] of Object.entries(letters))
			if (letter !== 'v' && table[name].who.includes(letter)) {
				const { status, text } = await asked(callers[role], await raised());
				assert.ok(!refusals.includes(status), `${role}, ${name}: ${status} ${text}`);
			}
		const { status } = await asked(bound, await raised());
		assert.equal(status, table[name].who.includes('v') ? 404 : 403, `bound, ${name}`);
	}
});

test('every call was driven to success', () => {
	assert.deepEqual(undriven(), []);
});
