import type { Notification, NotificationType } from './model.ts';

/** Whether a product's members see notifications of a type, or administrators alone. */
const SHOWN_TO_MEMBERS = {
  security_gate: true,
  exception: false,
  task: true,
} as const satisfies Record<NotificationType, boolean>;

/** What a member sees in the place of the texts of an exception. */
export const MASK = '...';

/** Who reads a notification: an administrator, or a member of its product or not. */
export type Reader = { readonly isAdministrator: boolean; readonly isMember: boolean };

/** Whether members of its product see it; others than administrators see nothing else. */
export const isForMembers = ({ type, product_id }: Pick<Notification, 'type' | 'product_id'>): boolean =>
  product_id !== null && SHOWN_TO_MEMBERS[type];

/** Whether a reader may know of a notification at all. */
export const isVisible = (
  notification: Pick<Notification, 'type' | 'product_id'>,
  { isAdministrator, isMember }: Reader,
): boolean => isAdministrator || (isMember && isForMembers(notification));

const isException = ({ type }: Pick<Notification, 'type'>): boolean => {
  switch (type) {
    case 'security_gate':
      return false;
    case 'exception':
    case 'task':
      return true;
    default:
      return type satisfies never;
  }
};

/**
 * A notification as a reader sees it. The texts of an exception are masked for members whether there are any or not:
 * even that tells something. Filters look at this and never at what is kept.
 */
export const shownTo = (
  notification: Notification,
  { isAdministrator }: Pick<Reader, 'isAdministrator'>,
): Notification =>
  isAdministrator || !isException(notification)
    ? notification
    : { ...notification, message: MASK, arguments: MASK, trace: MASK };
