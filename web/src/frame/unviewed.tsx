import { createContext, type ReactNode, use, useMemo } from 'react';
import type { UnviewedCount } from '../api/answers.ts';
import type { Problem } from '../api/problem.ts';
import { useLive } from '../api/use-live.ts';

/** The cheapest question there is: a few small items are read for it (ADR 024). */
const EVERY_MS = 5_000;

type Unviewed = {
  readonly count: UnviewedCount | undefined;
  /** Why the last count failed; the one before stays. */
  readonly problem: Problem | null;
  readonly refresh: () => Promise<void>;
};

const UnviewedContext = createContext<Unviewed>({ count: undefined, problem: null, refresh: async () => {} });

/** Counts the notifications that the user hasn't viewed. */
export const UnviewedProvider = ({ children }: { readonly children: ReactNode }) => {
  const { body: count, problem, refresh } = useLive<UnviewedCount>('/notifications/unviewed_count', EVERY_MS);
  const value = useMemo(() => ({ count, problem, refresh }), [count, problem, refresh]);
  return <UnviewedContext value={value}>{children}</UnviewedContext>;
};

/** How many notifications the reader has not viewed; `refresh` after something that changes it. */
export const useUnviewed = (): Unviewed => use(UnviewedContext);
