import { describe, expect, it } from 'vitest';
import { boundOf, dayOf, describeBound } from '../../../web/src/notifications/created-bounds.ts';
import { filterOf, queryOf } from '../../../web/src/notifications/filter.ts';
import { filterFrom, tokensOf } from '../../../web/src/notifications/filter-tokens.ts';

const isProductId = (text: string) => text === 'p1';
const word = (value: string) => ({ operator: ':', value }) as const;
const token = (propertyKey: string, operator: '=' | ':' | '>=' | '<=', value: string) => ({
  propertyKey,
  operator,
  value,
});

describe('the tokens of the filter', () => {
  it('search for all words, each once', () => {
    expect(filterFrom([word('payment failed'), word('gate'), word('failed')], isProductId)).toEqual({
      search: 'payment failed gate',
    });
  });

  it.each([
    ['security_gate', { type: 'security_gate' }],
    ['Security gate', { type: 'security_gate' }],
    ['security', { type: 'security_gate' }],
    ['E', { type: 'exception' }],
    ['nonsense', {}],
    ['', {}],
  ])('take a type by its label or the beginning of it: %j', (value, expected) => {
    const search = 'type' in expected ? '' : value;
    expect(filterFrom([token('type', '=', value)], isProductId)).toEqual({ ...expected, search });
  });

  it('take a product by its id or by a part of its name, not both', () => {
    const [byId, byName] = [token('product', '=', 'p1'), token('product', '=', 'pay')];
    expect(filterFrom([byId], isProductId)).toEqual({ product_id: 'p1', search: '' });
    expect(filterFrom([byId, byName], isProductId)).toEqual({ product_name: 'pay', search: '' });
    expect(filterFrom([byName, byId], isProductId)).toEqual({ product_id: 'p1', search: '' });
  });

  it('search for what is no day', () => {
    expect(filterFrom([token('created', '>=', 'yesterday')], isProductId)).toEqual({ search: 'yesterday' });
  });

  it('survive the address bar', () => {
    const filter = filterOf(
      new URLSearchParams({
        type: 'task',
        product_name: 'pay',
        search: 'one two',
        user: 'nora',
        name: 'a',
        message: 'b c',
        function: 'd',
        created_from: '2026-11-27T00:00:00.000Z',
        created_to: '2026-11-29T00:00:00.000Z',
      }),
    );
    const again = filterOf(queryOf(filterFrom(tokensOf(filter), isProductId), true));
    expect(again).toEqual(filter);
  });
});

describe('the days of the filter', () => {
  it('include the first and the last day', () => {
    expect(boundOf('2026-11-28', '>=')).toBe(new Date(2026, 10, 28).toISOString());
    expect(boundOf('2026-11-28', '<=')).toBe(new Date(2026, 10, 29).toISOString());
    expect(boundOf('2026-12-31', '<=')).toBe(new Date(2027, 0, 1).toISOString());
    expect(boundOf('2026-13-45x', '<=')).toBeNull();
    for (const operator of ['>=', '<='] as const) {
      const bound = boundOf('2026-11-28', operator) ?? '';
      expect(dayOf(bound, operator)).toBe('2026-11-28');
      expect(describeBound(bound, operator)).toBe(
        new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(new Date(2026, 10, 28)),
      );
    }
  });

  it('keep an instant of an address, with its time', () => {
    const iso = new Date(2026, 10, 28, 13, 30).toISOString();
    expect(boundOf(iso, '>=')).toBe(iso);
    expect(describeBound(iso, '>=')).toMatch(/30/);
    expect(describeBound('never', '>=')).toBe('never');
  });
});
