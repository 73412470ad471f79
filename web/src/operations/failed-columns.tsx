import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { channelOf } from '../../../core/channels/channels.ts';
import type { ListedDelivery } from '../api/answers.ts';
import { follow, urlOf } from '../frame/route.ts';
import { Ago } from '../frame/time.tsx';
import { Words } from '../frame/words.tsx';

type Column = TableProps.ColumnDefinition<ListedDelivery>;
type Asked = { readonly isTight: boolean; readonly hasProduct: boolean };

const Target = ({ delivery: { channel, target } }: { readonly delivery: ListedDelivery }) => (
  <SpaceBetween size="xxs">
    <Words>{target}</Words>
    <Box color="text-body-secondary" fontSize="body-s">
      {channelOf(channel).label}
    </Box>
  </SpaceBetween>
);

const nameColumn = ({ isTight }: Asked): Column => ({
  id: 'notification',
  header: 'Notification',
  isRowHeader: true,
  minWidth: 190,
  cell: (delivery) => (
    <SpaceBetween size="xxs">
      <Link href={urlOf(['notifications', delivery.notification_id])} onFollow={follow}>
        <Words>{delivery.notification_name}</Words>
      </Link>
      {isTight && (
        <SpaceBetween size="xxs">
          <Target delivery={delivery} />
          <Words>{delivery.last_error}</Words>
          <Box color="text-body-secondary" fontSize="body-s">
            <Ago iso={delivery.updated} />
          </Box>
        </SpaceBetween>
      )}
    </SpaceBetween>
  ),
});

const PRODUCT: Column = {
  id: 'product',
  header: 'Product',
  minWidth: 120,
  cell: ({ product_id, product_name }) =>
    product_id === null ? (
      '–'
    ) : (
      <Link href={urlOf(['products', product_id])} onFollow={follow}>
        <Words>{product_name}</Words>
      </Link>
    ),
};

const OTHERS: readonly Column[] = [
  { id: 'target', header: 'Target', minWidth: 150, cell: (delivery) => <Target delivery={delivery} /> },
  { id: 'reason', header: 'Reason', minWidth: 160, cell: ({ last_error }) => <Words>{last_error ?? '–'}</Words> },
  { id: 'failed', header: 'Failed', minWidth: 100, cell: ({ updated }) => <Ago iso={updated} /> },
];

/** The columns of failed deliveries; where there is no room, one column holds what the others do. */
export const failedColumns = (asked: Asked): readonly Column[] => {
  if (asked.isTight) return [nameColumn(asked)];
  return [nameColumn(asked), ...(asked.hasProduct ? [PRODUCT] : []), ...OTHERS];
};
