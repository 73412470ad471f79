import { randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productPartition } from '../../../core/keys.ts';
import { type HistoryEntry, historyEntry, positionOf } from '../../../core/products/history.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { type NewEntry, readHistory, recordHistory, recordLateHistory } from '../../../core/products/store/history.ts';
import { createProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { readGateChanges } from '../../../core/settings/store.ts';
import { type HistoryRequest, listHistory } from '../../../functions/products/list-history.ts';
import { startTestTable, type TestTable } from '../../table.ts';

const at = (iso: string) => ({ user: 'ci', settings: DEFAULT_SETTINGS, now: new Date(iso) });
const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

const created = newProduct('p1', { name: 'Payments' }, at('2026-11-24T09:00:00.000Z'));
const named = { commit: '9fceb02', run_url: 'https://ci.example.org/7' };
const failed = reviseProduct(created, { observation_counts: counts(3), ...named }, at('2026-11-24T10:00:00.000Z'));

describe('the entry of a write', () => {
  it('has the counts, the gate with its notification, who reported them, and from where', () => {
    expect(historyEntry(created, failed)).toEqual({
      version: 2,
      created: '2026-11-24T10:00:00.000Z',
      type: 'report',
      changes: [],
      observation_counts: counts(3),
      security_gate_passed: false,
      notification_id: failed.gate_notification_id,
      user: 'ci',
      ...named,
    });
  });

  it('is made of equal counts too, in the same millisecond, and names no pipeline of an earlier report', () => {
    const again = reviseProduct(failed, { observation_counts: counts(3) }, at('2026-11-24T10:00:00.000Z'));
    expect(historyEntry(failed, again)).toMatchObject({
      version: 3,
      type: 'report',
      notification_id: null,
      commit: null,
      run_url: null,
    });
    const later = reviseProduct(again, { observation_counts: counts(3) }, at('2026-11-24T11:00:00.000Z'));
    expect(later.updated).toBe('2026-11-24T10:00:00.000Z');
    expect(historyEntry(again, later)).toMatchObject({ version: 4, created: '2026-11-24T11:00:00.000Z' });
  });

  it('is made of a gate that changes without a report, and of no other write', () => {
    const disabled = reviseProduct(failed, { security_gate_active: false }, at('2026-11-24T11:00:00.000Z'));
    expect(historyEntry(failed, disabled)).toMatchObject({
      type: 'change',
      changes: [{ kind: 'own_gate', active: false }],
      security_gate_passed: null,
      notification_id: disabled.gate_notification_id,
      commit: null,
    });
    const described = reviseProduct(disabled, { description: 'new' }, at('2026-11-24T12:00:00.000Z'));
    expect(historyEntry(disabled, described)).toBeNull();
    expect(historyEntry(null, created)).toBeNull();
  });

  const changesOf = (before: Product, after: Product) => historyEntry(before, after)?.changes;
  const later = at('2026-11-24T12:00:00.000Z');

  it('names a change of the own gate: another one, or its thresholds while they apply', () => {
    const idle = reviseProduct(failed, { security_gate_threshold_critical: 9 }, later);
    expect(historyEntry(failed, idle)).toBeNull();
    const own = reviseProduct(idle, { security_gate_active: true }, later);
    expect(historyEntry(idle, own)).toMatchObject({
      type: 'change',
      changes: [{ kind: 'own_gate', active: true }],
      security_gate_passed: true,
      notification_id: own.gate_notification_id,
    });
    const stricter = reviseProduct(own, { security_gate_threshold_high: 7 }, later);
    expect(historyEntry(own, stricter)).toMatchObject({
      changes: [{ kind: 'own_gate', active: true }],
      notification_id: null,
      user: 'ci',
    });
    expect(changesOf(stricter, reviseProduct(stricter, { security_gate_active: null }, later))).toEqual([
      { kind: 'own_gate', active: null },
    ]);
  });

  it('is made of a gate that was recalculated with another default gate, whose change has a mark of its own', () => {
    const settings = { ...DEFAULT_SETTINGS, security_gate_threshold_critical: 9, gate_version: 1 };
    const passed = reviseProduct(failed, { description: 'new' }, { ...later, settings });
    const notification_id = passed.gate_notification_id;
    expect(historyEntry(failed, passed)).toMatchObject({ type: 'change', changes: [], notification_id });
  });

  it('names mutes that are set, changed, or ended early, and no mute whose time is over', () => {
    const until = '2026-11-24T18:00:00.000Z';
    const muted = reviseProduct(failed, { mutes: { all: { until, reason: 'Load test' } } }, later);
    expect(historyEntry(failed, muted)).toMatchObject({
      type: 'change',
      changes: [{ kind: 'muted', channel: 'all', until, reason: 'Load test' }],
      user: 'ci',
    });
    const mutes = { all: { until, reason: 'Load test' }, slack: { until, reason: 'Noise' } };
    const another = reviseProduct(muted, { mutes }, at('2026-11-24T13:00:00.000Z'));
    expect(changesOf(muted, another)).toEqual([{ kind: 'muted', channel: 'slack', until, reason: 'Noise' }]);
    const ended = reviseProduct(another, { mutes: { slack: mutes.slack } }, at('2026-11-24T14:00:00.000Z'));
    expect(changesOf(another, ended)).toEqual([{ kind: 'unmuted', channel: 'all' }]);
    expect(historyEntry(ended, reviseProduct(ended, { mutes: {} }, at('2026-11-24T19:00:00.000Z')))).toBeNull();
  });

  it('is not made of a change before the first report', () => {
    const mutes = { all: { until: '2026-11-24T18:00:00.000Z', reason: 'Set up' } };
    expect(historyEntry(created, reviseProduct(created, { mutes }, later))).toBeNull();
  });

  it('is made of a report whose old image is missing', () => {
    expect(historyEntry(null, failed)).toMatchObject({ type: 'report', notification_id: null });
  });
});

describe('the stored history', () => {
  let running: TestTable;
  beforeAll(async () => {
    running = await startTestTable();
  });
  afterAll(() => running.stop());

  const NOW = new Date('2026-11-30T00:00:00.000Z');
  const entryAt = (iso: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
    version: Math.round(Date.parse(iso) / 60_000),
    created: new Date(iso).toISOString(),
    type: 'report',
    changes: [],
    observation_counts: counts(0),
    security_gate_passed: true,
    notification_id: null,
    user: 'ci',
    commit: null,
    run_url: null,
    ...more,
  });

  const recorded = async (entries: readonly HistoryEntry[]): Promise<string> => {
    const productId = randomBytes(6).toString('hex');
    for (const entry of entries) await recordHistory(running.table, { productId, entry });
    return productId;
  };

  const ALL = { from: null, to: null, interval: null, limit: 100, after: null } as const;
  const read = (productId: string, request: Partial<HistoryRequest> = {}) =>
    listHistory(
      {
        readHistory: (range) => readHistory(running.table, range),
        readGateChanges: (range) => readGateChanges(running.table, range),
      },
      { ...ALL, ...request, productId },
      NOW,
    );
  const timesOf = async (productId: string, request: Partial<HistoryRequest> = {}) =>
    (await read(productId, request)).entries.map((entry) => entry.created.slice(0, 16));

  it('is read newest first, and holds an entry once that is written twice', async () => {
    const entries = [entryAt('2026-11-24T10:00:00Z'), entryAt('2026-11-25T10:00:00Z')];
    const productId = await recorded([...entries, ...entries]);
    expect((await read(productId)).entries).toEqual(entries.toReversed());
  });

  it('holds both of two reports in the same millisecond', async () => {
    const one = entryAt('2026-11-24T10:00:00Z');
    const productId = await recorded([one, { ...one, version: one.version + 1 }]);
    expect((await read(productId)).entries.map(({ version }) => version)).toEqual([one.version + 1, one.version]);
  });

  it('is limited to a time range, whose end is excluded', async () => {
    const productId = await recorded(
      ['T10:00', 'T11:00', 'T12:00', 'T13:00'].map((time) => entryAt(`2026-11-24${time}Z`)),
    );
    const range = { from: '2026-11-24T11:00:00.000Z', to: '2026-11-24T13:00:00.000Z' };
    expect(await timesOf(productId, range)).toEqual(['2026-11-24T12:00', '2026-11-24T11:00']);
  });

  it('expires after 400 days, and is hidden then, though the table deletes it late', async () => {
    const productId = await recorded([entryAt('2025-10-25T00:00:00Z'), entryAt('2025-10-27T00:00:00Z')]);
    expect(await timesOf(productId, { from: '2020-01-01T00:00:00.000Z' })).toEqual(['2025-10-27T00:00']);
    const entry = entryAt('2025-10-27T00:00:00Z');
    const Key = { pk: productPartition(productId), sk: `HISTORY#${positionOf(entry)}` };
    const { Item } = await running.table.client.send(new GetCommand({ TableName: running.table.name, Key }));
    expect(Item?.['expires_at']).toBe(Date.parse('2026-12-01T00:00:00Z') / 1_000);
  });

  it('is read page by page to the end', async () => {
    const all = Array.from({ length: 7 }, (_, hour) => entryAt(`2026-11-24T0${hour}:00:00Z`));
    const productId = await recorded(all);
    const found: HistoryEntry[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(productId, { limit: 3, after });
      found.push(...page.entries);
      after = page.next;
    } while (after !== null);
    expect(found).toEqual(all.toReversed());
  });

  it('is thinned to the last report of each day and the changes, whatever the page', async () => {
    const flip = { notification_id: 'N' };
    const mark: Partial<HistoryEntry> = { type: 'change', changes: [{ kind: 'unmuted', channel: 'all' }] };
    const productId = await recorded([
      entryAt('2026-11-24T08:00:00Z'),
      entryAt('2026-11-24T09:00:00Z', flip),
      entryAt('2026-11-24T10:00:00Z'),
      entryAt('2026-11-25T07:00:00Z', mark),
      entryAt('2026-11-25T08:00:00Z'),
      entryAt('2026-11-25T23:59:00Z'),
      entryAt('2026-11-26T00:00:00Z'),
    ]);
    const wanted = ['2026-11-26T00:00', '2026-11-25T23:59', '2026-11-25T07:00', '2026-11-24T10:00', '2026-11-24T09:00'];
    expect(await timesOf(productId, { interval: 'day' })).toEqual(wanted);
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(productId, { interval: 'day', limit: 1, after });
      found.push(...page.entries.map((entry) => entry.created.slice(0, 16)));
      after = page.next;
    } while (after !== null);
    expect(found).toEqual(wanted);
    expect(await timesOf(productId, { interval: 'hour' })).toHaveLength(7);
  });

  it('gets a late entry while its product exists, and none after its deletion', async () => {
    const id = randomBytes(6).toString('hex');
    const late: NewEntry = { productId: id, entry: entryAt('2026-11-24T10:00:00Z') };
    await recordLateHistory(running.table, late);
    expect(await timesOf(id)).toEqual([]);
    await createProduct(running.table, { created: { ...created, id, name: id }, owner: 'olivia' });
    await recordLateHistory(running.table, late);
    expect(await timesOf(id)).toEqual(['2026-11-24T10:00']);
  });
});
