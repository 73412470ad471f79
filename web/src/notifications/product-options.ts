import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useEffect, useState } from 'react';
import type { ListedProduct, Page, Product } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';

type Options = {
  readonly options: readonly PropertyFilterProps.FilteringOption[];
  readonly status: PropertyFilterProps.StatusType;
  readonly load: (detail: PropertyFilterProps.LoadItemsDetail) => void;
};

const optionOf = ({ id, name }: { readonly id: string; readonly name: string }) => ({
  propertyKey: 'product_id',
  value: id,
  label: name,
});

/** Products to filter by: what is typed is looked for by the API, and the one in use has its name. */
export const useProductOptions = (usedId: string): Options => {
  const api = useApi();
  const [found, setFound] = useState<readonly PropertyFilterProps.FilteringOption[]>([]);
  const [used, setUsed] = useState<PropertyFilterProps.FilteringOption | null>(null);
  const [status, setStatus] = useState<PropertyFilterProps.StatusType>('pending');

  useEffect(() => {
    if (usedId === '') return;
    // One that is gone, or is not the reader's, keeps its id for a name.
    api.get<Product>(`/products/${encodeURIComponent(usedId)}`).then(
      (product) => setUsed(optionOf(product)),
      () => setUsed(null),
    );
  }, [api, usedId]);

  const load: Options['load'] = ({ filteringProperty, filteringText }) => {
    if (filteringProperty?.key !== 'product_id') return;
    setStatus('loading');
    api.get<Page<ListedProduct>>(`/products?limit=50&name=${encodeURIComponent(filteringText)}`).then(
      ({ results }) => {
        setFound(results.map(optionOf));
        setStatus('finished');
      },
      () => setStatus('error'),
    );
  };
  const usedElsewhere = used !== null && !found.some(({ value }) => value === used.value);
  return { options: usedElsewhere ? [...found, used] : found, status, load };
};
