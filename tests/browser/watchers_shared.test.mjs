// A watcher of two districts, on the page of who has one of them: what is not theirs to change is not offered.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { logins, people, sampleTown, startCouncil } from '../integration/council.mjs';
import { openBrowser, visitor } from './pages.mjs';

function town(zone) {
	const it = sampleTown(zone);
	it.watchers.push({ ...it.watchers[0], watcher_id: 'W901', name: '共有 次郎', kana: 'キョウユウ', channels: 'mail:shared@example.jp' });
	for (const resident_id of [people.waiting, people.elsewhere])
		it.links.push({ ...it.links[0], resident_id, watcher_id: 'W901', tier: '3', label: '' });
	return it;
}

const council = await startCouncil({ morning: false, town });
const browser = await openBrowser();

test('how a shared watcher is told is shown, and changed only by who has all of their districts', async () => {
	for (const [as, may] of [[logins.coordinator, 0], [logins.staff, 1]]) {
		const one = await visitor(browser, council, { as });
		await one.go('/watchers/W901');
		for (const size of ['desk', 'phone']) {
			await one.turn({ size });
			await one.picture(`watcher-shared-${as}`, { whole: true });
		}
		await one.page.getByText('shared@example.jp').waitFor();
		const offered = async (role, name) => await one.page.getByRole(role, { name }).count();
		assert.equal(await offered('button', '備考を編集'), 1, as);
		for (const name of ['連絡手段を編集', '知らせてよい時間を編集', '不在の始まりを編集', '見守りを終える'])
			assert.equal(await offered('button', name), may, `${as}: ${name}`);
		assert.equal(await one.page.getByText('ほかの地区の方も見守っています').count(), 1 - may, as);
		one.faultless();
		await one.leave();
	}
});
