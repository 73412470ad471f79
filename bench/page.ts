import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { seedItems } from '../local/seed/seed-plan.ts';
import { writeItems } from '../local/seed/write-items.ts';
import { startChromium } from '../test/browser/chromium.ts';
import { logIn } from '../test/browser/log-in.ts';
import { startTestStack, type TestStack } from '../test/stack.ts';
import { type Bench, type Check, markdownTable, quantile } from './bench.ts';
import { pairedRatio, shownRatio } from './pairs.ts';

const SIZES = {
  short: { products: 30, notifications: 200, members: 1 },
  long: { products: 2_000, notifications: 10_000, members: 3 },
} as const;

const ROUNDS = 15;

/** What a reader does, and within how many milliseconds it is to be drawn, three times of four. */
const STEPS = [
  { name: 'reload', what: 'reload of the list', goalMs: 1_000 },
  { name: 'view', what: 'click that leads to the list', goalMs: 1_000 },
  { name: 'row', what: 'click on a row', goalMs: 100 },
  { name: 'rowOfMany', what: 'click on a row of a page of 100', goalMs: 100 },
] as const;

const FIRST_ROW = 'table[aria-label="Notifications"] tbody a';
const FIRST_PRODUCT = 'table[aria-label="Products"] tbody a';
const CLOSE = '[aria-label="Close panel"]';
const LIST = '/api/notifications?limit=25';

/** Owns every product of the seed; `alice` is an administrator. */
const OWNER = 'olivia';

type View = {
  readonly name: string;
  readonly user: string;
  readonly path: string;
  /** Most different calls of the API before the view is complete, and most KB of script (compressed). */
  readonly most: { readonly calls: number; readonly scriptKb: number };
};

const viewsOf = (productId: string, notificationId: string): readonly View[] => [
  { name: 'notifications', user: OWNER, path: '/', most: { calls: 3, scriptKb: 410 } },
  { name: 'notification', user: OWNER, path: `/notifications/${notificationId}`, most: { calls: 6, scriptKb: 420 } },
  { name: 'products', user: OWNER, path: '/products', most: { calls: 3, scriptKb: 370 } },
  { name: 'product', user: OWNER, path: `/products/${productId}`, most: { calls: 6, scriptKb: 410 } },
  { name: 'operations', user: 'alice', path: '/operations', most: { calls: 4, scriptKb: 365 } },
  { name: 'settings', user: 'alice', path: '/settings', most: { calls: 4, scriptKb: 395 } },
];

type Load = { readonly calls: number; readonly scriptKb: number };

/** What the browser asks for, with an empty cache, until a view is complete. What is asked for again later counts once. */
const load = async (browser: Browser, web: string, { user, path }: View): Promise<Load> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const calls = new Set<string>();
  const scripts = new Map<string, Promise<number>>();
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) calls.add(`${request.method()} ${pathname}`);
    if (pathname.endsWith('.js') && !scripts.has(pathname))
      scripts.set(
        pathname,
        request.sizes().then(({ responseBodySize }) => responseBodySize),
      );
  });
  await page.goto(`${web}${path}`);
  await logIn(page, user);
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(scripts.values());
  await context.close();
  return { calls: calls.size, scriptKb: Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1_000) };
};

/** Clicks an element and waits for another, in the page itself: until it is drawn. */
const clickMs = (page: Page, clicked: string, awaited: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const beganMs = performance.now();
    const look = () =>
      document.querySelector(${JSON.stringify(awaited)}) === null
        ? requestAnimationFrame(look)
        : requestAnimationFrame(() => resolve(performance.now() - beganMs));
    document.querySelector(${JSON.stringify(clicked)}).click();
    look();
  })`);

/**
 * Clicks an element as a person does. How long it takes from there until the browser has painted what that changed, in
 * milliseconds rounded to 8, by its own Event Timing (https://www.w3.org/TR/event-timing/). Throws if an awaited element isn't part
 * of that.
 */
const clickToPaintMs = async (page: Page, clicked: string, awaited: string): Promise<number> => {
  await page.evaluate(`globalThis.painted = new Promise((resolve, reject) => {
    addEventListener('click', () => requestAnimationFrame(() => {
      if (document.querySelector(${JSON.stringify(awaited)}) === null) reject(new Error('The next paint is without it'));
    }), { once: true, capture: true });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'click') resolve(duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  }); 0`);
  await page.click(clicked);
  return await page.evaluate<number>('globalThis.painted');
};

const took = async (work: () => Promise<unknown>): Promise<number> => {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
};

type Floor = (path: string) => Promise<number>;

/** Opens the first row beside the list, and closes it. */
const openRow = async (page: Page, floorOf: Floor): Promise<Times> => {
  await page.waitForLoadState('networkidle');
  const value = await clickToPaintMs(page, FIRST_ROW, CLOSE);
  const floor = await floorOf(`/api/notifications/${new URL(page.url()).pathname.split('/').at(-1)}`);
  await page.click(CLOSE);
  await page.waitForSelector(CLOSE, { state: 'detached' });
  return { value, floor };
};

/** Does something with so many rows on a page of the list, as a reader may choose. */
const withPagesOf = async <Result>(pageSize: number, page: Page, work: () => Promise<Result>): Promise<Result> => {
  const key = `gatebell:notifications:${OWNER}`;
  await page.evaluate(([name, value]) => localStorage.setItem(name, value), [
    key,
    JSON.stringify({ pageSize }),
  ] as const);
  await page.reload();
  await page.waitForSelector(`table[aria-label="Notifications"] tbody tr:nth-child(${pageSize})`);
  const result = await work();
  await page.evaluate((name) => localStorage.removeItem(name), key);
  return result;
};

type Times = { readonly value: number; readonly floor: number };
type Round = Readonly<Record<(typeof STEPS)[number]['name'], Times>>;

/** Each step once, each beside the one call of the API whose answer it shows. */
const runRound = async (page: Page, stack: TestStack, token: string): Promise<Round> => {
  const floorOf = (path: string) => took(() => stack.api('GET', path, { token }));
  const reload = await took(async () => {
    await page.reload();
    await page.waitForSelector(FIRST_ROW);
  });
  const afterReload = await floorOf(LIST);
  await page.click('a[href="/products"]');
  await page.waitForSelector(FIRST_PRODUCT);
  const view = await clickMs(page, 'a[href="/notifications"]', FIRST_ROW);
  const afterView = await floorOf(LIST);
  return {
    reload: { value: reload, floor: afterReload },
    view: { value: view, floor: afterView },
    row: await openRow(page, floorOf),
    rowOfMany: await withPagesOf(100, page, () => openRow(page, floorOf)),
  };
};

const measureTimes = async (browser: Browser, stack: TestStack): Promise<readonly Round[]> => {
  const page = await browser.newPage();
  await page.goto(stack.handles.web);
  await logIn(page, OWNER);
  await page.waitForSelector(FIRST_ROW);
  const token = await stack.token(OWNER);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runRound(page, stack, token));
  return rounds;
};

const timeChecks = (rounds: readonly Round[], print: (text: string) => void): readonly Check[] => {
  const steps = STEPS.map((step) => {
    const pairs = rounds.map((round) => round[step.name]);
    const [usual, most] = [0.5, 0.75].map((share) =>
      quantile(
        pairs.map(({ value }) => value),
        share,
      ),
    );
    return { ...step, usual: usual ?? Number.NaN, most: most ?? Number.NaN, ratio: shownRatio(pairedRatio(pairs)) };
  });
  const rows = steps.map(({ what, usual, most, ratio }) => [what, Math.round(usual), Math.round(most), ratio]);
  print(markdownTable(['step', 'ms, median', 'ms, three of four', 'times the bare call of the API'], rows));
  return steps.map(({ what, goalMs, most }) => ({
    what: `${what}: ${Math.round(most)} ms, at most ${goalMs}`,
    kind: 'time',
    holds: most <= goalMs,
  }));
};

const listed = z.object({ results: z.tuple([z.object({ id: z.string() })], z.unknown()) });

/** The newest of a list of the API. */
const newestIn = async (stack: TestStack, path: string): Promise<string> => {
  const { json } = await stack.api('GET', path, { token: await stack.token(OWNER) });
  return listed.parse(json).results[0].id;
};

const seed = async ({ handles }: TestStack, size: (typeof SIZES)[keyof typeof SIZES]): Promise<void> => {
  const credentials = { accessKeyId: 'seed', secretAccessKey: 'seed' };
  const client = new DynamoDBClient({ endpoint: handles.dynamodb, region: 'eu-central-1', credentials });
  await writeItems(
    { client: DynamoDBDocumentClient.from(client), name: handles.table ?? '' },
    seedItems(size, new Date()),
  );
  client.destroy();
};

export const page: Bench = {
  about: `What the page loads for each view, and how long a reader of ${SIZES.long.notifications} notifications waits`,
  run: async ({ short, print }) => {
    const [stack, browser] = await Promise.all([startTestStack(), startChromium()]);
    try {
      await seed(stack, SIZES[short ? 'short' : 'long']);
      const views = viewsOf(await newestIn(stack, '/api/products'), await newestIn(stack, '/api/notifications'));
      const loads: (View & Load)[] = [];
      for (const view of views) loads.push({ ...view, ...(await load(browser, stack.handles.web, view)) });
      print(
        markdownTable(
          ['view', 'calls', 'script, KB'],
          loads.map(({ name, calls, scriptKb }) => [name, calls, scriptKb]),
        ),
      );
      const counts = loads.map(
        ({ name, calls, scriptKb, most }): Check => ({
          what: `${name}: at most ${most.calls} calls and ${most.scriptKb} KB of script`,
          kind: 'count',
          holds: calls <= most.calls && scriptKb <= most.scriptKb,
        }),
      );
      return short ? counts : [...counts, ...timeChecks(await measureTimes(browser, stack), print)];
    } finally {
      await browser.close();
      await stack.stop();
    }
  },
};
