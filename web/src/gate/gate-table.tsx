import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { Product, Severity } from '../api/answers.ts';
import { SEVERITIES, SEVERITY_KEYS } from './severities.ts';

const NUMBER = new Intl.NumberFormat('en');

type Row = { readonly severity: Severity; readonly count: number; readonly threshold: number | null };

const isOver = ({ count, threshold }: Row): boolean => threshold !== null && count > threshold;

const Verdict = ({ row }: { readonly row: Row }) => {
  if (row.threshold === null) return <StatusIndicator type="stopped">Not checked</StatusIndicator>;
  if (!isOver(row)) return <StatusIndicator type="success">Within</StatusIndicator>;
  return <StatusIndicator type="error">{NUMBER.format(row.count - row.threshold)} too many</StatusIndicator>;
};

/** What the last scan counted against what is allowed, and what is too much. */
export const GateTable = ({ product }: { readonly product: Product }) => {
  const { observation_counts, security_gate_thresholds } = product;
  const rows = SEVERITY_KEYS.map(
    (severity): Row => ({
      severity,
      count: observation_counts[severity],
      threshold: security_gate_thresholds?.[severity] ?? null,
    }),
  );
  return (
    <Table
      variant="embedded"
      items={rows}
      trackBy="severity"
      ariaLabels={{ tableLabel: 'Counts against thresholds' }}
      columnDefinitions={[
        { id: 'severity', header: 'Severity', isRowHeader: true, cell: ({ severity }) => SEVERITIES[severity] },
        {
          id: 'count',
          header: 'Counted',
          cell: (row) => (
            <Box variant="span" fontWeight={isOver(row) ? 'bold' : 'normal'}>
              {NUMBER.format(row.count)}
            </Box>
          ),
        },
        {
          id: 'threshold',
          header: 'Allowed',
          cell: ({ threshold }) => (threshold === null ? '–' : NUMBER.format(threshold)),
        },
        { id: 'verdict', header: 'Verdict', cell: (row) => <Verdict row={row} /> },
      ]}
    />
  );
};
