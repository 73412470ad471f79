/** What the products are sorted by, as the API and the address name it. */
const SORTED_BY = ['name', 'updated', 'created'] as const;
export type SortedBy = (typeof SORTED_BY)[number];
export type Sorting = { readonly by: SortedBy; readonly isDescending: boolean };

/** The API's own order. */
const NEWEST_FIRST: Sorting = { by: 'created', isDescending: true };

const textOf = ({ by, isDescending }: Sorting): string => `${isDescending ? '-' : ''}${by}`;

/** The order that an address asks for. */
export const sortingOf = (query: URLSearchParams): Sorting => {
  const order = query.get('order') ?? '';
  const by = SORTED_BY.find((field) => [field, `-${field}`].includes(order));
  return by === undefined ? NEWEST_FIRST : { by, isDescending: order.startsWith('-') };
};

/** The order after a click on a column: names from A, times from the newest, and then the other way. */
export const sortedBy = (field: string | undefined, { by, isDescending }: Sorting): string | null => {
  const clicked = SORTED_BY.find((each) => each === field);
  if (clicked === undefined) return null;
  return textOf({ by: clicked, isDescending: clicked === by ? !isDescending : clicked !== 'name' });
};

/** The path of the list that an address shows. */
export const listPath = (query: URLSearchParams): string => {
  const asked = new URLSearchParams({ order: textOf(sortingOf(query)) });
  const name = query.get('name') ?? '';
  if (name !== '') asked.set('name', name);
  return `/products?${asked}`;
};
