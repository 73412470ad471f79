import { describe, expect, it } from 'vitest';
import { laidOut, orderOf, preferencesOf, widthsOf } from '../../../web/src/frame/list-preferences.ts';

const FIRST = { pageSize: 25, columns: [], widths: {} };

describe('the preferences of a list', () => {
  it.each([
    [null, FIRST],
    ['{', FIRST],
    ['[1]', FIRST],
    ['{"pageSize":7,"columns":"all","widths":[3]}', FIRST],
    [
      '{"pageSize":50,"columns":[{"id":"a","visible":false},{"id":1},null],"widths":{"a":120,"b":"wide","c":-1}}',
      { pageSize: 50, columns: [{ id: 'a', visible: false }], widths: { a: 120 } },
    ],
  ])('are read from whatever is stored: %s', (text, expected) => {
    expect(preferencesOf(text)).toEqual(expected);
  });

  it('name columns of today only, and new ones follow', () => {
    const columns = [
      { id: 'b', visible: false },
      { id: 'gone', visible: true },
    ];
    const all = [{ id: 'a' }, { id: 'b' }, { id: 'c', isHiddenAtFirst: true }];
    expect(orderOf(all, { ...FIRST, columns })).toEqual([
      { id: 'b', visible: false },
      { id: 'a', visible: true },
      { id: 'c', visible: false },
    ]);
    expect(orderOf(all, { ...FIRST, columns: [{ id: 'c', visible: true }] })).toContainEqual({
      id: 'c',
      visible: true,
    });
  });

  it('widen the columns that the person widened', () => {
    const columns = [
      { id: 'a', header: 'A', cell: () => '' },
      { id: 'b', header: 'B', width: 90, cell: () => '' },
    ];
    const widths = widthsOf(columns, [200, 90]);
    expect(widths).toEqual({ a: 200, b: 90 });
    const { columnDefinitions } = laidOut(columns, { ...FIRST, widths: { a: 200 } });
    expect(columnDefinitions.map(({ id, width }) => [id, width])).toEqual([
      ['a', 200],
      ['b', 90],
    ]);
  });
});
