import * as z from 'zod/mini';
import type { ChannelName } from '../../core/channels/channels.ts';
import { channelNameSchema } from '../../core/channels/model.ts';
import type { SendTest } from '../../core/channels/send-test.ts';
import type { Tested } from '../../core/channels/test-content.ts';
import { hideWebhook } from '../../core/channels/webhook-address.ts';
import { plainError, skipFor } from '../../core/deliveries/model.ts';
import type { Log } from '../../core/log.ts';
import { WEBHOOK_NOT_DECRYPTED } from '../../core/secrets/model.ts';
import type { Destination, EncryptedDestination, Target } from '../../core/targets/model.ts';
import { type SuppressedAddresses, skipForComplaint } from '../../core/targets/suppressed-address.ts';

/** The result of a test message to one target. */
export const testResultSchema = z
  .strictObject({
    channel: channelNameSchema,
    target: z
      .string()
      .register(z.globalRegistry, { description: "The address, or a webhook's host and a short fingerprint" }),
    outcome: z.enum(['sent', 'failed', 'skipped']),
    status: z
      .nullable(z.int())
      .register(z.globalRegistry, { description: 'The HTTP status of the answer; null if there was none' }),
    answer: z
      .nullable(z.string())
      .register(z.globalRegistry, { description: "The target's answer, without the webhook's URL" }),
    reason: z.nullable(z.string()).register(z.globalRegistry, { description: 'Why the message failed or was skipped' }),
  })
  .register(z.globalRegistry, { id: 'TestResult' });

export type TestResult = z.infer<typeof testResultSchema>;

export type SendTestDeps = {
  readonly send: SendTest;
  readonly readSuppressed: (addresses: readonly string[]) => Promise<SuppressedAddresses>;
  /** Opens a sealed webhook; null where it does not open. Throws while KMS is away. */
  readonly open: (sealed: EncryptedDestination) => Promise<Destination | null>;
  /** Reserves a turn within the account's send rate; null if none is free. */
  readonly reserveMail: (owner: string, now: Date) => Promise<Date | null>;
  /** Waits until a time. */
  readonly waitUntil: (time: Date) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
};

const NO_TURN = "The account's send rate for email is used up at the moment. Try again in some seconds.";

/** A response can quote the URL that it was requested with. */
const shownAnswer = (destination: Destination, answer: string | null): string | null => {
  if (answer === null) return null;
  const hidden = destination.kind === 'webhook' ? hideWebhook(answer, destination.webhook) : answer;
  return plainError(hidden) || null;
};

/** Returns a failure instead of throwing, so that the other targets are still tested. */
const opened = async (open: SendTestDeps['open'], sealed: EncryptedDestination) => {
  try {
    const destination = await open(sealed);
    return destination ?? { failed: WEBHOOK_NOT_DECRYPTED };
  } catch (error) {
    return { failed: "The webhook can't be decrypted now; try again", error };
  }
};

/** A call may take less than 28 seconds in all. */
const MOST_TRIES = 12;

/** Test messages count against the account's send rate, too. False if no turn is free for seconds. */
const awaitTurn = async ({ reserveMail, waitUntil, now }: SendTestDeps, { source }: Target): Promise<boolean> => {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const turn = await reserveMail(`test ${source}`, now());
    await waitUntil(turn ?? new Date(now().getTime() + 1_000));
    if (turn !== null) return true;
  }
  return false;
};

const test = async (
  deps: SendTestDeps,
  { target, suppressed, tested }: { target: Target; suppressed: SuppressedAddresses; tested: Tested },
): Promise<TestResult> => {
  const { send, open, log } = deps;
  const shown = { channel: target.destination.channel, target: target.shown };
  const silent = { ...shown, status: null, answer: null };
  const skip = skipFor(target) ?? skipForComplaint(suppressed, target);
  if (skip !== null) return { ...silent, outcome: 'skipped', reason: skip.reason };
  const destination = await opened(open, target.destination);
  if ('failed' in destination) {
    log.error('A webhook could not be tested', { channel: shown.channel, error: destination.error });
    return { ...silent, outcome: 'failed', reason: destination.failed };
  }
  if (destination.kind === 'address' && !(await awaitTurn(deps, target)))
    return { ...silent, outcome: 'failed', reason: NO_TURN };
  const { outcome, status, answer } = await send({
    tested,
    destination,
    id: `test.${tested.now.getTime()}.${target.delivery_id}`,
  });
  const said = { ...shown, status, answer: shownAnswer(destination, answer) };
  return outcome.kind === 'sent'
    ? { ...said, outcome: 'sent', reason: null }
    : { ...said, outcome: 'failed', reason: plainError(outcome.reason) };
};

/** What became of the tests, and the names of the targets that took theirs. */
type TestsSent = { readonly results: readonly TestResult[]; readonly working: readonly string[] };

/** Sends a test message to some targets, of one channel or of all; side by side, as each may take its ten seconds. */
export const sendTests = async (
  deps: SendTestDeps,
  { targets, only }: { readonly targets: readonly Target[]; readonly only: ChannelName | null },
  tested: Tested,
): Promise<TestsSent> => {
  const chosen = targets.filter(({ destination }) => only === null || destination.channel === only);
  const suppressed = await deps.readSuppressed(
    chosen.flatMap(({ destination }) => (destination.kind === 'address' ? [destination.address] : [])),
  );
  const results = await Promise.all(chosen.map((target) => test(deps, { target, suppressed, tested })));
  const working = chosen.filter((_, position) => results[position]?.outcome === 'sent');
  return { results, working: working.map(({ delivery_id }) => delivery_id) };
};
