import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { HistoryEntry } from '../api/answers.ts';
import { useTight } from '../frame/narrow.ts';
import { follow, urlOf } from '../frame/route.ts';
import { At } from '../frame/time.tsx';
import { Words } from '../frame/words.tsx';
import { countText } from '../gate/count-text.ts';
import { GateIndicator } from '../gate/gate-indicator.tsx';
import { CommitLink } from './commit-link.tsx';
import { eventText, userText } from './event-text.ts';
import { gateOf, keyOf } from './timeline.ts';

type Column = TableProps.ColumnDefinition<HistoryEntry>;

const PAGE_SIZE = 10;

const Gate = ({ entry }: { readonly entry: HistoryEntry }) => (
  <>
    <GateIndicator state={gateOf(entry)} />
    {entry.notification_id !== null && (
      <>
        {' '}
        <Link
          href={urlOf(['notifications', entry.notification_id])}
          ariaLabel={`Changed: notification of ${entry.created}`}
          onFollow={follow}
        >
          Changed
        </Link>
      </>
    )}
  </>
);

const WHEN: Column = { id: 'created', header: 'When', isRowHeader: true, cell: ({ created }) => <At iso={created} /> };

const WIDE: readonly Column[] = [
  WHEN,
  { id: 'type', header: 'Event', minWidth: 110, cell: (entry) => <Words>{eventText(entry)}</Words> },
  { id: 'gate', header: 'Security gate', cell: (entry) => <Gate entry={entry} /> },
  {
    id: 'findings',
    header: 'Findings',
    minWidth: 110,
    cell: ({ observation_counts }) => countText(observation_counts),
  },
  { id: 'user', header: 'By', cell: (entry) => <Words>{userText(entry)}</Words> },
  {
    id: 'commit',
    header: 'Commit',
    minWidth: 140,
    cell: ({ commit, run_url }) => <CommitLink commit={commit} runUrl={run_url} />,
  },
];

const NARROW: readonly Column[] = [
  {
    ...WHEN,
    cell: (entry) => (
      <SpaceBetween size="xxs">
        <At iso={entry.created} />
        <Gate entry={entry} />
        <Box color="text-body-secondary" fontSize="body-s">
          {countText(entry.observation_counts)}
        </Box>
        <Box color="text-body-secondary" fontSize="body-s">
          <Words>{eventText(entry)}</Words> · <Words>{userText(entry)}</Words> ·{' '}
          <CommitLink commit={entry.commit} runUrl={entry.run_url} />
        </Box>
      </SpaceBetween>
    ),
  },
];

/** What the chart shows, for the keyboard and for screen readers; newest first. */
export const HistoryTable = ({ entries }: { readonly entries: readonly HistoryEntry[] }) => {
  const isTight = useTight();
  const [wanted, setWanted] = useState(1);
  const pages = Math.max(1, Math.ceil(entries.length / PAGE_SIZE));
  const page = Math.min(wanted, pages);
  return (
    <Table
      variant="embedded"
      wrapLines
      items={entries.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)}
      trackBy={keyOf}
      ariaLabels={{ tableLabel: 'History' }}
      columnDefinitions={isTight ? NARROW : WIDE}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            ariaLabels={{
              nextPageLabel: 'Next page',
              previousPageLabel: 'Previous page',
              pageLabel: (number) => `Page ${number}`,
            }}
            onChange={({ detail }) => setWanted(detail.currentPageIndex)}
          />
        )
      }
    />
  );
};
