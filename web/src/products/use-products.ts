import type { ListedProduct } from '../api/answers.ts';
import { type PagedList, usePage } from '../api/use-page.ts';

const EVERY_MS = 8_000;

/** A page of the products whose name contains a text; the empty text is contained in all. */
export const useProducts = (name: string, number: number, size: number): PagedList<ListedProduct> => {
  const path = name === '' ? '/products' : `/products?${new URLSearchParams({ name })}`;
  return usePage({ path, number, size }, EVERY_MS);
};
