import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from './api-context.ts';
import { keepRunning } from './polling.ts';
import { asProblem, type Problem } from './problem.ts';

export type Live<Body> = {
  /** What was read last; it stays while a later read fails. */
  readonly body: Body | undefined;
  readonly problem: Problem | null;
  /** Reads at once; resolves when the answer is there. */
  readonly refresh: () => Promise<void>;
};

type Read<Body> = { readonly path: string; readonly body: Body; readonly etag: string | null; readonly text: string };

/**
 * Reads a path of the API and keeps it up to date by asking again: conditionally, not at all in a hidden tab, and
 * seldom while the user is idle. A `path` of null reads nothing.
 */
export const useLive = <Body>(path: string | null, everyMs: number): Live<Body> => {
  const api = useApi();
  const [latest, setLatest] = useState<Read<Body> | null>(null);
  const [failed, setFailed] = useState<{ path: string; problem: Problem } | null>(null);
  const known = useRef<Read<Body> | null>(null);
  const wanted = useRef(path);
  wanted.current = path;

  const refresh = useCallback(async () => {
    if (path === null) return;
    const before = known.current?.path === path ? known.current : null;
    try {
      const answer = await api.getUnlessKnown<Body>(path, before?.etag ?? null);
      if (wanted.current !== path) return;
      setFailed(null);
      if (answer === null) return;
      const text = JSON.stringify(answer.body);
      // Equal content keeps its identity, so that nothing is drawn again for it.
      if (before?.text === text) return;
      known.current = { path, body: answer.body, etag: answer.etag, text };
      setLatest(known.current);
    } catch (thrown) {
      if (wanted.current === path) setFailed({ path, problem: asProblem(thrown) });
    }
  }, [api, path]);

  useEffect(() => keepRunning(refresh, everyMs), [refresh, everyMs]);

  const isCurrent = latest !== null && latest.path === path;
  return {
    body: isCurrent ? latest.body : undefined,
    problem: failed !== null && failed.path === path ? failed.problem : null,
    refresh,
  };
};
