import { CLOCK_TOLERANCE_MS } from '../platform/clock-bound.ts';
import type { DataKey } from './encryption.ts';
import type { WrappedKey } from './store.ts';

export type DataKeyDeps = {
  readonly readRing: () => Promise<readonly WrappedKey[]>;
  readonly addToRing: (before: readonly WrappedKey[], added: WrappedKey) => Promise<'written' | 'conflict'>;
  /** Creates a data key with KMS and returns it encrypted by KMS. */
  readonly makeWrapped: (id: string) => Promise<string>;
  /** Decrypts a data key with KMS. Throws while KMS is unavailable or refuses. */
  readonly unwrap: (wrappedKey: WrappedKey) => Promise<Uint8Array>;
  /** A unique id. */
  readonly newId: () => string;
  readonly now: () => Date;
};

export type DataKeys = {
  /** The key that encrypts new webhooks. */
  current(): Promise<DataKey>;
  /** A key of the ring; null if the ring has none with that id. */
  byId(id: string): Promise<DataKey | null>;
};

/** Limits what a leaked key decrypts to the webhooks of a quarter. */
const ENCRYPTS_FOR_MS = 90 * 24 * 3_600_000;

/** A function can decrypt for this long after its permission at KMS was removed. */
const CACHED_FOR_MS = 3_600_000;

const MAX_TRIES = 5;

type CachedKey = { readonly until: number; readonly key: Promise<DataKey | null> };

/** Caches each key for an hour. Simultaneous requests share one call. Failures aren't cached. */
const cacheKeys = (now: () => Date) => {
  const cache = new Map<string, CachedKey>();
  return (id: string, find: () => Promise<DataKey | null>): Promise<DataKey | null> => {
    const cached = cache.get(id);
    if (cached !== undefined && cached.until > now().getTime()) return cached.key;
    const fresh: CachedKey = { until: now().getTime() + CACHED_FOR_MS, key: find() };
    cache.set(id, fresh);
    const removeFailed = () => {
      if (cache.get(id) === fresh) cache.delete(id);
    };
    fresh.key.then((key) => key ?? removeFailed(), removeFailed);
    return fresh.key;
  };
};

/**
 * The data keys of a stage: stored in the table, encrypted by KMS, and cached in a function's memory for an hour. So an
 * instance calls KMS once an hour and not for every webhook.
 */
export const makeDataKeys = (deps: DataKeyDeps): DataKeys => {
  const cached = cacheKeys(deps.now);
  const unwrap = async (wrappedKey: WrappedKey): Promise<DataKey> => ({
    id: wrappedKey.id,
    bytes: await deps.unwrap(wrappedKey),
  });
  /** A key from the future was created with a wrong clock and would be used for too long. */
  const isYoung = ({ created }: WrappedKey) => {
    const ageMs = deps.now().getTime() - Date.parse(created);
    return ageMs >= -CLOCK_TOLERANCE_MS && ageMs < ENCRYPTS_FOR_MS;
  };

  /** The newest key of the ring, or a new one; null if another function added one at the same time. */
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
        const key = found && (await cached(found.id, () => unwrap(found)));
        if (key !== null) return key;
      }
      throw new Error('The key ring changed at every attempt');
    },
    byId: (id) =>
      cached(id, async () => {
        const found = (await deps.readRing()).find((key) => key.id === id);
        return found === undefined ? null : await unwrap(found);
      }),
  };
};
