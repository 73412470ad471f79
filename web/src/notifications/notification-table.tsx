import Input from '@cloudscape-design/components/input';
import Table from '@cloudscape-design/components/table';
import { lazy, Suspense } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { Boundary } from '../frame/boundary.tsx';
import { type ListPreferences, laidOut, widthsOf } from '../frame/list-preferences.ts';
import { useTight, useWide } from '../frame/narrow.ts';
import { Pages } from '../frame/pages.tsx';
import { Preferences } from '../frame/preferences.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { Unreadable } from '../frame/unreadable.tsx';
import { COLUMNS, columnsFor } from './columns.tsx';
import { EmptyList } from './empty-list.tsx';
import { SearchProgress, searchingText } from './search-progress.tsx';
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
  readonly preferences: ListPreferences;
  readonly change: (change: Partial<ListPreferences>) => void;
  /** Rows of any page. */
  readonly selected: readonly ListedNotification[];
  readonly select: (items: readonly ListedNotification[]) => void;
};

/** The list with its filter, its actions, and its pages. */
export const NotificationTable = (props: TableProps) => {
  const { list, query, isHidingViewed, openId, selected, select, preferences, change } = props;
  const isTight = useTight();
  const isWide = useWide();
  // The panel replaces the columns that it shows itself.
  const room = isTight || openId !== null ? 'one' : isWide ? 'all' : 'some';
  const columns = columnsFor({ query, openId, room });
  const { items, problem } = list;
  // Pages of another length have other numbers.
  const changeAndStart = (changed: Partial<ListPreferences>) => {
    change(changed);
    list.goTo(1);
  };
  return (
    <div {...list.handlers}>
      <Table
        variant="full-page"
        stickyHeader
        wrapLines
        resizableColumns={room === 'all'}
        trackBy="id"
        items={items}
        {...laidOut(columns, room === 'all' ? preferences : { ...preferences, widths: {} })}
        onColumnWidthsChange={({ detail }) =>
          change({ widths: { ...preferences.widths, ...widthsOf(columns, detail.widths) } })
        }
        preferences={<Preferences preferences={preferences} change={changeAndStart} columns={COLUMNS} />}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => select(detail.selectedItems)}
        loading={list.isLoading}
        loadingText={searchingText(list.searchedTo)}
        ariaLabels={{
          tableLabel: 'Notifications',
          allItemsSelectionLabel: () => 'Select all notifications',
          itemSelectionLabel: (_selection, item) => `Select ${titleOf(item)}`,
          selectionGroupLabel: 'Selection of notifications',
        }}
        header={
          <TableHeader
            list={list}
            selected={selected}
            clearSelection={() => select([])}
            query={query}
            isHidingViewed={isHidingViewed}
            isOneOpen={openId !== null}
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
        pagination={<Pages number={list.number} hasNext={list.hasNext} goTo={list.goTo} />}
        empty={problem === null ? <EmptyList query={query} /> : null}
        footer={
          <>
            <Unreadable what="notifications" ids={list.unreadable} />
            {problem && <ProblemAlert what="Can't load the notifications" problem={problem} retry={list.refresh} />}
            <SearchProgress list={list} />
          </>
        }
      />
    </div>
  );
};
