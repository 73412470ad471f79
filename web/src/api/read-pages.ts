import type { Page } from './answers.ts';
import type { Api } from './client.ts';

/**
 * Reads pages of a list from a cursor on until `enough` entries are found or none are left. The API bounds the work for a
 * page, so one can be short, even empty, and still have a `next`. `isWanted` ends it early, between two pages.
 */
export const readPages = async <Entry>(
  api: Api,
  path: string,
  { cursor, enough, isWanted }: { cursor: string | null; enough: number; isWanted: () => boolean },
): Promise<Page<Entry>> => {
  const results: Entry[] = [];
  const unreadable: string[] = [];
  let next = cursor;
  do {
    const page: Page<Entry> = await api.get(next === null ? path : `${path}&cursor=${encodeURIComponent(next)}`);
    results.push(...page.results);
    unreadable.push(...(page.unreadable ?? []));
    next = page.next;
  } while (results.length < enough && next !== null && isWanted());
  return { results, next, unreadable };
};
