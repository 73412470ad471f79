import * as z from 'zod/mini';
import { withoutAddresses } from './email-addresses.ts';

const mail = z.object({ tags: z._default(z.record(z.string(), z.array(z.string())), {}) });

const bounce = z.object({
  bounceType: z.string(),
  bounceSubType: z.string(),
  bouncedRecipients: z.array(z.object({ diagnosticCode: z.optional(z.string()) })),
  feedbackId: z.string(),
});

const complaint = z.object({ complaintFeedbackType: z.nullish(z.string()), feedbackId: z.string() });

/** What the configuration set publishes (SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS"). */
export const mailFeedback = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Bounce'), mail, bounce }),
  z.object({ eventType: z.literal('Complaint'), mail, complaint }),
  z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string() }) }),
]);

export type MailFeedback = z.infer<typeof mailFeedback>;

const tagged = z.object({ notification_id: z.string(), delivery_id: z.string(), claim: z.string() });

/** Which delivery a mail was, and under which claim it was sent. */
export type MailTags = z.infer<typeof tagged>;

/** The tags that a mail was sent with; null for one that was sent without, as test messages are. */
export const tagsOf = ({ mail: { tags } }: MailFeedback): MailTags | null =>
  tagged.safeParse(Object.fromEntries(Object.entries(tags).map(([name, [value]]) => [name, value]))).data ?? null;

/** `isFinal`: nothing may be sent to the address any more. */
export type MailVerdict = { readonly reason: string; readonly isFinal: boolean };

/** What feedback says, fit to be shown. A mailbox that is full may have room tomorrow; one that does not exist stays so. */
export const verdictOf = (of: MailFeedback): MailVerdict => {
  switch (of.eventType) {
    case 'Bounce': {
      const { bounceType, bounceSubType, bouncedRecipients } = of.bounce;
      const said = bouncedRecipients[0]?.diagnosticCode ?? 'no further word';
      const reason = `Bounced (${bounceType}, ${bounceSubType}): ${withoutAddresses(said)}`;
      return { reason, isFinal: bounceType === 'Permanent' };
    }
    case 'Complaint': {
      const kind = of.complaint.complaintFeedbackType;
      return { reason: `The recipient complained about it${kind ? ` (${kind})` : ''}`, isFinal: true };
    }
    case 'Reject':
      return { reason: `SES rejected it: ${of.reject.reason}`, isFinal: false };
    default:
      return of satisfies never;
  }
};
