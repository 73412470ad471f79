import { useState } from 'react';
import type { ListedProduct, Page } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { useLive } from '../api/use-live.ts';

const EVERY_MS = 8_000;
const PAGE_SIZE = 50;

type More = {
  readonly path: string;
  readonly items: readonly ListedProduct[];
  readonly next: string | null;
  readonly problem: Problem | null;
};

/** The products whose name contains a text: the first page is kept up to date, more are read when asked for. */
export const useProducts = (name: string) => {
  const api = useApi();
  const path = `/products?${new URLSearchParams({ limit: String(PAGE_SIZE), ...(name === '' ? {} : { name }) })}`;
  const { body, problem, refresh } = useLive<Page<ListedProduct>>(path, EVERY_MS);
  const [more, setMore] = useState<More | null>(null);
  const [isReadingOn, setReadingOn] = useState(false);
  const read = more?.path === path ? more : null;
  const next = read === null ? (body?.next ?? null) : read.next;
  const readOn = async () => {
    if (next === null) return;
    setReadingOn(true);
    const items = read?.items ?? [];
    try {
      const page: Page<ListedProduct> = await api.get(`${path}&cursor=${encodeURIComponent(next)}`);
      setMore({ path, items: [...items, ...page.results], next: page.next, problem: null });
    } catch (thrown) {
      setMore({ path, items, next, problem: asProblem(thrown) });
    } finally {
      setReadingOn(false);
    }
  };
  const first = body?.results ?? [];
  const known = new Set(first.map(({ id }) => id));
  return {
    items: [...first, ...(read?.items ?? []).filter(({ id }) => !known.has(id))],
    isLoading: body === undefined && problem === null,
    problem: problem ?? read?.problem ?? null,
    refresh: problem === null && read?.problem ? readOn : refresh,
    /** Null where all are shown. */
    readOn: next === null ? null : readOn,
    isReadingOn,
  };
};
