import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Table from '@cloudscape-design/components/table';
import { useNarrow } from '../frame/narrow.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { columnsFor } from './columns.tsx';
import { EmptyList } from './empty-list.tsx';
import { NotificationFilter } from './notification-filter.tsx';
import { TableHeader } from './table-header.tsx';
import type { NotificationList } from './use-list.ts';

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
  const isNarrow = useNarrow();
  const { items, readOn, problem } = list;
  const selectedItems = items.filter(({ id }) => selected.has(id));
  return (
    <Table
      variant="full-page"
      stickyHeader
      wrapLines={false}
      resizableColumns={!isNarrow}
      trackBy="id"
      items={items}
      columnDefinitions={columnsFor({ query, openId, isNarrow })}
      selectionType="multi"
      selectedItems={selectedItems}
      onSelectionChange={({ detail }) => select(new Set(detail.selectedItems.map(({ id }) => id)))}
      loading={list.isLoading}
      loadingText="Loading notifications"
      ariaLabels={{
        tableLabel: 'Notifications',
        allItemsSelectionLabel: () => 'Select all notifications',
        itemSelectionLabel: (_selection, item) => `Select ${item.name}`,
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
      filter={<NotificationFilter query={query} />}
      empty={problem === null ? <EmptyList query={query} readOn={readOn} /> : null}
      footer={
        <>
          {problem && (
            <ProblemAlert what="The notifications could not be loaded" problem={problem} retry={list.refresh} />
          )}
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
