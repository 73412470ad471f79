import Button from '@cloudscape-design/components/button';
import { useApi } from '../api/api-context.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { useUnviewed } from '../frame/unviewed.tsx';
import { useAction } from '../frame/use-action.ts';
import { FILTER_KEYS, type Filter } from './filter.ts';
import type { NotificationList } from './use-list.ts';

type MarkAllProps = { readonly list: NotificationList; readonly filter: Filter; readonly whenMarked: () => void };

/** The filters by which all can be marked: others would have to read every notification. */
const MARKED_BY: readonly string[] = ['type', 'product_id'];

const bodyOf = (upTo: string, { type, product_id }: Filter) => ({
  up_to: upTo,
  ...(type !== '' && { type }),
  ...(product_id !== '' && { product_id }),
});

/** Marks all that the filter shows as viewed, up to the newest one in the list. */
export const MarkAllButton = ({ list, filter, whenMarked }: MarkAllProps) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const unviewed = useUnviewed();
  const newest = list.newestId;
  const isByText = FILTER_KEYS.some((key) => filter[key] !== '' && !MARKED_BY.includes(key));

  const marking = useAction<string>({
    failure: () => "Can't mark all notifications as viewed",
    work: async (upTo) => {
      await api.send('POST', '/notifications/mark_all_as_viewed', bodyOf(upTo, filter));
      whenMarked();
      showMessage({ type: 'success', text: 'All notifications marked as viewed.' });
    },
    settled: () => Promise.all([list.restart(), unviewed.refresh()]),
  });

  return (
    <Button
      disabled={newest === undefined || isByText}
      disabledReason={isByText ? 'Filter by type or product only to mark all that match.' : ''}
      loading={marking.isPending}
      onClick={() => newest !== undefined && marking.mutate(newest)}
    >
      Mark all as viewed
    </Button>
  );
};
