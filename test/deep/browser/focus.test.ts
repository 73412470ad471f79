import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const focusIs = (page: Page, text: string) => expect.poll(() => focused(page)).toBe(text);
const titleIs = (page: Page, title: string) => expect.poll(() => page.title()).toBe(`${title} · Gatebell`);

describe('the focus', () => {
  it('is on the heading of each view that one goes to, and the title names it', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: 'alice', path: '/settings' });
    await expect.poll(() => page.title()).toMatch(/Settings · Gatebell$/);
    await page.getByRole('link', { name: 'Products' }).click();
    await focusIs(page, 'Products');
    await expect.poll(() => page.title()).toMatch(/Products · Gatebell$/);
    const owners = await open({ user: product.owner, path: '/products' });
    await owners.getByRole('link', { name: product.name }).click();
    await focusIs(owners, product.name);
    await titleIs(owners, product.name);
    await owners.goBack();
    await focusIs(owners, 'Products');
    await titleIs(owners, 'Products');
    await owners.getByRole('link', { name: /Notifications/ }).click();
    await focusIs(owners, 'Notifications');
    await titleIs(owners, 'Notifications');
  });

  it('is in the panel while it is open, and in the list then, which hides the viewed row', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner });
    const link = page.getByRole('link', { name: product.name });
    await link.waitFor();
    const isRead = page.waitForResponse((answer) => answer.ok() && answer.url().includes('/api/notifications?'));
    await link.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await expect.poll(() => focused(page)).toContain('Deliveries');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    await titleIs(page, `${product.name}: passed → failed`);
    // Without the viewed row, as the badge has one less.
    await isRead;
    await page.getByRole('button', { name: 'Close panel' }).press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^Notifications \(0 new\)/);
  });

  it('leaves a row that is hidden once the list is read again, though the panel is closed before', async () => {
    const product = await newProduct(stack);
    for (const critical of [1, 0]) await product.report(critical);
    await product.notifications();
    const page = await open({ user: product.owner });
    const rows = page.getByRole('table', { name: 'Notifications' }).getByRole('row').filter({ hasText: ' → ' });
    /** Keeps back answers until it is told not to. */
    const keepBack = async (path: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      await page.route(path, async (route) => {
        await promise;
        await route.continue();
      });
      return resolve;
    };
    const answerCounts = await keepBack('**/api/notifications/unviewed_count');
    await page.reload();
    await expect.poll(() => rows.count()).toBe(2);
    const answerLists = await keepBack('**/api/notifications?*');
    const isMarked = page.waitForResponse('**/mark_as_viewed');
    await rows.first().getByRole('link').press('Enter');
    await isMarked;
    // Also where the first count is of after the mark. By itself, the list is read once a minute.
    const isRead = page.waitForRequest('**/api/notifications?*', { timeout: 40_000 });
    answerCounts();
    await isRead;
    await page.getByRole('button', { name: 'Close panel' }).press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^Notifications \(1 new\)/);
    expect(await rows.count()).toBe(2);
    answerLists();
    await expect.poll(() => rows.count()).toBe(1);
    await product.report(1);
    await expect.poll(() => rows.count()).toBe(2);
    expect(await focused(page)).toMatch(/^Notifications \(2 new\)/);
  });

  it('skips the bar and the navigation on demand', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products' });
    await page.getByRole('link', { name: product.name }).waitFor();
    await page.keyboard.press('Tab');
    await focusIs(page, 'Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await focusIs(page, 'Create product');
  });
});
