import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useEffect, useRef, useState } from 'react';
import type { ListedProduct, Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { readPages } from '../api/read-pages.ts';

type FilteringOption = PropertyFilterProps.FilteringOption;

type Options = {
  readonly options: readonly FilteringOption[];
  readonly status: PropertyFilterProps.StatusType;
  readonly load: (detail: PropertyFilterProps.LoadItemsDetail) => void;
};

type Search = { readonly text: string; readonly next: string | null };

const NOT_SEARCHED: Search = { text: '', next: null };

/** Products offered at a time; scrolling to the end of the list asks for more. */
const OFFERED = 50;

const optionOf = ({ id, name }: { readonly id: string; readonly name: string }): FilteringOption => ({
  propertyKey: 'product',
  value: id,
  label: name,
});

/** Products to filter by: what is typed is looked for by the API, and the one in use has its name. */
export const useProductOptions = (usedId: string): Options => {
  const api = useApi();
  const [found, setFound] = useState<readonly FilteringOption[]>([]);
  const [used, setUsed] = useState<FilteringOption | null>(null);
  const [status, setStatus] = useState<PropertyFilterProps.StatusType>('pending');
  const search = useRef<Search>(NOT_SEARCHED);

  useEffect(() => {
    if (usedId === '') return;
    // One that is gone, or is not the reader's, keeps its id for a name.
    api.get<Product>(`/products/${encodeURIComponent(usedId)}`).then(
      (product) => setUsed(optionOf(product)),
      () => setUsed(null),
    );
  }, [api, usedId]);

  useEffect(
    () => () => {
      search.current = NOT_SEARCHED;
    },
    [],
  );

  const read = async (text: string, cursor: string | null): Promise<void> => {
    const current = { text, next: cursor };
    search.current = current;
    const isWanted = () => search.current === current;
    setStatus('loading');
    try {
      const path = `/products?limit=${OFFERED}&name=${encodeURIComponent(text)}`;
      const { results, next } = await readPages<ListedProduct>(api, path, { cursor, enough: OFFERED, isWanted });
      if (!isWanted()) return;
      search.current = { text, next };
      const options = results.map(optionOf);
      setFound((before) => (cursor === null ? options : [...before, ...options]));
      // `pending` has the list ask for more when its end is reached.
      setStatus(next === null ? 'finished' : 'pending');
    } catch {
      if (isWanted()) setStatus('error');
    }
  };
  const load: Options['load'] = ({ filteringProperty, filteringText, firstPage, samePage }) => {
    if (filteringProperty?.key !== 'product') return;
    const { text, next } = search.current;
    const isMore = !firstPage && filteringText === text;
    if (isMore && next === null && !samePage) return;
    void read(filteringText, isMore ? next : null);
  };
  const usedElsewhere = used !== null && !found.some(({ value }) => value === used.value);
  return { options: usedElsewhere ? [...found, used] : found, status, load };
};
