import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { memo } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { widthWith } from '../frame/narrow.ts';
import { openBeside, urlOf } from '../frame/route.ts';
import { Status } from '../frame/status.tsx';
import { Ago } from '../frame/time.tsx';
import { Words } from '../frame/words.tsx';
import { TYPE_NAMES } from './filter.ts';
import { unbrokenTitleOf } from './title-of.ts';
import { toneOf } from './tone.ts';
import { linkId } from './use-focus-back.ts';

type Column = TableProps.ColumnDefinition<ListedNotification> & { readonly id: ColumnId };
/** What happened names it. */
const FUNCTION_NAME = { id: 'function', label: 'Function', isHiddenAtFirst: true } as const;

/** The columns, in the order in which they are shown at first. */
export const COLUMNS = [
  { id: 'type', label: 'Type' },
  { id: 'name', label: 'What happened', alwaysVisible: true },
  { id: 'message', label: 'Message' },
  { id: 'created', label: 'Created' },
  { id: 'viewed', label: 'Status' },
  { id: 'product', label: 'Product' },
  FUNCTION_NAME,
  { id: 'user', label: 'User' },
] as const;
type ColumnId = (typeof COLUMNS)[number]['id'];

/** One column that holds what matters, the message beside it, or all. */
type Room = 'one' | 'some' | 'all';
type ColumnsRequest = { readonly query: URLSearchParams; readonly openId: string | null; readonly room: Room };

type ItemProps = { readonly item: ListedNotification };

/** New or Viewed, in words as well as by font weight. */
export const ViewedMark = ({ viewed }: Pick<ListedNotification, 'viewed'>) =>
  viewed ? <Status type="stopped">Viewed</Status> : <Status type="info">New</Status>;

const TypeMark = ({ item }: ItemProps) => <Status type={toneOf(item)}>{TYPE_NAMES[item.type]}</Status>;

type NameProps = ItemProps & {
  readonly href: string;
  /** Whether this one is open beside the list. */
  readonly isOpen: boolean;
  /** Whether it has no columns beside it that say the rest. */
  readonly isWhole: boolean;
};

const Name = ({ item, href, isOpen, isWhole }: NameProps) => {
  const link = (
    <span id={linkId(item.id)} className={isOpen ? 'words open-row' : 'words'}>
      {isOpen && (
        <>
          <Icon name="angle-right" size="small" ariaLabel="Open" />{' '}
        </>
      )}
      <Link
        href={href}
        onFollow={(event) => {
          event.preventDefault();
          openBeside(href);
        }}
      >
        <Box variant="span" color="inherit" fontWeight={item.viewed && !isOpen ? 'normal' : 'bold'}>
          {unbrokenTitleOf(item)}
        </Box>
      </Link>
    </span>
  );
  if (!isWhole) return link;
  return (
    <SpaceBetween size="xxs">
      {link}
      <Box color="text-body-secondary" fontSize="body-s">
        <TypeMark item={item} /> · <Ago iso={item.created} /> · {item.viewed ? 'Viewed' : 'New'}
      </Box>
    </SpaceBetween>
  );
};

// A click on one row draws the table anew: cells that stay the same aren't drawn again.
const NameCell = memo(Name);
const TypeCell = memo(TypeMark);
const ViewedCell = memo(ViewedMark);

const nameColumn = ({ query, openId, room }: ColumnsRequest): Column => ({
  id: 'name',
  header: 'What happened',
  isRowHeader: true,
  minWidth: 200,
  // Alone, it takes all the room that there is.
  ...(room === 'all' && { width: widthWith(241, 0.4) }),
  cell: (item) => (
    <NameCell
      item={item}
      href={urlOf(['notifications', item.id], query)}
      isOpen={item.id === openId}
      isWhole={room !== 'all'}
    />
  ),
});

const MESSAGE: Column = {
  id: 'message',
  header: 'Message',
  width: widthWith(176, 0.45),
  minWidth: 120,
  cell: ({ message }) => <Words>{message}</Words>,
};

const OTHERS: readonly Column[] = [
  { id: 'created', header: 'Created', width: 146, minWidth: 146, cell: ({ created }) => <Ago iso={created} /> },
  { id: 'viewed', header: 'Status', width: 110, minWidth: 80, cell: (item) => <ViewedCell viewed={item.viewed} /> },
  {
    id: 'product',
    header: 'Product',
    width: widthWith(142, 0.15),
    minWidth: 90,
    cell: ({ product_name }) => <Words>{product_name ?? '–'}</Words>,
  },
  {
    ...FUNCTION_NAME,
    header: FUNCTION_NAME.label,
    width: 140,
    minWidth: 90,
    cell: (item) => <Words>{item.function ?? '–'}</Words>,
  },
  { id: 'user', header: 'User', width: 108, minWidth: 80, cell: ({ user }) => <Words>{user ?? '–'}</Words> },
];

const TYPE: Column = {
  id: 'type',
  header: 'Type',
  width: 148,
  minWidth: 140,
  cell: (item) => <TypeCell item={item} />,
};

/** The columns for which there is room. The panel shows the others. */
export const columnsFor = (request: ColumnsRequest): readonly Column[] => {
  const name = nameColumn(request);
  switch (request.room) {
    case 'one':
      return [name];
    case 'some':
      return [name, { ...MESSAGE, width: '45%' }];
    case 'all':
      return [TYPE, name, MESSAGE, ...OTHERS];
  }
};
