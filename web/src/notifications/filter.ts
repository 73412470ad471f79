import type { NotificationType } from '../api/answers.ts';

/** The filters of the list, as the address bar and the API name them. */
export const FILTER_KEYS = [
  'type',
  'product_id',
  'product_name',
  'search',
  'name',
  'message',
  'function',
  'user',
  'created_from',
  'created_to',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
/** What the list shows; an empty text leaves a filter open. */
export type Filter = Readonly<Record<FilterKey, string>>;

export const TYPE_NAMES = {
  security_gate: 'Security gate',
  exception: 'Exception',
  task: 'Task',
} as const satisfies Record<NotificationType, string>;

/** The API's own word for it, so that a link explains itself. Viewed ones are hidden unless it says `false`. */
const EXCLUDE_VIEWED = 'exclude_already_viewed';

export const hidesViewed = (query: URLSearchParams): boolean => query.get(EXCLUDE_VIEWED) !== 'false';

/** The filters of an address. */
export const filterOf = (query: URLSearchParams): Filter => {
  const read = (key: FilterKey) => query.get(key) ?? '';
  return {
    type: read('type'),
    product_id: read('product_id'),
    product_name: read('product_name'),
    search: read('search'),
    name: read('name'),
    message: read('message'),
    function: read('function'),
    user: read('user'),
    created_from: read('created_from'),
    created_to: read('created_to'),
  };
};

/** The query of an address for some filters. */
export const queryOf = (filter: Partial<Filter>, isHidingViewed: boolean): URLSearchParams => {
  const query = new URLSearchParams();
  for (const key of FILTER_KEYS) if (filter[key]) query.set(key, filter[key]);
  if (!isHidingViewed) query.set(EXCLUDE_VIEWED, 'false');
  return query;
};

/** The path of the list that an address shows. */
export const listPath = (query: URLSearchParams): string => {
  const asked = queryOf(filterOf(query), false);
  asked.set(EXCLUDE_VIEWED, String(hidesViewed(query)));
  return `/notifications?${asked}`;
};
