import * as z from 'zod/mini';
import type { Caller } from '../../core/http/caller.ts';
import type { Notification } from '../../core/notifications/model.ts';
import type { StoredNotification } from '../../core/notifications/store/notifications.ts';
import type { ReaderState } from '../../core/notifications/store/read-for-user.ts';
import { isVisible } from '../../core/notifications/visibility.ts';
import { SORTABLE_ID } from '../../core/platform/sortable-id.ts';

export type OpenDeps = {
  readonly readNotification: (notificationId: string) => Promise<StoredNotification | null>;
  readonly readStanding: (
    user: string,
    notification: Pick<Notification, 'id' | 'type' | 'product_id'>,
  ) => Promise<ReaderState>;
};

/** The id of a notification in a path or a body. */
export const notificationIdSchema = z.string().check(z.regex(SORTABLE_ID, 'Is not the id of a notification'));

type Opened = StoredNotification & ReaderState;

/** A notification that a caller sees, as memberships are now; null for one that is not there for them. */
export const openNotification = async (deps: OpenDeps, caller: Caller, id: string): Promise<Opened | null> => {
  const kept = await deps.readNotification(id);
  if (kept === null) return null;
  const standing = await deps.readStanding(caller.user, kept.notification);
  const { isAdministrator } = caller;
  return isVisible(kept.notification, { isAdministrator, isMember: standing.role !== null })
    ? { ...kept, ...standing }
    : null;
};
