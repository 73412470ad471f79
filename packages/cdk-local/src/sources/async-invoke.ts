import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvokeResult } from '../lambda.ts';
import { invokeSafely, type SourceDeps } from './event-source.ts';
import { callQueue } from './sqs-calls.ts';

/** How Lambda treats an event that a service hands over without waiting (`AWS::Lambda::EventInvokeConfig`, `DeadLetterConfig`). */
export type AsyncTarget = {
  readonly functionId: string;
  /** As it is invoked: the function's own ARN, or that of an alias. */
  readonly functionArn: string;
  /** Default 2. */
  readonly maximumRetryAttempts?: number;
  /** Where an event goes that failed each time. A `destination` gets a record about it, a `dead-letter-queue` the event itself. */
  readonly onFailure?: { readonly kind: 'destination' | 'dead-letter-queue'; readonly queueUrl: string };
};

export type AsyncInvokerDeps = SourceDeps & { readonly sqsUrl: string };

type Failure = {
  readonly requestId: string;
  readonly invocations: number;
  readonly error: InvokeResult & { kind: 'error' };
};

/** AWS waits one minute, then two. */
const RETRY_PAUSES_MS = [100, 200];

export type AsyncInvoker = {
  invocationCount(): number;
  isIdle(): boolean;
  /** Resolves when the function has succeeded or failed permanently; callers need not wait. */
  invoke(target: AsyncTarget, event: unknown): Promise<void>;
  /** Gives up waiting for retries, and resolves when no function is running for it any more. */
  stop(): Promise<void>;
};

/**
 * Lambda's queue for asynchronous invocations: a failed event is tried twice more, and then goes to the dead-letter
 * queue or the destination of the function.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const createAsyncInvoker = (deps: AsyncInvokerDeps): AsyncInvoker => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let invocations = 0;
  const run = async (target: AsyncTarget, event: unknown): Promise<void> => {
    const requestId = randomUUID();
    const attempts = 1 + (target.maximumRetryAttempts ?? 2);
    for (let attempt = 1; ; attempt++) {
      invocations += 1;
      const result = await invokeSafely(deps, target.functionId, event);
      if (result.kind === 'ok') return;
      deps.log(`${target.functionId} failed an event: ${result.errorType}: ${result.message}`);
      if (attempt >= attempts) return sendOn(deps, target, event, { requestId, invocations: attempt, error: result });
      await sleep(RETRY_PAUSES_MS[attempt - 1] ?? 200, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  };
  return {
    invocationCount: () => invocations,
    isIdle: () => running.size === 0,
    invoke: (target, event) => {
      const handling = run(target, event)
        .catch((error) => deps.log(`${target.functionId}: the failed event could not be sent on: ${error}`))
        .finally(() => running.delete(handling));
      running.add(handling);
      return handling;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
};

const sendOn = async (deps: AsyncInvokerDeps, target: AsyncTarget, event: unknown, failure: Failure): Promise<void> => {
  if (target.onFailure === undefined) return;
  const queue = callQueue(deps.sqsUrl, target.onFailure.queueUrl);
  if (target.onFailure.kind === 'destination') {
    await queue.send(JSON.stringify(invocationRecord(target, event, failure, deps.now())));
  } else {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    const { requestId, error } = failure;
    const attributes = { RequestID: requestId, ErrorCode: '200', ErrorMessage: error.message.slice(0, 1000) || '-' };
    await queue.send(JSON.stringify(event), attributes);
  }
};

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS` as it is; without an alias, the version is `$LATEST`. */
const withQualifier = (arn: string): string => (arn.split(':').length > 7 ? arn : `${arn}:$LATEST`);

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
const invocationRecord = (target: AsyncTarget, event: unknown, failure: Failure, now: Date) => ({
  version: '1.0',
  timestamp: now.toISOString(),
  requestContext: {
    requestId: failure.requestId,
    functionArn: withQualifier(target.functionArn),
    condition: 'RetriesExhausted',
    approximateInvokeCount: failure.invocations,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: failure.error.message, errorType: failure.error.errorType },
});
