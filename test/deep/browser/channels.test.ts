import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const productSchema = z.looseObject({
  notification_webhook_secret: z.string(),
  notification_eventbridge: z.string(),
  security_gate_threshold_medium: z.number().nullable(),
});
const read = async ({ id, owner }: { readonly id: string; readonly owner: string }) =>
  productSchema.parse((await stack.api('GET', `/api/products/${id}`, { token: await stack.token(owner) })).json);

/** The message of a save before can be there still, or fade away: the answer is waited for, too. */
const save = async (page: Page, section: string) => {
  const answer = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
  await page.getByRole('button', { name: `Save ${section}` }).click();
  await answer;
  await page.getByText(`${section} saved.`).last().waitFor();
};

describe('the signing secret of a webhook', () => {
  it('is copied, and rotated with the next save', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('textbox', { name: 'Signed webhook' }).fill(`${stack.handles.receiver}/events/${product.id}`);
    expect(await page.getByRole('button', { name: /signing secret/ }).count()).toBe(0);
    await save(page, 'Notification');
    const { notification_webhook_secret: first } = await read(product);
    expect(first).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Copy the signing secret of Signed webhook' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
    expect(await page.textContent('main')).not.toContain(first);

    await page.getByRole('button', { name: 'Rotate the secret of Signed webhook' }).click();
    await page.getByText('The present one stays valid for 24 hours.').waitFor();
    expect(await read(product)).toMatchObject({ notification_webhook_secret: first });
    await page.getByRole('button', { name: 'Discard changes in Notification' }).click();
    await page.getByRole('button', { name: 'Rotate the secret of Signed webhook' }).click();
    await save(page, 'Notification');
    const { notification_webhook_secret: second } = await read(product);
    expect(second).not.toBe(first);
    await page.getByRole('button', { name: 'Rotate the secret of Signed webhook' }).waitFor();
    await page.getByRole('button', { name: 'Copy the signing secret of Signed webhook' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(second);
  });
});

describe('an event bus', () => {
  it('that the stage lacks is refused at its field, with those that it has; another is saved and tested', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const bus = page.getByRole('textbox', { name: 'EventBridge' });
    await bus.fill('another-bus');
    await page.getByRole('button', { name: 'Save Notification' }).click();
    await page.getByText('Must be an event bus of this stage: security-events').waitFor();
    await expect.poll(() => bus.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await bus.getAttribute('aria-invalid')).toBe('true');
    await bus.fill('security-events');
    await save(page, 'Notification');
    expect(await read(product)).toMatchObject({ notification_eventbridge: 'security-events' });
    await page.getByRole('button', { name: 'Send test to EventBridge' }).click();
    await page.getByText(/^Sent to /).waitFor();
    const readers = await open({ user: 'alice', path: `/products/${product.id}` });
    await expect.poll(() => readers.getByRole('textbox', { name: 'EventBridge' }).inputValue()).toBe('security-events');
  });
});

describe("a product's own gate", () => {
  it("starts with today's thresholds, and takes them back with another mode", async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const threshold = (severity: string) => page.getByRole('spinbutton', { name: severity });
    const unlimited = (severity: string) => page.getByRole('checkbox', { name: `No limit for ${severity}` });
    const own = page.getByRole('radio', { name: 'Own gate' });
    await own.check();
    await expect.poll(() => unlimited('Medium').isChecked()).toBe(true);
    expect(await threshold('Medium').inputValue()).toBe('');
    expect(await threshold('Critical').inputValue()).toBe('0');
    await page.getByRole('radio', { name: 'Default gate' }).check();
    await expect.poll(() => page.getByRole('button', { name: 'Save Security gate' }).isEnabled()).toBe(false);
    await own.check();
    await threshold('High').fill('4');
    await unlimited('Critical').check();
    expect(await threshold('Critical').isEnabled()).toBe(false);
    await unlimited('Low').uncheck();
    await threshold('Low').fill('');
    // The first five digits alone mean no limit.
    await threshold('Low').pressSequentially('999998');
    expect(await threshold('Low').inputValue()).toBe('999998');
    await save(page, 'Security gate');
    expect(await read(product)).toMatchObject({
      security_gate_active: true,
      security_gate_threshold_critical: 99_999,
      security_gate_threshold_high: 4,
      security_gate_threshold_medium: 99_999,
      security_gate_threshold_low: 999_998,
    });
  });
});
