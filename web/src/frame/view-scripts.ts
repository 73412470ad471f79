import { viewOf } from './route.ts';
import { scriptOf } from './script.ts';

/** The script of each view, by the view's name in the address. */
export const VIEW_SCRIPTS = {
  notifications: scriptOf(() => import('../notifications/notifications-view.tsx')),
  products: scriptOf(() => import('../products/products-view.tsx')),
  product: scriptOf(() => import('../products/product-view.tsx')),
  operations: scriptOf(() => import('../operations/operations-view.tsx')),
  settings: scriptOf(() => import('../settings/settings-view.tsx')),
} as const;

/** Loads the script of the view at an address, ahead of its use, which reports what fails. */
export const loadView = async (url: string): Promise<void> => {
  const view = viewOf(url);
  const scripts = Object.entries(VIEW_SCRIPTS).filter(([name]) => name === view);
  await Promise.allSettled(scripts.map(([, { load }]) => load()));
};

const onLink = ({ target }: Event): void => {
  const href = target instanceof Element ? target.closest('a')?.getAttribute('href') : undefined;
  if (href?.startsWith('/')) void loadView(href);
};

/** Loads the script of a view as soon as the reader points at a link to it, or reaches one by keyboard. */
export const loadViewsOnLinks = (): void => {
  for (const sign of ['pointerover', 'focusin'] as const) addEventListener(sign, onLink, { passive: true });
};
