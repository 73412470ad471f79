import type { ListedProduct } from '../api/answers.ts';
import { type PagedList, usePages } from '../api/use-pages.ts';

const OPTIONS = { everyMs: 8_000, pageSize: 50, keyOf: ({ id }: ListedProduct) => id } as const;

/** The products whose name contains a text; the empty text is contained in all. */
export const useProducts = (name: string): PagedList<ListedProduct> => {
  const query = new URLSearchParams({ limit: String(OPTIONS.pageSize), ...(name !== '' && { name }) });
  return usePages(`/products?${query}`, OPTIONS);
};
