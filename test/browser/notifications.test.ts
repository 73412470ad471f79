import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { useStack } from '../use-stack.ts';
import { newProduct, newUser } from './people.ts';
import { useTabs } from './tabs.ts';

const open = useTabs();
const stack = useStack();
afterEach(() => stack.behaviour([]));

const table = (page: Page) => page.getByRole('table', { name: 'Notifications' });
const row = (page: Page, text: string | RegExp) => table(page).getByRole('row').filter({ hasText: text });
const badge = (page: Page) => page.getByTestId('unviewed');

describe('the list', () => {
  it('shows without a reload that a gate fails elsewhere, in the badge too', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.getByText('No notifications yet').waitFor();
    await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
    await product.report(3);
    await row(page, `${product.name}: passed → failed`).waitFor();
    await expect.poll(() => badge(page).textContent()).toBe('1');
    await expect.poll(() => page.title()).toBe('(1) Notifications · Gatebell');
    expect(await page.evaluate(() => document.documentElement.getAttribute('data-same-page'))).toBe('yes');
  });

  it('is shared by its address, filter included, and opens what happened', async () => {
    const [product, other] = [await newProduct(stack), await newProduct(stack)];
    await other.admit(product.owner, 'reader');
    for (const each of [product, other]) await each.report(1);
    for (const each of [product, other]) await each.notifications();
    const page = await open({ user: product.owner });
    await row(page, other.name).waitFor();
    const filter = page.getByRole('combobox', { name: 'Filter notifications' });
    await filter.fill(product.name);
    await filter.press('Enter');
    await row(page, other.name).waitFor({ state: 'detached' });
    const { pathname, search } = new URL(page.url());
    expect(new URLSearchParams(search).get('search')).toBe(product.name);

    const shared = await open({ user: product.owner, path: `${pathname}${search}` });
    await row(shared, product.name).waitFor();
    expect(await row(shared, other.name).count()).toBe(0);
    await row(shared, product.name).getByRole('link').click();
    await shared.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await shared.getByText('1 critical, 0 allowed').last().waitFor();
    expect(new URL(shared.url()).pathname).toMatch(/^\/notifications\/\w+$/);
    expect(new URL(shared.url()).search).toBe(search);
    await shared.getByRole('region').getByText('Viewed').first().waitFor();
    await shared.goBack();
    await shared.getByRole('heading', { name: 'Deliveries' }).waitFor({ state: 'detached' });
  });
});

describe('what is selected', () => {
  it('is marked as viewed, and deleted for everybody after a question', async () => {
    const product = await newProduct(stack);
    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    for (const critical of [1, 0, 2]) await product.report(critical);
    const all = await product.notifications();
    expect(all).toHaveLength(3);
    const page = await open({ user: product.owner });
    await row(page, 'failed → passed').getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Mark as viewed' }).click();
    await page.getByText('1 notification marked as viewed.').waitFor();
    await row(page, 'failed → passed').waitFor({ state: 'detached' });
    await expect.poll(() => badge(page).textContent()).toBe('2');
    await page.getByText('Hide viewed').click();
    await row(page, 'failed → passed').waitFor();

    // By keyboard: over the real one lies the copy that stays in sight while the list scrolls.
    await page.getByRole('checkbox', { name: 'Select all notifications' }).press('Space');
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText("for all users, and you can't undo it").waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await product.notifications()).toHaveLength(3);
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete for all users' }).click();
    await page.getByText('3 notifications deleted for all users.').waitFor();
    await page.getByText('No notifications yet').waitFor();
    expect(await product.notifications()).toHaveLength(0);
    const token = await stack.token(reader);
    expect(await stack.api('GET', `/api/notifications/${all[0]?.id}`, { token })).toMatchObject({ status: 404 });
  });

  it('stays when the reader may not delete it, and Delete says why', async () => {
    const product = await newProduct(stack);
    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    await product.report(1);
    await product.notifications();
    const page = await open({ user: reader });
    await row(page, product.name).getByRole('checkbox').check();
    const remove = page.getByRole('button', { name: 'Delete' });
    await expect.poll(() => page.getByRole('button', { name: 'Mark as viewed' }).isEnabled()).toBe(true);
    expect(await remove.getAttribute('aria-disabled')).toBe('true');
    await remove.focus();
    await page.getByRole('tooltip').getByText('Only a product owner or an administrator').waitFor();
    const owners = await open({ user: product.owner });
    await row(owners, product.name).getByRole('checkbox').check();
    await expect.poll(() => owners.getByRole('button', { name: 'Delete' }).getAttribute('aria-disabled')).toBe(null);
  });
});

describe('the panel', () => {
  it('shows why a delivery failed, and sends it again', async () => {
    const path = `/services/${newUser('hook')}`;
    await stack.behaviour([{ path, status: 400, body: 'invalid_blocks' }]);
    const product = await newProduct(stack, { notification_slack_webhook: `${stack.handles.receiver}${path}` });
    await product.report(1);
    const [notification] = (await product.notifications()).filter(({ name }) => name.includes('Security gate'));
    const page = await open({ user: product.owner, path: `/notifications/${notification?.id}` });
    const delivery = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').filter({ hasText: 'Slack' });
    await delivery.getByText('Failed').waitFor();
    await delivery.getByText('invalid_blocks').waitFor();
    expect(await page.content()).not.toContain(path);
    await stack.behaviour([]);
    await delivery.getByRole('button', { name: /again/ }).click();
    await delivery.getByText('Sent').waitFor();
  });

  it('answers why nothing was sent', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    const [notification] = await product.notifications();
    const page = await open({ user: product.owner, path: `/notifications/${notification?.id}` });
    await page.getByText('Why was nothing sent?').waitFor();
    await page.getByText('no email address or webhook was configured for the product').waitFor();
    await page.getByRole('link', { name: "View the product's notification settings" }).click();
    await page.getByRole('heading', { name: 'Notification', exact: true }).waitFor();
  });
});

describe('a failure', () => {
  it('says what failed and offers to try again', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products' });
    await page.route('**/api/notifications?*', (route) => route.fulfill({ status: 503, json: { message: 'Busy' } }));
    await page.getByRole('link', { name: /Notifications/ }).click();
    await page.getByText("Can't load the notifications").waitFor();
    await page.getByText('Busy').waitFor();
    await page.unroute('**/api/notifications?*');
    // As API Gateway answers who asks too often: the page asks once more by itself.
    let throttled = 0;
    await page.route('**/api/notifications?*', (route) => {
      throttled += 1;
      return throttled > 1 ? route.continue() : route.fulfill({ status: 429, json: { message: 'Too Many Requests' } });
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No notifications yet').waitFor();
    expect(throttled).toBeGreaterThan(1);
    expect(await page.getByText("Can't load").count()).toBe(0);
  });
});
