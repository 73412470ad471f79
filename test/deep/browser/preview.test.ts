import { expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const PREVIEW = 'Preview changes';

it('thresholds of a product are previewed on demand, and saved without a question where few hear of it', async () => {
  const product = await newProduct(stack, { notification_eventbridge: 'security-events' });
  await product.report(3);
  const page = await open({ user: product.owner, path: `/products/${product.id}` });
  await page.getByRole('radio', { name: 'No gate' }).check();
  await page.getByRole('button', { name: PREVIEW }).click();
  await page.getByText('The gate of 1 product would change.').waitFor();
  await page.getByText('Recipients: 1 by').waitFor();
  await page.getByRole('radio', { name: 'Own gate' }).check();
  await page.getByText('The gate of 1 product would change.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: PREVIEW }).click();
  await page.getByText('No gate would change.').waitFor();
  await page.getByRole('button', { name: 'Save Security gate' }).click();
  await page.getByText('Security gate saved.').waitFor();
});

it('the settings are previewed, and a save that changes many gates asks once more with the same text', async () => {
  const products = [];
  for (let count = 0; count < 11; count += 1) products.push(await newProduct(stack));
  for (const product of products) await product.report(3);
  const page = await open({ user: 'alice', path: '/settings' });
  const active = page.getByRole('checkbox', { name: 'Active' });
  await active.uncheck();
  await page.getByRole('button', { name: PREVIEW }).click();
  const says = /^The gate of \d+ products would change\.$/;
  const text = await page.getByText(says).textContent();
  await page.getByRole('button', { name: 'Save Default gate' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByText(says).textContent()).toBe(text);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await active.isChecked()).toBe(false);
  const token = await stack.token('alice', { admin: true });
  expect(await stack.api('GET', '/api/settings', { token })).toMatchObject({ json: { security_gate_active: true } });
  await page.getByRole('button', { name: 'Discard changes in Default gate' }).click();
});
