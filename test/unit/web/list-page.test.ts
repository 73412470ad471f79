import { describe, expect, it } from 'vitest';
import { EXAMPLE_NOTIFICATION } from '../../../functions/notifications/examples.ts';
import type { ListedNotification } from '../../../web/src/api/answers.ts';
import { newsOf, withHead } from '../../../web/src/notifications/list-page.ts';

const row = (id: string, day = 1): ListedNotification => ({
  ...EXAMPLE_NOTIFICATION,
  id,
  created: `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`,
});
const shown = { items: [row('5', 5), row('3', 3), row('1', 1)], unreadable: [], next: 'after-1', etag: 'old' };
const ids = ({ items }: { readonly items: readonly ListedNotification[] }) => items.map(({ id }) => id);

describe('the first page', () => {
  it('has news above its first row only', () => {
    const results = [row('7'), row('6'), row('5'), row('4')];
    expect(newsOf({ results, next: null }, shown).map(({ id }) => id)).toEqual(['7', '6']);
    expect(newsOf({ results, next: null }, { ...shown, items: [] })).toHaveLength(4);
  });

  it('becomes a full answer, or one with nothing behind it', () => {
    const full = { body: { results: [row('7'), row('5'), row('3')], next: 'after-3' }, etag: 'new' };
    expect(withHead(full, shown, 3)).toEqual({
      items: full.body.results,
      unreadable: [],
      next: 'after-3',
      etag: 'new',
    });
    const last = { body: { results: [row('7')], next: null, searched_to: null }, etag: 'new' };
    expect(ids(withHead(last, shown, 3))).toEqual(['7']);
  });

  it('keeps the rows to which a short answer did not come', () => {
    const body = { results: [row('7', 7), row('5', 5)], next: 'further', searched_to: '2026-11-02T00:00:00.000Z' };
    const page = withHead({ body, etag: 'new' }, shown, 25);
    expect(ids(page)).toEqual(['7', '5', '1']);
    expect(page).toMatchObject({ next: 'after-1', etag: 'new' });
  });
});
