import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { Target } from '../api/answers.ts';
import { usePage } from '../api/use-page.ts';
import { useSnug } from '../frame/narrow.ts';
import { Pages } from '../frame/pages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { useNow } from '../frame/time.tsx';
import { ListFilter } from './list-filter.tsx';
import { targetColumns } from './target-columns.tsx';
import { byAttention, KIND_OPTIONS, kindOf } from './target-state.ts';

const EVERY_MS = 10_000;
const PAGE_SIZE = 25;

/** Says that paused targets get nothing: they are easily forgotten. */
const PausedTargets = ({ targets }: { readonly targets: readonly Target[] }) => {
  const paused = targets.filter(({ state }) => state === 'paused');
  if (paused.length === 0) return null;
  const [first] = paused;
  return (
    <Alert type="warning" header={paused.length === 1 ? '1 target is paused' : `${paused.length} targets are paused`}>
      <span className="words">
        {paused.length === 1 ? first?.target : paused.map(({ target }) => target).join(', ')}: nothing is sent there
        until an administrator resumes it.
      </span>
    </Alert>
  );
};

/** The targets that messages were sent to: what each does, what waits for it, and since when it fails. */
export const TargetsSection = () => {
  const [number, setNumber] = useState(1);
  const [kind, setKind] = useState<(typeof KIND_OPTIONS)[number]>(KIND_OPTIONS[0]);
  const list = usePage<Target>({ path: '/targets', number, size: PAGE_SIZE }, { everyMs: EVERY_MS, goTo: setNumber });
  const { items, isLoading, problem, refresh, hasNext } = list;
  const nowMs = useNow();
  const isTight = useSnug();
  const hasPages = number > 1 || hasNext;
  const shown = byAttention(items.filter((target) => kind.value === 'all' || kindOf(target) === kind.value));
  const none =
    items.length === 0 ? 'No message was sent yet.' : `No target${hasPages ? ' on this page' : ''} is in this state.`;
  return (
    <SpaceBetween size="l">
      <PausedTargets targets={items} />
      <Table
        variant="container"
        wrapLines
        items={shown}
        trackBy="id"
        loading={isLoading}
        loadingText="Loading targets"
        ariaLabels={{ tableLabel: 'Targets' }}
        empty={problem === null && <Box textAlign="center">{none}</Box>}
        columnDefinitions={targetColumns({ isTight, nowMs, refresh })}
        header={
          <Header
            variant="h2"
            description="Addresses, webhooks, and event buses. Products that share one share its row."
          >
            Targets
          </Header>
        }
        filter={
          <ListFilter<(typeof KIND_OPTIONS)[number]>
            label="State"
            options={KIND_OPTIONS}
            selected={kind}
            choose={setKind}
          />
        }
        pagination={hasPages && <Pages number={number} hasNext={hasNext} goTo={setNumber} />}
        footer={problem && <ProblemAlert what="Can't load the targets" problem={problem} retry={refresh} />}
      />
    </SpaceBetween>
  );
};
