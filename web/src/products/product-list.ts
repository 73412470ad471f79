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

/** The gates that the list can be narrowed to, as the API and the address name them; first the ones to look after. */
export const GATES = ['failed', 'passed', 'none'] as const;

/** What a list is narrowed to; empty where it isn't. */
export type ProductFilter = { readonly name: string; readonly gate: (typeof GATES)[number] | '' };

/** The filter that an address asks for. */
export const filterOf = (query: URLSearchParams): ProductFilter => ({
  name: query.get('name') ?? '',
  gate: GATES.find((gate) => gate === query.get('gate')) ?? '',
});

/** The path of the list that an address shows. */
export const listPath = (query: URLSearchParams): string => {
  const asked = new URLSearchParams({ order: textOf(sortingOf(query)) });
  for (const [key, value] of Object.entries(filterOf(query))) if (value !== '') asked.set(key, value);
  return `/products?${asked}`;
};
