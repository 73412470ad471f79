/** What the API answers, taken from the schemas that it validates and documents with: types only, no code crosses. */
import type * as z from 'zod';
import type { previewSchema } from '../../../core/gates/preview.ts';
import type { listedDeliverySchema, retriedSchema } from '../../../functions/notifications/delivery-routes.ts';
import type { unviewedCountSchema } from '../../../functions/notifications/list-routes.ts';
import type { bulkDeletedSchema, bulkMarkedSchema } from '../../../functions/notifications/notification-routes.ts';
import type {
  listedNotificationSchema,
  shownNotificationSchema,
} from '../../../functions/notifications/shown-notification.ts';
import type { shownTargetSchema } from '../../../functions/notifications/target-routes.ts';
import type { shownEntrySchema } from '../../../functions/products/history-route.ts';
import type { memberSchema } from '../../../functions/products/member-routes.ts';
import type { openedProductSchema, shownProductSchema } from '../../../functions/products/shown-product.ts';
import type { shownCallerSchema } from '../../../functions/products/user-routes.ts';
import type { shownSettingsSchema } from '../../../functions/settings/settings-routes.ts';
import type { shownSuppressedSchema } from '../../../functions/settings/suppressed-routes.ts';

export type { Role } from '../../../core/access/role.ts';
export type { Severity } from '../../../core/gates/severity.ts';
export type { FieldError } from '../../../core/http/problem.ts';
export type { NotificationType } from '../../../core/notifications/model.ts';

export type Caller = z.infer<typeof shownCallerSchema>;
export type ListedNotification = z.infer<typeof listedNotificationSchema>;
export type Notification = z.infer<typeof shownNotificationSchema>;
export type Delivery = Notification['deliveries'][number];
/** A failed delivery in a list over notifications. */
export type ListedDelivery = z.infer<typeof listedDeliverySchema>;
export type Retried = z.infer<typeof retriedSchema>;
export type Target = z.infer<typeof shownTargetSchema>;
export type UnviewedCount = z.infer<typeof unviewedCountSchema>;
export type BulkMarked = z.infer<typeof bulkMarkedSchema>;
export type BulkDeleted = z.infer<typeof bulkDeletedSchema>;
/** A product in a list. */
export type ListedProduct = z.infer<typeof shownProductSchema>;
/** A product on its own. */
export type Product = z.infer<typeof openedProductSchema>;
/** When channels send, by channel. */
export type Schedules = Product['notification_schedule'];
export type Schedule = NonNullable<Schedules[keyof Schedules]>;
/** What is muted: channels, or all of them. */
export type Mutes = Product['notification_mute'];
/** An entry of a product's history. */
export type HistoryEntry = z.infer<typeof shownEntrySchema>;
export type Member = z.infer<typeof memberSchema>;
export type Settings = z.infer<typeof shownSettingsSchema>;
export type Preview = z.infer<typeof previewSchema>;
export type SuppressedAddress = z.infer<typeof shownSuppressedSchema>;

/** What became of a test message at each target. */
export type TestAnswer = {
  readonly results: readonly {
    readonly channel: Delivery['channel'];
    readonly target: string;
    readonly outcome: 'sent' | 'failed' | 'skipped';
    readonly status: number | null;
    readonly answer: string | null;
    readonly reason: string | null;
  }[];
};

/**
 * A page of a list; `next` is the cursor of the one after it. `unreadable` names to administrators what is left out;
 * `searched_to` is the time down to which a list by time was searched.
 */
export type Page<Entry> = {
  readonly results: readonly Entry[];
  readonly next: string | null;
  readonly searched_to?: string | null;
  readonly unreadable?: readonly string[];
};
