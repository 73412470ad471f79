import * as z from 'zod/mini';
import { addressKey, parseMailbox, withoutAddresses } from '../channels/email/addresses.ts';

const mailSchema = z.object({
  destination: z._default(z.array(z.string()), []),
  tags: z._default(z.record(z.string(), z.array(z.string())), {}),
});

/** `action` and `diagnosticCode` stand there only where a delivery status notification came with the bounce (RFC 3464). */
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

/** What the configuration set publishes (SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS"). */
export const mailFeedbackSchema = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Bounce'), mail: mailSchema, bounce: bounceSchema }),
  z.object({ eventType: z.literal('Complaint'), mail: mailSchema, complaint: complaintSchema }),
  z.object({ eventType: z.literal('Reject'), mail: mailSchema, reject: z.object({ reason: z.string() }) }),
]);

export type MailFeedback = z.infer<typeof mailFeedbackSchema>;

const taggedSchema = z.object({ notification_id: z.string(), delivery_id: z.string(), claim: z.string() });

/** Which delivery a mail was, and under which claim it was sent. */
export type MailTags = z.infer<typeof taggedSchema>;

/** The tags that a mail was sent with; null for one that was sent without, as test messages are. */
export const tagsOf = ({ mail: { tags } }: MailFeedback): MailTags | null =>
  taggedSchema.safeParse(Object.fromEntries(Object.entries(tags).map(([name, [value]]) => [name, value]))).data ?? null;

/** SES publishes this text, which is no JSON, to a topic that becomes an event destination. */
const TOPIC_VALIDATION = 'Successfully validated SNS topic for Amazon SES event publishing.';

/** Whether a message is SES's check of the topic, and about no mail. */
export const isTopicValidation = (text: string): boolean => text.trim() === TOPIC_VALIDATION;

/** `failed`: the mail did not arrive. `closed`: nor may anything be sent to the address any more. */
export type FeedbackClass = { readonly reason: string; readonly effect: 'none' | 'failed' | 'closed' };

/**
 * Out-of-office replies come as bounces, too: `Transient`/`General`, or `Undetermined` without recipients. What is not
 * permanent is a failure only where the diagnostic of a failed action says so.
 */
const effectOfBounce = ({ bounceType, bouncedRecipients }: z.infer<typeof bounceSchema>): FeedbackClass['effect'] => {
  if (bounceType === 'Permanent') return 'closed';
  const isFailed = bouncedRecipients.some(
    ({ action, diagnosticCode }) => action?.toLowerCase() === 'failed' && diagnosticCode !== undefined,
  );
  return isFailed ? 'failed' : 'none';
};

/** What feedback says, fit to be shown. A mailbox that is full may have room tomorrow; one that does not exist stays so. */
export const classifyFeedback = (mailFeedback: MailFeedback): FeedbackClass => {
  switch (mailFeedback.eventType) {
    case 'Bounce': {
      const { bounceType, bounceSubType, bouncedRecipients } = mailFeedback.bounce;
      const said = bouncedRecipients[0]?.diagnosticCode ?? 'no further word';
      const reason = `Bounced (${bounceType}, ${bounceSubType}): ${withoutAddresses(said)}`;
      return { reason, effect: effectOfBounce(mailFeedback.bounce) };
    }
    case 'Complaint': {
      const kind = mailFeedback.complaint.complaintFeedbackType;
      // RFC 5965: the recipient says that it was no spam after all.
      const effect = kind === 'not-spam' ? 'none' : 'closed';
      return { reason: `The recipient complained about it${kind ? ` (${kind})` : ''}`, effect };
    }
    case 'Reject':
      return { reason: `SES rejected it: ${mailFeedback.reject.reason}`, effect: 'failed' };
    default:
      return mailFeedback satisfies never;
  }
};

/**
 * The addresses that complained; each mail has one recipient. None for feedback of another kind.
 * `known` is the address of the delivery, where there is one.
 */
export const complainants = (mailFeedback: MailFeedback, known: string | null): string[] => {
  if (mailFeedback.eventType !== 'Complaint' || classifyFeedback(mailFeedback).effect === 'none') return [];
  const named = mailFeedback.complaint.complainedRecipients.map(({ emailAddress }) => emailAddress);
  const written = known !== null ? [known, ...named] : named.length > 0 ? named : mailFeedback.mail.destination;
  const addresses = written.flatMap((text) => parseMailbox(text)?.address ?? []);
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()];
};
