// Signing the daily list over HTTP: against the version that was seen, with what is carried over, and what comes later.
// The tests are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { signIn } from './client.mjs';
import { logins, password, people, startCouncil } from './council.mjs';
import { write } from './store.mjs';
import { follow } from './stream.mjs';
import { localDate } from './town.mjs';
import { waitFor } from './wait.mjs';

const council = await startCouncil({ history: 20 });
const { daemon, mail } = council;
const staff = await signIn(daemon, logins.staff, password);
const coordinator = await signIn(daemon, logins.coordinator, password);
const viewer = await signIn(daemon, logins.viewer, password);
const path = '/api/v1/signoffs';
const district = 'D01';
const date = (days = 0) => localDate(daemon.zone, Date.now() + days * 86_400_000);
const status = async (query = '') => (await staff.get(`/api/v1/status?district=${district}${query}`)).json;
const of = async (days = 0, who = staff) => {
	const { json } = await who.get(`${path}?date=${date(days)}`);
	return json.districts.find((d) => d.district === district);
};
const sign = async (who, body) => await who.post(path, { date: date(), district, ...body });
const carry = (ids, more = {}) => ids.map((resident_id) => ({ resident_id, reason: 'あす朝もう一度', to: 'okada', ...more }));

/** Signs the list as it is: somebody else's news in between makes it another, and one looks again. */
async function signed(who, body) {
	return await waitFor(
		async () => {
			const answer = await sign(who, { version: (await status()).version, ...body });
			return answer.status !== 409 && answer;
		},
		{ what: 'the list to stand still' },
	);
}

test('an unsigned list says who needs a person still, as the list itself does', async () => {
	const list = await of();
	assert.equal(list.signed, null);
	assert.equal(list.first, null);
	const needed = (await status('&state=needed')).residents.map((r) => r.resident_id).toSorted();
	assert.deepEqual(list.unhandled, needed);
	assert.ok(needed.includes(people.help));
});

test('what was not seen is not signed', async () => {
	const { version } = await status();
	const { unhandled } = await of();
	const { status: code, json } = await sign(staff, { version: version - 1, carried: carry(unhandled) });
	assert.deepEqual([code, json.code], [409, 'changed']);
	assert.equal((await of()).signed, null);
});

test('whoever needs a person is carried over with a reason to somebody, and nobody else is', async () => {
	const { unhandled } = await of();
	const refused = async (carried) => {
		const { status: code, json } = await signed(staff, { carried });
		assert.deepEqual([code, json.code], [422, 'invalid'], JSON.stringify(json));
		return json.detail;
	};
	assert.match(await refused([]), /still needs a person/);
	assert.match(await refused(carry(unhandled.slice(1))), new RegExp(`${unhandled[0]} still needs a person`));
	assert.match(await refused(carry([...unhandled, people.ok])), new RegExp(`${people.ok} needs nobody`));
	assert.match(await refused(carry(unhandled, { to: 'nobody' })), /no active user/);
	assert.match(await refused(carry(unhandled, { to: logins.viewer })), /may only look/);
	assert.equal((await staff.post(path, { date: date(), district, version: 1, carried: [{}] }, { wrong: true })).status, 422);
	assert.equal((await staff.post(path, { date: '23.11.', district, version: 1 }, { wrong: true })).status, 422);
	assert.equal((await sign(staff, { date: date(1), version: 0 })).status, 422); // a day to come
});

test('signed, it says by whom, and who took what over was told', async () => {
	const { unhandled } = await of();
	const { status: code, json } = await signed(coordinator, { carried: carry(unhandled) });
	assert.equal(code, 201, JSON.stringify(json));
	assert.equal(json.signed.login, logins.coordinator);
	assert.equal(json.signed.by, '鈴木 健');
	assert.deepEqual(json.signed.carried.map((l) => l.resident_id), unhandled);
	assert.ok(json.signed.carried.every((l) => l.to === 'okada' && l.to_name === '岡田 学' && l.reason === 'あす朝もう一度'));
	assert.deepEqual(await of(), json);
	const brief = (await status()).signoffs.find((s) => s.district === district);
	assert.deepEqual(brief, { district, by: '鈴木 健', at: json.signed.at, version: json.signed.version });
	const { version } = (await status()).districts.find((d) => d.district === district);
	assert.equal(json.signed.version, version, 'what it carried over is no change after signing');
	await mail.next(
		(m) => m.recipient === 'okada@example.jp' && m.text.includes('鈴木 健さんが一覧を確認し、この件をあなたに引き継ぎました。'),
		{ within: 60_000, what: 'a mail to who takes it over' },
	);
	const { entries } = (await (await signIn(daemon, logins.admin, password)).get('/api/v1/audit?what=signoff')).json;
	assert.equal(entries.length, 1);
	assert.equal(entries[0].who, `user:${logins.coordinator}`);
	assert.equal(entries[0].subject, district);
});

test('what happens afterwards is marked, and nothing else is', async () => {
	const marked = async () => Object.entries((await status()).more).flatMap(([id, more]) => (more.after_signing ? [id] : []));
	assert.deepEqual(await marked(), []);
	const { incident } = (await status()).residents.find((r) => r.resident_id === people.help);
	assert.equal((await staff.post(`/api/v1/incidents/${incident.id}/claim`)).status, 200);
	assert.deepEqual(await marked(), [people.help]);
});

test('an open page hears of each version of its districts, though no line is another', async () => {
	const stream = await follow(daemon, coordinator);
	const { version } = await status();
	const { incident } = (await status()).residents.find((r) => r.resident_id === people.help);
	assert.equal((await staff.post(`/api/v1/incidents/${incident.id}/notes`, { note: '玄関に新聞が二部' })).status, 200);
	const after = await waitFor(async () => (await status()).version !== version && (await status()).version, { what: 'another version' });
	const heard = await waitFor(() => stream.all.find((e) => e.event === 'rows' && e.data.version >= after), { what: `version ${after} to be told` });
	assert.equal(heard.data.district, district);
	stream.close();
});

test('signed again, first and latest both stand', async () => {
	const first = (await of()).signed;
	const { unhandled } = await of();
	assert.equal((await signed(staff, { carried: carry(unhandled, { reason: '午後' }) })).status, 201);
	const list = await of();
	assert.equal(list.signed.login, logins.staff);
	const { carried, ...brief } = first;
	assert.deepEqual(list.first, brief);
	assert.ok(Object.values((await status()).more).every((more) => !more.after_signing));
});

test('days that should be signed by now are named until they are', async () => {
	const missing = async (who = staff) => (await who.get(path)).json.unsigned;
	const before = await missing();
	const days = [...new Set(before.map((u) => u.date))];
	assert.ok(days.length >= 10 && days.every((d) => d <= date() && d >= date(-14)), days.join(' '));
	assert.deepEqual(days, days.toSorted());
	assert.deepEqual([...new Set(before.map((u) => u.district))].toSorted(), ['D01', 'D02', 'D03']);
	const [oldest] = before.filter((u) => u.district === district);
	const { version } = await status(`&date=${oldest.date}`);
	const { status: code, json } = await staff.post(path, { date: oldest.date, district, version });
	assert.equal(code, 201, JSON.stringify(json));
	assert.deepEqual(await missing(), before.filter((u) => u.date !== oldest.date || u.district !== district));
});

test('staff sign every list, whichever districts they are told of', async () => {
	write(daemon, "UPDATE users SET districts = 'D02' WHERE login = 'okada'");
	const okada = await signIn(daemon, 'okada', password);
	assert.ok((await okada.get(path)).json.districts.some((d) => d.district === district));
	assert.ok((await staff.get(`/api/v1/colleagues?district=${district}`)).json.colleagues.some((u) => u.login === 'okada'));
	const { unhandled } = await of();
	const { status: code, json } = await signed(okada, { carried: carry(unhandled) });
	assert.equal(code, 201, JSON.stringify(json));
	assert.equal(json.signed.login, 'okada');
});

test('nothing is carried over to who is away, nor handed over', async () => {
	write(daemon, 'UPDATE users SET away_from = ?, away_to = ? WHERE login = ?', date(-1), date(20), 'okada');
	const { colleagues } = (await staff.get(`/api/v1/colleagues?district=${district}`)).json;
	const about = (login) => colleagues.find((u) => u.login === login);
	assert.deepEqual([about('okada').away, about('okada').away_from, about('okada').away_to], [true, date(-1), date(20)]);
	assert.deepEqual([about(logins.staff).away, about(logins.staff).away_from, about(logins.staff).away_to], [false, null, null]);
	const { unhandled } = await of();
	const { status: code, json } = await signed(staff, { carried: carry(unhandled) });
	assert.deepEqual([code, json.code, json.detail], [422, 'invalid', 'okada is away']);
	const { incident } = (await status()).residents.find((r) => r.resident_id === people.help);
	if (incident.state === 'open')
		assert.equal((await staff.post(`/api/v1/incidents/${incident.id}/claim`)).status, 200);
	const handed = await staff.post(`/api/v1/incidents/${incident.id}/handover`, { to: 'okada' });
	assert.deepEqual([handed.status, handed.json.detail], [422, 'user:okada is away']);
});

test('a coordinator signs the own district only, a viewer none', async () => {
	assert.deepEqual((await coordinator.get(path)).json.districts.map((d) => d.district), [district]);
	assert.ok((await coordinator.get(path)).json.unsigned.every((u) => u.district === district));
	const elsewhere = await coordinator.post(path, { date: date(), district: 'D03', version: 0 });
	assert.equal(elsewhere.status, 404);
	assert.equal((await sign(viewer, { version: 0 })).status, 403);
	assert.equal((await staff.post(path, { date: date(), district: 'D99', version: 0 })).status, 404);
});
