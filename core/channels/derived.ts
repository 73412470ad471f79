/**
 * An object whose keys derive from the channels' declarations. The one cast of this code: no entry list tells the compiler
 * which keys it has, so callers state the type that the same declarations give.
 */
export const derived = <Derived>(entries: Iterable<readonly [string, unknown]>): Derived =>
  Object.fromEntries(entries) as Derived;
