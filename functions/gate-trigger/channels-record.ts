import type { Notification } from '../../core/notifications/model.ts';
import { brokenChannelNotification } from '../../core/targets/broken-channel.ts';
import type { Health } from '../../core/targets/health.ts';

/** The channels of a product, or of the settings (null), before and after a write. */
export type HealthImages = { readonly productId: string | null; readonly before: Health; readonly after: Health };

/** Notifies once when a channel breaks. */
export const actOnChannels = async (
  createNotification: (notification: Notification) => Promise<unknown>,
  { productId, before, after }: HealthImages,
): Promise<void> => {
  for (const [deliveryId, health] of after) {
    if (before.get(deliveryId)?.broken_at === health.broken_at) continue;
    const notification = brokenChannelNotification({ productId, deliveryId, health });
    if (notification !== null) await createNotification(notification);
  }
};
