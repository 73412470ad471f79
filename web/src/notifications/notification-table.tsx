import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Input from '@cloudscape-design/components/input';
import Table from '@cloudscape-design/components/table';
import { lazy, Suspense } from 'react';
import { Boundary } from '../frame/boundary.tsx';
import { useTight, useWide } from '../frame/narrow.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { Unreadable } from '../frame/unreadable.tsx';
import { columnsFor } from './columns.tsx';
import { EmptyList } from './empty-list.tsx';
import { TableHeader } from './table-header.tsx';
import { titleOf } from './title-of.ts';
import type { NotificationList } from './use-list.ts';

// The list is there before the filter: neither has to wait for the other.
const NotificationFilter = lazy(() => import('./notification-filter.tsx'));

type TableProps = {
  readonly list: NotificationList;
  readonly query: URLSearchParams;
  readonly isHidingViewed: boolean;
  readonly openId: string | null;
  readonly selected: ReadonlySet<string>;
  readonly select: (ids: ReadonlySet<string>) => void;
};

/** The list with its filter, its actions, and the way to older ones. */
export const NotificationTable = ({ list, query, isHidingViewed, openId, selected, select }: TableProps) => {
  const isTight = useTight();
  const isWide = useWide();
  // The panel replaces the columns that it shows itself.
  const room = isTight || openId !== null ? 'one' : isWide ? 'all' : 'some';
  const { items, readOn, problem } = list;
  const selectedItems = items.filter(({ id }) => selected.has(id));
  return (
    <Table
      variant="full-page"
      stickyHeader
      wrapLines
      resizableColumns={room === 'all'}
      trackBy="id"
      items={items}
      columnDefinitions={columnsFor({ query, openId, room })}
      selectionType="multi"
      selectedItems={selectedItems}
      onSelectionChange={({ detail }) => select(new Set(detail.selectedItems.map(({ id }) => id)))}
      loading={list.isLoading}
      loadingText="Searching notifications"
      ariaLabels={{
        tableLabel: 'Notifications',
        allItemsSelectionLabel: () => 'Select all notifications',
        itemSelectionLabel: (_selection, item) => `Select ${titleOf(item)}`,
        selectionGroupLabel: 'Selection of notifications',
      }}
      header={
        <TableHeader
          list={list}
          selected={selectedItems}
          clearSelection={() => select(new Set())}
          query={query}
          isHidingViewed={isHidingViewed}
        />
      }
      filter={
        <Boundary what="Can't load the filter">
          <Suspense
            fallback={<Input disabled value="" placeholder="Loading the filter" ariaLabel="Filter notifications" />}
          >
            <NotificationFilter query={query} />
          </Suspense>
        </Boundary>
      }
      empty={problem === null ? <EmptyList query={query} /> : null}
      footer={
        <>
          <Unreadable what="notifications" ids={list.unreadable} />
          {problem && <ProblemAlert what="Can't load the notifications" problem={problem} retry={list.refresh} />}
          {readOn !== null && items.length > 0 && (
            <Box textAlign="center">
              <Button
                onClick={() => void readOn()}
                loading={list.isReadingOn}
                loadingText="Loading older notifications"
              >
                Show older
              </Button>
            </Box>
          )}
        </>
      }
    />
  );
};
