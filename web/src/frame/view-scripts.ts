import { viewOf } from './route.ts';

/** How the script of each view is loaded, by the view's name in the address. */
export const VIEW_SCRIPTS = {
  notifications: () => import('../notifications/notifications-view.tsx'),
  products: () => import('../products/products-view.tsx'),
  product: () => import('../products/product-view.tsx'),
  operations: () => import('../operations/operations-view.tsx'),
  settings: () => import('../settings/settings-view.tsx'),
} as const;

/** Loads the script of the view at an address, ahead of its use. */
export const loadView = async (url: string): Promise<void> => {
  const view = viewOf(url);
  for (const [name, load] of Object.entries(VIEW_SCRIPTS)) if (name === view) await load();
};
