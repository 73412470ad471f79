import {
  SESClient,
  SESServiceException,
  SendRawEmailCommand,
  type SendRawEmailCommandInput,
} from '@aws-sdk/client-ses';
import type { Outcome } from '../../deliveries/model.ts';
import { oneLine } from '../../platform/text/text.ts';
import type { Channel, DestinationOf } from '../channel.ts';
import { parseMailbox, wireAddress, withoutAddresses } from './addresses.ts';
import { type EmailMessage, renderEmail } from './email-message.ts';
import { writeMail } from './mime.ts';

/** Hands a mail to SES, or throws what SES answers. */
export type SendEmail = (input: SendRawEmailCommandInput) => Promise<unknown>;

const HOUR_SECONDS = 3_600;

/** For both tries together, as long as a webhook has. */
const DEADLINE_MS = 10_000;

/**
 * Connects to SES with the function's own credentials. One try more than the first covers a kept connection that has
 * died meanwhile; what SES answers after that goes by the schedule.
 */
export const connectSes = (): SendEmail => {
  const client = new SESClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  return (input) => client.send(new SendRawEmailCommand(input), { abortSignal: AbortSignal.timeout(DEADLINE_MS) });
};

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
    return retry(`No answer from SES (${error instanceof Error ? error.name : 'unknown'})`);
  }
  const reason = `SES: ${error.name}: ${withoutAddresses(oneLine(error.message))}`;
  const known = Object.hasOwn(VERDICTS, error.name) ? VERDICTS[error.name] : undefined;
  if (known !== undefined) return known(reason);
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status === 429) return throttled(reason);
  // 403 is about our credentials, which change, and not about the message.
  return status >= 400 && status < 500 && status !== 403 ? refused(reason) : retry(reason);
};

/** How what becomes of a mail after SES took it is told, and the names by which it is known then. */
export type Feedback = { readonly configurationSet: string; readonly tags: Readonly<Record<string, string>> };

/** What a mail is called in its headers: letters, digits, `.` and `-`. The same over all tries of a delivery. */
export type MailIds = { readonly messageId: string; readonly thread: string | null };

type Recipient = DestinationOf<'email'> & { readonly feedback?: Feedback; readonly ids?: MailIds };

/** SES takes letters, digits, `-` and `_` (API reference, MessageTag): our ids have no other. */
const tagsIn = ({ tags }: Feedback) => Object.entries(tags).map(([Name, Value]) => ({ Name, Value }));

/** Mail through SES, one message to each address: a recipient that SES refuses would take the others along. */
export const emailChannel = (sendEmail: SendEmail): Channel<Recipient, EmailMessage> => ({
  render: renderEmail,
  send: async (message, { address, from: sender, feedback, ids = { messageId: null, thread: null } }) => {
    const from = parseMailbox(sender);
    if (from === null) return refused('The sender (email_from) is not an address');
    try {
      await sendEmail({
        Source: wireAddress(from.address),
        Destinations: [wireAddress(address)],
        RawMessage: { Data: Buffer.from(writeMail({ ...message, ...ids, from, to: address })) },
        ...(feedback && { ConfigurationSetName: feedback.configurationSet, Tags: tagsIn(feedback) }),
      });
      return { kind: 'sent' };
    } catch (error) {
      return outcomeOfSesError(error);
    }
  },
});
