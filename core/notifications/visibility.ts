import type { Notification, NotificationType } from './model.ts';

/** Whether a product's members see notifications of a type, or administrators alone. */
const SHOWN_TO_MEMBERS = {
  security_gate: true,
  exception: false,
  task: true,
} as const satisfies Record<NotificationType, boolean>;

/** Replaces the texts of an exception for members. */
export const MASK = '...';

/** The reader of a notification. */
export type Reader = { readonly isAdministrator: boolean; readonly isMember: boolean };

/** Whether the members of its product see a notification. All others are shown to administrators only. */
const isForMembers = ({ type, product_id }: Pick<Notification, 'type' | 'product_id'>): boolean =>
  product_id !== null && SHOWN_TO_MEMBERS[type];

/** Whether a reader may see a notification. */
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

/** Its texts are Gatebell's own and hold no secret. Members need them to fix the channel. */
const isBrokenChannel = ({ broken_channel }: Pick<Notification, 'broken_channel'>): boolean =>
  broken_channel !== undefined;

/**
 * A notification as a reader sees it. For members the texts of an exception are masked even if they are empty, as that would
 * be information, too. Filters apply to the result and never to the stored notification.
 */
export const shownTo = (
  notification: Notification,
  { isAdministrator }: Pick<Reader, 'isAdministrator'>,
): Notification =>
  isAdministrator || !isException(notification) || isBrokenChannel(notification)
    ? notification
    : { ...notification, message: MASK, arguments: MASK, trace: MASK };
