import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import * as z from 'zod/mini';
import type { Outcome } from '../../deliveries/model.ts';
import { boundedRequests } from '../../platform/bounded-requests.ts';
import { behaviour, type SendResult, wrongDestination } from '../behaviour.ts';

/** Puts events on a bus, or throws what EventBridge answers. */
export type PutEvents = (input: PutEventsCommandInput) => Promise<unknown>;

/** The client comes with the first event: no start has to read it (docs/adr/026). */
const load = async (): Promise<PutEvents> => {
  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const client = new EventBridgeClient(boundedRequests());
  return (input) => client.send(new PutEventsCommand(input));
};

let loading: Promise<PutEvents> | null = null;

const connected: PutEvents = async (input) => {
  loading ??= load();
  return await (await loading)(input);
};

const HOUR_SECONDS = 3_600;

type Verdict = (reason: string) => Outcome;

const refused: Verdict = (reason) => ({ kind: 'refused', reason });
const gone: Verdict = (reason) => ({ kind: 'refused', reason, gone: true });
const retry: Verdict = (reason) => ({ kind: 'retry', afterSeconds: null, reason, burnsAttempt: true });
const throttled: Verdict = (reason) => ({ kind: 'retry', afterSeconds: null, reason, burnsAttempt: false });
const retryAfterAnHour: Verdict = (reason) => ({
  kind: 'retry',
  afterSeconds: HOUR_SECONDS,
  reason,
  burnsAttempt: true,
});

/**
 * EventBridge's error codes (API reference, PutEventsResultEntry and "Common Errors"). Permissions are mended by people, in
 * hours rather than seconds. A code that the table lacks may pass.
 */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  AccessDeniedException: retryAfterAnHour,
  InvalidAccountIdException: refused,
  InvalidArgument: refused,
  MalformedDetail: refused,
  NotAuthorizedForDetailTypeException: refused,
  NotAuthorizedForSourceException: refused,
  RedactionFailure: refused,
  ResourceNotFoundException: gone,
  ThrottlingException: throttled,
  ValidationException: refused,
};

/** What an error code of EventBridge means. */
export const outcomeOfEventBridge = (code: string, message: string): Outcome => {
  const verdict = Object.hasOwn(VERDICTS, code) ? (VERDICTS[code] ?? retry) : retry;
  return verdict(`EventBridge: ${code}${message === '' ? '' : `: ${message}`}`);
};

const answerSchema = z.object({
  FailedEntryCount: z._default(z.int(), 0),
  Entries: z._default(
    z.array(
      z.object({
        EventId: z.optional(z.string()),
        ErrorCode: z.optional(z.string()),
        ErrorMessage: z.optional(z.string()),
      }),
    ),
    [],
  ),
  $metadata: z.object({ httpStatusCode: z.optional(z.int()) }),
});

const errorSchema = z.object({
  name: z.string(),
  message: z._default(z.string(), ''),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.int()) })),
});

const resultOfAnswer = (answer: unknown): SendResult => {
  const { FailedEntryCount, Entries, $metadata } = answerSchema.parse(answer);
  const { EventId = null, ErrorCode = 'InternalFailure', ErrorMessage = '' } = Entries[0] ?? {};
  const status = $metadata.httpStatusCode ?? null;
  return FailedEntryCount === 0
    ? { outcome: { kind: 'sent' }, status, answer: EventId === null ? null : `Event ${EventId}` }
    : { outcome: outcomeOfEventBridge(ErrorCode, ErrorMessage), status, answer: `${ErrorCode}: ${ErrorMessage}` };
};

const resultOfError = (error: unknown): SendResult => {
  const { data } = errorSchema.safeParse(error);
  const name = data?.name ?? 'unknown';
  const status = data?.$metadata?.httpStatusCode ?? null;
  if (status === null) return { outcome: retry(`No answer from EventBridge (${name})`), status, answer: null };
  return {
    outcome: outcomeOfEventBridge(name, data?.message ?? ''),
    status,
    answer: `${name}: ${data?.message ?? ''}`,
  };
};

/** Events on a bus: `detail` is the documented event, `detail-type` its type. */
export const eventBridgeBehaviour = (putEvents: PutEvents) =>
  behaviour({
    render: ({ event }) => ({
      Source: 'gatebell',
      DetailType: event.type,
      Detail: JSON.stringify(event),
      Time: new Date(event.timestamp),
    }),
    send: async (entry, { message: { destination } }) => {
      if (destination.kind !== 'bus') throw wrongDestination(destination);
      try {
        return resultOfAnswer(await putEvents({ Entries: [{ ...entry, EventBusName: destination.bus }] }));
      } catch (error) {
        return resultOfError(error);
      }
    },
  });

export const eventbridge = eventBridgeBehaviour(connected);
