// A check-in that does not come, from the first reminder to the end that everyone told hears: real button, real mail,
// nobody's clock but the machine's. The tests of this file are one story, in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { startBroker } from './broker.mjs';
import { startButton } from './button.mjs';
import { checkedIncidents, checkedStatus } from './contract.mjs';
import { startDaemon } from './daemon.mjs';
import { assertNobodyNamed } from './personal.mjs';
import { startMail } from './smtp.mjs';
import { middayZone, street } from './town.mjs';
import { waitFor } from './wait.mjs';

const broker = await startBroker();
const mail = await startMail();
// Nothing proves that we hear but the echo of each deadline.
const daemon = await startDaemon({ broker, mail, settings: { server: { group: '1s', echo: '1h', deaf: '2h' } } });
await daemon.import({ districts: [{ district: 'D01', name: '本町' }] });
const password = await broker.addUser('button-1');
const button = await startButton({ broker, device: 'button-1', password });
daemon.passwords['button-1'] = password;
await button.said('online');

const began = Date.now();
const due = 6;
const grace = 6;
const town = street(middayZone(), { now: began, due, grace, step: 4 });
town.watchers.push({ ...town.watchers[0], watcher_id: 'W003', name: '佐々木 恵', channels: 'mail:w003@example.jp' });
town.links = [
	{ resident_id: 'R001', watcher_id: 'W001', tier: 1, label: 3 },
	{ resident_id: 'R001', watcher_id: 'W002', tier: 2, label: 12, shares: 'place' },
	{ resident_id: 'R001', watcher_id: 'W003', tier: 3, label: 7, shares: 'outcome', relation: 'お母さま' },
];
town.policies.push({ policy: 'quick', kind: 'missed', after: '1h', notify: 'tier3' });
await daemon.import(town);

const dueAt = Math.floor(began / 1000 + due) * 1000; // a schedule knows whole seconds
const deadline = dueAt + grace * 1000;
const resident = async () => checkedStatus(await daemon.status()).residents[0];
const incidents = async () => checkedIncidents(await daemon.incidents());
const toldAt = (incident, address) => incident.told.filter(({ channel }) => channel === `mail:${address}`);
const whenState = (state) =>
	waitFor(async () => ((r) => r.state === state && r)(await resident()), { within: 15_000, what: `state ${state}` });

/** The mails to somebody that say this, taken or to come; the first. */
const mailed = (name, says, { from = 0, within = 15_000 } = {}) =>
	mail.next((m) => m.recipient === `${name}@example.jp` && m.text.includes(says) && mail.mails.indexOf(m) >= from, {
		within,
		what: `a mail to ${name} that says ${says}`,
	});

/** A name belongs neither in a subject nor in the first two lines: they show on lock screens. */
function namesNobodyOutside({ subject, text }) {
	for (const name of ['山田', '花子', '本町2丁目', '0312345678']) {
		assert.ok(!subject.includes(name), subject);
		assert.ok(!text.split('\n').slice(0, 2).join('\n').includes(name), text);
	}
}

test('before DUE nothing is wrong', async () => {
	const row = await resident();
	assert.equal(row.resident_id, 'R001');
	assert.equal(row.name, '山田 花子');
	assert.equal(row.state, 'waiting');
	assert.equal(row.needs_person, false);
	assert.equal(row.incident, null);
	assert.equal(Date.parse(row.due_at), dueAt);
	assert.deepEqual(await incidents(), []);
});

test('at DUE the button reminds, and once more at half of the grace', async () => {
	const first = await button.said('message', { kind: 'reminder' });
	assert.equal(first.text, 'きょうの合図をお待ちしています。ボタンを1回押してください。');
	const late = await whenState('late');
	assert.equal(late.needs_person, false);
	assert.equal(late.incident, null);
	await waitFor(() => button.events.filter((e) => e.event === 'message').length === 2, { what: 'another reminder' });
	assert.equal(
		button.events.filter((e) => e.event === 'message')[1].text,
		'もうすぐお電話か訪問をします。お元気なら、ボタンを押してください。',
	);
	assert.ok(Date.now() < deadline, 'the reminders come before the deadline');
	assert.deepEqual(mail.mails, []);
});

test('at the deadline it is missed: the button says so, and staff are told at once', async () => {
	const row = await whenState('missed');
	assert.ok(Date.now() >= deadline);
	assert.equal(row.needs_person, true);
	assert.equal(row.checked_in_at, null);
	assert.deepEqual({ ...row.incident, id: 0 }, {
		...{ id: 0, kind: 'missed', state: 'open', step: 1, claimed_by: null, claimed_until: null },
	});
	const told = await mailed('tanaka', '山田 花子さん（R001・本町2丁目）');
	assert.equal(told.subject, '【見守り】電話確認のお願い（合図なし・R001）');
	namesNobodyOutside(told);
	assert.match(told.text, /^本町市社協です。\n見守りのご確認を1件お願いします。\n\n/);
	assert.match(told.text, /きょうの合図が1[23]時(\d\d分)?までに届いていません。/);
	assert.match(told.text, /電話：0312345678/);
	assert.match(told.text, /受付番号：1$/m);
	const notice = await button.said('message', { kind: 'notice' });
	assert.match(notice.text, /^まだ合図が届いていません。/);

	const [incident] = await incidents();
	assert.equal(incident.kind, 'missed');
	assert.equal(incident.state, 'open');
	assert.deepEqual(incident.causes, [{ kind: 'missed', at: incident.causes[0].at, answered_at: null }]);
	assert.equal(Date.parse(incident.causes[0].at), deadline);
	assert.equal(mail.to('w001@example.jp').length, 0, 'tier 1 is not due yet');
});

test('the tiers are told one after the other, each what their link shares', async () => {
	const first = await mailed('w001', '合図');
	assert.equal(first.subject, '【見守り】ご確認のお願い（本町市社協）');
	namesNobodyOutside(first);
	assert.match(first.text, /^本町市社協です。\n見守りのご確認を1件お願いします。\n\n/);
	assert.match(first.text, /山田 花子さん（本町2丁目・お宅番号3）から、きょうの合図が1[23]時(\d\d分)?までに届いていません。/);
	assert.match(first.text, /行ける方は、お出かけの前に本町市社協（電話0100-00-0000）へお知らせください。/);
	assert.match(first.text, /転送はしないでください。/);
	assert.ok(!first.text.includes('0312345678'), 'a watcher reads no telephone number of the resident');
	assert.equal(mail.to('w002@example.jp').length, 0, 'tier 2 is not due yet');

	const second = await mailed('w002', 'お宅番号12の方（本町2丁目）から、');
	namesNobodyOutside(second);
	assert.ok(!second.text.includes('山田') && !second.text.includes('花子'), second.text);
	assert.match(second.text, /ほかに1人の方にもお願いしています。/);
	assert.ok(first.at >= deadline + 4000 && second.at >= deadline + 8000, 'no step before its time');
	assert.ok(second.at < deadline + 12_000, `tier 2 was told ${second.at - deadline} ms after the deadline`);
	const row = await resident();
	assert.equal(row.incident.step, 3);
	assert.equal(row.incident.state, 'open');
	const [incident] = await incidents();
	for (const name of ['tanaka', 'w001', 'w002'])
		assert.ok(toldAt(incident, `${name}@example.jp`).some(({ result, at }) => result === 'sent' && at), name);
	assert.deepEqual(toldAt(incident, 'w003@example.jp'), []);
});

test('a claim shows on the list, the others are told, and a second one is refused', async () => {
	const [{ id }] = await incidents();
	await daemon.done('claim', String(id), '--by', 'W001');
	const row = await resident();
	assert.equal(row.incident.state, 'claimed');
	assert.equal(row.incident.claimed_by, '鈴木 一郎');
	const lease = Date.parse(row.incident.claimed_until) - Date.now();
	assert.ok(lease > 29 * 60_000 && lease <= 30 * 60_000, row.incident.claimed_until);
	const others = await mailed('w002', '見守りの方が向かっています。今のところ、お出かけは不要です。');
	assert.ok(!others.text.includes('鈴木'), 'a claimant who did not agree is not named');
	await mailed('tanaka', '鈴木 一郎さんが向かっています');

	const again = await daemon.shell('claim', String(id), '--by', 'tanaka');
	assert.equal(again.code, 1);
	assert.match(again.stderr, /鈴木 一郎/);
	assert.equal((await daemon.shell('claim', '999', '--by', 'W001')).code, 1);
	assert.equal((await daemon.shell('claim', String(id), '--by', 'nobody')).code, 1);
});

test('nobody answered the door: the next step fires at once', async () => {
	const [{ id }] = await incidents();
	await daemon.done('report', String(id), '--by', 'W001', '--no-answer', '--note', '新聞がたまっている');
	const reported = Date.now();
	const third = await mailed('w003', 'お宅番号7の方から、');
	assert.ok(third.at - reported < 3000, 'tier 3 would have been due an hour after the deadline');
	for (const word of ['山田', '花子', '本町2丁目', '新聞'])
		assert.ok(!third.text.includes(word), third.text);
	const told = await mailed('tanaka', '鈴木 一郎さんが訪ねましたが、返事がありませんでした');
	assert.match(told.text, /新聞がたまっている/);
	const row = await resident();
	assert.equal(row.incident.state, 'open');
	assert.equal(row.incident.step, 4);
});

test('a late press closes it, stays missed on the list, and everyone told hears the end', async () => {
	const from = mail.mails.length;
	const heard = await button.pressed('ok');
	assert.match(heard.text, /届きました。$/);
	for (const [name, label] of [['w001', 3], ['w002', 12], ['w003', 7]]) {
		const says = `お宅番号${label}の方から合図が届きました。お出かけは不要です。ありがとうございました。`;
		const end = await mailed(name, says, { from });
		assert.equal(end.subject, '【見守り】お知らせ（本町市社協）');
		namesNobodyOutside(end);
	}
	await mailed('tanaka', 'に合図が届き、終わりました。', { from });
	const row = await resident();
	assert.equal(row.state, 'missed');
	assert.equal(row.kind, 'ok');
	assert.ok(Date.parse(row.checked_in_at) > deadline);
	assert.deepEqual([row.needs_person, row.incident, row.handled], [false, null, null]);
	const [incident] = await incidents();
	assert.deepEqual([incident.state, incident.outcome, incident.seen_by], ['closed', 'checked_in', null]);
	assert.ok(incident.causes.every(({ answered_at }) => answered_at));
});

test('a help tells everyone at once; staff close it with an outcome, and all hear that', async () => {
	const from = mail.mails.length;
	const pressed = Date.now();
	const heard = await button.pressed('help');
	assert.match(heard.text, /届きました。いま知らせています。命にかかわるときは119番へ。$/);
	for (const name of ['w001', 'w002', 'w003']) {
		const alert = await mailed(name, '「助けて」の合図がありました', { from });
		assert.equal(alert.subject, '【至急・見守り】すぐにご確認ください（本町市社協）');
		namesNobodyOutside(alert);
		assert.ok(alert.at - pressed < 3000, `${name} was told after ${alert.at - pressed} ms`);
	}
	const told = await mailed('tanaka', '「助けて」の合図がありました', { from });
	assert.equal(told.subject, '【至急・見守り】すぐにご確認ください（助けて・R001）');
	const row = await resident();
	assert.equal(row.state, 'help');
	const id = String(row.incident.id);

	for (const wrong of [
		['--outcome', 'safe', '--seen-by', '田中'],
		['--outcome', 'safe', '--how', 'phone'],
		['--outcome', 'no_answer', '--how', 'phone', '--seen-by', '田中'],
		['--outcome', 'hospital', '--how', 'phone', '--seen-by', '田中'],
	])
		assert.notEqual((await daemon.shell('close', id, ...wrong)).code, 0, wrong.join(' '));
	assert.equal((await resident()).state, 'help');

	const closed = mail.mails.length;
	await daemon.done('close', id, '--outcome', 'safe', '--cause', 'other', '--how', 'phone', '--seen-by', '田中');
	await mailed('w001', 'ご様子を確認できました。ありがとうございました。', { from: closed });
	await mailed('w002', 'ご様子を確認できました。ありがとうございました。', { from: closed });
	await mailed('w003', 'お母さまとお話しできました（電話・社協', { from: closed });
	await mailed('tanaka', '終わりました：お元気（電話・田中', { from: closed });
	const after = await resident();
	assert.equal(after.state, 'missed', 'what the day was before');
	assert.deepEqual([after.needs_person, after.incident], [false, null]);
	assert.deepEqual([after.handled.by, after.handled.how], ['田中', 'phone']);
	const incident = (await incidents()).find((i) => String(i.id) === id);
	assert.deepEqual([incident.outcome, incident.seen_by], ['safe', '田中']);
	const late = await daemon.shell('claim', id, '--by', 'W001');
	assert.equal(late.code, 1);
	assert.match(late.stderr, /safe/);
});

test('nothing came twice, and the log names nobody', async () => {
	const ids = mail.mails.map(({ messageId }) => messageId);
	assert.equal(new Set(ids).size, ids.length);
	assertNobodyNamed(daemon.log, town);
	await button.stop();
	await daemon.stop();
	assert.match(await daemon.done('check'), /ok/);
});
