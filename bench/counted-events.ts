import { marshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { notificationPartition, productNotificationKey, productPartition } from '../core/keys.ts';
import { unreadCountersItem } from '../core/notifications/store/unread-counters.ts';
import { countersOf } from '../core/notifications/unread-counters.ts';
import { callAwsJson } from '../packages/cdk-local/src/engines/aws-json.ts';
import { eventually } from '../test/eventually.ts';
import type { TestStack } from '../test/stack.ts';
import { type Ask, askedBy, askOf, split, without } from './asked-by.ts';
import { storedSize } from './cost/item-size.ts';
import type { ByOperation, Measured } from './cost/measured.ts';

const madeSchema = z.object({ id: z.string() });
type Made = z.infer<typeof madeSchema>;
const listedSchema = z.object({ results: z.array(madeSchema).min(1) });
const countsOf = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

const REPORTED = { exception_class: 'TimeoutError', message: 'No answer within 30 s', function: 'nightly-import' };

/** As a pipeline reports it. */
const SCANNED = {
  commit: '4f0c2d9b7a1e63f58c04d2b9a7e1f3c5d8b60a92',
  run_url: 'https://github.com/example/shop/actions/runs/1234567890',
};

/** Nine gate changes a month for 13 months. */
const KEPT = 117;

/** Lets a product count as many notifications as one that has been there for long, which makes its counters long. */
const age = async ({ handles }: TestStack, product: Made): Promise<void> => {
  const ids = Array.from({ length: KEPT }, (_, n) => String(n).padStart(26, '0'));
  const counters = countersOf(ids.map((id) => ({ id, type: 'security_gate' })));
  const item = unreadCountersItem(product.id, counters);
  const body = { TableName: handles.table, Item: marshall(item) };
  await callAwsJson({ url: handles.dynamodb, target: 'DynamoDB_20120810.PutItem', body, answer: z.unknown() });
};

type World = { readonly stack: TestStack; readonly ask: Ask; readonly one: Made; readonly three: Made };

const upload = ({ ask }: Pick<World, 'ask'>, { id }: Made, critical: number): Promise<unknown> =>
  ask('PUT', `/api/products/${id}/observation_counts`, { ...countsOf(critical), ...SCANNED });

const open = async (stack: TestStack): Promise<World> => {
  const { receiver } = stack.handles;
  const ask = askOf(stack, await stack.token('alice', { admin: true }));
  await ask('PATCH', '/api/settings', {
    email_from: 'gate@example.org',
    exception_slack_webhook: `${receiver}/exceptions`,
    security_gate_threshold_critical: 1,
  });
  const create = async (product: object) => madeSchema.parse(await ask('POST', '/api/products', product));
  const one = await create({ name: 'One target', notification_slack_webhook: `${receiver}/one` });
  const three = await create({
    name: 'Three targets',
    notification_email_to: 'team@example.org',
    notification_slack_webhook: `${receiver}/three-slack`,
    notification_ms_teams_webhook: `${receiver}/three-teams`,
  });
  await Promise.all([age(stack, one), age(stack, three)]);
  return { stack, ask, one, three };
};

const newestOf = async ({ ask }: World, query: string): Promise<string> =>
  listedSchema.parse(await ask('GET', `/api/notifications?${query}`)).results[0]?.id ?? '';

const keySchema = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });

/** What is stored of a gate change with three targets, of an exception with one, and of an entry of the history. */
const measureStored = async (world: World): Promise<Measured['stored']> => {
  const { id } = world.three;
  const gateChange = await newestOf(world, `product_id=${id}`);
  const exception = await newestOf(world, 'type=exception');
  const items = (await world.stack.rawItems()).map((item) => ({ item, key: keySchema.parse(item) }));
  const at = (pk: string, sk = '') =>
    items.flatMap(({ item, key }) => (key.pk.S === pk && key.sk.S.startsWith(sk) ? [item] : []));
  const entry = productNotificationKey(id, gateChange);
  return {
    gateChange: storedSize([...at(notificationPartition(gateChange)), ...at(entry.pk, entry.sk)]),
    exception: storedSize(at(notificationPartition(exception))),
    historyEntry: storedSize(at(productPartition(id), 'HISTORY#').slice(-1)),
  };
};

/** A page of notifications of ten products, as many as one reader has. */
const PRODUCTS_OF_READER = 10;
const FLIPS = [2, 0, 2];

const measureVisit = async ({ stack, ask }: World): Promise<ByOperation> => {
  const reader = askOf(stack, await stack.token('rita'));
  for (let n = 0; n < PRODUCTS_OF_READER; n += 1) {
    const product = madeSchema.parse(await ask('POST', '/api/products', { name: `Read ${n}` }));
    await ask('PUT', `/api/products/${product.id}/members/rita`, { role: 'reader' });
    for (const critical of FLIPS) await upload({ ask }, product, critical);
  }
  await stack.atRest(60_000, { ignoreWaiting: true });
  const visit = async () => {
    const { results } = listedSchema.parse(await reader('GET', '/api/notifications'));
    await reader('GET', '/api/notifications/unviewed_count');
    await reader('GET', `/api/notifications/${results[0]?.id}`);
  };
  await askedBy(stack, visit);
  return await askedBy(stack, visit);
};

const TWO_DAYS_MS = 2 * 86_400_000;

/**
 * What the deletion of one notification asks for, two days later, when they are kept for a day: a run that has it to delete
 * without one that has none. The clock's leap starts a run as well, which must be over.
 */
const measureExpiry = async ({ stack }: World): Promise<ByOperation> => {
  await stack.clearCalls();
  await stack.clock(TWO_DAYS_MS);
  await eventually(
    async () => `${FUNCTION.background} dynamodb:GetItem` in (await stack.calls()).totals,
    'the hourly run',
    20_000,
  );
  await stack.atRest(30_000, { ignoreWaiting: true });
  const ask = askOf(stack, await stack.token('alice', { admin: true }));
  await askedBy(stack, () => ask('PATCH', '/api/settings', { notification_retention_days: 1 }));
  const body = JSON.stringify({ kind: 'expire', shard: 0, after: null, until: null });
  const run = () => stack.invoke(FUNCTION.background, { Records: [{ messageId: 'schedule', body }] });
  const expired = await askedBy(stack, run);
  const anyway = await askedBy(stack, run);
  await askedBy(stack, () => ask('PATCH', '/api/settings', { notification_retention_days: 400 }));
  await stack.clock(0);
  return without(expired, anyway);
};

/** What one of each event asks of AWS, and what is stored of it. */
export const measure = async (stack: TestStack): Promise<Pick<Measured, 'events' | 'stored'>> => {
  const world = await open(stack);
  const { ask, one, three } = world;
  const report = () => ask('POST', '/api/exceptions', REPORTED);
  await askedBy(stack, () => upload(world, three, 2));
  const expiry = await measureExpiry(world);
  // No target gets more than two messages, as a third would wait for its interval.
  await askedBy(stack, () => upload(world, one, 2));
  const change = await askedBy(stack, () => upload(world, three, 3));
  const same = await askedBy(stack, () => upload(world, three, 3));
  const gateChange = await askedBy(stack, () => upload(world, three, 0));
  const delivery = await askedBy(stack, () => upload(world, one, 0));
  const exception = await askedBy(stack, report);
  // The first that is held back starts a job for the end of its window; one a window.
  await askedBy(stack, report);
  const heldBack = await askedBy(stack, report);
  const stored = await measureStored(world);
  const events = {
    upload: same,
    change,
    gateChange: split(gateChange).others,
    delivery: split(delivery).dispatcher,
    exception: split(exception).others,
    heldBack,
    visit: await measureVisit(world),
    expiry,
  };
  return { events, stored };
};
