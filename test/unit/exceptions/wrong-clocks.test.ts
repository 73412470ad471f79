import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { windowFingerprint } from '../../../core/exceptions/identity.ts';
import { type ExceptionReport, prepareException } from '../../../core/exceptions/model.ts';
import { readWindow, reportHeldBack } from '../../../core/exceptions/store/closed-windows.ts';
import { recordException } from '../../../core/exceptions/store/record-exception.ts';
import { gateNotification } from '../../../core/notifications/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { closeWindow } from '../../../functions/background/close-window.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
  const before = await readSettings(running.table);
  await replaceSettings(running.table, {
    before,
    after: { ...before, exception_rate_limit: 600, version: 1 },
    now: new Date(),
  });
});
afterAll(() => running.stop());

const START = Date.parse('2026-11-24T10:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1_000);

let report: ExceptionReport;
beforeEach(() => {
  report = {
    origin: 'reported',
    type: 'exception',
    exception_class: 'TypeError',
    message: `x is undefined (${randomUUID().replaceAll(/\d/g, 'x')})`,
    trace: null,
    function: 'importer',
    arguments: null,
    product_id: null,
    user: null,
  };
});

const occursAt = async (seconds: number): Promise<string> =>
  (
    await recordException(running.table, {
      exception: prepareException(report),
      now: at(seconds),
      randomId: randomUUID,
    })
  ).kind;

describe.each([
  { name: 'five minutes', ahead: 300 },
  { name: 'a year', ahead: 365 * 86_400 },
])('a window that was opened by a clock $name ahead', ({ ahead }) => {
  it('holds equals back for the rate limit, from when a right clock meets it, and no longer', async () => {
    expect(await occursAt(ahead)).toBe('notified');
    expect(await occursAt(1)).toBe('held-back');
    expect(await occursAt(590)).toBe('held-back');
    expect(await occursAt(602)).toBe('notified');
  });

  it('is reported when it closes, by the job of its own first repeat', async () => {
    await occursAt(ahead);
    await occursAt(ahead + 1);
    const fingerprint = windowFingerprint(prepareException(report), DEFAULT_SETTINGS.exception_grouping);
    const { window } = await readWindow(running.table, fingerprint);
    if (window === null) throw new Error('no window');
    await occursAt(2);
    const waits: number[] = [];
    const runAt = (seconds: number) =>
      closeWindow(
        {
          readWindow: (name) => readWindow(running.table, name),
          reportHeldBack: (of, now) => reportHeldBack(running.table, { window: of, now }),
          sendJobs: async (_, delaySeconds) => void waits.push(delaySeconds),
          now: () => at(seconds),
        },
        { kind: 'close-window', fingerprint, opened_at: window.opened_at },
      );
    await runAt(3);
    expect(waits).toHaveLength(1);
    await runAt(1_203);
    expect(waits).toHaveLength(1);
    expect((await readWindow(running.table, fingerprint)).window).toMatchObject({ held_back: 0 });
  });
});

describe('the notifications of a product', () => {
  const counts = (critical: number) => ({
    observation_counts: { critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 },
  });

  it.each([
    { name: 'a year ahead', seconds: [0, 365 * 86_400, 10] },
    { name: 'five minutes ahead', seconds: [0, 300, 10] },
    { name: 'behind', seconds: [0, -300, 10] },
    { name: 'all the same', seconds: [0, 0, 0] },
  ])('stand in the order of its versions where a writer has a clock that is $name', ({ seconds }) => {
    const revision = (of: number) => ({ user: 'ci', settings: DEFAULT_SETTINGS, now: at(of) });
    let product = newProduct('P', { name: 'Payments' }, revision(0));
    const chain = seconds.map((second, position) => {
      const before = product;
      product = reviseProduct(before, counts((position + 1) % 2), revision(second));
      const notification = gateNotification(before, product);
      if (notification === null) throw new Error('the gate did not change');
      return notification;
    });
    const listed = chain.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(listed.map(({ from, to }) => `${from} ${to}`)).toEqual(['passed failed', 'failed passed', 'passed failed']);
  });
});
