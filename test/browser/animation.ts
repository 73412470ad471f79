/** `npm run animation`: draws how a failed gate becomes messages, from the real page, into docs/screenshots/gate-to-message.webp. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { startTestStack } from '../stack.ts';
import { animatedWebp, type Frame } from './animated-webp.ts';
import { startChromium } from './chromium.ts';
import { addSigns, hasSigns } from './draw-messages.ts';
import { logIn } from './log-in.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'screenshots', 'gate-to-message.webp');
const SIZE = { width: 1100, height: 640 };
const QUALITY = 72;

const listedSchema = z.object({ results: z.array(z.object({ id: z.string(), name: z.string() })) });

/** A line below the picture, as the page itself has none. Runs in the browser. */
const addCaption = (text: string): void => {
  const caption = document.createElement('div');
  caption.textContent = text;
  Object.assign(caption.style, {
    position: 'fixed',
    inset: 'auto 0 0 0',
    zIndex: '10000',
    padding: '14px 24px',
    background: '#0f1b2a',
    color: '#fff',
    font: '600 17px/1.4 ui-monospace, monospace',
  });
  document.body.append(caption);
};

const capture = async (context: BrowserContext, page: Page): Promise<Buffer> => {
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  return Buffer.from(data, 'base64');
};

const [stack, browser] = await Promise.all([startTestStack({ empty: false }), startChromium()]);
try {
  if (!hasSigns()) console.log('The signs of messages are missing: see test/browser/draw-messages.ts');
  const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light' });
  const page = await context.newPage();
  const olivia = await stack.token('olivia');
  const { results } = listedSchema.parse((await stack.api('GET', '/api/products', { token: olivia })).json);
  const id = results.find(({ name }) => name === 'Payment service')?.id ?? '';
  const frames: Frame[] = [];
  const draw = async (caption: string, ms: number) => {
    await page.waitForFunction(() => document.querySelector('[class*="awsui_circle_"]') === null);
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(addCaption, caption);
    frames.push({ webp: await capture(context, page), ms });
  };

  await page.goto(stack.handles.web);
  await logIn(page, 'olivia');
  await page.goto(`${stack.handles.web}/products/${id}`);
  await page.getByText('Passed').first().waitFor();
  await draw('1  The pipeline scans “Payment service”. Its security gate passes.', 2500);

  const counts = { critical: 3, high: 0, medium: 3, low: 11, none: 0, unknown: 0 };
  await stack.api('PUT', `/api/products/${id}/observation_counts`, { token: olivia, body: counts });
  await stack.atRest(60_000);
  await page.reload();
  await page.getByText('over threshold').first().waitFor();
  await draw('2  The next scan reports 3 critical findings. The gate fails.', 3000);

  await page.goto(`${stack.handles.web}/_local`);
  await addSigns(page);
  // The email's frame runs no script: the page gives it the font.
  await page.evaluate(async () => {
    for (const { contentDocument: inner } of document.querySelectorAll('iframe')) {
      for (const style of document.querySelectorAll('style')) inner?.head.append(style.cloneNode(true));
      await inner?.fonts.load("bold 16px 'Segoe UI'", '❌');
    }
  });
  await page.locator('.card').first().waitFor();
  const headings = [
    ['Microsoft Teams', '3  The team gets a card in Teams …'],
    ['Slack', '4  … a message in Slack …'],
    ['Email', '5  … and an email.'],
  ] as const;
  for (const [channel, caption] of headings) {
    await page
      .locator('article', { hasText: `${channel} to` })
      .first()
      .evaluate((article) => {
        for (const other of document.querySelectorAll<HTMLElement>('main > *'))
          other.style.display = other === article ? 'block' : 'none';
      });
    await draw(caption, 2200);
    await page.evaluate(() => document.body.lastElementChild?.remove());
  }

  const list = await stack.api('GET', `/api/notifications?product_id=${id}`, { token: olivia });
  await page.goto(`${stack.handles.web}/notifications/${listedSchema.parse(list.json).results[0]?.id}`);
  const deliveries = page.getByRole('table', { name: 'Deliveries' });
  await deliveries.waitFor();
  for (const text of ['· Viewed', '(2 new)']) await page.getByText(text).waitFor();
  await deliveries.evaluate((table) => table.scrollIntoView({ block: 'center' }));
  await draw('6  Each delivery is recorded, with what the target answered.', 3500);

  const picture = animatedWebp(frames, SIZE);
  writeFileSync(FILE, picture);
  console.log(`${FILE}: ${frames.length} frames, ${Math.round(picture.length / 1000)} KB`);
} finally {
  await browser.close();
  await stack.stop();
}
