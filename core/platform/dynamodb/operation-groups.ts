import type { Operation } from './table.ts';

/** Of each group of a transaction's operations, the positions in the group whose conditions failed. */
export const failuresByGroup = (
  groups: readonly (readonly Operation[])[],
  failed: ReadonlySet<number>,
): readonly ReadonlySet<number>[] => {
  let first = 0;
  return groups.map((group) => {
    const start = first;
    first += group.length;
    return new Set(group.keys().filter((position) => failed.has(start + position)));
  });
};
