import Input from '@cloudscape-design/components/input';
import Table from '@cloudscape-design/components/table';
import { lazy, memo, Suspense, useMemo, useState } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { Boundary } from '../frame/boundary.tsx';
import { type ListPreferences, laidOut, widthsOf } from '../frame/list-preferences.ts';
import { useTight, useWide } from '../frame/narrow.ts';
import { Pages, pageNumberOf } from '../frame/pages.tsx';
import { Preferences } from '../frame/preferences.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { Unreadable } from '../frame/unreadable.tsx';
import { useListPreferences } from '../frame/use-list-preferences.ts';
import { COLUMNS, columnsFor } from './columns.tsx';
import { EmptyList } from './empty-list.tsx';
import { hidesViewed, listPath } from './filter.ts';
import { SearchProgress, searchingText } from './search-progress.tsx';
import { TableHeader } from './table-header.tsx';
import { titleOf } from './title-of.ts';
import { useFocusBack } from './use-focus-back.ts';
import { useNotificationList } from './use-list.ts';

// The list is there before the filter: neither has to wait for the other.
const NotificationFilter = lazy(() => import('./notification-filter.tsx'));

type Selection = { readonly path: string; readonly items: readonly ListedNotification[] };
const NOTHING: Selection['items'] = [];

type TableProps = {
  /** The query of the address. */
  readonly search: string;
  readonly openId: string | null;
};

/** The list with its filter, its actions, and its pages. */
const NotificationTableNow = ({ search, openId }: TableProps) => {
  const query = useMemo(() => new URLSearchParams(search), [search]);
  const [preferences, change] = useListPreferences('notifications');
  const path = listPath(query);
  const list = useNotificationList({ path, number: pageNumberOf(query), size: preferences.pageSize }, openId);
  // Of all pages of one list: what another filter shows has its own selection.
  const [selection, setSelection] = useState<Selection>({ path, items: [] });
  const selected = selection.path === path ? selection.items : NOTHING;
  const select = (items: Selection['items']) => setSelection({ path, items });
  const isTight = useTight();
  const isWide = useWide();
  // The panel replaces the columns that it shows itself.
  const room = isTight || openId !== null ? 'one' : isWide ? 'all' : 'some';
  const columns = columnsFor({ query, openId, room });
  const { items, problem } = list;
  // The first page alone is read again by itself.
  const goesViewed = list.number === 1 && hidesViewed(query);
  useFocusBack(openId, (id) => goesViewed && items.some((item) => item.id === id && item.viewed));
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
            isHidingViewed={hidesViewed(query)}
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

/** Isn't drawn anew with its frame: that takes as long as it has rows. */
export const NotificationTable = memo(NotificationTableNow);
