// Enrolment and administration over HTTP: residents, watchers, links, devices, districts, policies, users, import and
// export; what is wrong named by member; who may do what, and where.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { anonymous, signIn } from './client.mjs';
import { logins, password, startCouncil } from './council.mjs';
import { connectDevice } from './press.mjs';
import { holdStore, rows } from './store.mjs';
import { localDate } from './town.mjs';
import { waitFor } from './wait.mjs';

const council = await startCouncil({ morning: false });
const { daemon, broker, mail } = council;
const admin = await signIn(daemon, logins.admin, password);
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password); // of D01
const viewer = await signIn(daemon, logins.viewer, password);

/** It was done, with this status; what was answered. */
async function done(call, status = 200) {
	const answer = await call;
	assert.equal(answer.status, status, answer.text);
	return answer.json;
}

/** It was refused with this status and code; where (pointers of the body) and by which words. */
async function refused(call, status, code, faults) {
	const { status: was, json, text } = await call;
	assert.equal(was, status, text);
	assert.equal(json.code, code, text);
	if (faults)
		assert.deepEqual(Object.fromEntries((json.errors ?? []).map((e) => [e.pointer, e.code])), faults, text);
	return json;
}

/** The latest entry of the audit about something. */
function audited(subject) {
	return rows(daemon, 'SELECT who, what, detail, reason, address FROM audit WHERE subject = ? ORDER BY id DESC LIMIT 1', subject)[0];
}

function stored(table, key, id) {
	return rows(daemon, `SELECT * FROM ${table} WHERE ${key} = ?`, id)[0];
}

/** As a body of POST /imports has files. */
function files(texts) {
	return Object.entries(texts).map(([name, text]) => ({ name: `${name}.csv`, content: Buffer.from(text).toString('base64') }));
}

test('a resident is enrolled, and expected from the next window on', async () => {
	const one = {
		resident_id: 'R100',
		name: '新井 里子',
		kana: 'アライ サトコ',
		district: 'D01',
		phone: '0100-55-7788',
		schedule: 'daily 06:00-09:00 +1h',
		note: '猫が一匹',
	};
	assert.deepEqual((await done(staff.post('/api/v1/residents', { ...one, check: true }))).warnings, []);
	assert.equal(stored('residents', 'resident_id', 'R100'), undefined);
	const answer = await done(staff.post('/api/v1/residents', { ...one, reason: '申込書' }), 201);
	assert.equal(answer.resident_id, 'R100');
	assert.ok(answer.changed.includes('schedule') && !answer.changed.includes('care'));
	const row = stored('residents', 'resident_id', 'R100');
	assert.equal(row.note, '猫が一匹');
	assert.ok(row.next_look_at > Date.now());
	const entry = audited('R100');
	assert.equal(entry.who, 'user:tanaka');
	assert.equal(entry.what, 'resident_added');
	assert.equal(entry.reason, '申込書');
	assert.match(entry.detail, /district:  -> D01/);
	assert.doesNotMatch(entry.detail, /新井|7788|猫/); // who reads the audit learns that, not what
	await refused(staff.post('/api/v1/residents', one), 409, 'exists');
});

test('whoever has the same or a similar name is named before and after', async () => {
	const answer = await done(
		staff.post('/api/v1/residents', { resident_id: 'R101', name: '山田　花子', district: 'D02', check: true }),
	);
	assert.deepEqual(answer.similar.map((r) => r.resident_id), ['R001']);
	assert.equal(answer.warnings[0].code, 'unverifiable');
	const seen = await done(
		coordinator.post('/api/v1/residents', { resident_id: 'R101', name: '吉田 千代', district: 'D01', check: true }),
	);
	assert.deepEqual(seen.similar, []); // of D02
	assert.equal(seen.similar_elsewhere, 2);
});

test('a record is put right: what is left out stays, null clears, a schedule takes effect', async () => {
	const before = stored('residents', 'resident_id', 'R005');
	const answer = await done(staff.patch('/api/v1/residents/R005', { phone: '0100-55-0001', kana: null, was: { phone: before.phone } }));
	assert.deepEqual(answer.changed, ['kana', 'phone']);
	const after = stored('residents', 'resident_id', 'R005');
	assert.deepEqual({ ...after }, { ...before, phone: '0100-55-0001', kana: '' });
	assert.equal(audited('R005').detail, 'kana; phone');

	assert.deepEqual((await done(staff.patch('/api/v1/residents/R005', { phone: '0100-55-0001' }))).changed, []);
	await refused(staff.patch('/api/v1/residents/R005', { phone: '1111', was: { phone: before.phone } }), 409, 'changed');
	assert.equal(stored('residents', 'resident_id', 'R005').phone, '0100-55-0001');

	await done(staff.patch('/api/v1/residents/R100', { schedule: 'none' }));
	assert.equal(stored('residents', 'resident_id', 'R100').next_look_at, null);
	assert.match(audited('R100').detail, /schedule: daily 06:00-09:00 \+1h -> none/);
});

test('each fault of a resident is named at its member, and nothing is changed', async () => {
	const before = stored('residents', 'resident_id', 'R006');
	await refused(
		staff.patch('/api/v1/residents/R006', {
			name: '',
			birth_date: '1940-02-30',
			phone: '12',
			category: 'elderly',
			schedule: 'daily 10:00-03:00',
			policy: 'nobody',
			channels: 'sms:+8190',
			contact: 'phone phone',
			note: '変わらない',
		}),
		422,
		'invalid',
		{
			'/name': 'required',
			'/birth_date': 'date',
			'/phone': 'phone',
			'/category': 'one_of',
			'/schedule': 'schedule',
			'/policy': 'row_unknown',
			'/channels': 'channel',
			'/contact': 'twice',
		},
	);
	await refused(staff.patch('/api/v1/residents/R006', { district: 'D99' }), 422, 'invalid', { '/district': 'row_unknown' });
	await refused(staff.patch('/api/v1/residents/R006', { ends: '2027-01-01' }, { wrong: true }), 422, 'invalid', { '/ends': 'unknown_member' });
	await refused(staff.patch('/api/v1/residents/R006', { name: 7 }, { wrong: true }), 422, 'invalid');
	await refused(staff.post('/api/v1/residents', { resident_id: 'R 1', name: 'x', district: 'D01' }), 422, 'invalid', { '/resident_id': 'id' });
	await refused(staff.post('/api/v1/residents', { name: 'x' }, { wrong: true }), 422, 'invalid');
	await refused(staff.patch('/api/v1/residents/R999', { name: 'x' }), 404, 'unknown');
	assert.deepEqual({ ...stored('residents', 'resident_id', 'R006') }, { ...before });
});

test('a watcher is enrolled with whom they look in on, found, put right', async () => {
	const answer = await done(
		staff.post('/api/v1/watchers', {
			watcher_id: 'W100',
			name: '見守 良子',
			kana: 'ミモリ ヨシコ',
			channels: 'mail:w100@example.jp log:',
			hours: 'daily 08:00-20:00',
			links: [
				{ resident_id: 'R001', tier: 1, can: 'call' },
				{ resident_id: 'R011', tier: 2 },
			],
		}),
		201,
	);
	assert.equal(answer.watcher_id, 'W100');
	const one = await done(staff.get('/api/v1/watchers/W100'));
	assert.deepEqual(one.links.map((l) => [l.resident_id, l.tier, l.can, l.label]), [
		['R001', 1, 'call', '1'],
		['R011', 2, null, '2'],
	]);
	assert.deepEqual(one.addresses, [
		{ channel: 'mail:w100@example.jp', reached_at: null },
		{ channel: 'log:', reached_at: null },
	]);
	assert.equal(audited('W100').what, 'read');
	for (const q of ['みもり', 'ﾐﾓﾘﾖｼ', '良子', 'w100']) {
		const { watchers } = await done(staff.get(`/api/v1/watchers?q=${encodeURIComponent(q)}`));
		assert.deepEqual(watchers.map((w) => w.watcher_id), ['W100'], q);
		assert.deepEqual([watchers[0].channels, watchers[0].residents], [['mail', 'log'], 2]);
	}
	await done(staff.patch('/api/v1/watchers/W100', { away_from: '2020-01-01', away_to: '2099-12-31', summary: true, was: { hours: 'daily 08:00-20:00' } }));
	const now = await done(staff.get('/api/v1/watchers/W100'));
	assert.deepEqual([now.away, now.summary, now.hours_words.ja], [true, true, '毎日 8:00〜20:00']);
	assert.equal((await done(staff.get('/api/v1/watchers/W012'))).hours_words.en, 'every day 0:00–24:00');
	await refused(staff.patch('/api/v1/watchers/W100', { channels: '', night: 'maybe', away_to: '2019-01-01' }), 422, 'invalid', {
		'/channels': 'required',
		'/night': 'one_of',
		'/away_to': 'before',
	});
	await refused(
		staff.post('/api/v1/watchers', { watcher_id: logins.staff, name: 'x', channels: 'log:' }),
		422,
		'invalid',
		{ '/watcher_id': 'is_login' },
	);
	await refused(
		staff.post('/api/v1/watchers', { watcher_id: 'W101', name: 'x', channels: 'log:', links: [{ resident_id: 'R999', tier: 1 }] }),
		422,
		'invalid',
		{ '/links/0/resident_id': 'row_unknown' },
	);
	await refused(
		staff.post('/api/v1/watchers', { watcher_id: 'W101', name: 'x', channels: 'log:', links: [{ resident_id: 'R001', tier: 1, can: 'fly' }] }),
		422,
		'invalid',
		{ '/links/0/can': 'one_of' },
	);
	assert.equal(stored('watchers', 'watcher_id', 'W101'), undefined);
});

test('the list of watchers is walked page by page, each once', async () => {
	const seen = [];
	let cursor = '';
	do {
		const page = await done(staff.get(`/api/v1/watchers?limit=7${cursor && `&cursor=${cursor}`}`));
		assert.ok(page.watchers.length <= 7);
		seen.push(...page.watchers.map((w) => w.watcher_id));
		cursor = page.next_cursor;
	} while (cursor);
	assert.equal(seen.length, new Set(seen).size);
	assert.equal(seen.length, rows(daemon, 'SELECT count(*) AS n FROM watchers')[0].n);
	await refused(staff.get('/api/v1/watchers?cursor=W999'), 422, 'invalid');
});

test('a link is made, changed and removed with a reason', async () => {
	await done(staff.put('/api/v1/residents/R007/watchers/W100', { tier: 3, relation: 'お母さま' }), 201);
	assert.equal(audited('R007').what, 'link_added');
	assert.deepEqual((await done(staff.put('/api/v1/residents/R007/watchers/W100', { tier: 2 }))).changed, ['tier']);
	const link = () => rows(daemon, "SELECT tier, relation, label FROM links WHERE resident_id = 'R007' AND watcher_id = 'W100'")[0];
	assert.deepEqual({ ...link() }, { tier: 2, relation: 'お母さま', label: '3' });
	assert.equal(audited('R007').detail, 'tier: 3 -> 2');
	await refused(staff.put('/api/v1/residents/R007/watchers/W100', { tier: 2, can: 'fly' }), 422, 'invalid', { '/can': 'one_of' });
	await refused(staff.put('/api/v1/residents/R007/watchers/W999', { tier: 2 }), 404, 'unknown');
	await refused(staff.delete('/api/v1/residents/R007/watchers/W100', {}, { wrong: true }), 422, 'invalid', { '/reason': 'required' });
	await done(staff.delete('/api/v1/residents/R007/watchers/W100', { reason: '転居のため' }), 204);
	assert.equal(link(), undefined);
	const { what, reason } = audited('R007');
	assert.deepEqual([what, reason], ['link_removed', '転居のため']);
	await refused(staff.delete('/api/v1/residents/R007/watchers/W100', { reason: 'x' }), 404, 'unknown');
});

test('who must never be told is linked to nobody, and what was agreed is not changed by a form', async () => {
	await done(staff.post('/api/v1/residents/R007/never-told', { watcher_id: 'W100', reason: '本人の希望' }), 201);
	await refused(staff.put('/api/v1/residents/R007/watchers/W100', { tier: 2 }), 422, 'invalid');
	const others = { watcher_id: 'W102', name: '見守　良子', channels: 'log:', links: [{ resident_id: 'R007', tier: 1 }] };
	await done(staff.post('/api/v1/residents/R007/never-told', { name: '見守 良子', reason: '本人の希望' }), 201);
	const { warnings } = await done(staff.post('/api/v1/watchers', others), 201);
	assert.deepEqual(warnings.map((w) => [w.code, w.about]), [['resembles', '見守 良子']]);

	const agreed = { what: 'link', watcher_id: 'W100', items: ['name', 'place'], given: true, agreed_on: '2026-01-01', agreed_by: '本人', form: 'paper' };
	await done(staff.post('/api/v1/residents/R001/consents', agreed), 201);
	await refused(staff.put('/api/v1/residents/R001/watchers/W100', { tier: 1, shares: 'name place care' }), 422, 'invalid', { '/shares': 'by_consent' });
	await done(staff.put('/api/v1/residents/R001/watchers/W100', { tier: 2 }));
});

test('a watcher ends with a reason, and an end can be taken back', async () => {
	await refused(staff.post('/api/v1/watchers/W100/end', { on: '2026-13-01', reason: 'x' }, { wrong: true }), 422, 'invalid', { '/on': 'date' });
	await refused(staff.patch('/api/v1/watchers/W100', { ends: '2026-12-01' }, { wrong: true }), 422, 'invalid', { '/ends': 'end_by_reason' });
	await done(staff.post('/api/v1/watchers/W100/end', { on: '2020-01-01', reason: '任期満了' }));
	const ended = await done(staff.get('/api/v1/watchers/W100'));
	assert.deepEqual([ended.ended, ended.ends, ended.end_reason], [true, '2020-01-01', '任期満了']);
	const ids = async (query) => (await done(staff.get(`/api/v1/watchers?q=W100&${query}`))).watchers.map((w) => w.watcher_id);
	assert.deepEqual([await ids(''), await ids('ended=true')], [[], ['W100']]);
	await done(staff.patch('/api/v1/watchers/W100', { ends: null }));
	const back = await done(staff.get('/api/v1/watchers/W100'));
	assert.deepEqual([back.ended, back.ends, back.end_reason], [false, null, null]);
});

test('a test alert goes to every channel, and its result is told', async () => {
	const { ids } = await done(staff.post('/api/v1/watchers/W100/test-alert'), 202);
	assert.equal(ids.length, 2);
	const tests = await waitFor(
		async () => {
			const { tests } = await done(staff.get(`/api/v1/watchers/W100/test-alert?ids=${ids}`));
			return tests.every((t) => t.state === 'sent') && tests;
		},
		{ what: 'both tests to be sent' },
	);
	assert.deepEqual(tests.map((t) => t.channel).toSorted(), ['log:', 'mail:w100@example.jp']);
	assert.equal(mail.to('w100@example.jp').length, 1);
	const now = await done(staff.get('/api/v1/watchers/W100'));
	assert.ok(now.addresses.every((a) => a.reached_at));
	// Another watcher's tests are nobody's business.
	assert.deepEqual((await done(staff.get(`/api/v1/watchers/W001/test-alert?ids=${ids}`))).tests, []);
});

test('a button is given with a password that lets it in, and taken out of use', async () => {
	const { password: secret, broker: told, was } = await done(staff.post('/api/v1/residents/R017/devices', { device_id: 'btn-new', kind: 'button' }), 201);
	assert.match(secret, /^[0-9a-f]{40}$/);
	assert.deepEqual([told, was], [null, null]);
	assert.ok(!JSON.stringify(rows(daemon, 'SELECT * FROM audit')).includes(secret));
	const button = await waitFor(() => connectDevice(broker, 'btn-new', secret).catch(() => null), { what: 'the broker to let it in' });
	assert.equal((await button.pressed('ok')).result, 'stored');
	await done(staff.patch('/api/v1/residents/R017/devices/btn-new', { note: '台所' }));
	await refused(staff.post('/api/v1/residents/R017/devices', { device_id: 'btn-new' }), 409, 'exists');
	const { devices } = await done(staff.get('/api/v1/devices?q=btn-new'));
	assert.deepEqual([devices.length, devices[0].note, devices[0].resident_id], [1, '台所', 'R017']);
	assert.ok(devices[0].state_at === null && devices[0].last_press_at, 'it pressed, and said nothing of itself');

	await refused(staff.post('/api/v1/residents/R016/devices', { device_id: 'btn-new' }), 409, 'taken');
	const over = await done(staff.post('/api/v1/residents/R016/devices', { device_id: 'btn-new', take_over: true }), 201);
	assert.equal(over.was, 'R017');
	assert.notEqual(over.password, secret);

	await refused(staff.post('/api/v1/residents/R016/devices/btn-new/revoke', {}, { wrong: true }), 422, 'invalid');
	assert.deepEqual(await done(staff.post('/api/v1/residents/R016/devices/btn-new/revoke', { reason: '故障' })), { device_id: 'btn-new', broker: null });
	await assert.rejects(connectDevice(broker, 'btn-new', over.password));
	assert.deepEqual((await done(staff.get('/api/v1/devices?q=btn-new'))).devices, []);
	assert.equal((await done(staff.get('/api/v1/devices?q=btn-new&revoked=true'))).devices.length, 1);
	assert.equal(audited('btn-new').reason, '故障');
});

test('a sensor behind an adapter needs no password of ours', async () => {
	const answer = await done(staff.post('/api/v1/residents/R017/devices', { device_id: 'zigbee2mqtt/台所のボタン' }), 201);
	assert.equal(answer.password, null);
	await done(staff.patch(`/api/v1/residents/R017/devices/${encodeURIComponent('zigbee2mqtt/台所のボタン')}`, { kind: 'sensor' }));
	await refused(staff.post('/api/v1/residents/R017/devices', { device_id: 'staff/R017' }), 422, 'invalid', { '/device_id': 'device_staff' });
	await refused(staff.post('/api/v1/residents/R017/devices', { device_id: 'b u' }), 422, 'invalid', { '/device_id': 'device' });
	await refused(staff.post('/api/v1/residents/R017/devices', { device_id: broker.user }), 422, 'invalid', { '/device_id': 'device_ours' });
});

test('districts and policies', async () => {
	await done(admin.post('/api/v1/districts', { district: 'D09', name: '山の手' }), 201);
	await refused(admin.post('/api/v1/districts', { district: 'D09', name: 'x' }), 409, 'exists');
	await done(admin.patch('/api/v1/districts/D09', { name: '山の手地区社協' }));
	await refused(admin.patch('/api/v1/districts/D98', { name: 'x' }), 404, 'unknown');
	await refused(admin.post('/api/v1/districts', { district: 'D,1', name: 'x' }), 422, 'invalid', { '/district': 'listed_id' });
	const { districts } = await done(admin.get('/api/v1/districts'));
	assert.deepEqual(districts.find((d) => d.district === 'D09'), { district: 'D09', name: '山の手地区社協', residents: 0, ended_at: null, end_reason: null });
	assert.deepEqual((await done(coordinator.get('/api/v1/districts'))).districts.map((d) => d.district), ['D01']);

	const { policies } = await done(admin.get('/api/v1/policies'));
	assert.deepEqual(policies.map((p) => [p.policy, p.built_in, p.own]), [
		['default', true, false],
		['neighbour_first', true, false],
		['gentle', true, false],
	]);
	assert.deepEqual(policies[0].steps[1], { kind: 'missed', after: '30m', notify: 'tier1' });
	const steps = [
		{ kind: 'missed', after: '20m', notify: 'tier1+staff' },
		{ kind: 'missed', after: '1h', notify: 'tier2' },
	];
	const slow = await done(admin.post('/api/v1/policies', { policy: 'slow', steps }), 201);
	await done(admin.patch('/api/v1/residents/R100', { policy: 'slow' }));
	await refused(
		admin.patch('/api/v1/policies/slow', { steps: [steps[0], { kind: 'pause', after: 'soon', notify: 'tier4' }] }),
		422,
		'invalid',
		{ '/steps/1/kind': 'one_of', '/steps/1/after': 'length', '/steps/1/notify': 'tell' },
	);
	await refused(admin.patch('/api/v1/policies/slow', { steps: [steps[0], steps[0]] }), 422, 'invalid', { '/steps/1/policy': 'same_key' });
	await refused(admin.patch('/api/v1/policies/slow', { steps: [] }), 422, 'invalid', { '/steps': 'required' });
	await refused(admin.post('/api/v1/policies', { policy: 'a b', steps }), 422, 'invalid', { '/policy': 'id' });
	const changed = await done(admin.patch('/api/v1/policies/slow', { steps: [steps[1]], version: slow.version }));
	assert.deepEqual([changed.steps, changed.residents], [[steps[1]], 1]);
	await refused(admin.patch('/api/v1/policies/slow', { steps, version: slow.version }), 409, 'changed');
	assert.match(audited('slow').detail, /missed,20m,tier1\+staff;missed,1h,tier2; -> missed,1h,tier2;/);
	const own = await done(admin.patch('/api/v1/policies/gentle', { steps: [steps[1]] }));
	assert.deepEqual([own.built_in, own.own], [true, true]);
	await refused(admin.patch('/api/v1/policies/none', { steps }), 404, 'unknown');
});

test('a district ends with a reason, when nobody has it, and is given to nobody until that is taken back', async () => {
	const end = '/api/v1/districts/D08/end';
	const now = async (id) => (await done(admin.get('/api/v1/districts'))).districts.find((d) => d.district === id);
	await done(admin.post('/api/v1/districts', { district: 'D08', name: '谷地区社協' }), 201);
	await done(admin.post('/api/v1/users', { login: 'tani', name: '谷 進', role: 'coordinator', districts: 'D01 D08' }), 201);
	await done(admin.post('/api/v1/residents', { resident_id: 'R800', name: '谷口 ふみ', district: 'D08', phone: '0000' }), 201);
	await refused(admin.post(end, { reason: '' }, { wrong: true }), 422, 'invalid', { '/reason': 'required' });
	const lived = await refused(admin.post(end, { reason: '合併' }), 409, 'used_by_residents');
	assert.equal(lived.detail, 'D08 has residents in service: 1');
	await done(admin.post('/api/v1/residents/R800/end', { verify: '0000', told_by: '長女', reason: 'moved' }));
	await refused(admin.post(end, { reason: '合併' }), 409, 'used_by_users');
	await done(admin.patch('/api/v1/users/tani', { districts: 'D01' }));
	await refused(admin.post('/api/v1/districts/D97/end', { reason: 'x' }), 404, 'unknown');
	assert.equal((await now('D08')).ended_at, null);
	await refused(admin.post('/api/v1/districts/D08/resume'), 409, 'not_ended');

	await done(admin.post(end, { reason: '合併' }), 204);
	assert.deepEqual([audited('D08').what, audited('D08').reason], ['district_ended', '合併']);
	const { ended_at: at, ...rest } = await now('D08');
	assert.deepEqual(rest, { district: 'D08', name: '谷地区社協', residents: 0, end_reason: '合併' });
	assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
	await refused(admin.post(end, { reason: 'x' }), 409, 'ended_already');
	const { districts } = await done(admin.get('/api/v1/session'));
	assert.deepEqual([districts.find((d) => d.district === 'D08').ended, districts.find((d) => d.district === 'D09').ended], [true, false]);
	assert.equal((await done(admin.get('/api/v1/residents/R800'))).district, 'D08');

	await refused(staff.post('/api/v1/residents', { resident_id: 'R801', name: '新', district: 'D08' }), 422, 'invalid', { '/district': 'ended' });
	await refused(staff.patch('/api/v1/residents/R100', { district: 'D08' }), 422, 'invalid', { '/district': 'ended' });
	await refused(admin.patch('/api/v1/users/tani', { districts: 'D01 D08' }), 422, 'invalid', { '/districts': 'ended' });
	const people = 'resident_id,name,district,phone\nR801,新人 二号,D08,0000\nR100,谷 一,D01,0000\n';
	const seen = await done(admin.post('/api/v1/imports', { files: files({ residents: people }) }));
	assert.deepEqual(seen.errors.map((f) => [f.file, f.line, f.column, f.about]), [['residents.csv', 2, 'district', 'D08']]);

	await done(admin.post('/api/v1/districts/D08/resume', { reason: '合併は取りやめ' }), 204);
	assert.equal(audited('D08').what, 'district_resumed');
	assert.deepEqual([(await now('D08')).ended_at, (await now('D08')).end_reason], [null, null]);
	await done(staff.post('/api/v1/residents', { resident_id: 'R801', name: '新', district: 'D08' }), 201);
	const ended = `resident_id,ends,end_reason\nR800,${localDate(daemon.zone, Date.now())},moved\n`; // as a file has it
	const given = { files: files({ residents: ended }) };
	const { token } = await done(admin.post('/api/v1/imports', given));
	await done(admin.post('/api/v1/imports', { ...given, apply: true, token }));
});

test('a policy ends with a reason, when nobody in service has it; the standard ones do not', async () => {
	const end = '/api/v1/policies/slow/end';
	const now = async (id) => (await done(admin.get('/api/v1/policies'))).policies.find((p) => p.policy === id);
	const used = await refused(admin.post(end, { reason: '使わない' }), 409, 'used_by_residents');
	assert.equal(used.detail, 'slow has residents in service: 1');
	await done(admin.patch('/api/v1/residents/R100', { policy: null }));
	for (const standard of ['default', 'gentle'])
		await refused(admin.post(`/api/v1/policies/${standard}/end`, { reason: 'x' }), 409, 'used_as_standard');
	await refused(admin.post('/api/v1/policies/none/end', { reason: 'x' }), 404, 'unknown');
	await refused(admin.post(end, {}, { wrong: true }), 422, 'invalid', { '/reason': 'required' });

	await done(admin.post(end, { reason: '使わない' }), 204);
	assert.deepEqual([audited('slow').what, audited('slow').reason], ['policy_ended', '使わない']);
	const { ended_at: at, end_reason: why, steps } = await now('slow');
	assert.ok(at);
	assert.deepEqual([why, steps.length], ['使わない', 1]); // it stays for what was
	await refused(admin.post(end, { reason: 'x' }), 409, 'ended_already');
	await refused(admin.post('/api/v1/policies', { policy: 'slow', steps }), 409, 'exists');
	await refused(staff.patch('/api/v1/residents/R100', { policy: 'slow' }), 422, 'invalid', { '/policy': 'ended' });
	const seen = await done(admin.post('/api/v1/imports', { files: files({ residents: 'resident_id,policy\nR100,slow\n' }) }));
	assert.deepEqual(seen.errors.map((f) => [f.line, f.column, f.code, f.about]), [[2, 'policy', 'ended', 'slow']]);

	await done(admin.post('/api/v1/policies/slow/resume'), 204);
	assert.equal(audited('slow').what, 'policy_resumed');
	await refused(admin.post('/api/v1/policies/slow/resume'), 409, 'not_ended');
	await done(staff.patch('/api/v1/residents/R100', { policy: 'slow' }));
});

test('a user is made, signs in, is changed, locked out and let in again', async () => {
	const secret = 'hana-to-kaze-5';
	await done(admin.post('/api/v1/users', { login: 'abe', name: '阿部 光', role: 'coordinator', districts: 'D02', password: secret }), 201);
	const abe = await signIn(daemon, 'abe', secret);
	assert.deepEqual((await done(abe.get('/api/v1/districts'))).districts.map((d) => d.district), ['D02']);
	await done(admin.patch('/api/v1/users/abe', { districts: 'D03', duty: 'mon-fri 09:00-12:00' }));
	assert.deepEqual((await done(abe.get('/api/v1/districts'))).districts.map((d) => d.district), ['D03']); // at once
	await refused(admin.patch('/api/v1/users/abe', { districts: null, duty: 'mon 09:00' }), 422, 'invalid', {
		'/districts': 'coordinator_districts',
		'/duty': 'schedule',
	});
	await refused(admin.post('/api/v1/users', { login: 'ito', name: 'x', role: 'staff', password: 'short' }, { wrong: true }), 422, 'invalid', { '/password': 'password' });
	await refused(admin.post('/api/v1/users', { login: 'W001', name: 'x', role: 'staff' }), 422, 'invalid', { '/login': 'is_watcher' });

	await done(admin.post('/api/v1/users/abe/password', { password: 'yama-to-umi-6' }), 204);
	await refused(abe.get('/api/v1/districts'), 401, 'session');
	const again = await signIn(daemon, 'abe', 'yama-to-umi-6');
	await refused(admin.post('/api/v1/users/abe/disable', {}, { wrong: true }), 422, 'invalid');
	await done(admin.post('/api/v1/users/abe/disable', { reason: '異動' }), 204);
	await refused(again.get('/api/v1/districts'), 401, 'session');
	assert.equal((await anonymous(daemon).post('/api/v1/session', { login: 'abe', password: 'yama-to-umi-6' })).status, 401);
	await refused(admin.post('/api/v1/users/abe/disable', { reason: 'x' }), 409, 'disabled');
	await done(admin.post('/api/v1/users/abe/enable'), 204);
	await signIn(daemon, 'abe', 'yama-to-umi-6');
	const { users } = await done(admin.get('/api/v1/users'));
	const listed = users.find((u) => u.login === 'abe');
	assert.deepEqual([listed.role, listed.districts, listed.disabled_at, listed.has_password], ['coordinator', 'D03', null, true]);
	assert.ok(!JSON.stringify(users).includes('argon2'));
});

test('an administrator remains', async () => {
	await refused(admin.post(`/api/v1/users/${logins.admin}/disable`, { reason: 'x' }), 409, 'yourself');
	await refused(admin.patch(`/api/v1/users/${logins.admin}`, { role: 'staff' }), 409, 'last_admin');
	await done(admin.post('/api/v1/users', { login: 'root2', name: '二人目', role: 'admin', password: 'umi-no-iro-7' }), 201);
	const second = await signIn(daemon, 'root2', 'umi-no-iro-7');
	await done(second.patch(`/api/v1/users/${logins.admin}`, { role: 'staff' }));
	await refused(admin.get('/api/v1/users'), 403, 'right');
	await refused(second.patch('/api/v1/users/root2', { role: 'viewer' }), 409, 'last_admin');
	const given = { files: files({ users: 'login,role\nroot2,viewer\n' }) };
	const { token } = await done(second.post('/api/v1/imports', given));
	await refused(second.post('/api/v1/imports', { ...given, apply: true, token }), 409, 'last_admin');
	await done(second.patch(`/api/v1/users/${logins.admin}`, { role: 'admin' }));
});

test('a second factor can be required, and forgotten', async () => {
	await done(admin.patch('/api/v1/users/okada', { totp_required: true }));
	const okada = await signIn(daemon, 'okada', password);
	await refused(okada.get('/api/v1/watchers'), 403, 'totp_enrol');
	await done(admin.delete('/api/v1/users/okada/totp', { reason: '電話をなくした' }), 204);
	await refused(okada.get('/api/v1/watchers'), 401, 'session');
	await done(admin.patch('/api/v1/users/okada', { totp_required: false }));
	await done((await signIn(daemon, 'okada', password)).get('/api/v1/watchers'));
});

const people = 'resident_id,name,district,phone\nR001,山田 花子,D01,0100-11-2222\nR200,新人 一号,D09,0100-11-3333\n';
const unlinked = 'resident_id,watcher_id,tier\nR001,W008,\n';

test('files are shown first: what will change, old and new; then just that is done', async () => {
	const given = { files: files({ residents: people, links: unlinked }) };
	const phone = stored('residents', 'resident_id', 'R001').phone;
	const seen = await done(admin.post('/api/v1/imports', given));
	assert.deepEqual(seen.files, [
		{ file: 'residents.csv', rows: 2, new: 1, changed: 1, removed: 0 },
		{ file: 'links.csv', rows: 1, new: 0, changed: 0, removed: 1 },
	]);
	assert.deepEqual(seen.changes[0], {
		file: 'residents.csv',
		line: 2,
		change: 'changed',
		key: ['R001'],
		columns: [{ column: 'phone', was: phone, is: '0100-11-2222' }],
	});
	assert.deepEqual(seen.changes.map((c) => [c.change, c.key.join(' ')]), [
		['changed', 'R001'],
		['new', 'R200'],
		['removed', 'R001 W008'],
	]);
	assert.equal(seen.applied, false);
	assert.equal(stored('residents', 'resident_id', 'R001').phone, phone);

	const applied = await done(admin.post('/api/v1/imports', { ...given, apply: true, token: seen.token, reason: '年度更新' }));
	assert.equal(applied.applied, true);
	assert.equal(stored('residents', 'resident_id', 'R001').phone, '0100-11-2222');
	assert.ok(stored('residents', 'resident_id', 'R200').next_look_at > 0);
	assert.deepEqual(rows(daemon, "SELECT * FROM links WHERE resident_id = 'R001' AND watcher_id = 'W008'"), []);
	const entry = rows(daemon, "SELECT who, detail, reason FROM audit WHERE what = 'import' ORDER BY id DESC LIMIT 1")[0];
	assert.deepEqual({ ...entry }, {
		who: 'user:admin',
		detail: 'residents.csv 1 new 1 changed 0 removed; links.csv 0 new 0 changed 1 removed',
		reason: '年度更新',
	});
	// The same once more changes nothing.
	assert.deepEqual((await done(admin.post('/api/v1/imports', given))).changes, []);
});

test('what was not seen is not done: other files, or a store that has moved', async () => {
	const given = { files: files({ residents: 'resident_id,phone\nR002,0100-11-4444\n' }) };
	const { token } = await done(admin.post('/api/v1/imports', given));
	const other = { files: files({ residents: 'resident_id,phone\nR002,0100-11-5555\n' }) };
	await refused(admin.post('/api/v1/imports', { ...other, apply: true, token }), 409, 'changed');
	await refused(admin.post('/api/v1/imports', { ...given, apply: true }, { wrong: false }), 422, 'invalid', { '/token': 'required' });
	await done(staff.patch('/api/v1/residents/R002', { note: '今変えた' }));
	await refused(admin.post('/api/v1/imports', { ...given, apply: true, token }), 409, 'changed');
	assert.notEqual(stored('residents', 'resident_id', 'R002').phone, '0100-11-4444');
	const seen = await done(admin.post('/api/v1/imports', given));
	await done(admin.post('/api/v1/imports', { ...given, apply: true, token: seen.token }));
	assert.equal(stored('residents', 'resident_id', 'R002').note, '今変えた');
});

test('every bad line is named by file, line and column, and nothing of the files is imported', async () => {
	const given = {
		files: files({
			residents: 'resident_id,name,district,phone\nR001,,D01,12\nR300,x\nR301,"y,D01,0000\n',
			devices: Buffer.from('device_id,resident_id\nbtn-x,R999\nb\xff,R001\n', 'latin1'),
		}),
	};
	const seen = await done(admin.post('/api/v1/imports', given));
	assert.equal(seen.token, null);
	assert.deepEqual(seen.errors.map((e) => [e.file, e.line, e.column, e.code]), [
		['residents.csv', 2, 'name', 'required'],
		['residents.csv', 2, 'phone', 'phone'],
		['residents.csv', 3, null, 'cells_count'],
		['residents.csv', 4, 'name', 'csv'],
		['devices.csv', 3, null, 'charset'],
	]);
	await refused(admin.post('/api/v1/imports', { ...given, apply: true, token: 'a'.repeat(64) }), 409, 'changed');
	assert.equal(stored('residents', 'resident_id', 'R301'), undefined);
	await refused(admin.post('/api/v1/imports', { files: [{ name: 'people.csv', content: '' }] }, { wrong: true }), 422, 'invalid', { '/files': 'file_unknown' });
	await refused(admin.post('/api/v1/imports', { files: [{ name: 'users.csv', content: '***' }] }), 422, 'invalid', { '/files/0/content': 'encoding' });
	await refused(admin.post('/api/v1/imports', { files: [...files({ users: 'login\n' }), ...files({ users: 'login\n' })] }), 422, 'invalid', { '/files': 'file_unknown' });
	await refused(admin.post('/api/v1/imports', { files: [] }, { wrong: true }), 422, 'invalid', { '/files': 'required' });
});

test('a file as Excel in Japan writes it is read', async () => {
	const cp932 = Buffer.from('district,name\r\nD10,\x8D\x82\x81\x40\xFB\xFC\xFA\xB1\x87\x40\xB1\r\n', 'latin1');
	const seen = await done(admin.post('/api/v1/imports', { files: files({ districts: cp932 }) }));
	assert.deepEqual(seen.changes[0].columns, [{ column: 'name', was: null, is: '高　髙﨑①ｱ' }]);
});

test('twenty thousand residents are shown and imported in one request each', async () => {
	const lines = ['resident_id,name,district,phone,schedule'];
	for (let i = 0; i < 20_000; i++)
		lines.push(`X${i},住民 ${i},D09,0100-${String(i).padStart(6, '0')},none`);
	const given = { files: files({ residents: `${lines.join('\n')}\n` }) };
	const seen = await done(admin.post('/api/v1/imports', given));
	assert.deepEqual([seen.files[0].new, seen.changes.length, seen.changes_left_off], [20_000, 2000, 18_000]);
	await done(admin.post('/api/v1/imports', { ...given, apply: true, token: seen.token }));
	assert.equal(rows(daemon, "SELECT count(*) AS n FROM residents WHERE resident_id LIKE 'X%'")[0].n, 20_000);
});

test('a store that another program holds is 503, and nothing is changed', async () => {
	const letGo = holdStore(daemon);
	try {
		const edits = await Promise.all(Array.from({ length: 6 }, () => staff.patch('/api/v1/residents/R003', { note: '書けない' })));
		assert.deepEqual(edits.map(({ status }) => status), Array(6).fill(503));
	} finally {
		letGo();
	}
	const nobody = await Promise.all(Array.from({ length: 12 }, () => anonymous(daemon).patch('/api/v1/residents/R003', { note: 'x' })));
	assert.deepEqual(nobody.map(({ status }) => status), Array(12).fill(401), 'who comes next hears nothing of it');
	assert.notEqual(stored('residents', 'resident_id', 'R003').note, '書けない');
});

test('what import read, the export gives back; a spreadsheet gets no formulas', async () => {
	await done(staff.patch('/api/v1/residents/R003', { note: '=1+1', place: '@本町' }));
	const folder = join(daemon.folder, 'out');
	mkdirSync(folder);
	await daemon.done('export', folder);
	for (const table of ['districts', 'policies', 'residents', 'watchers', 'links', 'devices', 'users', 'pauses']) {
		const answer = await admin.get(`/api/v1/export/${table}.csv`);
		assert.equal(answer.status, 200);
		assert.match(answer.headers.get('content-disposition'), new RegExp(`filename="${table}.csv"`));
		const raw = readFileSync(join(folder, `${table}.csv`), 'utf8').replace('\ufeff', '');
		assert.equal(answer.text.replace('\ufeff', ''), raw, table);
	}
	const seen = await done(
		admin.post('/api/v1/imports', { files: files({ residents: readFileSync(join(folder, 'residents.csv')), links: readFileSync(join(folder, 'links.csv')) }) }),
	);
	assert.deepEqual([seen.changes, seen.errors], [[], []]);
	const { text } = await admin.get('/api/v1/export/residents.csv?spreadsheet=true');
	assert.ok(text.includes("'=1+1") && text.includes("'@本町"));
	const exported = rows(daemon, "SELECT who, detail FROM audit WHERE what = 'export' AND who <> 'shell:root' ORDER BY id DESC LIMIT 1")[0];
	assert.deepEqual({ ...exported }, { who: 'user:admin', detail: 'residents.csv' });
	await refused(admin.get('/api/v1/export/checkins.csv', { wrong: true }), 404, 'unknown');
});

test('a coordinator works in own districts, and the others do not exist', async () => {
	for (const [method, path, body] of [
		['patch', '/api/v1/residents/R018', { note: 'x' }],
		['get', '/api/v1/watchers/W029'],
		['patch', '/api/v1/watchers/W029', { note: 'x' }],
		['post', '/api/v1/watchers/W029/end', { on: '2026-12-01', reason: 'x' }],
		['post', '/api/v1/watchers/W029/test-alert', {}],
		['put', '/api/v1/residents/R018/watchers/W008', { tier: 1 }],
		['put', '/api/v1/residents/R001/watchers/W029', { tier: 1 }],
		['delete', '/api/v1/residents/R018/watchers/W029', { reason: 'x' }],
		['post', '/api/v1/residents/R018/devices', { device_id: 'btn-9' }],
		['patch', '/api/v1/residents/R017/devices/btn-017', { note: 'x' }],
		['post', '/api/v1/residents/R017/devices/btn-017/revoke', { reason: 'x' }],
		['get', '/api/v1/watchers?district=D03'],
	])
		await refused(coordinator[method](path, ...(body ? [body] : [])), 404, 'unknown');
	await refused(coordinator.patch('/api/v1/residents/R001', { district: 'D03' }), 422, 'invalid', { '/district': 'row_unknown' });
	await refused(coordinator.post('/api/v1/residents', { resident_id: 'R400', name: 'x', district: 'D03' }), 422, 'invalid', { '/district': 'row_unknown' });
	await refused(coordinator.post('/api/v1/watchers', { watcher_id: 'W400', name: 'x', channels: 'log:' }), 422, 'invalid', { '/links': 'required' });
	await refused(
		coordinator.post('/api/v1/watchers', { watcher_id: 'W400', name: 'x', channels: 'log:', links: [{ resident_id: 'R018', tier: 1 }] }),
		422,
		'invalid',
		{ '/links/0/resident_id': 'row_unknown' },
	);
	await done(coordinator.post('/api/v1/watchers', { watcher_id: 'W400', name: '地区 守', channels: 'log:', links: [{ resident_id: 'R002', tier: 3 }] }), 201);
	await done(coordinator.patch('/api/v1/residents/R001', { note: '担当が変えた' }));
	await done(coordinator.post('/api/v1/watchers/W400/end', { on: '2026-12-01', reason: '転居' }));

	// W011 looks in on R002 of D01 and R012 of D02.
	const shared = await done(coordinator.get('/api/v1/watchers/W011'));
	assert.deepEqual(shared.links.map((l) => l.resident_id), ['R002']);
	assert.equal(shared.links_elsewhere, 1);
	await done(coordinator.patch('/api/v1/watchers/W011', { note: '電話は夕方' }));
	await refused(coordinator.post('/api/v1/watchers/W011/end', { on: '2026-12-01', reason: 'x' }), 403, 'not_yours');
	const { watchers } = await done(coordinator.get('/api/v1/watchers?limit=200'));
	assert.ok(watchers.some((w) => w.watcher_id === 'W011') && !watchers.some((w) => w.watcher_id === 'W029'));
	const { devices } = await done(coordinator.get('/api/v1/devices?limit=200'));
	assert.ok(devices.length > 0 && devices.every((d) => d.district === 'D01'));
	await refused(coordinator.post('/api/v1/residents/R001/devices', { device_id: devices.length && 'zigbee2mqtt/台所のボタン' }), 409, 'not_yours');
});

test('a coordinator exports own districts only', async () => {
	const lines = async (table) => (await coordinator.get(`/api/v1/export/${table}.csv`)).text.trim().split('\r\n').slice(1);
	assert.ok((await lines('residents')).every((line) => line.split(',')[3] === 'D01'));
	const own = rows(daemon, "SELECT resident_id FROM residents WHERE district = 'D01'").map((r) => r.resident_id);
	assert.ok((await lines('links')).every((line) => own.includes(line.split(',')[0])));
	assert.ok((await lines('devices')).every((line) => own.includes(line.split(',')[1])));
	assert.deepEqual((await lines('districts')).length, 1);
	const visible = rows(daemon, "SELECT DISTINCT watcher_id FROM links JOIN residents USING (resident_id) WHERE district = 'D01'");
	assert.equal((await lines('watchers')).length, visible.length);
	await refused(coordinator.get('/api/v1/export/users.csv'), 403, 'right');
});

test('who may only look changes nothing, and only administrators administer', async () => {
	const edits = [
		['post', '/api/v1/residents', { resident_id: 'R500', name: 'x', district: 'D01' }],
		['patch', '/api/v1/residents/R001', { note: 'x' }],
		['put', '/api/v1/residents/R001/watchers/W011', { tier: 1 }],
		['delete', '/api/v1/residents/R001/watchers/W011', { reason: 'x' }],
		['post', '/api/v1/residents/R001/devices', { device_id: 'btn-9' }],
		['post', '/api/v1/watchers', { watcher_id: 'W500', name: 'x', channels: 'log:' }],
		['patch', '/api/v1/watchers/W001', { note: 'x' }],
		['post', '/api/v1/watchers/W001/end', { on: '2026-12-01', reason: 'x' }],
		['post', '/api/v1/watchers/W001/test-alert', {}],
		['get', '/api/v1/export/residents.csv'],
	];
	const administration = [
		['post', '/api/v1/districts', { district: 'D50', name: 'x' }],
		['patch', '/api/v1/districts/D01', { name: 'x' }],
		['post', '/api/v1/districts/D01/end', { reason: 'x' }],
		['post', '/api/v1/districts/D01/resume', {}],
		['post', '/api/v1/policies/slow/end', { reason: 'x' }],
		['post', '/api/v1/policies/slow/resume', {}],
		['post', '/api/v1/policies', { policy: 'x', steps: [{ kind: 'help', after: '0m', notify: 'staff' }] }],
		['patch', '/api/v1/policies/slow', { steps: [{ kind: 'help', after: '0m', notify: 'staff' }] }],
		['get', '/api/v1/users'],
		['post', '/api/v1/users', { login: 'x', name: 'x', role: 'admin' }],
		['patch', '/api/v1/users/tanaka', { role: 'admin' }],
		['post', '/api/v1/users/admin/password', { password: 'tanaka-was-here' }],
		['post', '/api/v1/users/admin/disable', { reason: 'x' }],
		['post', '/api/v1/users/admin/enable', {}],
		['delete', '/api/v1/users/admin/totp', { reason: 'x' }],
		['post', '/api/v1/imports', { files: files({ districts: 'district,name\n' }) }],
	];
	for (const [method, path, body] of [...edits, ...administration]) {
		await refused(viewer[method](path, ...(body ? [body] : [])), 403, 'right');
		assert.equal((await anonymous(daemon)[method](path, ...(body ? [body] : []))).status, 401, path);
	}
	for (const [method, path, body] of administration) {
		await refused(staff[method](path, ...(body ? [body] : [])), 403, 'right');
		await refused(coordinator[method](path, ...(body ? [body] : [])), 403, 'right');
	}
	await done(viewer.get('/api/v1/watchers/W001'));
});
