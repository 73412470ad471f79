import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const table = (page: Page) => page.getByRole('table', { name: 'Notifications' });
const rows = (page: Page) => table(page).getByRole('row').filter({ hasText: ' → ' });
const badge = (page: Page) => page.getByTestId('unviewed');
const markAll = (page: Page) => page.getByRole('button', { name: 'Mark all as viewed' });

it('all are marked, those on further pages and one that was read too: badge, list and empty state agree', async () => {
  const product = await newProduct(stack);
  for (let flip = 0; flip < 31; flip += 1) await product.report((flip + 1) % 2);
  await product.notifications();
  const page = await open({ user: product.owner });
  await expect.poll(() => badge(page).textContent()).toBe('31');
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => rows(page).count()).toBe(6);
  await rows(page).nth(3).getByRole('link').click();
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  await expect.poll(() => badge(page).textContent()).toBe('30');
  await page.goBack();
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor({ state: 'detached' });

  await markAll(page).click();
  await page.getByText('All notifications marked as viewed.').waitFor();
  await page.getByText('No new notifications').waitFor();
  await page.getByText('(0 new)').waitFor();
  await expect.poll(() => badge(page).count()).toBe(0);
  expect(await rows(page).count()).toBe(0);

  await product.report(0);
  await expect.poll(() => rows(page).count()).toBe(1);
  await expect.poll(() => badge(page).textContent()).toBe('1');
  await page.getByText('Hide viewed').click();
  await expect.poll(() => rows(page).count()).toBe(25);
  expect(await rows(page).filter({ hasText: 'Viewed' }).count()).toBe(24);
});

it('many that are selected on several pages leave none behind', async () => {
  const product = await newProduct(stack);
  for (let flip = 0; flip < 29; flip += 1) await product.report((flip + 1) % 2);
  await product.notifications();
  const page = await open({ user: product.owner });
  await expect.poll(() => rows(page).count()).toBe(25);
  await page.getByRole('checkbox', { name: 'Select all notifications' }).press('Space');
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => rows(page).count()).toBe(4);
  await page.getByRole('checkbox', { name: 'Select all notifications' }).press('Space');
  await page.getByText('(29 selected, 29 new)').waitFor();
  await page.getByRole('button', { name: 'Mark as viewed' }).click();
  await page.getByText('29 notifications marked as viewed.').waitFor();
  await page.getByText('No new notifications').waitFor();
  expect(await rows(page).count()).toBe(0);
});

it('is refused with a reason while texts are searched', async () => {
  const product = await newProduct(stack);
  await product.report(1);
  await product.notifications();
  const page = await open({ user: product.owner, path: `/notifications?name=${encodeURIComponent(product.name)}` });
  await rows(page).first().waitFor();
  expect(await markAll(page).getAttribute('aria-disabled')).toBe('true');
  await markAll(page).focus();
  await page.getByRole('tooltip').getByText('Filter by type or product only').waitFor();
});
