import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

/** What the browser says where scripts or the network are taken away. */
const TAKEN_AWAY = /Failed to load resource|Unable to preload|dynamically imported module|ERR_|RangeError/;

const again = (page: Page) => page.getByRole('button', { name: 'Try again' });

describe('a script that does not load', () => {
  it('leaves the list, and is asked for again once back online', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner, expected: TAKEN_AWAY });
    await page.route('**/notification-panel-*.js', (route) => route.abort());
    await page.reload();
    await page.getByRole('link', { name: product.name }).click();
    await page.getByText("Can't show the notification").waitFor();
    await page.getByRole('table', { name: 'Notifications' }).waitFor();
    await page.unroute('**/notification-panel-*.js');
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
  });

  it('of the panel is there before it is needed', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner, expected: TAKEN_AWAY });
    const link = page.getByRole('link', { name: product.name });
    await link.waitFor();
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await link.click();
    await page.getByRole('button', { name: 'Close panel' }).waitFor();
    expect(await page.getByText("Can't show the notification").count()).toBe(0);
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  });

  it('of a view is there before the click on its link', async () => {
    const page = await open({ user: 'olivia' });
    const asked = page.waitForRequest('**/products-view-*.js');
    await page.getByRole('link', { name: 'Products' }).hover();
    await asked;
  });

  it('is asked for again on demand', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, expected: TAKEN_AWAY });
    await page.route('**/products-view*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByText("Can't load this view").waitFor();
    await page.unroute('**/products-view*.js');
    await again(page).click();
    await page.getByRole('link', { name: product.name }).waitFor();
    await page.route('**/draw-*.js', (route) => route.abort());
    await page.reload();
    await page.getByText("Can't load Gatebell. Load the page again.").waitFor();
  });
});

describe('a view that throws', () => {
  it('leaves the navigation, and another view works', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, expected: /TypeError/ });
    await page.route(`**/api/products/${product.id}`, (route) => route.fulfill({ json: { id: product.id } }));
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByRole('link', { name: product.name }).click();
    await page.getByText("Can't load this view").waitFor();
    await page.getByRole('link', { name: 'Products' }).first().click();
    await page.getByRole('table', { name: 'Products' }).waitFor();
  });

  it('is not needed for a time that is no time', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner, path: '/products', expected: TAKEN_AWAY });
    await page.route('**/api/notifications?*', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/"created":"[^"]+"/, '"created":"yesterday"');
      await route.fulfill({ response, body });
    });
    await page.getByRole('link', { name: /Notifications/ }).click();
    await page.getByRole('link', { name: product.name }).waitFor();
    await page.getByText('yesterday').first().waitFor();
  });
});

describe('a mark that fails', () => {
  it('leaves the notification new', async () => {
    const product = await newProduct(stack);
    await product.report(1);
    await product.notifications();
    const page = await open({ user: product.owner, expected: /503/ });
    const failing = Promise.withResolvers<void>();
    await page.route('**/mark_as_viewed', async (route) => {
      await failing.promise;
      await route.fulfill({ status: 503, json: { message: 'Busy' } });
    });
    const rows = page.getByRole('table', { name: 'Notifications' }).getByRole('row');
    await rows.getByRole('link', { name: product.name }).click();
    await rows.getByText('· Viewed').waitFor();
    failing.resolve();
    await rows.getByText('· New').waitFor();
  });
});

describe('a badge that can not be counted', () => {
  it('says so until it can', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.route('**/api/notifications/unviewed_count', (route) =>
      route.fulfill({ status: 503, json: { message: 'Busy' } }),
    );
    await page.getByText("Can't check for new notifications.").waitFor();
    await page.unroute('**/api/notifications/unviewed_count');
    await page.getByText("Can't check for new notifications.").waitFor({ state: 'detached' });
  });
});

describe('a start that fails', () => {
  it('comes back to the same place', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.route('**/api/users/me', (route) => route.fulfill({ status: 503, json: { message: 'Busy' } }));
    await page.goto(new URL(`/products/${product.id}`, page.url()).href);
    await page.getByText("Can't start Gatebell").waitFor();
    await page.unroute('**/api/users/me');
    await again(page).click();
    await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
  });

  it('comes back to the same place when the sign-in itself failed', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, expected: TAKEN_AWAY });
    await page.route('**/token', (route) => route.fulfill({ status: 503, json: {} }));
    await page.goto(new URL(`/products/${product.id}`, page.url()).href);
    await page.getByText("Can't start Gatebell").waitFor();
    await page.unroute('**/token');
    await again(page).click();
    await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/products/${product.id}`);
  });
});
