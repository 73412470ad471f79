import { describe, expect, it } from 'vitest';
import { type RestoreDeps, restore, type TableState } from '../../../scripts/restore.ts';

const WANTED = { indexes: ['timeline', 'watch'], ttlAttribute: 'expires_at' };

/** As DynamoDB restores a table: data and indexes only. */
const RESTORED: TableState = { status: 'ACTIVE', indexes: ['watch', 'timeline'], stream: null, isProtected: false };

const ON = { arn: 'arn:stream', view: 'NEW_AND_OLD_IMAGES' };

/** One table in memory. */
const restoredTable = (initial: TableState | null = RESTORED, overrides: Partial<RestoreDeps> = {}) => {
  const done: string[] = [];
  const lines: string[] = [];
  let table = initial;
  const change = (what: string, to: Partial<TableState> = {}) => {
    done.push(what);
    table = table && { ...table, ...to };
  };
  const deps: RestoreDeps = {
    describe: async () => table,
    readTtl: async () => ({ status: 'DISABLED', attribute: null }),
    hasRecovery: async () => false,
    turnOnStream: async () => change('stream', { stream: ON }),
    turnOnTtl: async () => change('ttl'),
    turnOnRecovery: async () => change('recovery'),
    turnOnProtection: async () => change('protection', { isProtected: true }),
    readKeyIds: async () => ({ restored: ['k1'], current: ['k1', 'k2'] }),
    wait: async () => change('wait', { status: 'ACTIVE' }),
    report: (line) => void lines.push(line),
    ...overrides,
  };
  return { deps, done, lines };
};

describe('a restored table', () => {
  it('gets stream, expiry, recovery and protection', async () => {
    const { deps, done } = restoredTable();
    expect(await restore(deps, WANTED)).toEqual({ kind: 'ready', streamArn: 'arn:stream' });
    expect(done).toEqual(['stream', 'ttl', 'recovery', 'protection']);
  });

  it('is waited for while it is restored', async () => {
    const { deps, done, lines } = restoredTable({ ...RESTORED, status: 'CREATING' });
    expect((await restore(deps, WANTED)).kind).toBe('ready');
    expect(done[0]).toBe('wait');
    expect(lines[0]).toBe('Waiting: the table is CREATING.');
  });

  it('that has all of it stays as it is', async () => {
    const { deps, done } = restoredTable(
      { ...RESTORED, stream: ON, isProtected: true },
      {
        readTtl: async () => ({ status: 'ENABLED', attribute: 'expires_at' }),
        hasRecovery: async () => true,
      },
    );
    expect((await restore(deps, WANTED)).kind).toBe('ready');
    expect(done).toEqual([]);
  });

  it('whose expiry is being turned off gets it again', async () => {
    const { deps, done } = restoredTable(RESTORED, {
      readTtl: async () => ({ status: 'DISABLING', attribute: 'expires_at' }),
    });
    await restore(deps, WANTED);
    expect(done).toContain('ttl');
  });

  it.each([
    ['is not there', null, {}, /no such table/],
    ['lacks an index', { ...RESTORED, indexes: ['watch'] }, {}, /lacks the indexes timeline/],
    ['has a stream of keys', { ...RESTORED, stream: { arn: 'a', view: 'KEYS_ONLY' } }, {}, /stream holds KEYS_ONLY/],
    [
      'is of another stage',
      RESTORED,
      { readKeyIds: async () => ({ restored: ['k9'], current: ['k1'] }) },
      /shares no data key/,
    ],
  ])('that %s is refused, and nothing of it is changed', async (_, table, overrides, reason) => {
    const { deps, done } = restoredTable(table, overrides);
    expect(await restore(deps, WANTED)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
    expect(done).toEqual([]);
  });

  it("is used without comparison where the stage's own table is gone, which is said", async () => {
    const { deps, lines } = restoredTable(RESTORED, { readKeyIds: async () => ({ restored: ['k1'], current: null }) });
    expect((await restore(deps, WANTED)).kind).toBe('ready');
    expect(lines[0]).toMatch(/Not compared/);
  });
});
