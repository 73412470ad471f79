import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { HistoryEntry, Product } from '../api/answers.ts';
import { Boundary } from '../frame/boundary.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { At } from '../frame/time.tsx';
import { HistoryTable } from './history-table.tsx';
import { keyOf } from './timeline.ts';
import { DAYS, type Days, startOf, useHistory } from './use-history.ts';

// The chart's script is as large as the rest of the view.
const HistoryChart = lazy(() => import('./history-chart.tsx'));

const Loading = () => (
  <Box textAlign="center" padding="l">
    <Spinner size="large" />
  </Box>
);

type ShownProps = {
  readonly items: readonly HistoryEntry[];
  readonly days: Days;
  readonly isCut: boolean;
  /** When the product was created, before which there is nothing to draw. */
  readonly sinceMs: number;
};

const Shown = ({ items, days, isCut, sinceMs }: ShownProps) => {
  const [oldest] = items.slice(-1);
  const { entries, range } = useMemo(() => {
    const toMs = Date.now();
    return { entries: items.toReversed(), range: { fromMs: Math.max(sinceMs, startOf(days, toMs)), toMs } };
  }, [items, days, sinceMs]);
  return (
    <SpaceBetween size="s">
      <Boundary what="Can't load the chart">
        <Suspense fallback={<Loading />}>
          <HistoryChart entries={entries} range={range} />
        </Suspense>
      </Boundary>
      {isCut && oldest && (
        <Box color="text-body-secondary">
          Shows the newest {items.length} entries, since <At iso={oldest.created} />.
        </Box>
      )}
      <ExpandableSection headerText="History as a table">
        <HistoryTable entries={items} />
      </ExpandableSection>
    </SpaceBetween>
  );
};

/** Findings and gate over time: why a gate failed, since when, and from which commit. */
export const HistorySection = ({ product }: { readonly product: Product }) => {
  const [days, setDays] = useState<Days>(30);
  const { items, isLoading, isSearching, problem, refresh, hasNext } = useHistory(product.id, days);
  // The same list for the same entries, so that the chart isn't drawn again.
  const keys = items.map(keyOf).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: an entry never changes.
  const shown = useMemo(() => items, [keys]);
  const isDone = !isLoading && !isSearching;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Findings by severity over time, and the security gate"
          actions={
            <SegmentedControl
              label="Range of the history"
              selectedId={String(days)}
              options={DAYS.map((each) => ({ id: String(each), text: `${each} days` }))}
              onChange={({ detail }) => setDays(DAYS.find((each) => String(each) === detail.selectedId) ?? 30)}
            />
          }
        >
          History
        </Header>
      }
    >
      <SpaceBetween size="m">
        {problem && <ProblemAlert what="Can't load the history" problem={problem} retry={refresh} />}
        {!isDone && <Loading />}
        {isDone && shown.length > 0 && (
          <Shown items={shown} days={days} isCut={hasNext} sinceMs={Date.parse(product.created)} />
        )}
        {isDone && shown.length === 0 && problem === null && (
          <Box textAlign="center" color="text-body-secondary">
            {product.observation_counts_updated === null
              ? 'Nothing to show before the first report.'
              : `No reports in the last ${days} days.`}
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
};
