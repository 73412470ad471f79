import Box from '@cloudscape-design/components/box';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Product, Severity } from '../api/answers.ts';
import { useTight } from '../frame/narrow.ts';
import { formatNumber } from '../frame/number.ts';
import { Numbers } from '../frame/numbers.tsx';
import { Status } from '../frame/status.tsx';
import { NO_LIMIT } from './no-limit.ts';
import { SEVERITIES, SEVERITY_KEYS } from './severities.ts';

type Row = {
  readonly severity: Severity;
  readonly count: number;
  readonly threshold: number | null;
  readonly isReported: boolean;
};

const isOver = ({ count, threshold }: Row): boolean => threshold !== null && count > threshold;

const Verdict = ({ row }: { readonly row: Row }) => {
  if (row.threshold === null) return <Status type="stopped">Not checked</Status>;
  if (!row.isReported) return <Status type="pending">No report yet</Status>;
  if (!isOver(row)) return <Status type="success">Within threshold</Status>;
  return <Status type="error">{formatNumber(row.count - row.threshold)} over threshold</Status>;
};

type Column = TableProps.ColumnDefinition<Row>;

const Count = ({ row }: { readonly row: Row }) => (
  <Box variant="span" fontWeight={isOver(row) ? 'bold' : 'normal'}>
    {formatNumber(row.count)}
  </Box>
);

const allowedBy = ({ threshold }: Row): string => {
  if (threshold === null) return '–';
  return threshold >= NO_LIMIT ? 'No limit' : formatNumber(threshold);
};

const SEVERITY: Column = {
  id: 'severity',
  header: 'Severity',
  isRowHeader: true,
  cell: ({ severity }) => SEVERITIES[severity],
};
const VERDICT: Column = { id: 'verdict', header: 'Result', cell: (row) => <Verdict row={row} /> };

const WIDE: readonly Column[] = [
  SEVERITY,
  {
    id: 'count',
    header: <Numbers>Findings</Numbers>,
    cell: (row) => (
      <Numbers>
        <Count row={row} />
      </Numbers>
    ),
  },
  { id: 'threshold', header: <Numbers>Threshold</Numbers>, cell: (row) => <Numbers>{allowedBy(row)}</Numbers> },
  VERDICT,
];

/** What fails must be visible on a phone too. */
const NARROW: readonly Column[] = [
  SEVERITY,
  {
    id: 'count',
    header: 'Findings',
    cell: (row) => (
      <>
        <Count row={row} />
        <Box color="text-body-secondary" fontSize="body-s">
          Threshold: {allowedBy(row)}
        </Box>
        <Verdict row={row} />
      </>
    ),
  },
];

/** The last scan's findings against the thresholds. */
export const GateTable = ({ product }: { readonly product: Product }) => {
  const isTight = useTight();
  const { observation_counts, observation_counts_updated, security_gate_thresholds } = product;
  const rows = SEVERITY_KEYS.map(
    (severity): Row => ({
      severity,
      count: observation_counts[severity],
      threshold: security_gate_thresholds?.[severity] ?? null,
      isReported: observation_counts_updated !== null,
    }),
  );
  return (
    <Table
      variant="embedded"
      items={rows}
      trackBy="severity"
      ariaLabels={{ tableLabel: 'Findings against thresholds' }}
      columnDefinitions={isTight ? NARROW : WIDE}
    />
  );
};
