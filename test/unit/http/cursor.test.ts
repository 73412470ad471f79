import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCursors } from '../../../core/http/cursor.ts';

const key = randomBytes(32);
const cursors = makeCursors({ readKey: async () => key, randomBytes });
const scope = { user: 'rita', list: 'products', query: { name: 'pay' } };

describe('cursors', () => {
  it('open for the caller and the query they were sealed for, and show nothing', async () => {
    const cursor = await cursors.seal('01ARZ3NDEKTSV4RRFFQ69G5FAV', scope);
    expect(await cursors.open(cursor, scope)).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('01ARZ3');
  });

  it.each([
    { ...scope, user: 'olivia' },
    { ...scope, list: 'members' },
    { ...scope, query: { name: 'other' } },
  ])('stay shut for %j', async (other) => {
    expect(await cursors.open(await cursors.seal('p', scope), other)).toBeNull();
  });

  it('stay shut when any character is altered, cut or added', async () => {
    const cursor = await cursors.seal('p', scope);
    for (let place = 0; place < cursor.length; place += 1) {
      const other = cursor.charAt(place) === 'A' ? 'B' : 'A';
      const altered = cursor.slice(0, place) + other + cursor.slice(place + 1);
      expect(await cursors.open(altered, scope), `altered at ${place}`).toBeNull();
      expect(await cursors.open(cursor.slice(0, place), scope), `cut at ${place}`).toBeNull();
    }
    expect(await cursors.open(`${cursor}A`, scope)).toBeNull();
    expect(await cursors.open('', scope)).toBeNull();
  });

  it('stay shut under another key', async () => {
    const others = makeCursors({ readKey: async () => randomBytes(32), randomBytes });
    expect(await others.open(await cursors.seal('p', scope), scope)).toBeNull();
  });
});
