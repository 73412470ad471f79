import { useSyncExternalStore } from 'react';

/** Where the reader is. The address bar is the only place that knows. */
export type Route = {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
};

const CHANGED = 'gatebell:navigated';

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('popstate', changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(CHANGED, changed);
  };
};

const currentUrl = (): string => `${location.pathname}${location.search}`;

/** Goes to a place inside the page; `replace` leaves no step back to here. */
export const navigate = (url: string, { replace = false } = {}): void => {
  if (url === currentUrl()) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  dispatchEvent(new Event(CHANGED));
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign: then it is what it looks like.
    return segment;
  }
};

/** The route as it is now; the component renders again when it changes. */
export const useRoute = (): Route => {
  const url = new URL(useSyncExternalStore(subscribe, currentUrl), location.origin);
  return { path: url.pathname.split('/').filter(Boolean).map(decoded), query: url.searchParams };
};

/** A path with a query; empty values are left out. */
export const urlOf = (path: readonly string[], query: URLSearchParams = new URLSearchParams()): string => {
  const search = query.toString();
  return `/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
};

type Followed = { readonly detail: { readonly href?: string | undefined; readonly external?: boolean | undefined } };

/** For `onFollow` of Cloudscape's links: plain clicks stay inside the page. */
export const follow = (event: Followed & { preventDefault(): void }): void => {
  const { href, external } = event.detail;
  if (href === undefined || external === true || !href.startsWith('/')) return;
  event.preventDefault();
  navigate(href);
};
