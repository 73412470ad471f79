import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

const open = useTabs();
/** Of its own: it begins empty, and ends with a delivery that waits for an hour. */
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const steps = (page: Page) => page.getByRole('listitem').filter({ has: page.getByText(/^(?:To do|Done)$/) });
const states = async (page: Page) =>
  (await steps(page).allTextContents()).map((text) => (text.startsWith('Done') ? 'done' : 'to do'));
const atHome = async (page: Page) => {
  await page.getByRole('link', { name: 'Notifications' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Notifications' }).waitFor();
};
const toStep = (page: Page, name: string) => steps(page).getByRole('link', { name }).click();

describe('a fresh install', () => {
  it('claims nothing was viewed, and leads administrators through the first steps, until all are done', async () => {
    const page = await open({ user: 'alice', web: stack.handles.web });
    await page.getByText('No notifications yet').waitFor();
    expect(await page.getByText(/You have viewed/).count()).toBe(0);
    const middle = async (shown: Locator) => {
      const { x = 0, width = 0 } = (await shown.boundingBox()) ?? {};
      return Math.round(x + width / 2);
    };
    const button = page.getByRole('button', { name: 'Go to products' });
    expect(Math.abs((await middle(button)) - (await middle(page.getByText('No notifications yet'))))).toBeLessThan(3);
    await expect.poll(() => states(page)).toEqual(['to do', 'to do', 'to do', 'to do']);

    await toStep(page, 'Create the first product');
    await page.getByText('No products yet').waitFor();
    await page.getByRole('button', { name: 'Create product' }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Payment service');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Payment service' }).waitFor();
    await atHome(page);
    await expect.poll(() => states(page)).toEqual(['to do', 'done', 'to do', 'to do']);

    await toStep(page, 'Add a channel');
    await page.getByRole('textbox', { name: 'Email' }).fill('team@example.org');
    await page.getByText("Email isn't sent yet").waitFor();
    await page.getByRole('button', { name: 'Save Notification' }).click();
    await page.getByText('Notification saved.').waitFor();
    await page.getByRole('link', { name: 'Set the From address' }).click();
    await page.getByRole('textbox', { name: 'From address' }).fill('bell@example.org');
    await page.getByRole('button', { name: 'Save Sender' }).click();
    await page.getByText('Sender saved.').waitFor();
    await atHome(page);
    await expect.poll(() => states(page)).toEqual(['done', 'done', 'done', 'to do']);

    await toStep(page, 'Report findings from CI');
    await page.getByRole('heading', { name: 'CI pipeline' }).waitFor();
    expect(await page.getByText("Email isn't sent yet").count()).toBe(0);
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const counts = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
    const token = await stack.token('alice', { admin: true });
    await stack.api('PUT', `/api/products/${id}/observation_counts`, { token, body: counts });
    await atHome(page);
    await page.getByText('No notifications yet').waitFor();
    await expect.poll(() => page.getByText('Set up Gatebell').count()).toBe(0);
    await page.reload();
    await page.getByText('No notifications yet').waitFor();
    expect(await page.getByText('Set up Gatebell').count()).toBe(0);
  });

  it('shows no such steps to others', async () => {
    const page = await open({ user: newUser('visitor'), web: stack.handles.web });
    await page.getByText('No notifications yet').waitFor();
    expect(await page.getByText('Set up Gatebell').count()).toBe(0);
  });
});

describe('without a From address', () => {
  it('the maintainer of a product is warned before an email is skipped, and the skipped one leads on', async () => {
    const token = await stack.token('alice', { admin: true });
    expect(await stack.api('PATCH', '/api/settings', { token, body: { email_from: '' } })).toMatchObject({
      status: 200,
    });
    const product = await newProduct(stack, { notification_email_to: 'team@example.org' });
    const page = await open({ user: product.owner, path: `/products/${product.id}`, web: stack.handles.web });
    await page.getByText("Email isn't sent yet").waitFor();
    await page.getByText('Ask an administrator to set it in the settings.').waitFor();
    await page.getByRole('textbox', { name: 'Email' }).fill('');
    await page.getByText("Email isn't sent yet").waitFor({ state: 'detached' });

    await product.report(1);
    const [notification] = await product.notifications();
    const path = `/notifications/${notification?.id}`;
    const administrators = await open({ user: 'alice', path, web: stack.handles.web });
    const deliveries = administrators.getByRole('table', { name: 'Deliveries' });
    await deliveries.getByText('No From address').waitFor();
    await deliveries.getByRole('link', { name: 'Set the From address' }).click();
    await administrators.getByRole('textbox', { name: 'From address' }).waitFor();
  });
});

describe('a delivery that is tried again', () => {
  it('says when, exactly on hover', async () => {
    await stack.behaviour([{ path: '/busy', status: 503, headers: { 'retry-after': '3000' } }]);
    const product = await newProduct(stack, { notification_slack_webhook: `${stack.handles.receiver}/busy` });
    await product.report(1);
    const page = await open({ user: product.owner, web: stack.handles.web, timezoneId: 'Asia/Tokyo' });
    await page.getByRole('link', { name: product.name }).click();
    const deliveries = page.getByRole('table', { name: 'Deliveries' });
    await deliveries.getByText(/^Trying again in (?:4\d|50) minutes$/).waitFor();
    expect(await deliveries.getByText(/^in \d+ minutes$/).getAttribute('title')).toMatch(/Japan Standard Time$/);
    await deliveries.getByText(/1 attempt/).waitFor();
  });
});
