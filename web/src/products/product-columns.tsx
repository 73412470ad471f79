import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { CHANNELS, wireName } from '../../../core/channels/channels.ts';
import type { ListedProduct } from '../api/answers.ts';
import { follow, urlOf } from '../frame/route.ts';
import { GateIndicator, gateStateOf } from '../gate/gate-indicator.tsx';
import { SEVERITIES, SEVERITY_KEYS } from '../gate/severities.ts';

type Column = TableProps.ColumnDefinition<ListedProduct>;

const NUMBER = new Intl.NumberFormat('en');

const channelsOf = (listedProduct: ListedProduct): string => {
  const set = CHANNELS.filter((channel) => listedProduct[wireName('notification', channel)] !== '');
  const names = set.map(({ label }) => label);
  const broken = listedProduct.broken_channels.length === 0 ? '' : ` (${listedProduct.broken_channels.length} failing)`;
  return names.length === 0 ? 'No one' : `${names.join(', ')}${broken}`;
};

const Gate = ({ product }: { readonly product: ListedProduct }) => (
  <GateIndicator state={gateStateOf(product.security_gate_passed)} />
);

const nameColumn = (isNarrow: boolean): Column => ({
  id: 'name',
  header: 'Name',
  isRowHeader: true,
  minWidth: 180,
  cell: (product) => {
    const link = (
      <Link href={urlOf(['products', product.id])} onFollow={follow}>
        <span className="words">{product.name}</span>
      </Link>
    );
    if (!isNarrow) return link;
    const counted = SEVERITY_KEYS.filter((severity) => product.observation_counts[severity] > 0);
    return (
      <SpaceBetween size="xxs">
        {link}
        <Gate product={product} />
        <Box color="text-body-secondary" fontSize="body-s">
          {counted.length === 0
            ? 'No findings'
            : counted.map((severity) => `${product.observation_counts[severity]} ${SEVERITIES[severity]}`).join(' · ')}
        </Box>
        <Box color="text-body-secondary" fontSize="body-s">
          Notifies: {channelsOf(product)}
        </Box>
      </SpaceBetween>
    );
  },
});

const COUNTS: readonly Column[] = SEVERITY_KEYS.map((severity) => ({
  id: severity,
  header: SEVERITIES[severity],
  width: 100,
  cell: ({ observation_counts }) => {
    const count = observation_counts[severity];
    return (
      <Box variant="span" color={count === 0 ? 'text-status-inactive' : 'inherit'}>
        {NUMBER.format(count)}
      </Box>
    );
  },
}));

/** The columns; on a narrow page, one with everything. */
export const productColumns = (isNarrow: boolean): readonly Column[] =>
  isNarrow
    ? [nameColumn(true)]
    : [
        nameColumn(false),
        { id: 'gate', header: 'Security gate', width: 140, cell: (product) => <Gate product={product} /> },
        ...COUNTS,
        { id: 'notifies', header: 'Notifies', minWidth: 160, cell: channelsOf },
        { id: 'role', header: 'Your role', width: 120, cell: ({ role }) => role ?? '–' },
      ];
