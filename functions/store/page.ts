/** A page of a list: `next` is the position after which the following page begins, null on the last. */
export type Page<Entry> = { readonly entries: readonly Entry[]; readonly next: string | null };

/** At most `limit` entries after a position that a page gave as its `next`; null begins at the beginning. */
export type PageRequest = { readonly limit: number; readonly after: string | null };
