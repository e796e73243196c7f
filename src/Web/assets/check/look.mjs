// Photographs pages and runs axe on them: node check/look.mjs <base url> [folder] [path,path…]
// Fails on any violation that axe calls serious or critical.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [base = 'http://127.0.0.1:5000', folder = '../../../artifacts/screens/design', only] = process.argv.slice(2);
const pages = only?.split(',') ?? [
  '/design', '/design/lists', '/design/display', '/design/feedback', '/design/charts', '/design/portal', '/design/print', '/design/errors/409',
  '/design/designers?kind=Bpmn', '/design/designers?kind=Dmn', '/design/designers?kind=Form',
];
const looks = { light: '', dark: 'theme=dark', contrast: 'theme=contrast', elder: 'elder=1' };
const wanted = (process.env.LOOKS ?? 'light').split(',');
const widths = (process.env.WIDTHS ?? '390,1280').split(',').map(Number);
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
await mkdir(folder, { recursive: true });

const browser = await chromium.launch({
  env: { ...process.env, LANGUAGE: 'zh_CN', LANG: 'zh_CN.UTF-8' },
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--enable-unsafe-swiftshader', '--lang=zh-CN'],
});
let bad = 0;
const notes = [];
for (const look of wanted) {
  for (const width of widths) {
    const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 860 }, bypassCSP: false, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    if (looks[look]) await context.addCookies([{ name: 'zt-preferences', value: encodeURIComponent(looks[look]), url: base }]);
    for (const address of pages) {
      const page = await context.newPage();
      const faults = [];
      page.on('console', message => { if (message.type() === 'error') faults.push(message.text()); });
      page.on('pageerror', error => faults.push(String(error)));
      page.on('response', answer => { if (answer.status() >= 400 && !answer.url().includes('/errors/')) faults.push(`${answer.status()} ${answer.url()}`); });
      await page.goto(base + address, { waitUntil: 'networkidle' });
      await page.waitForTimeout(address.includes('charts') || address.includes('designers') ? 1500 : 250);
      const name = `${address.replace(/^\//, '').replace(/[^a-z0-9]+/gi, '-')}-${look}-${width}`;
      await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: process.env.FULL !== '0' });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) { bad++; notes.push(`${name}: ${wide} px wider than the screen`); }
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        // The designers' own drawing boards are libraries' ground.
      }));
      for (const violation of result.violations) {
        const serious = ['serious', 'critical'].includes(violation.impact);
        if (serious) bad++;
        notes.push(`${name}: ${violation.impact} ${violation.id} ${violation.nodes.length}× ${violation.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '').slice(0, 130)).join(' | ')}`);
      }
      for (const fault of faults) { bad++; notes.push(`${name}: console: ${fault.slice(0, 250)}`); }
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await writeFile(path.join(folder, 'notes.txt'), notes.join('\n'));
console.log(notes.join('\n') || 'nothing to note');
process.exitCode = bad > 0 ? 1 : 0;
