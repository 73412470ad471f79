import type { BulkDeleted, BulkMarked, ListedNotification } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { useUnviewed } from '../frame/unviewed.tsx';
import { useAction } from '../frame/use-action.ts';
import { useShownChanges } from './shown-changes.ts';
import type { NotificationList } from './use-list.ts';

/** As many as a bulk call takes. */
const BATCH = 250;

const batches = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, batch) => ids.slice(batch * BATCH, (batch + 1) * BATCH));

export const countOf = (count: number): string => `${count} ${count === 1 ? 'notification' : 'notifications'}`;

type Bulk = { readonly isBusy: boolean; readonly mark: () => void; readonly remove: () => void };

/** Actions on many notifications at once, with a message for each result. */
export const useBulk = (
  list: NotificationList,
  selected: readonly ListedNotification[],
  clearSelection: () => void,
): Bulk => {
  const api = useApi();
  const showMessage = useShowMessage();
  const unviewed = useUnviewed();
  const shown = useShownChanges();
  const ids = selected.map(({ id }) => id);
  const settled = (changed: readonly string[]) => Promise.all([list.readAfter(changed), unviewed.refresh()]);

  const marking = useAction<readonly string[]>({
    failure: () => "Can't mark the notifications as viewed",
    work: async (ids) => {
      for (const notifications of batches(ids)) {
        await api.send<BulkMarked>('POST', '/notifications/bulk_mark_as_viewed', { notifications });
      }
      shown.showAs('viewed', ids);
      showMessage({ type: 'success', text: `${countOf(ids.length)} marked as viewed.` });
      clearSelection();
    },
    settled,
  });

  const removal = useAction<readonly string[]>({
    failure: () => "Can't delete the notifications",
    work: async (ids) => {
      const results: BulkDeleted['results'] = [];
      for (const notifications of batches(ids)) {
        const answer = await api.send<BulkDeleted>('POST', '/notifications/bulk_delete', { notifications });
        results.push(...answer.results);
      }
      const forbidden = results.filter(({ result }) => result === 'forbidden').length;
      const gone = results.filter(({ result }) => result !== 'forbidden').map(({ id }) => id);
      shown.drop(gone);
      if (gone.length > 0) showMessage({ type: 'success', text: `${countOf(gone.length)} deleted for all users.` });
      if (forbidden > 0) {
        const text = `${countOf(forbidden)} not deleted. Only a product owner or an administrator can delete notifications.`;
        showMessage({ type: 'warning', text });
      }
      clearSelection();
    },
    settled,
  });

  return {
    isBusy: marking.isPending || removal.isPending,
    mark: () => marking.mutate(ids),
    remove: () => removal.mutate(ids),
  };
};
