import Box from '@cloudscape-design/components/box';
import { Status } from '../frame/status.tsx';
import { shortTime } from '../frame/time.tsx';
import type { NotificationList } from './use-list.ts';

/** What the list says while it looks for rows: how far back it is. */
export const searchingText = (searchedTo: string | null): string =>
  searchedTo === null ? 'Searching notifications' : `Searched back to ${shortTime(searchedTo)}`;

/** Below the rows that were found so far: that more are looked for. */
export const SearchProgress = ({ list }: { readonly list: NotificationList }) =>
  list.isSearching ? (
    <Box textAlign="center" padding="s">
      <Status type="loading">{searchingText(list.searchedTo)}</Status>
    </Box>
  ) : null;
