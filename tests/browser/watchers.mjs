// watchers - a council whose watchers answer by links, their telephones, and what each of their pages must be.
import { signIn } from '../integration/client.mjs';
import { logins, password, people, sampleTown, startCouncil } from '../integration/council.mjs';
import { scheduleAround } from '../integration/town.mjs';
import { openBrowser, themes, visitor } from './pages.mjs';

const least = 56; // CSS pixels of what a finger must hit
const refused = [/response: 40[34]/, /status of 40[34]/];

/* About R002 W011, who goes, and W012, who only calls, are asked at once; W018 is kin of theirs and comes next. */
function town(zone) {
	const all = sampleTown(zone);
	const schedule = scheduleAround(zone, Date.now(), { opens: -4 * 3600, due: 8, grace: 1 }); // the import takes its time
	Object.assign(all.residents.find((r) => r.resident_id === people.missed), { policy: 'neighbour_first', schedule });
	all.links.push({ resident_id: people.missed, watcher_id: 'W012', tier: 1, can: 'call', shares: 'name outcome' });
	return all;
}

/** { council, browser, staff (a client), linkTo, reader, look }. */
export async function startWatchers() {
	const settings = { web: { public_url: 'http://mimamori.test' }, server: { group: '1s' } };
	const council = await startCouncil({ town, settings, morning: false });
	const browser = await openBrowser();
	const staff = await signIn(council.daemon, logins.staff, password);
	let eyes;

	/** The path of the first link mailed to a watcher that is wanted. */
	async function linkTo(name, wanted = () => true) {
		const { text } = await council.mail.next(
			(m) => m.recipient === `${name}@example.jp` && m.text.includes('/w/') && wanted(m),
			{ within: 20_000, what: `a link for ${name}` },
		);
		return new URL(/▼お返事はこちら (\S+)/.exec(text)[1]).pathname;
	}

	/** Somebody with a telephone, scripts off. */
	const reader = async (options) => {
		const one = await visitor(browser, council, { size: 'phone', javascript: false, ...options });
		one.allow(...refused);
		return one;
	};

	/**
	 * The page as a reader has it now, in each language and theme, on a telephone and at a desk: accessible, and large
	 * enough. Judged in a browser with scripts, which axe needs, that has the reader's cookies.
	 */
	async function look(one, name) {
		const here = new URL(one.page.url());
		eyes ??= await reader({ javascript: true });
		await eyes.context.clearCookies();
		await eyes.context.addCookies(await one.context.cookies());
		here.searchParams.delete('late');
		for (const language of ['en', 'ja-easy', 'ja']) {
			here.searchParams.set('lang', language);
			await eyes.go(here.pathname + here.search);
			eyes.language = language;
			for (const theme of language === 'ja-easy' ? ['light'] : themes) {
				await eyes.turn({ theme, size: 'desk' });
				await eyes.picture(`watcher-${name}`, { whole: true });
				await eyes.fits();
				await eyes.turn({ size: 'phone' });
				await eyes.picture(`watcher-${name}`, { whole: true });
				if (language === 'ja-easy')
					await eyes.fits(); // the same parts with other words
				else
					await eyes.accessible();
				await eyes.largeEnough(least);
			}
		}
		await eyes.zoomed();
	}
	return { council, browser, staff, linkTo, reader, look };
}

export const button = (one, name) => one.page.getByRole('button', { name, exact: true });
export const link = (one, name) => one.page.getByRole('link', { name, exact: true });
export const heading = (one) => one.page.locator('h1').innerText();

/** Follows a button or link to the page it leads to. */
export async function follow(one, what) {
	await Promise.all([one.page.waitForNavigation(), what.tap()]);
	await one.settled();
}
