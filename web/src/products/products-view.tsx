import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useEffect, useState } from 'react';
import type { ListedProduct } from '../api/answers.ts';
import { usePage } from '../api/use-page.ts';
import { Frame } from '../frame/frame.tsx';
import { Heading } from '../frame/heading.tsx';
import { laidOut, widthsOf } from '../frame/list-preferences.ts';
import { useTight, useWide } from '../frame/narrow.ts';
import { Pages, pageNumberOf, useGoToPage } from '../frame/pages.tsx';
import { Preferences } from '../frame/preferences.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { navigate, urlOf, useRoute } from '../frame/route.ts';
import { Unreadable } from '../frame/unreadable.tsx';
import { useListPreferences } from '../frame/use-list-preferences.ts';
import { CreateProduct } from './create-product.tsx';
import { EmptyProducts } from './empty-products.tsx';
import { COLUMN_NAMES, productColumns } from './product-columns.tsx';
import { listPath, sortedBy, sortingOf } from './product-list.ts';

/** Pause in typing before the search. */
const TYPING_MS = 300;

const EVERY_MS = 8_000;

/** Shows the first page of the list with one filter, or the order, changed in the address. */
const show = (query: URLSearchParams, key: 'name' | 'order', value: string): void => {
  const asked = new URLSearchParams(query);
  asked.delete('page');
  if (value === '') asked.delete(key);
  else asked.set(key, value);
  navigate(urlOf(['products'], asked), { replace: true });
};

/** The searched name, which is put into the address after a pause in typing. */
const useTypedName = (query: URLSearchParams): readonly [string, (text: string) => void] => {
  const name = query.get('name') ?? '';
  const [{ at, text }, setText] = useState({ at: name, text: name });
  // Another address, as of a link in the navigation, wins over what was typed.
  const typed = at === name ? text : name;
  const address = query.toString();
  useEffect(() => {
    if (typed === name) return;
    const timer = setTimeout(() => show(new URLSearchParams(address), 'name', typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, name, address]);
  return [typed, (next) => setText({ at: name, text: next })];
};

/** The products that the reader may see. */
const ProductsView = () => {
  const { query } = useRoute();
  const number = pageNumberOf(query);
  const goTo = useGoToPage();
  const [typed, setTyped] = useTypedName(query);
  const [isCreating, setCreating] = useState(false);
  const [preferences, change] = useListPreferences('products');
  const isTight = useTight();
  const isWide = useWide();
  const place = { path: listPath(query), number, size: preferences.pageSize };
  const { items, unreadable, isLoading, isSearching, problem, refresh, hasNext } = usePage<ListedProduct>(
    place,
    EVERY_MS,
  );
  const sorting = sortingOf(query);
  const room = isTight ? 'one' : isWide ? 'all' : 'some';
  const columns = productColumns(room);
  const create = () => setCreating(true);
  return (
    <Frame title="Products" help="products" isWide>
      <Table
        variant="full-page"
        stickyHeader
        wrapLines
        trackBy="id"
        items={items}
        {...laidOut(columns, room === 'all' ? preferences : { ...preferences, widths: {} })}
        resizableColumns={room === 'all'}
        onColumnWidthsChange={({ detail }) =>
          change({ widths: { ...preferences.widths, ...widthsOf(columns, detail.widths) } })
        }
        preferences={
          <Preferences
            preferences={preferences}
            columns={COLUMN_NAMES}
            change={(changed) => {
              change(changed);
              goTo(1);
            }}
          />
        }
        sortingColumn={{ sortingField: sorting.by }}
        sortingDescending={sorting.isDescending}
        onSortingChange={({ detail }) => {
          const order = sortedBy(detail.sortingColumn.sortingField, sorting);
          if (order !== null) show(query, 'order', order);
        }}
        loading={isLoading}
        loadingText="Loading products"
        ariaLabels={{ tableLabel: 'Products' }}
        empty={
          problem === null ? (
            <EmptyProducts isFiltered={query.has('name')} clear={() => setTyped('')} create={create} />
          ) : null
        }
        filter={
          <TextFilter
            filteringText={typed}
            filteringPlaceholder="Find a product by name"
            filteringAriaLabel="Find a product by name"
            onChange={({ detail }) => setTyped(detail.filteringText)}
          />
        }
        header={
          <Header
            variant="awsui-h1-sticky"
            actions={
              <Button variant="primary" onClick={create}>
                Create product
              </Button>
            }
          >
            <Heading>Products</Heading>
          </Header>
        }
        pagination={<Pages number={number} hasNext={hasNext} goTo={goTo} />}
        footer={
          <>
            <Unreadable what="products" ids={unreadable} />
            {problem && <ProblemAlert what="Can't load the products" problem={problem} retry={refresh} />}
            {isSearching && <StatusIndicator type="loading">Searching products</StatusIndicator>}
          </>
        }
      />
      {isCreating && <CreateProduct close={() => setCreating(false)} />}
    </Frame>
  );
};

export default ProductsView;
