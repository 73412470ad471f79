import type { NotificationType } from '../api/answers.ts';

/** What the list shows, as the address bar and the API name it. */
export type Filter = {
  readonly type: string;
  readonly product_id: string;
  readonly name: string;
  readonly message: string;
  readonly function: string;
};

/** The filters, in the order in which they are offered. */
export const FILTER_KEYS = ['type', 'product_id', 'name', 'message', 'function'] as const satisfies (keyof Filter)[];
export type FilterKey = (typeof FILTER_KEYS)[number];

export const TYPE_NAMES = {
  security_gate: 'Security gate',
  exception: 'Exception',
  task: 'Task',
} as const satisfies Record<NotificationType, string>;

/** The API's own word for it, so that a link explains itself. Viewed ones are hidden unless it says `false`. */
const EXCLUDE_VIEWED = 'exclude_already_viewed';

export const hidesViewed = (query: URLSearchParams): boolean => query.get(EXCLUDE_VIEWED) !== 'false';

/** The filters of an address. */
export const filterOf = (query: URLSearchParams): Filter => ({
  type: query.get('type') ?? '',
  product_id: query.get('product_id') ?? '',
  name: query.get('name') ?? '',
  message: query.get('message') ?? '',
  function: query.get('function') ?? '',
});

/** The query of an address for some filters. */
export const queryOf = (filter: Partial<Filter>, isHidingViewed: boolean): URLSearchParams => {
  const query = new URLSearchParams();
  for (const key of FILTER_KEYS) if (filter[key]) query.set(key, filter[key]);
  if (!isHidingViewed) query.set(EXCLUDE_VIEWED, 'false');
  return query;
};

/** Notifications of one page. */
export const PAGE_SIZE = 25;

/** The path that reads the first page of what an address shows. */
export const listPath = (query: URLSearchParams): string => {
  const asked = queryOf(filterOf(query), false);
  asked.set(EXCLUDE_VIEWED, String(hidesViewed(query)));
  asked.set('limit', String(PAGE_SIZE));
  return `/notifications?${asked}`;
};
