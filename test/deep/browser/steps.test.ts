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
  it('is one step back, closed or not', async () => {
    const page = await listOfThree();
    for (const row of [0, 1, 2]) {
      await rows(page).nth(row).getByRole('link').click();
      await rows(page).nth(row).getByRole('img', { name: 'Open' }).waitFor();
      await deliveries(page).waitFor();
    }
    expect(await rows(page).getByRole('img', { name: 'Open' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Close panel' }).click();
    await deliveries(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/notifications');
    await page.goBack();
    await page.getByRole('table', { name: 'Products' }).waitFor();
    await page.goForward();
    await expect.poll(() => rows(page).count()).toBe(3);
    for (const row of [0, 1]) await rows(page).nth(row).getByRole('link').click();
    await page.goBack();
    await deliveries(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/notifications');
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

  it('spells out what would reverse a name', async () => {
    const product = await newProduct(stack);
    await product.rename(`\u202Edessap ${product.owner}`);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner });
    const name = `[U+202E]dessap ${product.owner}`;
    await page.getByRole('link', { name: `${name}: passed → failed` }).waitFor();
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await expect.poll(() => page.title()).toContain(name);
    expect(await page.locator('#root').textContent()).not.toContain('\u202E');
  });
});
