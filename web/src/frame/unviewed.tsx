import { createContext, type ReactNode, use, useEffect, useMemo } from 'react';
import type { UnviewedCount } from '../api/answers.ts';
import { useLive } from '../api/use-live.ts';

/** The cheapest question there is: a few small items are read for it (ADR 024). */
const EVERY_MS = 5_000;

type Unviewed = { readonly count: UnviewedCount | undefined; readonly refresh: () => Promise<void> };

const UnviewedContext = createContext<Unviewed>({ count: undefined, refresh: async () => {} });

/** Counts the notifications that the user hasn't viewed, and shows the count in the window's title. */
export const UnviewedProvider = ({ children }: { readonly children: ReactNode }) => {
  const { body: count, refresh } = useLive<UnviewedCount>('/notifications/unviewed_count', EVERY_MS);
  useEffect(() => {
    document.title = count === undefined || count.count === 0 ? 'Gatebell' : `(${count.text}) Gatebell`;
  }, [count]);
  const value = useMemo(() => ({ count, refresh }), [count, refresh]);
  return <UnviewedContext value={value}>{children}</UnviewedContext>;
};

/** How many notifications the reader has not viewed; `refresh` after something that changes it. */
export const useUnviewed = (): Unviewed => use(UnviewedContext);
