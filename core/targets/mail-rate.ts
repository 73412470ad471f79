/** Emails per second that SES accepts from the account in this region, for all its senders together. */
export type MailRate = { readonly mailsPerSecond: number };

/** How far ahead an email may reserve its turn, in milliseconds: an instance waits for it. */
export const MOST_AHEAD_MS = 2_000;

/** An owner that had the last turn reserves less far ahead, which leaves turns to the others. */
export const AHEAD_AGAIN_MS = 1_000;

/** Time from one email to the next. */
export const spacingMsOf = ({ mailsPerSecond }: MailRate): number => Math.ceil(1_000 / mailsPerSecond);
