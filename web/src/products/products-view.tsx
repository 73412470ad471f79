import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useEffect, useState } from 'react';
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
import { useProducts } from './use-products.ts';

/** Pause in typing before the search. */
const TYPING_MS = 300;

/** A text that is stored in the URL after a pause in typing. */
const useTypedName = (name: string): readonly [string, (text: string) => void] => {
  const [{ at, text }, setText] = useState({ at: name, text: name });
  // Another address, as of a link in the navigation, wins over what was typed.
  const typed = at === name ? text : name;
  useEffect(() => {
    if (typed === name) return;
    const go = () =>
      navigate(urlOf(['products'], typed === '' ? undefined : new URLSearchParams({ name: typed })), { replace: true });
    const timer = setTimeout(go, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, name]);
  return [typed, (next) => setText({ at: name, text: next })];
};

/** The products that the reader may see. */
const ProductsView = () => {
  const { query } = useRoute();
  const name = query.get('name') ?? '';
  const number = pageNumberOf(query);
  const goTo = useGoToPage();
  const [typed, setTyped] = useTypedName(name);
  const [isCreating, setCreating] = useState(false);
  const [preferences, change] = useListPreferences('products');
  const isTight = useTight();
  const isWide = useWide();
  const { items, unreadable, isLoading, isSearching, problem, refresh, hasNext } = useProducts(
    name,
    number,
    preferences.pageSize,
  );
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
        loading={isLoading}
        loadingText="Loading products"
        ariaLabels={{ tableLabel: 'Products' }}
        empty={
          problem === null ? (
            <EmptyProducts isFiltered={name !== ''} clear={() => setTyped('')} create={create} />
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
