import { useState } from 'react';
import type { BulkDeleted, BulkMarked, ListedNotification } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { useUnviewed } from '../frame/unviewed.tsx';
import type { NotificationList } from './use-list.ts';

/** As many as a bulk call takes. */
const BATCH = 250;

const batches = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, batch) => ids.slice(batch * BATCH, (batch + 1) * BATCH));

export const countOf = (count: number): string => `${count} ${count === 1 ? 'notification' : 'notifications'}`;

type Bulk = { readonly isBusy: boolean; readonly mark: () => Promise<void>; readonly remove: () => Promise<void> };

/** Actions on many notifications at once, with a message for each result. */
export const useBulk = (
  list: NotificationList,
  selected: readonly ListedNotification[],
  clearSelection: () => void,
): Bulk => {
  const api = useApi();
  const showMessage = useShowMessage();
  const unviewed = useUnviewed();
  const [isBusy, setBusy] = useState(false);
  const ids = selected.map(({ id }) => id);

  const act = async (what: string, work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
      clearSelection();
    } catch (thrown) {
      const text = `${what}: ${describeProblem(asProblem(thrown))}`;
      showMessage({ type: 'error', text, action: { label: 'Try again', run: () => void act(what, work) } });
    } finally {
      setBusy(false);
      await Promise.all([list.readAfter(ids), unviewed.refresh()]);
    }
  };

  const mark = () =>
    act("Can't mark the notifications as viewed", async () => {
      for (const notifications of batches(ids)) {
        await api.send<BulkMarked>('POST', '/notifications/bulk_mark_as_viewed', { notifications });
      }
      list.showViewed(ids);
      showMessage({ type: 'success', text: `${countOf(ids.length)} marked as viewed.` });
    });

  const remove = () =>
    act("Can't delete the notifications", async () => {
      const results: BulkDeleted['results'] = [];
      for (const notifications of batches(ids)) {
        const answer = await api.send<BulkDeleted>('POST', '/notifications/bulk_delete', { notifications });
        results.push(...answer.results);
      }
      const forbidden = results.filter(({ result }) => result === 'forbidden').length;
      const gone = results.filter(({ result }) => result !== 'forbidden').map(({ id }) => id);
      list.drop(gone);
      if (gone.length > 0) showMessage({ type: 'success', text: `${countOf(gone.length)} deleted for all users.` });
      if (forbidden > 0) {
        const text = `${countOf(forbidden)} not deleted. Only a product owner or an administrator can delete notifications.`;
        showMessage({ type: 'warning', text });
      }
    });

  return { isBusy, mark, remove };
};
