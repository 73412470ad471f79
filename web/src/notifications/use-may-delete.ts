import { useEffect, useState } from 'react';
import type { Notification, Product } from '../api/answers.ts';
import { useApi, useCaller } from '../api/api-context.ts';

/** Whether the reader may delete a notification and send its failed deliveries again: an administrator or an owner. */
export const useMayDelete = (notification: Notification | undefined): boolean => {
  const api = useApi();
  const { is_administrator } = useCaller();
  const [isOwner, setOwner] = useState(false);
  const productId = notification?.product_id ?? null;
  useEffect(() => {
    if (productId === null || is_administrator) return;
    api.get<Product>(`/products/${encodeURIComponent(productId)}`).then(
      ({ role }) => setOwner(role === 'owner'),
      // The buttons stay away, and the API would refuse anyhow.
      () => setOwner(false),
    );
  }, [api, productId, is_administrator]);
  return is_administrator || isOwner;
};
