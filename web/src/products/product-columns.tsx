import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { CHANNELS, wireName } from '../../../core/channels/channels.ts';
import type { ListedProduct, Severity } from '../api/answers.ts';
import { widthWith } from '../frame/narrow.ts';
import { formatNumber } from '../frame/number.ts';
import { Numbers } from '../frame/numbers.tsx';
import { follow, urlOf } from '../frame/route.ts';
import { Ago } from '../frame/time.tsx';
import { Words } from '../frame/words.tsx';
import { countText } from '../gate/count-text.ts';
import { GateIndicator, gateStateOf } from '../gate/gate-indicator.tsx';
import { SEVERITIES, SEVERITY_KEYS } from '../gate/severities.ts';
import { StaleReport } from '../gate/stale-report.tsx';
import type { SortedBy } from './product-list.ts';

type Column = TableProps.ColumnDefinition<ListedProduct> & { readonly id: string };

/** What a window of 1,440 pixels has no room for. */
const COUNT_NAMES = SEVERITY_KEYS.map((id) => ({ id, label: SEVERITIES[id], isHiddenAtFirst: id === 'none' }));
const ROLE_NAME = { id: 'role', label: 'Your role', isHiddenAtFirst: true } as const;
const CREATED_NAME = { id: 'created', label: 'Created', isHiddenAtFirst: true } as const;

/** The columns of a window that has room for all, in the order in which they are shown at first. */
export const COLUMN_NAMES = [
  { id: 'name', label: 'Name', alwaysVisible: true },
  { id: 'gate', label: 'Security gate' },
  ...COUNT_NAMES,
  { id: 'notifies', label: 'Notifies' },
  { id: 'updated', label: 'Last change' },
  CREATED_NAME,
  ROLE_NAME,
] as const;

/** What sorts by a column, and how a screen reader says it. */
const sortable = (field: SortedBy, label: string) => ({
  sortingField: field,
  ariaLabel: ({ sorted, descending }: TableProps.LabelData) => {
    if (!sorted) return `${label}, not sorted`;
    return `${label}, sorted ${descending ? 'descending' : 'ascending'}`;
  },
});

const channelsOf = (listedProduct: ListedProduct): string => {
  const set = CHANNELS.filter((channel) => listedProduct[wireName('notification', channel)] !== '');
  const names = set.map(({ label }) => label);
  const broken =
    listedProduct.broken_channels.length === 0 ? '' : ` (${listedProduct.broken_channels.length}\u00a0failing)`;
  return names.length === 0 ? 'No one' : `${names.join(', ')}${broken}`;
};

const Gate = ({ product }: { readonly product: ListedProduct }) => (
  <>
    <GateIndicator state={gateStateOf(product)} /> <StaleReport product={product} />
  </>
);

const nameColumn = (isNarrow: boolean): Column => ({
  id: 'name',
  header: 'Name',
  ...sortable('name', 'Name'),
  isRowHeader: true,
  width: widthWith(185, 0.5),
  minWidth: 160,
  cell: (product) => {
    const link = (
      <Link href={urlOf(['products', product.id])} onFollow={follow}>
        <Words>{product.name}</Words>
      </Link>
    );
    if (!isNarrow) return link;
    return (
      <SpaceBetween size="xxs">
        {link}
        <Gate product={product} />
        <Box color="text-body-secondary" fontSize="body-s">
          {countText(product.observation_counts)}
        </Box>
        <Box color="text-body-secondary" fontSize="body-s">
          Notifies: {channelsOf(product)}
        </Box>
      </SpaceBetween>
    );
  },
});

/** Wide enough for each header, and together narrow enough for a window of 1,440 pixels. */
const COUNT_WIDTHS = {
  critical: 92,
  high: 78,
  medium: 100,
  low: 74,
  none: 78,
  unknown: 110,
} as const satisfies Record<Severity, number>;

const COUNTS: readonly Column[] = COUNT_NAMES.map((name) => ({
  ...name,
  header: <Numbers>{name.label}</Numbers>,
  width: COUNT_WIDTHS[name.id],
  minWidth: 70,
  cell: ({ observation_counts }) => {
    const count = observation_counts[name.id];
    return (
      <Numbers>
        <Box variant="span" color={count === 0 ? 'text-status-inactive' : 'inherit'}>
          {formatNumber(count)}
        </Box>
      </Numbers>
    );
  },
}));

const GATE: Column = {
  id: 'gate',
  header: 'Security gate',
  width: 140,
  minWidth: 100,
  cell: (product) => <Gate product={product} />,
};
const NOTIFIES: Column = {
  id: 'notifies',
  header: 'Notifies',
  width: widthWith(180, 0.4),
  minWidth: 90,
  cell: channelsOf,
};
const FINDINGS: Column = {
  id: 'findings',
  header: 'Findings',
  width: 160,
  cell: (product) => countText(product.observation_counts),
};
const ROLE: Column = {
  ...ROLE_NAME,
  header: ROLE_NAME.label,
  width: 105,
  minWidth: 70,
  cell: ({ role }) => role ?? '–',
};

const UPDATED: Column = {
  id: 'updated',
  header: 'Last change',
  ...sortable('updated', 'Last change'),
  width: 152,
  minWidth: 146,
  cell: ({ updated }) => <Ago iso={updated} />,
};
const CREATED: Column = {
  ...CREATED_NAME,
  header: CREATED_NAME.label,
  ...sortable('created', CREATED_NAME.label),
  width: 146,
  minWidth: 146,
  cell: ({ created }) => <Ago iso={created} />,
};

const COLUMNS = {
  one: [nameColumn(true)],
  some: [nameColumn(false), GATE, FINDINGS, NOTIFIES],
  all: [nameColumn(false), GATE, ...COUNTS, NOTIFIES, UPDATED, CREATED, ROLE],
} as const satisfies Record<string, readonly Column[]>;

/** The columns for which there is room: one with everything, the most important ones, or all. */
export const productColumns = (room: keyof typeof COLUMNS): readonly Column[] => COLUMNS[room];
