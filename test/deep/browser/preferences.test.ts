import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const table = (page: Page, name: string) => page.getByRole('table', { name });
const rows = (page: Page) => table(page, 'Notifications').getByRole('row').filter({ hasText: ' → ' });
const header = (page: Page, name: string) => page.getByRole('columnheader', { name }).first();
const widthOf = async (page: Page, name: string) => Math.round((await header(page, name).boundingBox())?.width ?? 0);

const withNotifications = async (count: number) => {
  const product = await newProduct(stack);
  for (let flip = 1; flip <= count; flip += 1) await product.report(flip % 2);
  await product.notifications();
  return product;
};

describe('the preferences of a list', () => {
  it('are kept for one person: the length of a page, the columns, and their widths', async () => {
    const product = await withNotifications(27);
    const page = await open({ user: product.owner, width: 1600 });
    await expect.poll(() => rows(page).count()).toBe(25);
    await page.getByRole('button', { name: 'Preferences' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: '50 rows' }).check();
    await dialog.getByRole('checkbox', { name: 'User' }).uncheck();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect.poll(() => rows(page).count()).toBe(27);
    await header(page, 'User').waitFor({ state: 'detached' });
    const before = await widthOf(page, 'Message');
    const resizer = header(page, 'Message').locator('[class*="resizer"]').first();
    const { x = 0, y = 0, width = 0, height = 0 } = (await resizer.boundingBox()) ?? {};
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 80, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => widthOf(page, 'Message')).toBeGreaterThan(before + 40);

    const stored = await page.evaluate(() => Object.keys(localStorage));
    expect(stored).toContain(`gatebell:notifications:${product.owner}`);
    const other = await page.context().newPage();
    await other.setViewportSize({ width: 1600, height: 900 });
    await other.goto(page.url());
    await expect.poll(() => rows(other).count()).toBe(27);
    expect(await header(other, 'User').count()).toBe(0);
    // Compared anew each time: the first page's width settles a moment after the drag.
    await expect.poll(async () => (await widthOf(other, 'Message')) - (await widthOf(page, 'Message'))).toBe(0);
    expect(await widthOf(other, 'Message')).toBeGreaterThan(before + 40);
  });
});

describe('the panel', () => {
  it('stays below the list, once put there, and keeps its size', async () => {
    const product = await withNotifications(1);
    const page = await open({ user: product.owner });
    await rows(page).first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.getByRole('button', { name: 'Split panel preferences' }).click();
    await page.getByRole('radio', { name: /Bottom/ }).check();
    await page.getByRole('button', { name: 'Confirm' }).click();
    const topOf = async (tab: Page) => (await tab.getByRole('heading', { name: 'Deliveries' }).boundingBox())?.y ?? 0;
    await expect.poll(() => topOf(page)).toBeGreaterThan(400);
    const handleOf = (tab: Page) => tab.getByRole('slider', { name: 'Resize split panel' });
    const sizeOf = (tab: Page) => handleOf(tab).getAttribute('aria-valuenow');
    const before = await sizeOf(page);
    await handleOf(page).press('PageDown');
    await expect.poll(() => sizeOf(page)).not.toBe(before);
    const other = await page.context().newPage();
    await other.setViewportSize({ width: 1280, height: 900 });
    await other.goto(page.url());
    await other.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await expect.poll(() => topOf(other)).toBeGreaterThan(400);
    await expect.poll(() => sizeOf(other)).toBe(await sizeOf(page));
  });
});

describe('the numbers of a product', () => {
  it('end below each other, and a default that never fails has no limit', async () => {
    const product = await newProduct(stack);
    await product.report(1_234);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const gate = table(page, 'Findings against thresholds');
    await gate.getByText('1,234', { exact: true }).waitFor();
    expect(await gate.getByText('No limit').count()).toBe(4);
    expect(await gate.getByText('99,999').count()).toBe(0);
    const ends = await gate
      .locator('.numbers')
      .filter({ hasText: /^(Findings|1,234|0)$/ })
      .evaluateAll((numbers) => [...new Set(numbers.map((number) => getComputedStyle(number).textAlign))]);
    expect(ends).toEqual(['end']);
  });
});
