/** A page of a list. `next` is the position after which the next page begins; null on the last page. */
export type Page<Entry> = { readonly entries: readonly Entry[]; readonly next: string | null };

/** A page without the items that can't be parsed; `unreadable` has their names. */
export type PageWithUnreadable<Entry> = Page<Entry> & { readonly unreadable: readonly string[] };

/** Requests at most `limit` entries after the `next` of a page; null requests the first page. */
export type PageRequest = { readonly limit: number; readonly after: string | null };
