import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { addressKey, parseMailbox, withoutAddresses } from '../channels/email/addresses.ts';
import type { Delivery } from './model.ts';

const mailSchema = z.object({
  destination: z._default(z.array(z.string()), []),
  tags: z._default(z.record(z.string(), z.array(z.string())), {}),
});

/** `action` and `diagnosticCode` are set only if the bounce came with a delivery status notification (RFC 3464). */
const recipientSchema = z.object({ action: z.optional(z.string()), diagnosticCode: z.optional(z.string()) });

const bounceSchema = z.object({
  bounceType: z.string(),
  bounceSubType: z.string(),
  bouncedRecipients: z._default(z.array(recipientSchema), []),
  feedbackId: z.string(),
});

const complaintSchema = z.object({
  complaintFeedbackType: z.nullish(z.string()),
  complainedRecipients: z._default(z.array(z.object({ emailAddress: z.string() })), []),
  feedbackId: z.string(),
});

/** An event that the configuration set publishes (SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS"). */
export const mailFeedbackSchema = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Bounce'), mail: mailSchema, bounce: bounceSchema }),
  z.object({ eventType: z.literal('Complaint'), mail: mailSchema, complaint: complaintSchema }),
  z.object({ eventType: z.literal('Reject'), mail: mailSchema, reject: z.object({ reason: z.string() }) }),
]);

export type MailFeedback = z.infer<typeof mailFeedbackSchema>;

const taggedSchema = z.object({ notification_id: z.string(), delivery_id: z.string(), message: z.string() });

/** What SES takes as a tag of an email (letters, digits, `-` and `_`) and reports with its bounce: names its message. */
export const messageTag = (messageId: string): string => createHash('sha256').update(messageId).digest('base64url');

/** A delivery that an email reports, and the tag of its message. */
export type MailTags = z.infer<typeof taggedSchema>;

/** The tags of an email; null if it was sent without tags, as test messages are. */
export const tagsOf = ({ mail: { tags } }: MailFeedback): MailTags | null =>
  taggedSchema.safeParse(Object.fromEntries(Object.entries(tags).map(([name, [value]]) => [name, value]))).data ?? null;

/** SES publishes this text, which isn't JSON, when a topic becomes an event destination. */
const TOPIC_VALIDATION = 'Successfully validated SNS topic for Amazon SES event publishing.';

/** Whether a message is SES's validation of the topic and not about an email. */
export const isTopicValidation = (text: string): boolean => text.trim() === TOPIC_VALIDATION;

/** `failed`: the email wasn't delivered. `closed`: the address must not get any further email either. */
export type FeedbackClass = { readonly reason: string; readonly effect: 'none' | 'failed' | 'closed' };

/**
 * SES also reports out-of-office replies as bounces: `Transient`/`General`, or `Undetermined` without recipients. So a bounce
 * that isn't permanent is a failure only if a recipient has a failed action with a diagnostic.
 */
const effectOfBounce = ({ bounceType, bouncedRecipients }: z.infer<typeof bounceSchema>): FeedbackClass['effect'] => {
  if (bounceType === 'Permanent') return 'closed';
  const isFailed = bouncedRecipients.some(
    ({ action, diagnosticCode }) => action?.toLowerCase() === 'failed' && diagnosticCode !== undefined,
  );
  return isFailed ? 'failed' : 'none';
};

/** The effect of feedback on its delivery and address, with a reason that may be shown. */
export const classifyFeedback = (mailFeedback: MailFeedback): FeedbackClass => {
  switch (mailFeedback.eventType) {
    case 'Bounce': {
      const { bounceType, bounceSubType, bouncedRecipients } = mailFeedback.bounce;
      const said = bouncedRecipients[0]?.diagnosticCode ?? 'no details';
      const reason = `Bounced (${bounceType}, ${bounceSubType}): ${withoutAddresses(said)}`;
      return { reason, effect: effectOfBounce(mailFeedback.bounce) };
    }
    case 'Complaint': {
      const kind = mailFeedback.complaint.complaintFeedbackType;
      // RFC 5965: the recipient reports that it isn't spam after all.
      const effect = kind === 'not-spam' ? 'none' : 'closed';
      return { reason: `The recipient complained${kind ? ` (${kind})` : ''}`, effect };
    }
    case 'Reject':
      return { reason: `SES rejected the email: ${mailFeedback.reject.reason}`, effect: 'failed' };
    default:
      return mailFeedback satisfies never;
  }
};

/**
 * The addresses that complained; each email has one recipient. Empty for other feedback.
 * `known` is the address of the delivery, if there is one.
 */
export const complainants = (mailFeedback: MailFeedback, known: string | null): string[] => {
  if (mailFeedback.eventType !== 'Complaint' || classifyFeedback(mailFeedback).effect === 'none') return [];
  const named = mailFeedback.complaint.complainedRecipients.map(({ emailAddress }) => emailAddress);
  const written = known !== null ? [known, ...named] : named.length > 0 ? named : mailFeedback.mail.destination;
  const addresses = written.flatMap((text) => parseMailbox(text)?.address ?? []);
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()];
};

/** What an email that failed does to its delivery. `again`: the email is being settled, so the feedback must be handled later. */
export type FeedbackStep = 'none' | 'again' | 'fail';

/** The step for feedback on the message with a tag. A delivery that was sent again has another message. */
export const onFailedMail = (
  { message_id, status, settled_at }: Pick<Delivery, 'message_id' | 'status' | 'settled_at'>,
  tag: string,
): FeedbackStep => {
  if (settled_at === null && message_id === null) return 'again';
  const isOfMessage = message_id !== null && messageTag(message_id) === tag;
  return isOfMessage && status === 'sent' ? 'fail' : 'none';
};
