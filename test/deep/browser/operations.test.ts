import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();
afterEach(() => stack.behaviour([]));

const deliveriesSchema = z.object({ deliveries: z.array(z.object({ target: z.string() })) });

const table = (page: Page, name: string) => page.getByRole('table', { name, exact: true });
const row = (page: Page, name: string, text: string) => table(page, name).getByRole('row').filter({ hasText: text });

/** A product that notifies a webhook of its own, whose gate has failed once. */
const withWebhook = async () => {
  const path = `/services/${newUser('hook')}`;
  const product = await newProduct(stack, { notification_slack_webhook: `${stack.handles.receiver}${path}` });
  return { product, path };
};

/** How the target of a product's only delivery is shown. */
const targetOf = async ({ owner, notifications }: Awaited<ReturnType<typeof newProduct>>) => {
  const [notification] = await notifications();
  const token = await stack.token(owner);
  const { json } = await stack.api('GET', `/api/notifications/${notification?.id}`, { token });
  return deliveriesSchema.parse(json).deliveries[0]?.target ?? '';
};

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

/** Goes through the pages of targets until one is there. */
const showTarget = async (page: Page, target: string) => {
  await table(page, 'Targets')
    .getByRole('button', { name: /^(?:Pause|Resume) / })
    .first()
    .waitFor();
  while ((await row(page, 'Targets', target).count()) === 0) {
    const before = await table(page, 'Targets').textContent();
    await page.getByRole('button', { name: 'Next page' }).first().click();
    await expect.poll(() => table(page, 'Targets').textContent()).not.toBe(before);
  }
  return row(page, 'Targets', target);
};

describe('a target', () => {
  it('is paused by an administrator after a question, shows what waits, and sends it in one message when resumed', async () => {
    const { product, path } = await withWebhook();
    await product.report(1);
    const target = await targetOf(product);
    const page = await open({ user: 'alice', path: '/operations', timezoneId: 'Asia/Tokyo' });
    await expect.poll(() => page.title()).toMatch(/Operations · Gatebell$/);
    const shown = await showTarget(page, target);
    await shown.getByText(/^Ready/).waitFor();

    await page.getByRole('button', { name: `Pause ${target}` }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('No deliveries wait for it. Nothing is sent to it until').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe(`Pause ${target}`);
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await shown.getByText(/^Paused by alice since \d/).waitFor();
    await expect.poll(() => focused(page)).toBe(`Resume ${target}`);
    expect(await shown.locator('time').first().getAttribute('title')).toContain('Japan Standard Time');
    await page.getByText('until an administrator resumes it.').waitFor();

    for (const critical of [0, 1, 0]) await product.report(critical);
    await shown.getByRole('cell', { name: '3', exact: true }).waitFor();
    expect(await stack.messages(path)).toHaveLength(1);
    const [newest] = await product.notifications();
    const owners = await open({ user: product.owner, path: `/notifications/${newest?.id}` });
    await owners.getByText('An administrator paused the target').waitFor();

    await page.getByRole('button', { name: `Resume ${target}` }).press('Enter');
    await page.getByText(`${target} is resumed.`).waitFor();
    await expect.poll(async () => (await stack.messages(path)).length).toBe(2);
    await shown.getByText('Paused by alice').waitFor({ state: 'detached' });
    await owners.getByText('Posted · Sent together with others').waitFor();
    expect(await owners.getByText('An administrator paused the target').count()).toBe(0);
  });
});

describe('failed deliveries', () => {
  /** Fails once, as Slack does when an administrator forbids the app. */
  const failing = async () => {
    const { product, path } = await withWebhook();
    await stack.behaviour([{ path, status: 403, body: 'action_prohibited', times: 1 }]);
    await product.report(1);
    await product.notifications();
    return { product, path };
  };

  it('are listed with their reason, and are all sent again after a question', async () => {
    const { product, path } = await failing();
    const page = await open({ user: 'alice', path: '/operations' });
    const shown = row(page, 'Failed deliveries', product.name);
    await shown.getByText('An administrator of Slack does not allow it (action_prohibited)').waitFor();
    await page.getByRole('button', { name: /^Failed in/ }).click();
    await page.getByRole('option', { name: 'Last hour' }).click();
    await shown.waitFor();
    await page.getByRole('button', { name: 'Send all again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Deliveries that failed since .* are sent again, for all products\./).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await stack.messages(path)).toHaveLength(1);
    await page.getByRole('button', { name: 'Send all again' }).click();
    await dialog.getByRole('button', { name: 'Send all again' }).click();
    await page.getByText(/^[\d,]+ (?:delivery|deliveries) queued to be sent again\.$/).waitFor();
    await expect.poll(async () => (await stack.messages(path)).length).toBe(2);
    await shown.waitFor({ state: 'detached' });
  });

  it('of a product are sent again by its owner, and lead to their notification', async () => {
    const { product, path } = await failing();
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await row(page, 'Failed deliveries', 'action_prohibited').getByRole('link').click();
    await row(page, 'Deliveries', 'action_prohibited').waitFor();
    await page.goBack();
    await row(page, 'Failed deliveries', 'action_prohibited').waitFor();
    await page.getByRole('button', { name: 'Send all again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send all again' }).click();
    await page.getByText('1 delivery queued to be sent again.').waitFor();
    await expect.poll(async () => (await stack.messages(path)).length).toBe(2);
    await page.getByText('No delivery has failed in this time range.').waitFor();

    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    const readers = await open({ user: reader, path: `/products/${product.id}` });
    await readers.getByRole('heading', { name: 'CI pipeline' }).waitFor();
    expect(await table(readers, 'Failed deliveries').count()).toBe(0);
  });
});

it('a reader has no Operations entry, and no such page', async () => {
  const product = await newProduct(stack);
  const page = await open({ user: product.owner, path: '/operations' });
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await page.getByRole('link', { name: 'Products' }).waitFor();
  expect(await page.getByRole('link', { name: 'Operations' }).count()).toBe(0);
  const administrators = await open({ user: 'alice', path: '/products' });
  await administrators.getByRole('link', { name: 'Operations' }).click();
  await expect.poll(() => administrators.evaluate(() => document.activeElement?.textContent)).toBe('Operations');
});
