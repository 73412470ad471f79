import { CLOCK_TOLERANCE_MS } from '../platform/clock-bound.ts';
import type { DataKey } from './encryption.ts';
import type { WrappedKey } from './store.ts';

export type DataKeyDeps = {
  readonly readRing: () => Promise<readonly WrappedKey[]>;
  readonly addToRing: (before: readonly WrappedKey[], added: WrappedKey) => Promise<'written' | 'conflict'>;
  /** Has KMS make a data key of that id, and give it wrapped. */
  readonly makeWrapped: (id: string) => Promise<string>;
  /** Has KMS unwrap it. Throws while KMS is away, or refuses. */
  readonly unwrap: (wrappedKey: WrappedKey) => Promise<Uint8Array>;
  /** A name that was never given before. */
  readonly newId: () => string;
  readonly now: () => Date;
};

export type DataKeys = {
  /** The key that is to seal now. */
  current(): Promise<DataKey>;
  /** A key of the ring, or null where the ring has none of that id. */
  byId(id: string): Promise<DataKey | null>;
};

/** Who got hold of one key opens what was set in a quarter. */
const SEALS_FOR_MS = 90 * 24 * 3_600_000;

/** So long a function goes on after KMS has taken its permission away. */
const KEPT_FOR_MS = 3_600_000;

const MAX_TRIES = 5;

type Kept = { readonly until: number; readonly key: Promise<DataKey | null> };

/** Remembers each key for an hour, from when it is first asked for, so that many at once ask once. No failure is kept. */
const rememberKeys = (now: () => Date) => {
  const kept = new Map<string, Kept>();
  return (id: string, find: () => Promise<DataKey | null>): Promise<DataKey | null> => {
    const known = kept.get(id);
    if (known !== undefined && known.until > now().getTime()) return known.key;
    const fresh: Kept = { until: now().getTime() + KEPT_FOR_MS, key: find() };
    kept.set(id, fresh);
    const forget = () => {
      if (kept.get(id) === fresh) kept.delete(id);
    };
    fresh.key.then((key) => key ?? forget(), forget);
    return fresh.key;
  };
};

/**
 * The data keys of a stage: in the table as KMS has wrapped them, and in the memory of a function for an hour. So KMS is
 * asked once an instance and hour, and not once a webhook.
 */
export const makeDataKeys = (deps: DataKeyDeps): DataKeys => {
  const remember = rememberKeys(deps.now);
  const unwrap = async (wrappedKey: WrappedKey): Promise<DataKey> => ({
    id: wrappedKey.id,
    bytes: await deps.unwrap(wrappedKey),
  });
  /** A key from the future was made by a wrong clock, and would be the current one for too long. */
  const isYoung = ({ created }: WrappedKey) => {
    const ageMs = deps.now().getTime() - Date.parse(created);
    return ageMs >= -CLOCK_TOLERANCE_MS && ageMs < SEALS_FOR_MS;
  };

  /** The newest key of the ring, or one that is added to it now; null where somebody else was faster. */
  const findCurrent = async (): Promise<WrappedKey | null> => {
    const ring = await deps.readRing();
    const newest = ring.at(-1);
    if (newest !== undefined && isYoung(newest)) return newest;
    const id = deps.newId();
    const added = { id, created: deps.now().toISOString(), wrapped: await deps.makeWrapped(id) };
    return (await deps.addToRing(ring, added)) === 'written' ? added : null;
  };

  return {
    async current() {
      for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
        const found = await findCurrent();
        const key = found && (await remember(found.id, () => unwrap(found)));
        if (key !== null) return key;
      }
      throw new Error('The key ring changed at every try');
    },
    byId: (id) =>
      remember(id, async () => {
        const found = (await deps.readRing()).find((key) => key.id === id);
        return found === undefined ? null : await unwrap(found);
      }),
  };
};
