import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const productSchema = z.object({
  notification_schedule: z.record(z.string(), z.unknown()),
  notification_mute: z.record(z.string(), z.looseObject({ until: z.string(), reason: z.string(), by: z.string() })),
});
type ProductOf = Awaited<ReturnType<typeof newProduct>>;
const read = async ({ id, owner }: ProductOf) =>
  productSchema.parse((await stack.api('GET', `/api/products/${id}`, { token: await stack.token(owner) })).json);

const newScheduled = () => newProduct(stack, { notification_email_to: 'team@example.org' });
const openProduct = ({ id }: ProductOf, user: string) =>
  open({ user, path: `/products/${id}`, timezoneId: 'Asia/Tokyo' });

const choose = async (page: Page, field: string, option: string) => {
  await page.getByRole('button', { name: field, exact: false }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

const save = async (page: Page) => {
  const answer = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await page.getByRole('button', { name: 'Save Notification' }).click();
  return (await answer).status();
};

describe('the schedule of a channel', () => {
  it("is by the hour, or each day at a time in the reader's zone or another, and back", async () => {
    const product = await newScheduled();
    const page = await openProduct(product, product.owner);
    await page.getByLabel('Email schedule').waitFor();
    // A channel that is not set has none.
    expect(await page.getByLabel('Slack schedule').count()).toBe(0);
    await choose(page, 'Email schedule', 'Every hour');
    expect(await save(page)).toBe(200);
    expect((await read(product)).notification_schedule).toEqual({ email: { kind: 'hourly' } });

    await choose(page, 'Email schedule', 'Every day at');
    await page.getByRole('textbox', { name: 'Email time' }).fill('18:30');
    expect(await save(page)).toBe(200);
    const daily = { kind: 'daily', time: '18:30', time_zone: 'Asia/Tokyo' };
    expect((await read(product)).notification_schedule).toEqual({ email: daily });

    await page.getByRole('button', { name: 'Email time zone' }).click();
    await page.getByRole('combobox').or(page.getByRole('searchbox')).last().fill('Lord_Howe');
    await page.getByRole('option', { name: 'Australia/Lord_Howe' }).click();
    expect(await save(page)).toBe(200);
    expect((await read(product)).notification_schedule).toEqual({
      email: { ...daily, time_zone: 'Australia/Lord_Howe' },
    });

    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    const readers = await openProduct(product, reader);
    await readers.getByText('Every day at 18:30 (Australia/Lord_Howe)').waitFor();

    await choose(page, 'Email schedule', 'Immediately');
    expect(await save(page)).toBe(200);
    expect((await read(product)).notification_schedule).toEqual({});
  });

  it('without a time is refused at its field', async () => {
    const product = await newScheduled();
    const page = await openProduct(product, product.owner);
    await choose(page, 'Email schedule', 'Every day at');
    await page.getByRole('textbox', { name: 'Email time' }).fill('');
    expect(await save(page)).toBe(400);
    await page.getByText('Must be a time from 00:00 to 23:59').waitFor();
    expect(await page.getByText("Can't save").count()).toBe(0);
    await page.getByRole('button', { name: 'Discard changes in Notification' }).click();
  });
});

it('a schedule that someone else changed meanwhile is not replaced unnoticed', async () => {
  const product = await newScheduled();
  const page = await openProduct(product, product.owner);
  await choose(page, 'Email schedule', 'Every hour');
  await stack.api('PATCH', `/api/products/${product.id}`, {
    token: await stack.token('alice', { admin: true }),
    body: { notification_schedule: { email: { kind: 'daily', time: '07:00', time_zone: 'UTC' } } },
  });
  await page.getByRole('button', { name: 'Save Notification' }).click();
  await page.getByText('Someone else changed this meanwhile.').waitFor();
  expect((await read(product)).notification_schedule).toMatchObject({ email: { time: '07:00' } });
  expect(await save(page)).toBe(200);
  expect((await read(product)).notification_schedule).toEqual({ email: { kind: 'hourly' } });
});

describe('a mute', () => {
  it('is set with a time and a reason, shows to every member who, why, and until when, and is ended', async () => {
    const product = await newScheduled();
    const page = await openProduct(product, product.owner);
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Mute' }).isEnabled()).toBe(false);
    await choose(page, 'Channel', 'Email');
    await choose(page, 'For how long', 'Until tomorrow 9:00');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Load test');
    await dialog.getByRole('button', { name: 'Mute' }).click();
    await page.getByText('Email: muted').waitFor();
    const { email } = (await read(product)).notification_mute;
    expect(email).toMatchObject({ reason: 'Load test', by: product.owner });
    // Nine in the morning in Tokyo.
    expect(email?.until).toMatch(/T00:00:00\.000Z$/);

    const reader = newUser('reader');
    await product.admit(reader, 'reader');
    const readers = await openProduct(product, reader);
    const said = readers.getByText('Nothing is sent until');
    await said.waitFor();
    expect(await said.textContent()).toContain('9:00:00');
    expect(await said.textContent()).toMatch(new RegExp(`Muted by ${product.owner} .*: Load test`));
    expect(await said.locator('time').first().getAttribute('title')).toContain('Japan Standard Time');
    expect(await readers.getByRole('button', { name: /mute/i }).count()).toBe(0);

    await page.getByRole('button', { name: 'Unmute Email' }).click();
    await page.getByText('Email: muted').waitFor({ state: 'detached' });
    expect((await read(product)).notification_mute).toEqual({});
  });

  it('in the past is refused at its field; one beside another leaves that as it is', async () => {
    const product = await newScheduled();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await stack.api('PATCH', `/api/products/${product.id}`, {
      token: await stack.token(product.owner),
      body: { notification_mute: { email: { until, reason: 'First' } } },
    });
    const page = await openProduct(product, 'alice');
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await choose(page, 'For how long', 'Until a date and time');
    await dialog.getByRole('textbox', { name: 'Date' }).fill('2020/01/31');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Second');
    await dialog.getByRole('button', { name: 'Mute' }).click();
    await dialog.getByText('Must be in the future').waitFor();
    await choose(page, 'For how long', '1 week');
    await dialog.getByRole('button', { name: 'Mute' }).click();
    await page.getByText('All channels: muted').waitFor();
    const { all, email } = (await read(product)).notification_mute;
    expect(email).toEqual({ until, reason: 'First', by: product.owner, since: expect.anything() });
    expect(all).toMatchObject({ reason: 'Second', by: 'alice' });
  });

  it('of the settings is for administrators, beside their schedule', async () => {
    const token = await stack.token('alice', { admin: true });
    const settings = (body: object) => stack.api('PATCH', '/api/settings', { token, body });
    await settings({ exception_email_to: 'ops@example.org' });
    const page = await open({ user: 'alice', path: '/settings' });
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('Upgrade');
    await page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click();
    await page.getByRole('button', { name: 'Unmute All channels' }).click();
    await page.getByText('All channels: muted').waitFor({ state: 'detached' });
    await choose(page, 'Email schedule', 'Every hour');
    await page.getByRole('button', { name: 'Save Exception channels' }).click();
    await page.getByText('Exception channels saved.').waitFor();
    expect((await stack.api('GET', '/api/settings', { token })).json).toMatchObject({
      exception_schedule: { email: { kind: 'hourly' } },
      exception_mute: {},
    });
    await settings({ exception_email_to: '', exception_schedule: {} });
  });
});
