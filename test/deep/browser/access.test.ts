import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { chooseMode } from '../../browser/choose-mode.ts';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const found = z.object({
  violations: z.array(
    z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

/** Cloudscape's own: its bar on narrow pages has an attribute that says nothing on a `nav`, and takes nothing away. */
const KNOWN = /^aria-allowed-attr: <nav aria-hidden="false" aria-label="Navigation" aria-orientation="horizontal"/;

/** What axe-core finds serious or critical. It comes in by the debugger: the page would take no foreign script. */
const barriersOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = found.parse(await page.evaluate('axe.run()'));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
    .filter((barrier) => !KNOWN.test(barrier));
};

let product: Awaited<ReturnType<typeof newProduct>>;
let notificationId = '';

beforeAll(async () => {
  product = await newProduct(stack, {
    notification_email_to: 'team@example.org',
    notification_slack_webhook: `${stack.handles.receiver}/services/access`,
  });
  await product.report(2);
  const [notification] = await product.notifications();
  notificationId = notification?.id ?? '';
});

/** Each view, the user who sees it, and what is there once it is. */
const VIEWS: readonly (readonly [view: string, user: () => string, path: () => string, sign: string])[] = [
  ['list', () => product.owner, () => '/?exclude_already_viewed=false', 'What happened'],
  ['empty list', () => 'nobody', () => '/', 'No notifications yet'],
  ['panel', () => product.owner, () => `/notifications/${notificationId}`, 'Sent to'],
  ['products', () => product.owner, () => '/products', 'Find a product by name'],
  ['no products', () => 'nobody', () => '/products', "You aren't a member of any product"],
  ['product', () => product.owner, () => `/products/${product.id}`, 'CI pipeline'],
  ['operations', () => 'alice', () => '/operations', 'Pause'],
  ['settings', () => 'alice', () => '/settings', 'Default gate'],
  ['nothing here', () => product.owner, () => '/settings', 'Page not found'],
];

const isThere = (page: Page, sign: string) => page.getByText(sign).or(page.getByPlaceholder(sign)).first().waitFor();

const overflowOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe('every view', () => {
  it.each(VIEWS)('%s: axe-core finds nothing serious, light and dark, and 375 px suffice', async (...view) => {
    const [, user, path, sign] = view;
    const page = await open({ user: user(), path: path() });
    await isThere(page, sign);
    expect(await barriersOf(page)).toEqual([]);
    await chooseMode(page, 'Dark');
    expect(await barriersOf(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 800 });
    await expect.poll(() => overflowOf(page)).toBeLessThanOrEqual(0);
    await page.reload();
    await isThere(page, sign);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await barriersOf(page)).toEqual([]);
  });
});

const tabTo = async (page: Page, isIt: (focused: string) => boolean): Promise<void> => {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return `${element?.getAttribute('aria-label') ?? ''} ${element?.textContent ?? ''}`.trim();
    });
    if (isIt(focused)) return;
  }
  throw new Error('Not reached by keyboard');
};

describe('the keyboard', () => {
  it('opens a notification, closes it, and asks before it deletes', async () => {
    const page = await open({ user: product.owner, path: '/?exclude_already_viewed=false' });
    await page.getByRole('link', { name: product.name }).waitFor();
    await tabTo(page, (focused) => focused.startsWith(`Select ${product.name}`));
    await page.keyboard.press('Space');
    await tabTo(page, (focused) => focused.startsWith(`${product.name}: `));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await tabTo(page, (focused) => focused.startsWith('Close panel'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Delete');
  });

  it('fills a form and saves it', async () => {
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const description = page.getByRole('textbox', { name: 'Description' });
    await description.waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.type('Typed');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Details saved.').waitFor();
    await page.reload();
    await expect.poll(() => description.inputValue()).toBe('Typed');
  });
});
