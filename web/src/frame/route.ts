import { useSyncExternalStore } from 'react';
import { leaveBy } from './leave.ts';
import { hasUnsaved } from './unsaved.ts';

/** Where the reader is. The address bar is the only place that knows. */
export type Route = {
  /** The path and query as they are in the address. */
  readonly url: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
};

const currentUrl = (): string => `${location.pathname}${location.search}`;

/** How many steps the page has gone: the history entry's own number, by which Back and Forward differ. */
const stepOf = (state: unknown): number =>
  typeof state === 'object' && state !== null && 'step' in state && typeof state.step === 'number' ? state.step : 0;

type Place = { readonly url: string; readonly step: number };

const currentPlace = (): Place => ({ url: currentUrl(), step: stepOf(history.state) });

/** What the page shows: set when it is first asked for, after the login has put the address back. */
let shown: Place | null = null;
const shownPlace = (): Place => {
  shown ??= currentPlace();
  return shown;
};
const listeners = new Set<() => void>();

const segmentsOf = (url: string): readonly string[] =>
  new URL(url, location.origin).pathname.split('/').filter(Boolean);

/** The view at an address: opening a notification beside the list is no other view. */
export const viewOf = (url: string): string => {
  const [first = 'notifications', id] = segmentsOf(url);
  return first === 'products' && id !== undefined ? 'product' : first;
};

/** How far each history entry was scrolled when it was left, by its step. */
const scrolled = new Map<number, number>();
history.scrollRestoration = 'manual';

/** Shows the address. Another view begins at its top, or where the reader left it. */
const show = (): void => {
  const before = shownPlace();
  scrolled.set(before.step, scrollY);
  shown = currentPlace();
  const { step, url } = shown;
  for (const listener of listeners) listener();
  if (viewOf(url) === viewOf(before.url)) return;
  // React has drawn the view by then, if what it shows is known.
  requestAnimationFrame(() => scrollTo(0, scrolled.get(step) ?? 0));
};

/** Whether the reader has agreed to the step back or forward that comes next. */
let isAgreed = false;

/** Back and Forward have already changed the address: it is put back before the reader is asked. */
const onPopState = (): void => {
  const steps = stepOf(history.state) - shownPlace().step;
  if (isAgreed || steps === 0 || !hasUnsaved()) {
    isAgreed = false;
    show();
    return;
  }
  history.go(-steps);
  leaveBy(() => {
    isAgreed = true;
    history.go(steps);
  });
};
addEventListener('popstate', onPopState);

const subscribe = (changed: () => void): (() => void) => {
  listeners.add(changed);
  return () => listeners.delete(changed);
};

type Options = {
  /** Leaves no step back to here. */
  readonly replace?: boolean;
  /** Doesn't ask about unsaved text: it was saved, or what it belongs to is gone. */
  readonly isSettled?: boolean;
};

/** Goes to a place inside the page; asks first if unsaved text would be lost. */
export const navigate = (url: string, { replace = false, isSettled = false }: Options = {}): void => {
  if (url === currentUrl()) return;
  const go = () => {
    if (replace) history.replaceState(history.state, '', url);
    else {
      const step = shownPlace().step + 1;
      scrolled.delete(step);
      history.pushState({ step }, '', url);
    }
    show();
  };
  if (isSettled) go();
  else leaveBy(go);
};

/** The step at which something was opened beside a view. */
let openedAt: number | null = null;

/** Opens something beside a view. However much is opened in turn, it is one step. */
export const openBeside = (url: string): void => {
  const isOneOpen = segmentsOf(shownPlace().url).length > 1;
  navigate(url, { replace: isOneOpen });
  if (!isOneOpen) openedAt = shownPlace().step;
};

/** Closes it: goes back to the view, if it was opened from there. */
export const closeBeside = (url: string): void => {
  if (openedAt === shownPlace().step) history.back();
  else navigate(url, { replace: true });
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
  const url = useSyncExternalStore(subscribe, () => shownPlace().url);
  return { url, path: segmentsOf(url).map(decoded), query: new URL(url, location.origin).searchParams };
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
