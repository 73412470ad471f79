import { useQueryClient } from '@tanstack/react-query';
import type { ListedNotification } from '../api/answers.ts';
import { pageKey, pagesKey } from '../api/page-query.ts';
import type { PageRead, Place } from '../api/page-read.ts';
import { type PagedList, usePage } from '../api/use-page.ts';
import { useGoToPage } from '../frame/pages.tsx';
import { useDeleted } from './shown-changes.ts';
import { useHold } from './use-hold.ts';
import { useNews } from './use-news.ts';

type ListPage = PageRead<ListedNotification>;

export type NotificationList = PagedList<ListedNotification> & {
  readonly number: number;
  readonly goTo: (number: number) => void;
  /** What came since the rows were read and isn't shown yet. */
  readonly news: { readonly count: number; readonly announcement: string; readonly show: () => void };
  /** Notice where the reader is, so that rows don't move away from there. */
  readonly handlers: ReturnType<ReturnType<typeof useHold>['handlers']>;
  /** The newest that was shown, on whatever page the reader is now. */
  readonly newestId: string | undefined;
  /** Reads anew after a change of some rows, which may be on other pages. */
  readonly readAfter: (changed: readonly string[]) => Promise<void>;
  /** Begins anew with the first page. */
  readonly restart: () => Promise<void>;
};

/** A page of the list. It stays as it was read; new rows come on top of the first one. */
export const useNotificationList = (place: Place, openId: string | null): NotificationList => {
  const client = useQueryClient();
  const { number } = place;
  const goToPage = useGoToPage();
  const deleted = useDeleted();
  const isShown = ({ id }: ListedNotification) => !deleted.has(id);
  const page = usePage<ListedNotification>(place, { everyMs: null, goTo: goToPage, isShown });
  const { items } = page;
  const hold = useHold();
  const news = useNews(place, number === 1 && openId === null, () => items.length > 0 && hold.isHeld());

  return {
    ...page,
    number,
    goTo: goToPage,
    news: {
      ...news,
      show: () => {
        news.show();
        goToPage(1);
      },
    },
    handlers: hold.handlers(news.settle),
    newestId:
      number === 1 ? items[0]?.id : client.getQueryData<ListPage>(pageKey({ ...place, number: 1 }))?.items[0]?.id,
    readAfter: async (changed) => {
      const here = new Set(items.map(({ id }) => id));
      if (!changed.every((id) => here.has(id))) client.removeQueries({ queryKey: pagesKey(place), type: 'inactive' });
      await page.refresh();
    },
    restart: async () => {
      if (number === 1) return page.refresh();
      goToPage(1);
      await client.resetQueries({ queryKey: pagesKey(place) });
    },
  };
};
