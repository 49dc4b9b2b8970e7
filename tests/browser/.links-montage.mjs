import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
const [out, ...files] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/work/main/tests/browser/chromium', chromiumSandbox: false, args: ['--disable-gpu','--disable-dev-shm-usage'] });
const p = await b.newPage({ viewport: { width: 400 * files.length, height: 900 } });
await p.setContent('<body style="margin:0;display:flex;gap:10px;align-items:flex-start;background:#888">' + files.map(f => `<img style="width:390px" src="data:image/png;base64,${readFileSync(f).toString('base64')}">`).join('') + '</body>');
await p.waitForTimeout(300);
await p.screenshot({ path: out, fullPage: true });
await b.close();
