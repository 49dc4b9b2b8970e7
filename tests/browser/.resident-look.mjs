import { startCouncil, logins, people } from '../integration/council.mjs';
import { openBrowser, visitor } from './pages.mjs';
const council = await startCouncil({ history: 370 });
const browser = await openBrowser();
const [whom, how, as] = process.argv.slice(2);
const what = whom ? people[whom] ?? whom : people.ok;
const combos = how === 'all' ? [['desk','ja','light'],['phone','ja','light'],['desk','en','dark'],['phone','en','dark'],['phone','ja','dark']] : how ? [how.split(',')] : [['desk','ja','light'],['phone','ja','light']];
for (const [size, language, theme] of combos) {
	const one = await visitor(browser, council, { as: as ?? logins.staff, size, language, theme });
	await one.go(`/residents/${what}`);
	await one.page.waitForTimeout(400);
	const { height, width } = await one.page.evaluate(() => ({ height: document.documentElement.scrollHeight, width: document.documentElement.clientWidth }));
	const step = size === 'desk' ? 1000 : 1500;
	for (let y = 0, n = 1; y < height && n < 6; y += step, n++)
		await one.page.screenshot({ fullPage: true, path: `/tmp/resident-shots/${what}-${size}-${language}-${theme}-${n}.png`, clip: { x: 0, y, width, height: Math.min(step, height - y) } });
	console.log(size, language, theme, width, height);
	try { await one.accessible() } catch (e) { console.log(String(e.message).slice(0, 3000)) }
	try { await one.zoomed() } catch (e) { console.log(String(e.message).slice(0, 1000)) }
	try { await one.leave() } catch (e) { console.log(String(e.message).slice(0, 2000)) }
}
process.exit(0);
