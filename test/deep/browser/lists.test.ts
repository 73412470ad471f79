import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const table = (page: Page) => page.getByRole('table', { name: 'Notifications' });
const row = (page: Page, text: string | RegExp) => table(page).getByRole('row').filter({ hasText: text });
const badge = (page: Page) => page.getByTestId('unviewed');

describe('the list', () => {
  it('shows without a spinner before it, as its script is there by then', async () => {
    const page = await open({ user: 'olivia' });
    await table(page).waitFor();
    await page.addInitScript(`new MutationObserver(() => {
      if (document.querySelector('[class*="awsui_size-large"]') !== null) document.body.dataset.spinner = 'seen';
    }).observe(document, { childList: true, subtree: true });`);
    await page.reload();
    await table(page).waitFor();
    expect(await page.evaluate(() => document.body.dataset['spinner'])).toBeUndefined();
  });

  it('asks for little while nothing happens', async () => {
    const product = await newProduct(stack);
    await product.report(3);
    await product.notifications();
    const page = await open({ user: product.owner });
    await row(page, product.name).waitFor();
    await badge(page).waitFor();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('response', (response) => asked.push(`${response.status()} ${new URL(response.url()).pathname}`));
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    expect(new Set(asked)).toEqual(new Set(['304 /api/notifications/unviewed_count']));
  });
});

describe('a list whose first pages are empty', () => {
  it('shows the only hits, however far back they are, and agrees with the badge', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    await product.rename(`${product.name} renamed`);
    for (let flip = 0; flip < 121; flip += 1) await product.report(flip % 2);
    const newest = await product.notifications(100);
    await product.markViewed(newest);
    await product.markViewed((await product.notifications(100, true)).slice(0, 12));

    const page = await open({ user: product.owner });
    await expect.poll(() => badge(page).textContent()).toBe('10');
    await expect.poll(() => row(page, ' → ').count()).toBe(10);
    const query = new URLSearchParams({ name: `of ${product.name} changed`, exclude_already_viewed: 'false' });
    const filtered = await open({ user: product.owner, path: `/notifications?${query}` });
    await row(filtered, `${product.name}: `).waitFor();
    expect(await row(filtered, ' → ').count()).toBe(1);
  });
});

describe('products of which the first page is empty', () => {
  /** As the API answers where the first thousand products are not the ones that are looked for. */
  const withEmptyFirstPage = (page: Page) =>
    page.route('**/api/products?*', async (route) => {
      const url = new URL(route.request().url());
      if (url.searchParams.get('cursor') !== 'second-page') {
        await route.fulfill({ json: { results: [], next: 'second-page' } });
        return;
      }
      url.searchParams.delete('cursor');
      await route.continue({ url: url.href });
    });

  it('are listed, and offered to filter by', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await withEmptyFirstPage(page);
    await page.getByRole('combobox', { name: 'Filter notifications' }).fill('Product = ');
    await page.getByRole('option', { name: product.name }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByRole('table', { name: 'Products' }).getByRole('link', { name: product.name }).waitFor();
  });
});
