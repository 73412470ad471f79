import Pagination from '@cloudscape-design/components/pagination';
import { navigate, urlOf, useRoute } from './route.ts';

/** The name of a page's number in the address. The first page has none. */
const PAGE = 'page';

/** The number of the page that an address shows, from 1. */
export const pageNumberOf = (query: URLSearchParams): number => {
  const number = Number(query.get(PAGE) ?? 1);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
};

/** An address's query without the page, which belongs to one list. */
const withoutPage = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([key]) => key !== PAGE));

/** The query of another page of the same list. */
const atPage = (query: URLSearchParams, number: number): URLSearchParams => {
  const asked = withoutPage(query);
  if (number > 1) asked.set(PAGE, String(number));
  return asked;
};

/** Goes to another page of the list that the address shows. */
export const useGoToPage = (): ((number: number, options?: { readonly replace?: boolean }) => void) => {
  const { path, query } = useRoute();
  return (number, options) => {
    navigate(urlOf(path, atPage(query, number)), options);
    scrollTo(0, 0);
  };
};

type PagesProps = {
  readonly number: number;
  readonly hasNext: boolean;
  readonly goTo: (number: number) => void;
};

/** Next, previous, and the pages before. How many follow isn't known until they are read. */
export const Pages = ({ number, hasNext, goTo }: PagesProps) => (
  <Pagination
    currentPageIndex={number}
    pagesCount={number}
    openEnd={hasNext}
    disabled={number === 1 && !hasNext}
    onChange={({ detail }) => goTo(detail.currentPageIndex)}
  />
);
