import { isSame } from '../forms/is-same.ts';
import type { Api } from './client.ts';
import { Problem } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;

const PRECONDITION_FAILED = 412;

/** Others may write while this one reads and writes; each try is a fresh pair. */
const TRIES = 4;

const MEANWHILE = 'Someone else changed this meanwhile. Save again to replace it, or discard to see it.';

/** Fields that are no longer as they were when the reader began to type. */
const changedMeanwhile = (now: Fields, seen: Fields): readonly string[] =>
  Object.keys(seen).filter((key) => !isSame(now[key], seen[key]));

/**
 * Saves fields of what a path reads. Throws a `Problem` that names the fields that others changed since `seen`: the
 * last one to save doesn't win unnoticed. Other fields may change at any time, as counts do.
 */
export const saveFields = async (api: Api, path: string, fields: Fields, seen: Fields): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const known = await api.getUnlessKnown<Fields>(path, null);
    const changed = known === null ? [] : changedMeanwhile(known.body, seen);
    if (changed.length > 0) {
      const errors = changed.map((field) => ({ path: field, message: MEANWHILE }));
      throw new Problem(PRECONDITION_FAILED, 'Someone else saved changes meanwhile', errors);
    }
    try {
      await api.send('PATCH', path, fields, known?.etag ?? null);
      return;
    } catch (thrown) {
      const isOvertaken = thrown instanceof Problem && thrown.status === PRECONDITION_FAILED;
      if (!isOvertaken || tries === TRIES) throw thrown;
    }
  }
};
