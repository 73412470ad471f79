import { SESServiceException } from '@aws-sdk/client-ses';
import * as z from 'zod/mini';
import type { Outcome } from '../../deliveries/model.ts';
import { oneLine } from '../../platform/text/text.ts';
import { behaviour, type SendResult, type Tracking, wrongDestination } from '../behaviour.ts';
import { parseMailbox, wireAddress, withoutAddresses } from './addresses.ts';
import { renderEmail } from './email-message.ts';
import { writeMail } from './mime.ts';

const HOUR_SECONDS = 3_600;

type Verdict = (reason: string) => Outcome;

const refused: Verdict = (reason) => ({ kind: 'refused', reason });
const retry: Verdict = (reason) => ({ kind: 'retry', afterSeconds: null, reason, burnsAttempt: true });
const retryAfterAnHour: Verdict = (reason) => ({
  kind: 'retry',
  afterSeconds: HOUR_SECONDS,
  reason,
  burnsAttempt: true,
});

/** "Maximum sending rate exceeded" is over in seconds, "Daily message quota exceeded" in hours. */
const throttled: Verdict = (reason) => ({
  kind: 'retry',
  afterSeconds: /daily/i.test(reason) ? HOUR_SECONDS : null,
  reason,
  burnsAttempt: false,
});

/** "Email address is not verified", "Sending paused for this account": about the account, and no fault of the message. */
const rejected: Verdict = (reason) =>
  /not verified|sending (?:paused|suspended)/i.test(reason) ? retryAfterAnHour(reason) : refused(reason);

/**
 * What SES's errors mean (API reference of SES, SendRawEmail and "Common errors"). Identities, MX records, pauses,
 * configuration and permissions are mended by people, in hours rather than seconds; a message that was rejected stays so.
 */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  MessageRejected: rejected,
  InvalidParameterValue: refused,
  InvalidParameterCombination: refused,
  ValidationError: refused,
  MissingParameter: refused,
  MalformedQueryString: refused,
  ConfigurationSetDoesNotExist: retryAfterAnHour,
  ConfigurationSetDoesNotExistException: retryAfterAnHour,
  MailFromDomainNotVerifiedException: retryAfterAnHour,
  AccountSendingPausedException: retryAfterAnHour,
  ConfigurationSetSendingPausedException: retryAfterAnHour,
  AccessDenied: retryAfterAnHour,
  AccessDeniedException: retryAfterAnHour,
  OptInRequired: retryAfterAnHour,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
};

/** What an error of sending means. An answer of SES that the table does not know is judged by its status. */
export const outcomeOfSesError = (error: unknown): Outcome => {
  if (!(error instanceof SESServiceException)) {
    const reason = `No answer from SES (${error instanceof Error ? error.name : 'unknown'})`;
    return { kind: 'retry', afterSeconds: null, reason, burnsAttempt: true, isUnknown: true };
  }
  const reason = `SES: ${error.name}: ${withoutAddresses(oneLine(error.message))}`;
  const known = Object.hasOwn(VERDICTS, error.name) ? VERDICTS[error.name] : undefined;
  if (known !== undefined) return known(reason);
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status === 429) return throttled(reason);
  // 403 is about our credentials, which change, and not about the message.
  return status >= 400 && status < 500 && status !== 403 ? refused(reason) : retry(reason);
};

/** SES takes letters, digits, `-` and `_` (API reference, MessageTag): our ids have no other. */
const trackedBy = ({ configurationSet, tags }: Tracking) => {
  const Tags = Object.entries(tags).map(([Name, Value]) => ({ Name, Value }));
  return { ConfigurationSetName: configurationSet, ...(Tags.length > 0 && { Tags }) };
};

const acceptedSchema = z.object({ MessageId: z.string(), $metadata: z.object({ httpStatusCode: z.int() }) });

const resultOfAccepted = (accepted: unknown): SendResult => {
  const { data } = acceptedSchema.safeParse(accepted);
  const answer = data === undefined ? null : `Message ${data.MessageId}`;
  return { outcome: { kind: 'sent' }, status: data?.$metadata.httpStatusCode ?? null, answer };
};

const resultOfError = (error: unknown): SendResult => {
  const outcome = outcomeOfSesError(error);
  return error instanceof SESServiceException
    ? { outcome, status: error.$metadata.httpStatusCode ?? null, answer: `${error.name}: ${error.message}` }
    : { outcome, status: null, answer: null };
};

const NO_SENDER: SendResult = {
  outcome: refused('The From address (email_from) is not valid'),
  status: null,
  answer: null,
};

/** Mail through SES, one message to each address: a recipient that SES refuses would take the others along. */
export const email = behaviour({
  render: ({ content }) => renderEmail(content),
  send: async (mail, { message: { destination, id, thread, tracking }, transports: { sendEmail } }) => {
    if (destination.kind !== 'address') throw wrongDestination(destination);
    const from = parseMailbox(destination.from);
    if (from === null) return NO_SENDER;
    try {
      const accepted = await sendEmail({
        Source: wireAddress(from.address),
        Destinations: [wireAddress(destination.address)],
        RawMessage: { Data: Buffer.from(writeMail({ ...mail, messageId: id, thread, from, to: destination.address })) },
        ...(tracking && trackedBy(tracking)),
      });
      return resultOfAccepted(accepted);
    } catch (error) {
      return resultOfError(error);
    }
  },
});
