/** A page of a list: `next` is the position after which the following page begins, null on the last. */
export type Page<Entry> = { readonly entries: readonly Entry[]; readonly next: string | null };

/** A page from which items that do not parse are left out; `unreadable` names them. */
export type MarkedPage<Entry> = Page<Entry> & { readonly unreadable: readonly string[] };

/** At most `limit` entries after a position that a page gave as its `next`; null begins at the beginning. */
export type PageRequest = { readonly limit: number; readonly after: string | null };
