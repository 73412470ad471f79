import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { channelOf } from '../../../core/channels/channels.ts';
import type { Target } from '../api/answers.ts';
import { Numbers } from '../frame/numbers.tsx';
import { Status } from '../frame/status.tsx';
import { Ago, When } from '../frame/time.tsx';
import { Words } from '../frame/words.tsx';
import { PauseButton } from './pause-button.tsx';
import { waitingText, wordsOf } from './target-state.ts';

type Column = TableProps.ColumnDefinition<Target>;

const State = ({ target, nowMs }: { readonly target: Target; readonly nowMs: number }) => {
  const { sign, text, at } = wordsOf(target, nowMs);
  return (
    <Status type={sign}>
      {text}
      {at !== null && (
        <>
          {' '}
          <When iso={at} nowMs={nowMs} />
        </>
      )}
    </Status>
  );
};

const LastSent = ({ target: { last_sent_at } }: { readonly target: Target }) =>
  last_sent_at === null ? '–' : <Ago iso={last_sent_at} />;

const ERROR: Column = {
  id: 'error',
  header: 'Last error',
  minWidth: 130,
  cell: ({ last_error }) => <Words>{last_error ?? '–'}</Words>,
};

type Asked = { readonly isTight: boolean; readonly nowMs: number; readonly refresh: () => Promise<void> };

const nameColumn = ({ isTight, nowMs, refresh }: Asked): Column => ({
  id: 'target',
  header: 'Target',
  isRowHeader: true,
  minWidth: 170,
  cell: (target) => (
    <SpaceBetween size="xxs">
      <Words>{target.target}</Words>
      <Box color="text-body-secondary" fontSize="body-s">
        {channelOf(target.channel).label}
      </Box>
      {isTight && (
        <SpaceBetween size="xxs">
          <State target={target} nowMs={nowMs} />
          <Box color="text-body-secondary" fontSize="body-s">
            {waitingText(target)} waiting
            {target.last_sent_at !== null && (
              <>
                {' '}
                · sent <Ago iso={target.last_sent_at} />
              </>
            )}
          </Box>
          {target.last_error !== null && <Words>{target.last_error}</Words>}
          <PauseButton target={target} refresh={refresh} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  ),
});

/** The columns of targets; where there is no room, the first one holds what the others do. */
export const targetColumns = (asked: Asked): readonly Column[] => {
  const { isTight, nowMs, refresh } = asked;
  const action: Column = {
    id: 'action',
    header: 'Action',
    minWidth: 120,
    cell: (target) => <PauseButton target={target} refresh={refresh} />,
  };
  if (isTight) return [nameColumn(asked)];
  return [
    nameColumn(asked),
    { id: 'state', header: 'State', minWidth: 160, cell: (target) => <State target={target} nowMs={nowMs} /> },
    {
      id: 'waiting',
      header: <Numbers>Waiting</Numbers>,
      minWidth: 90,
      cell: (target) => <Numbers>{waitingText(target)}</Numbers>,
    },
    { id: 'sent', header: 'Last sent', minWidth: 110, cell: (target) => <LastSent target={target} /> },
    ERROR,
    action,
  ];
};
