import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { useStack } from '../use-stack.ts';
import { newProduct, newUser } from './people.ts';
import { useTabs } from './tabs.ts';

const open = useTabs();
const stack = useStack();
afterEach(() => stack.behaviour([]));

const save = (page: Page, section: string) => page.getByRole('button', { name: `Save ${section}` });

describe('the settings', () => {
  it('take a webhook, show only its host, and show its answer to a test', async () => {
    const path = `/services/${newUser('hook')}`;
    const page = await open({ user: 'alice', path: '/settings' });
    await page.getByRole('textbox', { name: 'Slack' }).fill(`${stack.handles.receiver}${path}`);
    await save(page, 'Exception channels').click();
    await page.getByText(`Set: ${new URL(stack.handles.receiver).host}`).waitFor();
    expect(await page.content()).not.toContain(path);

    await stack.behaviour([{ path, status: 403, body: 'invalid_token' }]);
    const test = page.getByRole('button', { name: 'Send test to Slack' });
    await test.click();
    await page.getByText(/Failed .*403 invalid_token/).waitFor();
    await stack.behaviour([]);
    await test.click();
    await page.getByText(/Sent to .*Response: 200 ok/).waitFor();
    expect(await page.getByText(/invalid_token/).count()).toBe(0);
    expect(await stack.messages(path)).toHaveLength(2);

    await page.getByRole('button', { name: 'Remove Slack' }).click();
    await save(page, 'Exception channels').click();
    await page.getByRole('textbox', { name: 'Slack' }).waitFor();
  });

  it("keep what was typed when the save fails, and mark the field in the server's words", async () => {
    const page = await open({ user: 'alice', path: '/settings' });
    const sender = page.getByRole('textbox', { name: 'From address' });
    await sender.fill('not an address');
    await save(page, 'Sender').click();
    await expect.poll(() => sender.getAttribute('aria-invalid')).toBe('true');
    const { json } = await stack.api('PATCH', '/api/settings', {
      token: await stack.token('alice', { admin: true }),
      body: { email_from: 'not an address' },
    });
    expect(json).toMatchObject({ errors: [{ path: 'email_from' }] });
    const [words] = JSON.stringify(json).match(/(?<="message":")[^"]+/) ?? [];
    await page.getByText(words ?? 'no words').waitFor();
    expect(await sender.inputValue()).toBe('not an address');

    await page.route('**/api/settings', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    await sender.fill('gate@example.org');
    await save(page, 'Sender').click();
    await page.getByText("Can't save Sender").waitFor();
    expect(await sender.inputValue()).toBe('gate@example.org');
    await page.unroute('**/api/settings');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText("Can't save Sender").waitFor({ state: 'detached' });
    await page.getByText('Sender saved.').waitFor();
    await page.reload();
    await expect.poll(() => sender.inputValue()).toBe('gate@example.org');
  });
});

describe('a product', () => {
  it('shows which count is too large, and passes once its own thresholds allow it', async () => {
    const product = await newProduct(stack);
    await product.report(2);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const critical = page.getByRole('row').filter({ hasText: 'Critical' });
    await critical.getByText('2 over threshold').waitFor();
    await page.getByRole('radio', { name: 'Own gate' }).check();
    await page.getByRole('spinbutton', { name: 'Critical' }).fill('2');
    await save(page, 'Security gate').click();
    await critical.getByText('Within threshold').waitFor();
    await page.getByText('Passed', { exact: true }).first().waitFor();
    await page.getByText(`/api/products/${product.id}/observation_counts`).waitFor();
  });

  it('takes members in and lets the last owner stay', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('textbox', { name: 'New member' }).fill('nora');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Remove nora' }).waitFor();
    const remove = async (user: string) => {
      await page.getByRole('button', { name: `Remove ${user}` }).click();
      await page
        .getByRole('dialog', { name: `Remove ${user}?` })
        .getByRole('button', { name: 'Remove member' })
        .click();
    };
    await remove(product.owner);
    await page.getByText(`Can't change ${product.owner}`).waitFor();
    await page.getByRole('button', { name: 'Remove nora' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove nora' }).waitFor();
    await remove('nora');
    await page.getByRole('button', { name: 'Remove nora' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Members');
  });

  it('asks before a role is lowered, not before it is raised', async () => {
    const product = await newProduct(stack);
    await product.admit('nora', 'upload');
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const role = page.getByRole('button', { name: 'Role of nora' });
    const choose = async (name: RegExp) => {
      await role.click();
      await page.getByRole('option', { name }).click();
    };
    await choose(/^Maintainer/);
    await expect.poll(() => role.textContent()).toContain('Maintainer');
    await choose(/^Reader/);
    await page
      .getByRole('dialog', { name: 'Change the role of nora?' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    expect(await role.textContent()).toContain('Maintainer');
    await choose(/^Reader/);
    await page.getByRole('button', { name: 'Change role' }).click();
    await expect.poll(() => role.textContent()).toContain('Reader');
  });

  it('takes in a member whose name has what divides a URL', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('textbox', { name: 'New member' }).fill('50%/who?#1');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Remove 50%/who?#1' }).click();
    await page.getByRole('button', { name: 'Remove member' }).click();
    await page.getByRole('button', { name: 'Remove 50%/who?#1' }).waitFor({ state: 'detached' });
  });

  it('can be left by any member', async () => {
    const product = await newProduct(stack);
    const user = newUser('leaver');
    await product.admit(user, 'reader');
    const page = await open({ user, path: `/products/${product.id}` });
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('button', { name: 'Leave product' }).click();
    await page.getByText('You are no longer a member').waitFor();
    await page.getByText("You aren't a member of any product").waitFor();
  });

  it('can be created by every user, who then owns it', async () => {
    const user = newUser('founder');
    const page = await open({ user, path: '/products' });
    await page.getByText("You aren't a member of any product").waitFor();
    await page.getByRole('button', { name: 'Create product' }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(`Founded by ${user}`);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: `Founded by ${user}` }).waitFor();
    await page.getByRole('button', { name: `Remove ${user}` }).waitFor();
  });
});
