import { useEffect, useState } from 'react';
import type { Notification, Product } from '../api/answers.ts';
import { useApi, useCaller } from '../api/api-context.ts';

type OfProduct = Pick<Notification, 'product_id'>;

/**
 * Whether the reader may delete all of some notifications, and send their failed deliveries again: an administrator, or
 * an owner of each product. False until known.
 */
export const useMayDelete = (notifications: readonly OfProduct[]): boolean => {
  const api = useApi();
  const { is_administrator } = useCaller();
  const [owned, setOwned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const ids = new Set(notifications.map(({ product_id }) => product_id));
  const unknown = is_administrator ? undefined : [...ids].find((id) => id !== null && !owned.has(id));
  useEffect(() => {
    // One after another: a selection is of few products.
    if (unknown === undefined || unknown === null) return;
    const know = (isOwner: boolean) => setOwned((before) => new Map(before).set(unknown, isOwner));
    api.get<Product>(`/products/${encodeURIComponent(unknown)}`).then(
      ({ role }) => know(role === 'owner'),
      // The buttons stay away, and the API would refuse anyhow.
      () => know(false),
    );
  }, [api, unknown]);
  return is_administrator || [...ids].every((id) => id !== null && owned.get(id) === true);
};
