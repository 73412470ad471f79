import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { ListedNotification } from '../api/answers.ts';
import { follow, urlOf } from '../frame/route.ts';
import { Ago } from '../frame/time.tsx';
import { TYPE_NAMES } from './filter.ts';
import { toneOf } from './tone.ts';

type Column = TableProps.ColumnDefinition<ListedNotification>;
type ColumnsRequest = { readonly query: URLSearchParams; readonly openId: string | null; readonly isCompact: boolean };

const cell = (text: string | null): string => text ?? '–';

/** New or Viewed, in words as well as by font weight. */
export const ViewedMark = ({ viewed }: Pick<ListedNotification, 'viewed'>) =>
  viewed ? (
    <StatusIndicator type="stopped">Viewed</StatusIndicator>
  ) : (
    <StatusIndicator type="info">New</StatusIndicator>
  );

const nameColumn = ({ query, openId, isCompact }: ColumnsRequest): Column => ({
  id: 'name',
  header: 'What happened',
  isRowHeader: true,
  minWidth: 220,
  width: 370,
  cell: (item) => {
    const link = (
      <Link href={urlOf(['notifications', item.id], query)} onFollow={follow}>
        <Box variant="span" color="inherit" fontWeight={item.viewed && item.id !== openId ? 'normal' : 'bold'}>
          {item.name}
        </Box>
      </Link>
    );
    if (!isCompact) return link;
    return (
      <SpaceBetween size="xxs">
        {link}
        <Box color="text-body-secondary" fontSize="body-s">
          {TYPE_NAMES[item.type]} · <Ago iso={item.created} /> · {item.viewed ? 'Viewed' : 'New'}
        </Box>
      </SpaceBetween>
    );
  },
});

const OTHERS: readonly Column[] = [
  {
    id: 'message',
    header: 'Message',
    width: 200,
    minWidth: 140,
    cell: ({ message }) => <span title={message}>{message}</span>,
  },
  { id: 'created', header: 'Created', width: 130, minWidth: 110, cell: ({ created }) => <Ago iso={created} /> },
  { id: 'viewed', header: 'Status', width: 110, minWidth: 100, cell: (item) => <ViewedMark viewed={item.viewed} /> },
  { id: 'product', header: 'Product', width: 180, minWidth: 120, cell: ({ product_name }) => cell(product_name) },
  { id: 'function', header: 'Function', width: 160, minWidth: 110, cell: (item) => cell(item.function) },
  { id: 'user', header: 'User', width: 120, minWidth: 90, cell: ({ user }) => cell(user) },
];

const TYPE: Column = {
  id: 'type',
  header: 'Type',
  width: 145,
  minWidth: 130,
  cell: (item) => <StatusIndicator type={toneOf(item)}>{TYPE_NAMES[item.type]}</StatusIndicator>,
};

/** The columns; where there is no room for them, one that holds what matters. */
export const columnsFor = (request: ColumnsRequest): readonly Column[] =>
  request.isCompact ? [nameColumn(request)] : [TYPE, nameColumn(request), ...OTHERS];
