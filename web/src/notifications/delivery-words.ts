import type { Delivery, Notification } from '../api/answers.ts';

/** Why a delivery waits. A time follows the text, unless it is null. */
type Wait = { readonly text: string; readonly at: string | null };

const WAITS = {
  schedule: 'Its schedule sends at',
  mute: 'Muted until',
  interval: 'Next message to this target at',
  throttled: 'Throttled until',
  failing: 'Retried at',
  account_rate: "Waits for the account's send rate until",
  paused: 'An administrator paused the target',
} as const satisfies Record<NonNullable<Delivery['due_reason']>, string>;

/** What a delivery waits for and until when; null if nothing makes it wait. */
export const waitOf = ({ due_at, due_reason }: Pick<Delivery, 'due_at' | 'due_reason'>): Wait | null =>
  due_reason === null ? null : { text: WAITS[due_reason], at: due_at };

const ACCEPTED: Partial<Record<Delivery['channel'], string>> = {
  email: 'Accepted by Amazon SES',
  ms_teams: 'Accepted by the flow',
};

const confirmationOf = ({ channel, confirmation }: Pick<Delivery, 'channel' | 'confirmation'>): string | null => {
  switch (confirmation) {
    case 'accepted':
      return ACCEPTED[channel] ?? 'Accepted';
    case 'posted':
      return 'Posted';
    case 'bounced':
      return 'Bounced';
    case null:
      return null;
    default:
      return confirmation satisfies never;
  }
};

/** How the ids of messages begin that report several notifications. */
const OF_SEVERAL = 'digest.';

/** What is known of a message that was sent: "Posted · Sent together with others". */
export const sentNotes = (delivery: Pick<Delivery, 'channel' | 'confirmation' | 'status' | 'message_id'>): string => {
  const isOfSeveral = delivery.status === 'sent' && delivery.message_id?.startsWith(OF_SEVERAL) === true;
  return [confirmationOf(delivery), isOfSeveral ? 'Sent together with others' : null]
    .filter((note) => note !== null)
    .join(' · ');
};

/** Why no message was sent or one failed, in words; null if there is no reason. */
export const reasonOf = (
  { reason_code, last_error }: Pick<Delivery, 'reason_code' | 'last_error'>,
  { type }: Pick<Notification, 'type'>,
): string | null => {
  const subject = type === 'security_gate' ? 'gate' : 'alarm';
  switch (reason_code) {
    case 'back_to_told_state':
      return `No message: the ${subject} is back in the state that was last sent here`;
    case 'failure_not_sent':
      return "No message: the failure that is over wasn't sent here";
    default:
      return last_error;
  }
};
