/** A page of a list: the list's path, the number of the page from 1, and how many rows it has. */
export type Place = { readonly path: string; readonly number: number; readonly size: number };

export type PageRead<Entry> = {
  readonly items: readonly Entry[];
  /** What is left out of the page, as it can't be read: for administrators. */
  readonly unreadable: readonly string[];
  /** The cursor of the next page; null if this one is the last. */
  readonly next: string | null;
  /** The version of the first answer that the page was made of. */
  readonly etag: string | null;
};

/** What is found so far, and down to which time was searched. */
export type Progress<Entry> = { readonly items: readonly Entry[]; readonly searchedTo: string | null };
