import { useMemo, useRef } from 'react';
import { asProblem, type Problem } from './problem.ts';

type Query = { readonly status: 'pending' | 'error' | 'success'; readonly error: Error | null };

/** Why the last read of a path failed. It stays while the path is read again, so that its message doesn't flicker. */
export const useProblem = (path: string | null, { status, error }: Query): Problem | null => {
  const last = useRef<{ path: string | null; problem: Problem | null }>({ path, problem: null });
  const problem = useMemo(() => (error === null ? null : asProblem(error)), [error]);
  if (last.current.path !== path || status !== 'pending') last.current = { path, problem };
  return last.current.problem;
};
