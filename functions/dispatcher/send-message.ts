import type { SendResult, Tracking } from '../../core/channels/behaviour.ts';
import { channelOf } from '../../core/channels/channels.ts';
import { messageTag } from '../../core/deliveries/mail-feedback.ts';
import { type Delivery, type Outcome, ownerOf } from '../../core/deliveries/model.ts';
import type { ExceptionReport } from '../../core/exceptions/model.ts';
import { WEBHOOK_NOT_DECRYPTED } from '../../core/secrets/model.ts';
import type { Destination, EncryptedDestination } from '../../core/targets/model.ts';
import { type AnswerDeps, taskReport } from './answers.ts';
import type { Composed } from './compose.ts';
import type { PlannedMessage } from './plan.ts';

export type SendDeps = AnswerDeps & {
  /** Decrypts a webhook; null if it can't be decrypted any more. Throws while KMS is unavailable or refuses. */
  readonly decrypt: (destination: EncryptedDestination) => Promise<Destination | null>;
  readonly send: (
    message: Composed & { readonly destination: Destination; readonly tags: Tracking['tags'] },
  ) => Promise<SendResult>;
  /** Reserves a turn within the account's send rate, at most seconds ahead; null if none is free. */
  readonly reserveMail: (owner: string, now: Date) => Promise<Date | null>;
  /** Waits until a time. */
  readonly waitUntil: (time: Date) => Promise<void>;
  readonly now: () => Date;
};

/** How an attempt ended. `no-turn`: nothing was sent, as the account's send rate is used up. */
export type Attempt =
  | { readonly kind: 'no-turn' }
  | {
      readonly kind: 'tried';
      readonly outcome: Outcome;
      readonly confirmation: Delivery['confirmation'];
      /** Whether a message went out: nothing is known of the target otherwise. */
      readonly isAttempted: boolean;
    };

/** The account's own name as the owner of the settings' email. */
const SETTINGS_OWNER = 'settings';

/** Logs and captures an internal error. It may pass or be fixed, so the deliveries are retried. */
const retryAfterInternalError = async (
  deps: AnswerDeps,
  { newest }: PlannedMessage['groups'][number],
  { error, what, report }: { readonly error: unknown; readonly what: string; readonly report: ExceptionReport },
): Promise<Outcome> => {
  const { notification_id, delivery_id, channel } = newest;
  deps.log.error(what, { notification_id, delivery_id, channel, error });
  await deps.capture(report);
  const reason = `${what} (${error instanceof Error ? error.name : 'unknown'})`;
  return { kind: 'retry', afterSeconds: null, reason, burnsAttempt: true };
};

/** Of an exception's message only the channel, so that failures to send it are one exception and not a chain of them. */
const reportAbout = (error: unknown, { newest }: PlannedMessage['groups'][number]): ExceptionReport => {
  const { notification_id, delivery_id, channel, product_id, event } = newest;
  const about = event.kind === 'gate' ? { notification_id, delivery_id } : { channel };
  return { ...taskReport(error, about), product_id };
};

/** 202 and SES's answer mean that it was accepted; any other success that it is where it belongs. */
const confirmationOf = (channel: Delivery['channel'], { status }: SendResult): Delivery['confirmation'] =>
  channelOf(channel).interval === 'email' || status === 202 ? 'accepted' : 'posted';

const failedInside = (outcome: Outcome): Attempt => ({
  kind: 'tried',
  outcome,
  confirmation: null,
  isAttempted: false,
});

/** Sends a message to its target, once. */
export const sendMessage = async (deps: SendDeps, message: PlannedMessage, composed: Composed): Promise<Attempt> => {
  const [group] = message.groups;
  if (group === undefined) throw new Error('A message reports nothing');
  const { newest } = group;
  let destination: Destination | null;
  try {
    destination = await deps.decrypt(message.target.destination);
  } catch (error) {
    // Without ids, so that all failures of KMS are one exception.
    const [what, report] = ["The webhook couldn't be decrypted", taskReport(error, null)] as const;
    return failedInside(await retryAfterInternalError(deps, group, { error, what, report }));
  }
  if (destination === null) return failedInside({ kind: 'refused', reason: WEBHOOK_NOT_DECRYPTED });
  if (destination.kind === 'address') {
    const turn = await deps.reserveMail(ownerOf(newest) ?? SETTINGS_OWNER, deps.now());
    if (turn === null) return { kind: 'no-turn' };
    await deps.waitUntil(turn);
  }
  try {
    const { notification_id, delivery_id } = newest;
    const tags = { notification_id, delivery_id, message: messageTag(composed.id) };
    const result = await deps.send({ ...composed, destination, tags });
    const confirmation = confirmationOf(newest.channel, result);
    return { kind: 'tried', outcome: result.outcome, confirmation, isAttempted: true };
  } catch (error) {
    const [what, report] = ['Gatebell failed', reportAbout(error, group)] as const;
    return failedInside(await retryAfterInternalError(deps, group, { error, what, report }));
  }
};
