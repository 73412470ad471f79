import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { Heading } from '../frame/heading.tsx';
import { navigate, urlOf } from '../frame/route.ts';
import { useUnviewed } from '../frame/unviewed.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { filterOf, queryOf } from './filter.ts';
import { MarkAllButton } from './mark-all-button.tsx';
import { News } from './news.tsx';
import { useBulk } from './use-bulk.ts';
import type { NotificationList } from './use-list.ts';
import { useMayDelete } from './use-may-delete.ts';

type HeaderProps = {
  readonly list: NotificationList;
  readonly selected: readonly ListedNotification[];
  readonly clearSelection: () => void;
  readonly query: URLSearchParams;
  readonly isHidingViewed: boolean;
  /** The panel beside the list has a Delete of its own. */
  readonly isOneOpen: boolean;
};

/** "(8 new)", "(29 selected, 8 new)". */
const counterOf = (selected: number, unviewed: string | undefined): string => {
  const parts = [
    ...(selected > 0 ? [`${selected} selected`] : []),
    ...(unviewed === undefined ? [] : [`${unviewed} new`]),
  ];
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
};

/** The title, how many are new, and what can be done with the selected ones. */
export const TableHeader = ({ list, selected, clearSelection, query, isHidingViewed, isOneOpen }: HeaderProps) => {
  const { count } = useUnviewed();
  const [isAsking, setAsking] = useState(false);
  const bulk = useBulk(list, selected, clearSelection);
  const mayDelete = useMayDelete(selected);
  const hasNone = selected.length === 0;
  const setHiding = (isHiding: boolean) => navigate(urlOf(['notifications'], queryOf(filterOf(query), isHiding)));
  return (
    <>
      <Header
        variant="awsui-h1-sticky"
        counter={counterOf(selected.length, count?.text)}
        actions={
          <SpaceBetween size="xs" direction="horizontal" alignItems="center">
            <Toggle checked={isHidingViewed} onChange={({ detail }) => setHiding(detail.checked)}>
              Hide viewed
            </Toggle>
            <News list={list} />
            <Button iconName="refresh" ariaLabel="Refresh" onClick={() => void list.refresh()} />
            <Button disabled={hasNone} loading={bulk.isBusy} onClick={bulk.mark}>
              Mark as viewed
            </Button>
            <MarkAllButton list={list} filter={filterOf(query)} whenMarked={clearSelection} />
            {!(isOneOpen && hasNone) && (
              <Button
                disabled={hasNone || bulk.isBusy || !mayDelete}
                disabledReason={
                  hasNone || mayDelete ? '' : 'Only a product owner or an administrator can delete notifications.'
                }
                onClick={() => setAsking(true)}
              >
                {isOneOpen ? 'Delete selected' : 'Delete'}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        <Heading>Notifications</Heading>
      </Header>
      {isAsking && <DeleteDialog count={selected.length} close={() => setAsking(false)} confirm={bulk.remove} />}
    </>
  );
};
