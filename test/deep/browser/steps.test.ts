import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const rows = (page: Page) =>
  page.getByRole('table', { name: 'Notifications' }).getByRole('row').filter({ hasText: ' → ' });
const deliveries = (page: Page) => page.getByRole('heading', { name: 'Deliveries' });

/** The list of an owner with three notifications, reached from the products. */
const listOfThree = async () => {
  const product = await newProduct(stack);
  for (const critical of [1, 0, 1]) await product.report(critical);
  await product.notifications();
  const page = await open({ user: product.owner, path: '/products' });
  await page.getByRole('link', { name: product.name }).waitFor();
  await page.getByRole('link', { name: /Notifications/ }).click();
  await expect.poll(() => rows(page).count()).toBe(3);
  return page;
};

describe('reading several notifications', () => {
  it('is one step, which goes when the panel is closed', async () => {
    const page = await listOfThree();
    // Rows that were read stay in this list.
    await page.getByText('Hide viewed').click();
    await expect.poll(() => new URL(page.url()).search).toBe('?exclude_already_viewed=false');
    await expect.poll(() => rows(page).count()).toBe(3);
    const read = async (row: number) => {
      await rows(page).nth(row).getByRole('link').click();
      await rows(page).nth(row).getByRole('img', { name: 'Open' }).waitFor();
      await deliveries(page).waitFor();
    };
    for (const row of [0, 1, 2]) await read(row);
    expect(await rows(page).getByRole('img', { name: 'Open' }).count()).toBe(1);
    await page.goBack();
    await deliveries(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/notifications');
    for (const row of [0, 1]) await read(row);
    await page.getByRole('button', { name: 'Close panel' }).click();
    await deliveries(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/notifications');
    await page.goBack();
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  it('offers one Delete at a time', async () => {
    const page = await listOfThree();
    const remove = page.getByRole('button', { name: /^Delete/ });
    await rows(page).first().getByRole('link').click();
    await deliveries(page).waitFor();
    await expect.poll(() => remove.allTextContents()).toEqual(['Delete']);
    await rows(page).last().getByRole('checkbox').check();
    await expect.poll(() => remove.allTextContents()).toEqual(['Delete selected', 'Delete']);
    await page.getByRole('button', { name: 'Close panel' }).click();
    await expect.poll(() => remove.allTextContents()).toEqual(['Delete']);
  });
});

describe('the products', () => {
  it('are all there again after a click on Products in the navigation', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products?name=nowhere' });
    await page.getByText('No products match').waitFor();
    const filter = page.getByRole('searchbox', { name: 'Find a product by name' });
    expect(await filter.inputValue()).toBe('nowhere');
    await page.getByRole('link', { name: 'Products' }).first().click();
    await page.getByRole('link', { name: product.name }).waitFor();
    expect(await filter.inputValue()).toBe('');
    await filter.fill('elsewhere');
    await page.getByText('No products match').waitFor();
    expect(new URL(page.url()).search).toBe('?name=elsewhere');
  });
});

describe('the page', () => {
  it('is not blank while it starts', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.route('**/*.js', () => {});
    await page.goto(page.url(), { waitUntil: 'commit' });
    await page.getByText('Loading Gatebell…').waitFor();
    await page.unroute('**/*.js');
    await page.route('**/config.json', () => {});
    await page.goto(page.url(), { waitUntil: 'commit' });
    await page.getByText('Loading Gatebell…').waitFor();
  });

  it('spells out what would reverse a text, whatever the API lets through', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.route('**/api/products?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('Product of', '\u202EProduct of') });
    });
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByRole('link', { name: `[U+202E]${product.name}` }).waitFor();
    expect(await page.locator('#root').textContent()).not.toContain('\u202E');
  });
});
