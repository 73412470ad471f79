import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../../eventually.ts';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let admin: string;
let olivia: string;

beforeAll(async () => {
  [admin, olivia] = await Promise.all([stack.token('alice', { admin: true }), stack.token('olivia')]);
});

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const created = z.object({ id: z.string() });
const targets = z.object({
  results: z.array(z.looseObject({ id: z.string(), target: z.string(), state: z.string(), waiting: z.int() })),
  next: z.nullable(z.string()),
});
const deliveries = z.object({
  results: z.array(z.looseObject({ product_id: z.string().nullable(), status: z.string() })),
  next: z.nullable(z.string()),
});

const productWith = async (name: string) => {
  const path = `/targets/${name}`;
  const body = { name: `Targets ${name}`, notification_slack_webhook: stack.handles.receiver + path };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: olivia, body })).json);
  const report = (critical: number) =>
    stack.api('PUT', `/api/products/${id}/observation_counts`, { token: olivia, body: { ...COUNTS, critical } });
  return { id, path, report };
};

/** The deliveries of a product, oldest first. */
const rowsOf = async (productId: string) =>
  (await stack.items())
    .filter((item) => item['delivery_id'] === 'slack' && item['product_id'] === productId)
    .toSorted((one, other) => (one['pk'] ?? '').localeCompare(other['pk'] ?? ''));

const untilRows = (productId: string, ...statuses: string[]) =>
  eventually(async () => {
    const rows = await rowsOf(productId);
    return rows.map(({ status }) => status).join() === statuses.join() ? rows : undefined;
  }, statuses.join());

/** Lists all targets, page by page. */
const listTargets = async (limit: number) => {
  const found: z.infer<typeof targets>['results'] = [];
  let cursor = '';
  do {
    const path = `/api/targets?limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const page = targets.parse((await stack.api('GET', path, { token: admin })).json);
    found.push(...page.results);
    cursor = page.next ?? '';
  } while (cursor !== '');
  return found;
};

const targetOf = async (productId: string) => {
  const [row] = await rowsOf(productId);
  return `slack-${row?.['target_key']}`;
};

describe('targets', () => {
  it('are listed, paused, and resumed: what waited is sent in one message', async () => {
    const { id, path, report } = await productWith('paused');
    await report(1);
    await untilRows(id, 'sent');
    const target = await targetOf(id);
    const listed = await listTargets(2);
    expect(new Set(listed.map((entry) => entry.id)).size).toBe(listed.length);
    expect(listed.find((entry) => entry.id === target)).toMatchObject({ channel: 'slack', failures: 0, waiting: 0 });
    const pause = (paused: boolean) => stack.api('PATCH', `/api/targets/${target}`, { token: admin, body: { paused } });
    expect(await pause(true)).toMatchObject({ status: 200, json: { state: 'paused', paused_by: 'alice' } });

    for (const critical of [0, 1, 0, 1, 0]) await report(critical);
    await untilRows(id, 'sent', ...Array.from({ length: 5 }, () => 'pending'));
    await stack.atRest(20_000);
    expect(await stack.messages(path)).toHaveLength(1);
    const [row] = await rowsOf(id);
    const shown = z
      .object({ deliveries: z.array(z.looseObject({ due_reason: z.string().nullable() })) })
      .parse((await stack.api('GET', `/api/notifications/${row?.['notification_id']}`, { token: olivia })).json);
    expect(shown.deliveries).toMatchObject([{ status: 'sent', due_at: null, due_reason: null }]);

    expect(await pause(false)).toMatchObject({ status: 200, json: { paused_at: null } });
    await untilRows(id, ...Array.from({ length: 6 }, () => 'sent'));
    const [, digest, ...more] = await stack.messages(path);
    expect(more).toEqual([]);
    expect(JSON.stringify(digest?.body)).toContain('unstable');
  });

  it('are for administrators, and those that nothing was sent to are unknown', async () => {
    expect(await stack.api('GET', '/api/targets', { token: olivia })).toMatchObject({ status: 403 });
    const body = { paused: true };
    for (const id of ['slack-0', 'pigeon-0', '%20'])
      expect(await stack.api('PATCH', `/api/targets/${id}`, { token: admin, body })).toMatchObject({ status: 404 });
    const target = { token: admin, body: { paused: 'yes' } };
    expect(await stack.api('PATCH', '/api/targets/slack-0', target)).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'paused' }] },
    });
  });
});

describe('failed deliveries', () => {
  it('are listed for administrators and owners, and sent again together', async () => {
    const { id, path, report } = await productWith('failed');
    await stack.behaviour([{ path, status: 403, body: 'action_prohibited', times: 1 }]);
    await report(1);
    const [row] = await untilRows(id, 'failed');
    const since = row?.['settled_at'] ?? '';
    const list = async (token: string, query: string) => stack.api('GET', `/api/deliveries${query}`, { token });
    const all = deliveries.parse((await list(admin, `?limit=100&since=${since}`)).json);
    expect(all.results.find((entry) => entry.product_id === id)).toMatchObject({
      status: 'failed',
      product_name: 'Targets failed',
      last_error: 'An administrator of Slack does not allow it (action_prohibited)',
      retryable: true,
    });
    expect(deliveries.parse((await list(olivia, `?product_id=${id}`)).json).results).toHaveLength(1);
    expect(await list(olivia, '')).toMatchObject({ status: 403 });
    expect(await list(await stack.token('stranger'), `?product_id=${id}`)).toMatchObject({ status: 404 });
    expect(await list(admin, '?since=yesterday')).toMatchObject({ status: 400, json: { errors: [{ path: 'since' }] } });

    const body = { since, product_id: id };
    const stale = { token: olivia, body: { ...body, cursor: 'stale' } };
    expect(await stack.api('POST', '/api/deliveries/retry', stale)).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'cursor' }] },
    });
    const retry = await stack.api('POST', '/api/deliveries/retry', { token: olivia, body });
    expect(retry).toMatchObject({ status: 202, json: { queued: 1, next: null } });
    await untilRows(id, 'sent');
    expect(await stack.messages(path)).toHaveLength(2);
    expect(deliveries.parse((await list(olivia, `?product_id=${id}`)).json).results).toEqual([]);
  });
});
