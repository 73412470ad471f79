import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenWords } from '../../browser/broken-words.ts';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();
afterEach(() => stack.behaviour([]));

const deliveries = (page: Page) => page.getByRole('table', { name: 'Deliveries' });
const rows = async (page: Page) => (await deliveries(page).getByRole('row').allTextContents()).slice(1);

/** A product whose gate has failed, and the notification of it. */
const failed = async (fields: Record<string, unknown>) => {
  const product = await newProduct(stack, fields);
  await product.report(1);
  await stack.atRest(60_000, { ignoreWaiting: true });
  const token = await stack.token(product.owner);
  const { json } = await stack.api('GET', `/api/notifications?type=security_gate&product_id=${product.id}`, { token });
  const [, id] = /"id":"([^"]+)"/.exec(JSON.stringify(json)) ?? [];
  return { product, path: `/notifications/${id}` };
};

describe('many deliveries', () => {
  it('are summed up, the failed one first, addresses in order', async () => {
    const token = await stack.token('alice', { admin: true });
    await stack.api('PATCH', '/api/settings', { token, body: { email_from: 'bell@example.org' } });
    const hook = `/services/${newUser('hook')}`;
    await stack.behaviour([{ path: hook, status: 404, body: 'no_service' }]);
    const addresses = Array.from({ length: 50 }, (_, each) => `p${each}@example.org`);
    const { product, path } = await failed({
      notification_email_to: addresses.toReversed().join(', '),
      notification_slack_webhook: `${stack.handles.receiver}${hook}`,
    });
    const page = await open({ user: product.owner, path });
    await page.getByText('1 failed · 50 sent').waitFor();
    const [first, ...others] = await rows(page);
    expect(first).toMatch(/^Slack.*Failed/);
    expect(others.map((text) => /p\d+@example\.org/.exec(text)?.[0])).toEqual(addresses);
  });
});

describe('a delivery that is sent again and fails again', () => {
  it('leaves no message behind that promises a result, and its target fits a telephone', async () => {
    const hook = `/services/${newUser('hook')}`;
    await stack.behaviour([{ path: hook, status: 400, body: 'invalid_blocks' }]);
    const { product, path } = await failed({ notification_slack_webhook: `${stack.handles.receiver}${hook}` });
    const page = await open({ user: product.owner, path });
    await page.getByRole('button', { name: /^Send again/ }).press('Enter');
    await page.getByText(/^Sending to .* again\.$/).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Deliveries');
    await expect.poll(async () => (await stack.messages(hook)).length).toBe(2);
    await page.getByText(/^Sending to .* again\.$/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Send again/ }).waitFor();
    await page.setViewportSize({ width: 375, height: 900 });
    await expect.poll(() => brokenWords(page, '[aria-label="Deliveries"] th')).toEqual([]);
  });
});

describe("a task of a product's", () => {
  it('says to members that only administrators see its details', async () => {
    const product = await newProduct(stack);
    const token = await stack.token('alice', { admin: true });
    const body = {
      type: 'task',
      exception_class: 'TimeoutError',
      function: 'nightly_export',
      message: `The export of ${product.id} failed`,
      product_id: product.id,
    };
    expect((await stack.api('POST', '/api/exceptions', { token, body })).status).toBeLessThan(300);
    await product.notifications();
    const page = await open({ user: product.owner });
    await page.getByRole('link', { name: /nightly_export/ }).click();
    await page.getByText('Only administrators see the message, arguments, and trace.').waitFor();
    expect(await page.getByRole('region').getByText('...', { exact: true }).count()).toBe(0);
  });
});

describe('the notification of a broken channel', () => {
  it("shows the product's owner what to do, and hides nothing", async () => {
    const hook = `/services/${newUser('hook')}`;
    await stack.behaviour([{ path: hook, status: 404, body: 'no_service' }]);
    const { product } = await failed({ notification_slack_webhook: `${stack.handles.receiver}${hook}` });
    const page = await open({ user: product.owner });
    await page.getByRole('link', { name: /^Slack of .* is broken/ }).click();
    await deliveries(page).waitFor();
    await page.getByText('Set a new webhook, or send a test message once it works again.').last().waitFor();
    expect(await page.getByText('...', { exact: true }).count()).toBe(0);
    await page.getByRole('region').getByRole('link', { name: product.name, exact: true }).click();
    await page.getByText('Messages to Slack fail').waitFor();
  });
});
