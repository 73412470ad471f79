import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { brokenWords, wrapped } from '../../browser/broken-words.ts';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();
const WIDTHS = [1440, 1024, 768, 375] as const;

/** Cells whose content is cut off, and tables that are wider than their place. */
const clipped = (page: Page) =>
  page.evaluate(() => {
    const cutOff = [...document.querySelectorAll('td, th')].filter((cell) =>
      [cell, ...cell.querySelectorAll('*')].some(
        (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== 'visible',
      ),
    );
    const tooWide = [...document.querySelectorAll('table')].filter(
      ({ parentElement, scrollWidth }) => scrollWidth > (parentElement?.clientWidth ?? 0) + 1,
    );
    return [
      ...cutOff.map((cell) => `cut off: ${cell.textContent?.slice(0, 40)}`),
      ...tooWide.map((table) => `too wide: ${table.getAttribute('aria-label')}`),
    ];
  });

const NAMES = [
  ['90 characters', (tail: string) => `Payment service of the customer portal ${'x '.repeat(60)}`.slice(0, 82) + tail],
  ['255 characters without a blank', (tail: string) => 'W'.repeat(247) + tail],
] as const;

/** Follows a link of the navigation, which a narrow window folds away. */
const goTo = async (page: Page, name: string | RegExp): Promise<void> => {
  const link = page.getByRole('link', { name }).first();
  const unfold = page.getByRole('button', { name: 'Open navigation' });
  await link.or(unfold).first().waitFor();
  if (!(await link.isVisible())) await unfold.click();
  await link.click();
};

describe('a product whose name has', () => {
  it.each(NAMES)('%s, clips no table at any width', async (_, nameOf) => {
    const name = nameOf(newUser('').slice(1, 9));
    const product = await newProduct(stack);
    await product.rename(name);
    await product.report(2);
    await product.notifications();
    await product.admit('nora', 'reader');
    const page = await open({ user: product.owner });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of ['/notifications', '/products']) {
        await goTo(page, path === '/products' ? 'Products' : /Notifications/);
        await page.getByRole('link', { name }).waitFor();
        await expect.poll(() => clipped(page), { message: `${path} at ${width}` }).toEqual([]);
      }
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: 'Remove nora' }).waitFor();
      await expect.poll(() => clipped(page), { message: `product at ${width}` }).toEqual([]);
    }
  });
});

describe('the tables of Operations', () => {
  it("don't break words at any width, and show the button beside or below a long error", async () => {
    const hook = `/services/${newUser('hook')}`;
    await stack.behaviour([{ path: hook, status: 404, body: 'no_service' }]);
    const product = await newProduct(stack, { notification_slack_webhook: `${stack.handles.receiver}${hook}` });
    await product.report(1);
    await product.notifications();
    await stack.behaviour([]);
    const page = await open({ user: 'alice', path: '/operations', width: 1440 });
    await page.getByRole('table', { name: 'Targets' }).getByText('no_service').first().waitFor();
    for (const width of [1440, 1200, ...WIDTHS.slice(1)]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => clipped(page), { message: `at ${width}` }).toEqual([]);
      expect(await brokenWords(page, 'td, th')).toEqual([]);
      expect(await wrapped(page, 'td time')).toEqual([]);
    }
    const row = page.getByRole('row').filter({ hasText: 'no_service' }).first();
    const [error, button] = [row.getByText(/no_service/), row.getByRole('button', { name: /^Pause/ })];
    const [above, below] = [await error.boundingBox(), await button.boundingBox()];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  });
});

describe('the lists', () => {
  it("don't break words or times at 1440 px", async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.markViewed(await product.notifications());
    for (const path of ['/?exclude_already_viewed=false', '/products']) {
      const page = await open({ user: product.owner, path, width: 1440 });
      await page.getByRole('link', { name: product.name }).first().waitFor();
      await expect.poll(() => brokenWords(page, 'th, td')).toEqual([]);
      expect(await wrapped(page, 'td time')).toEqual([]);
    }
  });
});

describe('twelve addresses', () => {
  it('are on lines of their own, for readers and maintainers, with the test beside them', async () => {
    const addresses = Array.from({ length: 12 }, (_, index) => `team-${index}@example.org`);
    const product = await newProduct(stack, { notification_email_to: addresses.join(', ') });
    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    const page = await open({ user: reader, path: `/products/${product.id}` });
    const list = page.getByText('team-0@example.org');
    await list.waitFor();
    const linesOf = (element: Element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    };
    expect(await list.evaluate(linesOf)).toBe(12);
    const owners = await open({ user: product.owner, path: `/products/${product.id}` });
    const field = owners.getByRole('textbox', { name: 'Email' });
    await expect.poll(() => field.inputValue()).toContain('team-11@example.org');
    expect(await field.getAttribute('rows')).toBe('8');
    const [at, button] = [
      await field.boundingBox(),
      await owners.getByRole('button', { name: 'Send test to Email' }).boundingBox(),
    ];
    expect(button?.x).toBeGreaterThan((at?.x ?? 0) + (at?.width ?? 0));
    expect(button?.y).toBeLessThan((at?.y ?? 0) + (at?.height ?? 0));
  });
});

describe('a product without a report', () => {
  it('is not shown as passed', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products' });
    const row = page.getByRole('row').filter({ hasText: product.name });
    await row.getByText('No report yet').waitFor();
    expect(await row.getByText('Passed').count()).toBe(0);
    await page.getByRole('link', { name: product.name }).click();
    await page.getByText('No findings were reported yet.').waitFor();
    expect(await page.getByText(/Passed|Within threshold/).count()).toBe(0);
    await product.report(0);
    await page.getByText('Within threshold').first().waitFor();
    await page.getByText('Last report:').waitFor();
  });
});
