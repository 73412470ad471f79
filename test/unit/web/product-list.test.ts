import { expect, it } from 'vitest';
import { listPath, sortedBy, sortingOf } from '../../../web/src/products/product-list.ts';

const query = (text: string) => new URLSearchParams(text);

it.each([
  ['', '/products?order=-created'],
  ['order=name', '/products?order=name'],
  ['order=-updated&name=pay%26&page=3', '/products?order=-updated&name=pay%26'],
  ['order=size', '/products?order=-created'],
  ['gate=failed&name=pay', '/products?order=-created&name=pay&gate=failed'],
  ['gate=open', '/products?order=-created'],
  ['order=--name', '/products?order=-created'],
])('the address ?%s asks for %s', (address, path) => {
  expect(listPath(query(address))).toBe(path);
});

it.each([
  ['name', '', 'name'],
  ['name', 'order=name', '-name'],
  ['name', 'order=-name', 'name'],
  ['updated', 'order=name', '-updated'],
  ['updated', 'order=-updated', 'updated'],
  ['created', '', 'created'],
  ['critical', '', null],
  [undefined, '', null],
])('a click on %s after ?%s sorts by %s', (field, address, order) => {
  expect(sortedBy(field, sortingOf(query(address)))).toBe(order);
});
