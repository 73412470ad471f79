import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { ListedProduct } from '../api/answers.ts';
import { usePage } from '../api/use-page.ts';
import { Frame } from '../frame/frame.tsx';
import { Heading } from '../frame/heading.tsx';
import { laidOut, widthsOf } from '../frame/list-preferences.ts';
import { useTight, useWide } from '../frame/narrow.ts';
import { Pages, pageNumberOf, useGoToPage } from '../frame/pages.tsx';
import { Preferences } from '../frame/preferences.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { useRoute } from '../frame/route.ts';
import { Status } from '../frame/status.tsx';
import { Unreadable } from '../frame/unreadable.tsx';
import { useListPreferences } from '../frame/use-list-preferences.ts';
import { CreateProduct } from './create-product.tsx';
import { EmptyProducts } from './empty-products.tsx';
import { COLUMN_NAMES, productColumns } from './product-columns.tsx';
import { NameAndGate, show, useTypedName } from './product-filter.tsx';
import { filterOf, listPath, sortedBy, sortingOf } from './product-list.ts';

const EVERY_MS = 8_000;

/** The products that the reader may see. */
const ProductsView = () => {
  const { query } = useRoute();
  const number = pageNumberOf(query);
  const goTo = useGoToPage();
  const [typed, setTyped] = useTypedName(query);
  const filter = filterOf(query);
  const [isCreating, setCreating] = useState(false);
  const [preferences, change] = useListPreferences('products');
  const isTight = useTight();
  const isWide = useWide();
  const place = { path: listPath(query), number, size: preferences.pageSize };
  const { items, unreadable, isLoading, isSearching, problem, refresh, hasNext } = usePage<ListedProduct>(place, {
    everyMs: EVERY_MS,
    goTo,
  });
  const sorting = sortingOf(query);
  const room = isTight ? 'one' : isWide ? 'all' : 'some';
  const columns = productColumns(room);
  const create = () => setCreating(true);
  const clear = () => {
    setTyped('');
    show(query, { name: '', gate: '' });
  };
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
          if (order !== null) show(query, { order });
        }}
        loading={isLoading}
        loadingText="Loading products"
        ariaLabels={{ tableLabel: 'Products' }}
        empty={
          problem === null ? (
            <EmptyProducts isFiltered={filter.name !== '' || filter.gate !== ''} clear={clear} create={create} />
          ) : null
        }
        filter={
          <NameAndGate typed={typed} setTyped={setTyped} gate={filter.gate} setGate={(gate) => show(query, { gate })} />
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
            {isSearching && <Status type="loading">Searching products</Status>}
          </>
        }
      />
      {isCreating && <CreateProduct close={() => setCreating(false)} />}
    </Frame>
  );
};

export default ProductsView;
