import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { navigate, urlOf } from '../frame/route.ts';
import { FILTER_KEYS, type Filter, type FilterKey, filterOf, hidesViewed, queryOf, TYPE_NAMES } from './filter.ts';
import { useProductOptions } from './product-options.ts';

const PROPERTIES: readonly PropertyFilterProps.FilteringProperty[] = [
  { key: 'type', propertyLabel: 'Type', groupValuesLabel: 'Types', operators: ['='], defaultOperator: '=' },
  { key: 'product_id', propertyLabel: 'Product', groupValuesLabel: 'Products', operators: ['='], defaultOperator: '=' },
  { key: 'name', propertyLabel: 'What happened', groupValuesLabel: '', operators: [':'], defaultOperator: ':' },
  { key: 'message', propertyLabel: 'Message', groupValuesLabel: '', operators: [':'], defaultOperator: ':' },
  { key: 'function', propertyLabel: 'Function', groupValuesLabel: '', operators: [':'], defaultOperator: ':' },
];

const TYPE_OPTIONS: readonly PropertyFilterProps.FilteringOption[] = Object.entries(TYPE_NAMES).map(
  ([value, label]) => ({ propertyKey: 'type', value, label }),
);

const isKey = (key: string | undefined): key is FilterKey => FILTER_KEYS.some((known) => known === key);

const tokensOf = (filter: Filter): PropertyFilterProps.Token[] =>
  FILTER_KEYS.flatMap((propertyKey) => {
    const value = filter[propertyKey];
    const operator = propertyKey === 'type' || propertyKey === 'product_id' ? '=' : ':';
    return value === '' ? [] : [{ propertyKey, operator, value }];
  });

/** Each property once, the last one that was set; a text without a property looks at what happened. */
const filterFrom = (tokens: readonly PropertyFilterProps.Token[]): Partial<Filter> =>
  Object.fromEntries(
    tokens.map(({ propertyKey, value }) => [isKey(propertyKey) ? propertyKey : 'name', String(value)]),
  );

/** The filter of the list. The address bar holds it, so that a view can be bookmarked and shared. */
const NotificationFilter = ({ query }: { readonly query: URLSearchParams }) => {
  const products = useProductOptions(filterOf(query).product_id);
  const apply = ({ detail }: { readonly detail: PropertyFilterProps.Query }) =>
    navigate(urlOf(['notifications'], queryOf(filterFrom(detail.tokens), hidesViewed(query))));
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: tokensOf(filterOf(query)) }}
      onChange={apply}
      filteringProperties={PROPERTIES}
      filteringOptions={[...TYPE_OPTIONS, ...products.options]}
      filteringStatusType={products.status}
      filteringLoadingText="Loading products"
      filteringErrorText="Can't load the products"
      filteringRecoveryText="Try again"
      onLoadItems={({ detail }) => products.load(detail)}
      freeTextFiltering={{ operators: [':'], defaultOperator: ':' }}
      hideOperations
      filteringAriaLabel="Filter notifications"
      filteringPlaceholder="Filter by type, product, text or function"
      expandToViewport
    />
  );
};

export default NotificationFilter;
