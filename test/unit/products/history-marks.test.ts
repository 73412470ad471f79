import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { historyEntry } from '../../../core/products/history.ts';
import type { EncryptedChange, Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { readHistory, recordHistory } from '../../../core/products/store/history.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { readGateChanges, readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { type HistoryRequest, listHistory } from '../../../functions/products/list-history.ts';
import { reviseSettings } from '../../../functions/settings/revise-settings.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

/** A time of one day. */
const at = (time: string) => new Date(`2026-11-24T${time}:00.000Z`);

/** A product with its history and the settings, on a table of their own. */
const newWorld = async () => {
  const table: Table = await running.another();
  const revision = (time: string) => ({ user: 'ci', settings: DEFAULT_SETTINGS, now: at(time) });
  let product: Product = newProduct('p1', { name: 'Payments' }, revision('08:00'));
  const write = async (time: string, change: Parameters<typeof reviseProduct>[1]) => {
    const after = reviseProduct(product, change, revision(time));
    const entry = historyEntry(product, after);
    if (entry !== null) await recordHistory(table, { productId: 'p1', entry });
    product = after;
  };
  const requests = { history: 0, gateChanges: 0 };
  const read = async (request: Partial<HistoryRequest> & { now?: Date; most?: number } = {}) => {
    const { now = at('23:00'), most, ...asked } = request;
    const deps = {
      readHistory: (range: Parameters<typeof readHistory>[1]) => {
        requests.history += 1;
        return readHistory(table, range);
      },
      readGateChanges: (range: Parameters<typeof readGateChanges>[1]) => {
        requests.gateChanges += 1;
        return readGateChanges(table, { ...range, limit: most ?? range.limit });
      },
    };
    const all = { productId: 'p1', from: null, to: null, interval: null, limit: 100, after: null };
    return await listHistory(deps, { ...all, ...asked }, now);
  };
  const namesOf = ({ entries }: Awaited<ReturnType<typeof read>>) =>
    entries.map(({ created, type, changes }) => {
      const what = changes.length === 0 ? type : changes.map(({ kind }) => kind).join(' ');
      return `${created.slice(11, 16)} ${what}`;
    });
  return {
    table,
    requests,
    report: (time: string, critical = 3) =>
      write(time, { observation_counts: { critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 } }),
    change: (time: string, change: EncryptedChange) => write(time, change),
    mute: (time: string, until: string, ...channels: readonly string[]) =>
      write(time, {
        mutes: Object.fromEntries(
          channels.map((channel) => [channel, { until: at(until).toISOString(), reason: 'Test' }]),
        ),
      }),
    settings: async (time: string, change: Partial<Settings>) => {
      const before = await readSettings(table);
      const after = reviseSettings(before, change, { user: 'alice', requestId: 'R', now: at(time) });
      expect(await replaceSettings(table, { before, after, now: at(time) })).toBe('written');
    },
    read,
    marks: async (request?: Parameters<typeof read>[0]) => namesOf(await read(request)),
    pages: async (request: Parameters<typeof read>[0]) => {
      const found: string[] = [];
      let page = await read(request);
      found.push(...namesOf(page));
      for (let more = 0; page.next !== null && more < 20; more += 1) {
        page = await read({ ...request, after: page.next });
        found.push(...namesOf(page));
      }
      return found;
    },
  };
};

/** The default gate changes before and after the first report, under own thresholds, and after them. */
const changedGates = async () => {
  const world = await newWorld();
  await world.settings('09:00', { security_gate_threshold_high: 1 });
  await world.report('10:00');
  await world.settings('11:00', { security_gate_threshold_high: 2 });
  await world.settings('11:10', { exception_rate_limit: 5 });
  await world.report('11:20');
  await world.report('11:30');
  await world.settings('11:40', { security_gate_threshold_high: 3 });
  await world.change('12:00', { security_gate_active: true });
  await world.settings('13:00', { security_gate_threshold_high: 4 });
  await world.change('14:00', { security_gate_active: null });
  await world.settings('15:00', { security_gate_active: false });
  return world;
};

const ALL = [
  '15:00 default_gate',
  '14:00 own_gate',
  '12:00 own_gate',
  '11:40 default_gate',
  '11:30 report',
  '11:20 report',
  '11:00 default_gate',
  '10:00 report',
];

describe('a change of the default gate', () => {
  it('is a mark of each product that has the default gate then, with its state, though no gate changes', async () => {
    const world = await changedGates();
    expect(await world.marks()).toEqual(ALL);
    const { entries } = await world.read();
    const [report] = entries.slice(-1);
    expect(entries.at(-2)).toEqual({
      ...report,
      created: '2026-11-24T11:00:00.000Z',
      type: 'change',
      changes: [{ kind: 'default_gate' }],
      user: 'alice',
      notification_id: null,
    });
  });

  it('is kept once, as long as the histories', async () => {
    const { table } = await changedGates();
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :settings AND begins_with(sk, :history)',
        ExpressionAttributeValues: { ':settings': 'SETTINGS', ':history': 'HISTORY#' },
      }),
    );
    expect(Items).toHaveLength(5);
    expect(Items[0]).toMatchObject({ gate_version: 1, user: 'alice' });
    expect(Items[0]?.['expires_at']).toBe(at('09:00').getTime() / 1_000 + 400 * 86_400);
  });

  it('is found in a time range that the product’s last entry is before', async () => {
    const world = await changedGates();
    const range = { from: at('11:35').toISOString(), to: at('12:00').toISOString() };
    expect(await world.marks(range)).toEqual(['11:40 default_gate']);
    expect(await world.marks({ from: at('12:30').toISOString(), to: at('13:30').toISOString() })).toEqual([]);
    expect(world.requests).toEqual({ history: 4, gateChanges: 1 });
  });

  it('comes once, in its place, whatever the pages', async () => {
    const world = await changedGates();
    for (const limit of [1, 2, 3, 5, 8]) expect(await world.pages({ limit })).toEqual(ALL);
    for (const most of [1, 2]) expect(await world.pages({ limit: 2, most })).toEqual(ALL);
    const from = at('10:30').toISOString();
    for (const limit of [1, 2, 8]) expect(await world.pages({ limit, from })).toEqual(ALL.slice(0, -1));
  });

  it('stays in a history that is thinned, with the report before it', async () => {
    const world = await changedGates();
    const wanted = ALL.filter((name) => name !== '11:20 report');
    for (const limit of [1, 2, 3, 8]) expect(await world.pages({ limit, interval: 'hour' })).toEqual(wanted);
    for (const limit of [1, 3]) expect(await world.pages({ limit, interval: 'day', most: 1 })).toEqual(wanted);
  });
});

describe('a mute whose time is over', () => {
  it('is a mark by nobody, once that is so, and one for all channels that end together', async () => {
    const world = await newWorld();
    await world.report('10:00');
    await world.mute('11:00', '18:00', 'slack', 'email');
    await world.report('12:00');
    expect(await world.marks({ now: at('17:59') })).toEqual(['12:00 report', '11:00 muted muted', '10:00 report']);
    expect(await world.marks({ now: at('18:00'), limit: 1 })).toEqual(['18:00 mute_ended mute_ended']);
    await world.report('19:00');
    const wanted = ['19:00 report', '18:00 mute_ended mute_ended', '12:00 report', '11:00 muted muted', '10:00 report'];
    for (const limit of [1, 2, 5]) expect(await world.pages({ limit })).toEqual(wanted);
    const { entries } = await world.read({ from: at('17:00').toISOString() });
    expect(entries).toMatchObject([{ version: 5 }, { version: 4, user: '', security_gate_passed: false }]);
  });

  it('is none where the mute ended early or another took its place', async () => {
    const world = await newWorld();
    await world.report('10:00');
    await world.mute('11:00', '15:00', 'all');
    await world.mute('12:00', '16:00', 'all');
    await world.mute('13:00', '17:00', 'slack');
    await world.mute('13:30', '13:30');
    expect(await world.marks()).toEqual([
      '13:30 unmuted',
      '13:00 muted unmuted',
      '12:00 muted',
      '11:00 muted',
      '10:00 report',
    ]);
  });
});
