import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetKey } from '../../../core/keys.ts';
import {
  acquireTarget,
  askAgain,
  endBackOff,
  listAllTargets,
  pauseTarget,
  type Release,
  readTargets,
  recordWake,
  releaseTarget,
} from '../../../core/targets/store/targets.ts';
import { type TargetName, targetName } from '../../../core/targets/target-record.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { at, iso } from './some-target.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

let targets = 0;
const newTarget = (): TargetName => {
  targets += 1;
  return targetName('slack', `t${targets}`);
};

const acquire = (target: TargetName, lease: string, seconds = 0) =>
  acquireTarget(test.table, { target, lease, now: at(seconds) });
const release = (target: TargetName, lease: string, of: Release = {}) =>
  releaseTarget(test.table, { target, lease, release: of });
const read = async (target: TargetName) => (await readTargets(test.table, [target]))(target);
const wake = (target: TargetName, seconds: number, now = 0, isSwept = false) =>
  recordWake(test.table, { target, at: at(seconds), now: at(now), isSwept });

const itemOf = async (target: TargetName) =>
  (await test.table.client.send(new GetCommand({ TableName: test.table.name, Key: targetKey(target) }))).Item;

describe('the lease of a target', () => {
  it('is taken by one of forty at a time', async () => {
    const target = newTarget();
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => acquire(target, `lease-${n}`)));
    expect(all.filter((record) => record !== null)).toHaveLength(1);
  });

  it('lasts for 90 s, and is counted', async () => {
    const target = newTarget();
    expect(await acquire(target, 'a')).toMatchObject({ target, channel: 'slack', lease: 'a', acquired: 1 });
    expect(await acquire(target, 'b', 89)).toBeNull();
    expect(await acquire(target, 'b', 90)).toMatchObject({ lease: 'b', lease_until: iso(180), acquired: 2 });
  });

  it('that was lost releases nothing of the next one', async () => {
    const target = newTarget();
    await acquire(target, 'a');
    await acquire(target, 'b', 90);
    expect(await release(target, 'a', { failures: 7 })).toBeNull();
    expect(await read(target)).toMatchObject({ lease: 'b', failures: 0 });
  });

  it('that is given back leaves what became of the target, and the count is at zero', async () => {
    const target = newTarget();
    await acquire(target, 'a');
    const left: Release = {
      next_send_at: iso(10),
      wait_reason: 'interval',
      failures: 2,
      last_error: '503',
      shown: 's',
    };
    expect(await release(target, 'a', left)).toMatchObject({ ...left, lease: null, lease_until: null, acquired: 0 });
    expect(await acquire(target, 'b', 9)).toBeNull();
    expect(await acquire(target, 'b', 10)).toMatchObject({ lease: 'b', acquired: 1 });
    expect(await release(target, 'b', { next_send_at: null, wait_reason: null, last_error: null })).toMatchObject({
      next_send_at: null,
      last_error: null,
      failures: 2,
    });
  });

  it("isn't believed where only a wrong clock can have set it", async () => {
    const target = newTarget();
    await acquire(target, 'a', 365 * 86_400);
    expect(await acquire(target, 'b')).toMatchObject({ lease: 'b', lease_until: iso(90) });
    await release(target, 'b', { next_send_at: iso(365 * 86_400) });
    expect(await acquire(target, 'c')).toMatchObject({ lease: 'c' });
  });

  it('is asked to look again while it lasts', async () => {
    const target = newTarget();
    expect(await askAgain(test.table, target, at(0))).toBe(false);
    await acquire(target, 'a');
    expect(await askAgain(test.table, target, at(89))).toBe(true);
    expect(await askAgain(test.table, target, at(90))).toBe(false);
    expect(await release(target, 'a')).toMatchObject({ wake_wanted: true });
    expect(await askAgain(test.table, target, at(1))).toBe(false);
    expect(await acquire(target, 'b', 1)).toMatchObject({ wake_wanted: false });
  });

  it('lets the record expire 90 days after its last use', async () => {
    const target = newTarget();
    await acquire(target, 'a');
    expect(await itemOf(target)).toMatchObject({ expires_at: at(90 * 86_400).getTime() / 1_000 });
  });
});

describe('a message that wakes a target', () => {
  it('is one, at the earliest time that is asked for', async () => {
    const target = newTarget();
    await acquire(target, 'a');
    await release(target, 'a');
    expect(await wake(target, 60)).toBe(true);
    expect(await wake(target, 60)).toBe(false);
    expect(await wake(target, 90)).toBe(false);
    expect(await wake(target, 30)).toBe(true);
    expect(await read(target)).toMatchObject({ wake_at: iso(30) });
  });

  it('is one of forty at a time', async () => {
    const target = newTarget();
    const all = await Promise.all(Array.from({ length: 40 }, () => wake(target, 60)));
    expect(all.filter((isRecorded) => isRecorded)).toHaveLength(1);
  });

  it('is replaced by another when its time is over', async () => {
    const target = newTarget();
    await wake(target, 60);
    expect(await wake(target, 120, 60)).toBe(true);
  });

  it('is forgotten when the target is acquired', async () => {
    const target = newTarget();
    await wake(target, 60);
    await wake(target, 30, 0, true);
    expect(await acquire(target, 'a')).toMatchObject({ wake_at: null, sweeps: 0 });
  });

  it('counts when the sweeper had to send it', async () => {
    const target = newTarget();
    await acquire(target, 'a');
    await release(target, 'a');
    await wake(target, 0, 0, true);
    await wake(target, 300, 300, true);
    expect(await read(target)).toMatchObject({ sweeps: 2 });
  });

  it('may be the first that is known of a target', async () => {
    const target = newTarget();
    await wake(target, 60, 0, true);
    expect(await read(target)).toMatchObject({ wake_at: iso(60), sweeps: 1, lease: null });
    expect(await acquire(target, 'a')).toMatchObject({ acquired: 1 });
  });
});

describe('sending again', () => {
  it.each([
    ['ends the wait of a target that fails', 'failing', null],
    ['leaves that of one that throttles', 'throttled', iso(600)],
    ['leaves the interval', 'interval', iso(600)],
  ] as const)('%s', async (_, wait_reason, next_send_at) => {
    const target = newTarget();
    await acquire(target, 'a');
    await release(target, 'a', { next_send_at: iso(600), wait_reason });
    await endBackOff(test.table, target);
    expect(await read(target)).toMatchObject({ next_send_at });
  });

  it('makes no record of a target that has none', async () => {
    const target = newTarget();
    await endBackOff(test.table, target);
    expect(await itemOf(target)).toBeUndefined();
  });
});

describe('a paused target', () => {
  it("can't be acquired until it is resumed", async () => {
    const target = newTarget();
    expect(await pauseTarget(test.table, target, { at: at(0), by: 'root' })).toBe(false);
    await acquire(target, 'a');
    await release(target, 'a');
    expect(await pauseTarget(test.table, target, { at: at(0), by: 'root' })).toBe(true);
    expect(await read(target)).toMatchObject({ paused_at: iso(0), paused_by: 'root' });
    expect(await acquire(target, 'b', 86_400)).toBeNull();
    expect(await pauseTarget(test.table, target, null)).toBe(true);
    expect(await acquire(target, 'b', 86_400)).toMatchObject({ paused_at: null, paused_by: null });
  });
});

it('all targets are listed, each once, in pages', async () => {
  const table = await test.another();
  const names = Array.from({ length: 30 }, (_, n) => targetName('slack', `listed-${n}`));
  for (const target of names) await acquireTarget(table, { target, lease: 'a', now: at(0) });
  const found: string[] = [];
  let after: string | null = null;
  do {
    const { entries, next }: Awaited<ReturnType<typeof listAllTargets>> = await listAllTargets(table, {
      limit: 2,
      after,
    });
    found.push(...entries.map(({ target }) => target));
    after = next;
  } while (after !== null);
  expect(found.toSorted()).toEqual(names.toSorted());
});
