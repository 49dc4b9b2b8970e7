// pages - Debian's Chromium as a person's browser: pages opened at a size, in a language, light or dark; what they show
// kept as pictures and as paper; and whatever a browser complains of is a failure of the test.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

import { atEnd, temporaryFolder } from '../integration/ending.mjs';
import { password } from '../integration/council.mjs';
import { run } from '../integration/processes.mjs';
import { program } from '../integration/programs.mjs';

export const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
export const languages = ['ja', 'en'];
export const themes = ['light', 'dark'];
const folder = process.env.MIMAMORI_SCREENSHOTS ?? program('screenshots');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One for a test file. */
export async function openBrowser() {
	const browser = await chromium.launch({
		executablePath: join(dirname(fileURLToPath(import.meta.url)), 'chromium'),
		chromiumSandbox: false, // root has none; it loads our own pages only
		args: ['--disable-gpu', '--disable-dev-shm-usage', '--disable-crash-reporter'],
		env: { ...process.env, HOME: temporaryFolder('chromium'), LANGUAGE: 'ja' },
	});
	atEnd(() => browser.close());
	return browser;
}

/**
 * Somebody in front of a browser of their own (cookies, storage), nowhere yet. `as` is a login of the council, signed in
 * already; else nobody is. The browser lies in another zone than the council: pages show the council's time.
 */
export async function visitor(browser, council, options = {}) {
	const { as, size = 'desk', language = 'ja', theme = 'light', javascript = true, ...more } = options;
	const context = await browser.newContext({
		baseURL: council.daemon.web,
		viewport: sizes[size],
		colorScheme: theme,
		locale: language === 'en' ? 'en-GB' : 'ja-JP',
		timezoneId: 'America/New_York',
		javaScriptEnabled: javascript,
		isMobile: size === 'phone',
		hasTouch: size === 'phone',
		reducedMotion: 'reduce',
		...more,
	});
	context.setDefaultTimeout(30_000);
	await context.addCookies([{ name: 'lang', value: language, url: council.daemon.web }]);
	if (as) {
		const answer = await context.request.post('/api/v1/session', { data: { login: as, password } });
		assert.equal(answer.status(), 200, `${as} signs in: ${await answer.text()}`);
	}
	const one = new Visitor(council, context, await context.newPage(), { as, size, language, theme });
	atEnd(() => one.leave());
	return one;
}

function nothing(found, what) {
	if (found.length > 0)
		throw new Error(`${what}:\n${JSON.stringify(found, null, 1)}`);
}

class Visitor {
	complaints = [];
	#allowed = [];
	#here = true;

	constructor(council, context, page, how) {
		Object.assign(this, { council, context, page, ...how });
		page.on('console', (message) => {
			if (message.type() === 'error' || /Content Security Policy/i.test(message.text()))
				this.#complain(`console: ${message.text()} (${message.location().url})`);
		});
		page.on('pageerror', (error) => this.#complain(`page: ${error.stack ?? error}`));
		page.on('requestfailed', (request) => {
			const why = request.failure()?.errorText;
			if (why !== 'net::ERR_ABORTED') // left with the page, as streams of events are
				this.#complain(`request: ${request.url()} ${why}`);
		});
		page.on('request', (request) => {
			const { origin, protocol } = new URL(request.url());
			if (/^https?:$/.test(protocol) && origin !== new URL(council.daemon.web).origin)
				this.#complain(`request to another host: ${request.url()}`);
		});
		page.on('response', (response) => {
			if (response.status() >= 400)
				this.#complain(`response: ${response.status()} ${response.request().method()} ${response.url()}`);
		});
	}

	#complain(text) {
		this.complaints.push(text);
	}

	/** What the browser may complain of: a test that is refused something on purpose says so. */
	allow(...patterns) {
		this.#allowed.push(...patterns);
	}

	/** Throws what the browser complained of. */
	faultless() {
		const wrong = this.complaints.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
		nothing(wrong, `the browser of ${this.as ?? 'somebody'} complains`);
	}

	/** Opens a path and waits until it shows what it has. */
	async go(path) {
		await this.page.goto(path);
		await this.settled();
	}

	/** Until nothing is being loaded any more: the page has its heading, and no part of it is waited for. */
	async settled() {
		await this.page.locator('h1').first().waitFor();
		const busy = '.busy, [aria-busy="true"]';
		await this.page.waitForFunction((s) => !document.querySelector(s) && document.fonts.status === 'loaded', busy);
	}

	/** Turns the browser to another size or theme, on the page it is on. */
	async turn({ size = this.size, theme = this.theme }) {
		Object.assign(this, { size, theme });
		await this.page.setViewportSize(sizes[size]);
		await this.page.emulateMedia({ colorScheme: theme });
		await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	}

	/** axe finds nothing (`within` a part of the page, else in all of it), and nothing is wider than the window (`fits`). */
	async accessible({ within, fits = true } = {}) {
		const axe = new AxeBuilder({ page: this.page }).setLegacyMode(true).options({ resultTypes: ['violations'] }).withTags(rules);
		const { violations } = await (within ? axe.include(within) : axe).analyze();
		const found = violations.map(({ id, help, nodes }) => ({
			id,
			help,
			nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 300)} ${failureSummary}`),
		}));
		nothing(found, this.#name('axe'));
		if (fits)
			await this.fits();
	}

	/** Nobody needs to scroll sideways. */
	async fits() {
		const wide = await this.page.evaluate(() => {
			const { scrollWidth, clientWidth } = document.documentElement;
			if (scrollWidth <= clientWidth)
				return [];
			const out = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
			return [`${scrollWidth} px in ${clientWidth}`, ...out.slice(-3).map((e) => e.outerHTML.slice(0, 200))];
		});
		nothing(wide, this.#name('width'));
	}

	/** At 200 % zoom (a window of half the pixels) and at 320 pixels nothing needs to be scrolled sideways either. */
	async zoomed() {
		for (const size of [
			{ width: sizes.desk.width / 2, height: sizes.desk.height / 2 },
			{ width: 320, height: 568 },
		]) {
			await this.page.setViewportSize(size);
			await this.fits();
		}
		await this.turn({});
	}

	/** What a finger must hit on a page is at least so large (CSS pixels), but for links within a sentence. */
	async largeEnough(least = 44) {
		const small = await this.page.evaluate((min) => {
			const targets = 'a[href], button, summary, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio]), label:has(input[type=checkbox], input[type=radio])';
			return [...document.querySelectorAll(targets)]
				.filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('p, .visually-hidden'))
				.map((e) => ({ box: e.getBoundingClientRect(), html: e.outerHTML.slice(0, 160) }))
				.filter(({ box }) => box.width > 1 && (box.width < min - 0.5 || box.height < min - 0.5))
				.map(({ box, html }) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
		}, least);
		nothing(small, this.#name('targets'));
	}

	/** Keeps what is seen as NAME-1280x800-ja-light.png; `file` names another place. `whole`: all of the page. */
	async picture(name, { file, whole = false } = {}) {
		const { width, height } = sizes[this.size];
		const path = file ?? join(folder, `${name}-${width}x${height}-${this.language}-${this.theme}.png`);
		mkdirSync(dirname(path), { recursive: true });
		await this.page.screenshot({ path, fullPage: whole, animations: 'disabled', caret: 'hide' });
		return path;
	}

	/** Prints the page to A4: { pages, text } as pdftotext reads it; kept beside the pictures as NAME-ja.pdf. */
	async print(name) {
		const path = join(folder, `${name}-${this.language}.pdf`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(path, await this.page.pdf({ format: 'A4', preferCSSPageSize: true }));
		const { code, stdout, stderr } = await run('pdftotext', ['-layout', path, '-']);
		assert.equal(code, 0, stderr);
		return { text: stdout, pages: stdout.split('\f').slice(0, -1), path };
	}

	/** Shuts the browser; what it complained of is thrown. */
	async leave() {
		if (!this.#here)
			return;
		this.#here = false;
		await this.context.close();
		this.faultless();
	}

	#name(what) {
		return `${what} of ${this.page.url()} at ${this.size}, ${this.language}, ${this.theme}`;
	}
}
