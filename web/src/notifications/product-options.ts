import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedProduct, Page, Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { readOptions } from '../api/use-live.ts';

type FilteringOption = PropertyFilterProps.FilteringOption;

type Options = {
  readonly options: readonly FilteringOption[];
  readonly status: PropertyFilterProps.StatusType;
  readonly load: (detail: PropertyFilterProps.LoadItemsDetail) => void;
};

/** Products offered at a time; scrolling to the end of the list asks for more. */
const OFFERED = 50;

const optionOf = ({ id, name }: { readonly id: string; readonly name: string }): FilteringOption => ({
  propertyKey: 'product',
  value: id,
  label: name,
});

/** Looks for products by name. An answer can be empty and have a `next`: reading goes on until some are found. */
const useSearch = (text: string | null) => {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['products-by-name', text],
    enabled: text !== null,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const results: ListedProduct[] = [];
      let cursor: string | null = pageParam;
      do {
        signal.throwIfAborted();
        const query = new URLSearchParams({
          order: 'name',
          limit: String(OFFERED),
          name: text ?? '',
          ...(cursor && { cursor }),
        });
        const page: Page<ListedProduct> = await api.get(`/products?${query}`);
        results.push(...page.results);
        cursor = page.next;
      } while (results.length < OFFERED && cursor !== null);
      return { results, next: cursor };
    },
    getNextPageParam: ({ next }) => next,
  });
};

type Search = ReturnType<typeof useSearch>;

const statusOf = ({ isFetching, isError, isPending, hasNextPage }: Search): PropertyFilterProps.StatusType => {
  if (isFetching) return 'loading';
  if (isError) return 'error';
  // `pending` has the list ask for more when its end is reached.
  return isPending || hasNextPage ? 'pending' : 'finished';
};

/** Products to filter by: what is typed is looked for by the API, and the one in use has its name. */
export const useProductOptions = (usedId: string): Options => {
  const api = useApi();
  const [text, setText] = useState<string | null>(null);
  const search = useSearch(text);
  // One that is gone, or is not the reader's, keeps its id for a name.
  const { data: used } = useQuery(
    readOptions<Product>(api, usedId === '' ? null : `/products/${encodeURIComponent(usedId)}`),
  );
  const load: Options['load'] = ({ filteringProperty, filteringText, firstPage, samePage }) => {
    if (filteringProperty?.key !== 'product') return;
    if (filteringText !== text) setText(filteringText);
    else if (samePage) void search.refetch();
    else if (!firstPage && search.hasNextPage && !search.isFetching) void search.fetchNextPage();
  };
  const found = (search.data?.pages ?? []).flatMap(({ results }) => results.map(optionOf));
  const isUsedElsewhere = used !== undefined && !found.some(({ value }) => value === used.body.id);
  return {
    options: isUsedElsewhere ? [...found, optionOf(used.body)] : found,
    status: statusOf(search),
    load,
  };
};
