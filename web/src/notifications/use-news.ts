import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListedNotification, Page } from '../api/answers.ts';
import { headPath, isPage, pageKey, pagesKey } from '../api/page-query.ts';
import type { PageRead, Place } from '../api/page-read.ts';
import { useLive } from '../api/use-live.ts';
import { useUnviewed } from '../frame/unviewed.tsx';
import { newsOf, withHead } from './list-page.ts';

/** The list is read when the badge's count changes; this is for all other changes. */
const EVERY_MS = 60_000;

/** A count of `100+` no longer changes. */
const UNCOUNTED_MS = 10_000;

type News = {
  /** How many new rows wait to be shown. */
  readonly count: number;
  /** What came last, for people who don't see it come. */
  readonly announcement: string;
  /** Shows the new rows on the first page. */
  readonly show: () => void;
  /** Does so if the rows may move. */
  readonly settle: () => void;
};

const inWords = (count: number): string => `${count} new ${count === 1 ? 'notification' : 'notifications'}`;

/** Keeps the first page up to date: at once, or where rows must stay where they are, when they may move. */
export const useNews = ({ path, size }: Omit<Place, 'number'>, mayMove: boolean, isHeld: () => boolean): News => {
  const client = useQueryClient();
  const { count } = useUnviewed();
  const { body, etag, refresh } = useLive<Page<ListedNotification>>(
    headPath(path, size),
    count?.more ? UNCOUNTED_MS : EVERY_MS,
  );
  const [announcement, setAnnouncement] = useState('');
  const shown = client.getQueryData<PageRead<ListedNotification>>(pageKey({ path, size, number: 1 }));
  const isBehind = body !== undefined && shown !== undefined && shown.etag !== etag;
  const news = isBehind ? newsOf(body, shown).length : 0;

  // The first count, too, may be newer than the list.
  const countBefore = useRef(count?.text);
  useEffect(() => {
    const isNews = countBefore.current !== count?.text;
    countBefore.current = count?.text;
    if (isNews) void refresh();
  }, [count?.text, refresh]);

  const show = useCallback(() => {
    if (body === undefined) return;
    client.setQueryData<PageRead<ListedNotification>>(
      pageKey({ path, size, number: 1 }),
      (before) => before && withHead({ body, etag }, before, size),
    );
    // Where later pages begin is no longer known.
    client.removeQueries({ queryKey: pagesKey({ path, size }), predicate: isPage((number) => number > 1) });
  }, [client, path, size, body, etag]);

  useEffect(() => {
    if (news > 0) setAnnouncement(inWords(news));
  }, [news]);
  const settle = () => {
    if (isBehind && mayMove && !isHeld()) show();
  };
  useEffect(settle);
  return { count: news, announcement, show, settle };
};
