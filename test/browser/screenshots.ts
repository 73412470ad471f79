/** `npm run screenshots`: draws the main views and messages of the demonstration set into docs/screenshots. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { startTestStack, type TestStack } from '../stack.ts';
import { startChromium } from './chromium.ts';
import { drawMessages } from './draw-messages.ts';
import { logIn } from './log-in.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');

/** Widths and heights of a desktop, a tablet, and a telephone. */
const SIZES = [
  [1440, 900],
  [768, 1024],
  [375, 760],
] as const;
const MODES = ['light', 'dark'] as const;

/** How each view is drawn: in each size, light and dark. */
const LOOKS = SIZES.flatMap(([width, height]) => MODES.map((mode) => ({ mode, width, height })));

const Listed = z.object({ results: z.array(z.object({ id: z.string(), name: z.string() })) });
const COUNTS = { critical: 0, high: 0, medium: 4, low: 12, none: 0, unknown: 0 };

const TRACE = `Traceback (most recent call last):
  File "/app/importer/run.py", line 88, in import_scan
    report = parse(stream)
  File "/app/importer/sarif.py", line 41, in parse
    return Sarif(json.load(stream))
json.decoder.JSONDecodeError: Expecting value: line 7 column 1 (char 214)`;

/** A morning in the life of the demonstration: gates that change, an exception, a webhook that somebody removed. */
const live = async (stack: TestStack): Promise<{ productId: string; brokenId: string }> => {
  const [alice, olivia] = [await stack.token('alice'), await stack.token('olivia')];
  const call = async (token: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await stack.api(method, path, { token, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.json;
  };
  const { results: products } = Listed.parse(await call(olivia, 'GET', '/api/products'));
  const idOf = (name: string) => products.find((product) => product.name === name)?.id ?? '';
  const report = async (name: string, counts: Partial<typeof COUNTS>) => {
    await call(olivia, 'PUT', `/api/products/${idOf(name)}/observation_counts`, { ...COUNTS, ...counts });
    await stack.atRest(30_000);
  };
  await report('Customer portal', {});
  await stack.behaviour([{ path: '/services/payment-service', status: 404, body: 'no_service' }]);
  await report('Payment service', { critical: 2, high: 1 });
  const exception = { exception_class: 'JSONDecodeError', function: 'import_scan', trace: TRACE, user: 'importer' };
  await call(alice, 'POST', '/api/exceptions', {
    ...exception,
    message: 'Expecting value: line 7 column 1 (char 214)',
    arguments: { scan: 4711, product: 'Warehouse scanner' },
  });
  await stack.atRest(30_000);
  await call(alice, 'POST', '/api/exceptions', {
    type: 'task',
    exception_class: 'TimeoutError',
    function: 'nightly_export',
    message: 'No answer from the data warehouse within 60 s',
    user: 'scheduler',
  });
  await report('Customer portal', { high: 3 });
  const list = Listed.parse(await call(olivia, 'GET', `/api/notifications?product_id=${idOf('Payment service')}`));
  const broken = list.results.find(({ name }) => name.includes('Security gate'));
  return { productId: idOf('Payment service'), brokenId: broken?.id ?? '' };
};

type View = { readonly name: string; readonly path: string; readonly isThere: (page: Page) => Promise<unknown> };

const draw = async (browser: Browser, web: string, views: readonly View[]): Promise<void> => {
  for (const { mode, width, height } of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: mode });
    const page = await context.newPage();
    await page.goto(web);
    await logIn(page, 'alice');
    for (const { name, path, isThere } of views) {
      await page.goto(`${web}${path}`);
      await isThere(page);
      await page.waitForFunction(() => document.querySelector('[class*="awsui_circle_"]') === null);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${mode}.png`), animations: 'disabled' });
    }
    await context.close();
  }
};

mkdirSync(FOLDER, { recursive: true });
const [stack, browser] = await Promise.all([startTestStack({ empty: false }), startChromium()]);
try {
  const { productId, brokenId } = await live(stack);
  await draw(browser, stack.handles.web, [
    {
      name: 'list',
      path: '/?exclude_already_viewed=false',
      isThere: async (page) => {
        await page.getByText('TimeoutError').first().waitFor();
        await page.getByText(/\d+ new\)/).waitFor();
      },
    },
    {
      name: 'panel',
      path: `/notifications/${brokenId}`,
      isThere: (page) => page.getByRole('table', { name: 'Deliveries' }).getByText('no_service').waitFor(),
    },
    {
      name: 'product',
      path: `/products/${productId}`,
      isThere: (page) => page.getByText('over threshold').first().waitFor(),
    },
    { name: 'products', path: '/products', isThere: (page) => page.getByText('Warehouse scanner').first().waitFor() },
    {
      name: 'operations',
      path: '/operations',
      isThere: (page) => page.getByRole('table', { name: 'Failed deliveries' }).getByText('no_service').waitFor(),
    },
    { name: 'settings', path: '/settings', isThere: (page) => page.getByText('Send test').first().waitFor() },
  ]);
  await drawMessages(browser, stack, FOLDER);
} finally {
  await browser.close();
  await stack.stop();
}
