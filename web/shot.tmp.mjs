import { chromium } from '@playwright/test';
const base = process.env.BASE ?? 'http://127.0.0.1:5203';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless=new','--no-sandbox','--disable-gpu'] });
const sizes = (process.env.SIZES ?? '1440x900').split(',');
const themes = (process.env.THEMES ?? 'light').split(',');
const path = process.env.P ?? '/board';
const login = await b.newContext();
const r = await login.request.post(base + '/api/session', { data: { email: 'dana@demo.example', password: 'demo-AC9BC2SCQMbu' }, headers: { origin: base } });
if (!r.ok()) console.log(r.status(), await r.text());
const state = await login.storageState();
for (const s of sizes) for (const t of themes) {
  const [w, h] = s.split('x').map(Number);
  const ctx = await b.newContext({ viewport: { width: w, height: h }, colorScheme: t, storageState: state, hasTouch: w < 500, isMobile: w < 500 });
  const p = await ctx.newPage();
  p.on('console', (m) => ['error','warning'].includes(m.type()) && console.log('console', m.text().slice(0, 400)));
  p.on('pageerror', (e) => console.log('pageerror', e.stack?.slice(0, 600)));
  await p.goto(base + path);
  await p.waitForSelector(process.env.WAIT ?? '[data-card]', { timeout: 20000 }).catch((e) => console.log(e.message));
  await p.waitForTimeout(400);
  if (process.env.DO) await eval(`(async () => {${process.env.DO}})()`);
  await p.screenshot({ path: `/tmp/w3/shots/${process.env.NAME ?? 'board'}-${w}-${t}.png` });
  await ctx.close();
}
await b.close();
