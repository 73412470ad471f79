import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { productKey } from '../../../core/keys.ts';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { eventually } from '../../eventually.ts';
import { openTable } from '../../table.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const RUN = { commit: '9fceb02d0ae598e95dc970b74767f19372d61af8', run_url: 'https://ci.example.org/runs/7' };

/** Failed, then passed, then failed by another commit. */
const reported = async () => {
  const product = await newProduct(stack);
  await product.report(2);
  await product.report(0);
  await product.report(3, RUN);
  await stack.atRest(20_000);
  return product;
};

const plotOf = (page: Page) => page.getByRole('application', { name: 'Findings by severity' });
const table = (page: Page) => page.getByRole('table', { name: 'History' });

describe('the history on a product’s page', () => {
  it('draws the findings, and the gate below on the same axis, with a mark for each change', async () => {
    const { owner, id } = await reported();
    const page = await open({ user: owner, path: `/products/${id}` });
    await plotOf(page).waitFor();
    await expect.poll(() => page.locator('.gate-mark').count()).toBe(3);
    expect(await page.locator('.gate-stretch').count()).toBe(3);
    // A product without a past isn't drawn at the end of 30 empty days.
    const inBand = await page.locator('.gate-stretch').first().boundingBox();
    const band = await page.locator('.gate-band').boundingBox();
    expect((inBand?.x ?? 0) - (band?.x ?? 0)).toBeLessThan((band?.width ?? 0) / 2);
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      const aligned = async () => {
        const [plot, band] = [await plotOf(page).boundingBox(), await page.locator('.gate-band').boundingBox()];
        return Math.abs((plot?.x ?? 0) - (band?.x ?? 99)) + Math.abs((plot?.width ?? 0) - (band?.width ?? 99));
      };
      await expect.poll(aligned, { message: `at ${width}` }).toBeLessThan(3);
    }
  });

  it('says the same in a table, with commits and notifications as links', async () => {
    const { owner, id } = await reported();
    const page = await open({ user: owner, path: `/products/${id}` });
    await page.getByRole('button', { name: 'History as a table' }).click();
    const rows = table(page).getByRole('row');
    await expect.poll(() => rows.count()).toBe(4);
    const newest = await rows.nth(1).textContent();
    for (const part of ['Report', 'Failed', '3 Critical', owner, '9fceb02d']) expect(newest).toContain(part);
    expect(await rows.nth(2).textContent()).toContain('No findings');
    expect(await page.getByRole('link', { name: '9fceb02d' }).last().getAttribute('href')).toBe(RUN.run_url);
    await rows
      .nth(1)
      .getByRole('link', { name: /Changed/ })
      .click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  });

  it('marks changed thresholds, those of the settings too, and mutes to their end, and names them in the table', async () => {
    const product = await newProduct(stack);
    await product.report(2);
    const token = await stack.token('alice', { admin: true });
    const settings = (security_gate_threshold_unknown: number) =>
      stack.api('PATCH', '/api/settings', { token, body: { security_gate_threshold_unknown } });
    // Flips no gate.
    await settings(99_998);
    await product.change({ security_gate_active: true, security_gate_threshold_critical: 5 });
    await settings(99_999);
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
    const mute = {
      all: { until: inMs(3_600_000), reason: 'Load test' },
      slack: { until: inMs(3_000), reason: 'Noise' },
    };
    await product.change({ notification_mute: mute });
    await stack.atRest(20_000, { ignoreWaiting: true });
    const history = async () => (await stack.api('GET', `/api/products/${product.id}/history`, { token })).text;
    await eventually(async () => (await history()).includes('mute_ended'), 'a mute ended', 20_000);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await expect.poll(() => page.locator('.change-mark').count()).toBe(4);
    await page.getByRole('button', { name: 'History as a table' }).click();
    const rows = table(page).getByRole('row');
    await expect.poll(() => rows.count()).toBe(6);
    const texts = await rows.allTextContents();
    expect(texts[1]).toContain('Slack: mute ended');
    expect(texts[2]).toMatch(/Slack muted until .*: Noise; All channels muted until .*: Load test/);
    expect(texts[3]).toContain('Own thresholds set');
    expect(texts[4]).toContain('Default gate changed');
    expect([texts[2]?.includes(product.owner), texts[4]?.includes('alice')]).toEqual([true, true]);
    expect(await page.locator('.change-mark').last().getAttribute('title')).toMatch(/^Slack: mute ended: /);
  });

  it('asks for the chosen range, and appears with a report that comes meanwhile', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const section = page.getByRole('button', { name: '90 days' });
    await section.waitFor();
    await page.getByText('Nothing to show before the first report.').waitFor();
    const asked = page.waitForRequest((request) => /history\?.*interval=day/.test(request.url()));
    await section.click();
    const from = new URL((await asked).url()).searchParams.get('from') ?? '';
    expect(Math.round((Date.now() - Date.parse(from)) / 86_400_000)).toBeGreaterThanOrEqual(90);
    await product.report(1);
    await plotOf(page).waitFor();
  });

  it('loads the chart’s script with the page of a product, not before', async () => {
    const { owner, name } = await reported();
    const page = await open({ user: owner, path: '/products' });
    const scripts: string[] = [];
    page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
    await page.getByRole('link', { name }).waitFor();
    expect(scripts.filter((url) => url.includes('history-chart'))).toEqual([]);
    await page.getByRole('link', { name }).click();
    await plotOf(page).waitFor();
    expect(scripts.filter((url) => url.includes('history-chart'))).toHaveLength(1);
  });
});

describe('a report that is overdue', () => {
  it('is marked on the product’s page and in the list', async () => {
    const product = await newProduct(stack);
    await product.report(0);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('spinbutton', { name: 'Report expected within (hours)' }).fill('1');
    await page.getByRole('button', { name: 'Save Details' }).click();
    await page.getByText('Details saved.').waitFor();
    expect(await page.getByText('Report overdue').count()).toBe(0);
    // The browser's clock can't be moved: the login would expire.
    const table = openTable(stack.handles.dynamodb, stack.handles.table ?? '');
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: productKey(product.id),
        UpdateExpression: 'SET observation_counts_updated = :at',
        ExpressionAttributeValues: { ':at': new Date(Date.now() - 2 * 3_600_000).toISOString() },
      }),
    );
    await page.reload();
    await page.getByText('Report overdue: due 1 hour ago').waitFor();
    await page.getByRole('link', { name: 'Products' }).first().click();
    await page.getByText('Report overdue').waitFor();
  });
});

describe('the retention of notifications', () => {
  it('is set by an administrator', async () => {
    const page = await open({ user: 'alice', path: '/settings' });
    const field = page.getByRole('spinbutton', { name: 'Delete notifications after (days)' });
    await field.waitFor();
    await field.fill('90');
    await page.getByRole('button', { name: 'Save Retention' }).click();
    await page.getByText('Retention saved.').waitFor();
    await page.reload();
    await expect.poll(() => field.inputValue()).toBe('90');
    await field.fill('400');
    await page.getByRole('button', { name: 'Save Retention' }).click();
    await page.getByText('Retention saved.').waitFor();
  });
});
