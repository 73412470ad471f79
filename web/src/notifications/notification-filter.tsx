import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import Spinner from '@cloudscape-design/components/spinner';
import { lazy, Suspense } from 'react';
import { Boundary } from '../frame/boundary.tsx';
import { navigate, urlOf } from '../frame/route.ts';
import { type BoundOperator, boundOf, describeBound } from './created-bounds.ts';
import { filterOf, hidesViewed, queryOf, TYPE_NAMES } from './filter.ts';
import { filterFrom, tokensOf } from './filter-tokens.ts';
import { useProductOptions } from './product-options.ts';

// The calendar is loaded when the first day is asked for.
const DayForm = lazy(() => import('./day-form.tsx'));

const created = (operator: BoundOperator): PropertyFilterProps.ExtendedOperator<string> => ({
  operator,
  form: ({ value, onChange, filter = '' }) => (
    <Boundary what="Can't load the calendar">
      <Suspense fallback={<Spinner />}>
        <DayForm operator={operator} value={value ?? boundOf(filter, operator)} change={onChange} />
      </Suspense>
    </Boundary>
  ),
  format: (value) => describeBound(value, operator),
});

const text = (key: string, propertyLabel: string): PropertyFilterProps.FilteringProperty => ({
  key,
  propertyLabel,
  groupValuesLabel: '',
  operators: [':'],
  defaultOperator: ':',
});

type NameOf = (value: string) => string;

/** Without a format, a token would show the API's own word or an id. */
const propertiesFor = (productNameOf: NameOf): readonly PropertyFilterProps.FilteringProperty[] => {
  const equals = (format: NameOf): PropertyFilterProps.ExtendedOperator<string> => ({ operator: '=', format });
  return [
    {
      key: 'type',
      propertyLabel: 'Type',
      groupValuesLabel: 'Types',
      operators: [equals(typeNameOf)],
      defaultOperator: '=',
    },
    {
      key: 'product',
      propertyLabel: 'Product',
      groupValuesLabel: 'Products',
      operators: [equals(productNameOf), ':'],
      defaultOperator: '=',
    },
    {
      key: 'created',
      propertyLabel: 'Created',
      groupValuesLabel: 'Day',
      operators: [created('>='), created('<=')],
      defaultOperator: '>=',
    },
    text('user', 'User'),
    text('name', 'What happened'),
    text('message', 'Message'),
    text('function', 'Function'),
  ];
};

const TYPE_OPTIONS: readonly PropertyFilterProps.FilteringOption[] = Object.entries(TYPE_NAMES).map(
  ([value, label]) => ({ propertyKey: 'type', value, label }),
);

const typeNameOf: NameOf = (value) => TYPE_OPTIONS.find((option) => option.value === value)?.label ?? value;

/** The filter of the list. The address bar holds it, so that a view can be bookmarked and shared. */
const NotificationFilter = ({ query }: { readonly query: URLSearchParams }) => {
  const filter = filterOf(query);
  const products = useProductOptions(filter.product_id);
  const isProductId = (value: string) =>
    value === filter.product_id || products.options.some((option) => option.value === value);
  const productNameOf: NameOf = (value) => products.options.find((option) => option.value === value)?.label ?? value;
  const apply = ({ detail }: { readonly detail: PropertyFilterProps.Query }) =>
    navigate(urlOf(['notifications'], queryOf(filterFrom(detail.tokens, isProductId), hidesViewed(query))));
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: tokensOf(filter) }}
      onChange={apply}
      filteringProperties={propertiesFor(productNameOf)}
      filteringOptions={[...TYPE_OPTIONS, ...products.options]}
      filteringStatusType={products.status}
      filteringLoadingText="Loading products"
      filteringErrorText="Can't load the products"
      filteringRecoveryText="Try again"
      onLoadItems={({ detail }) => products.load(detail)}
      freeTextFiltering={{ operators: [':'], defaultOperator: ':' }}
      hideOperations
      filteringAriaLabel="Filter notifications"
      filteringPlaceholder="Find by words, product, type, or day"
      expandToViewport
    />
  );
};

export default NotificationFilter;
