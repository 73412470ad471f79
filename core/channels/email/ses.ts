import { SESClient, SendRawEmailCommand, type SendRawEmailCommandInput } from '@aws-sdk/client-ses';

/** Hands a mail to SES, or throws what SES answers. */
export type SendEmail = (input: SendRawEmailCommandInput) => Promise<unknown>;

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
