import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvokeResult } from '../lambda.ts';
import { invokeSafely, type SourceDeps } from './event-source.ts';
import { callQueue } from './sqs-calls.ts';

/** How Lambda treats an event that a service hands over without waiting (`AWS::Lambda::EventInvokeConfig`, `DeadLetterConfig`). */
export type AsyncTarget = {
  readonly functionId: string;
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

/**
 * Lambda's queue for asynchronous invocations: a failed event is tried twice more, and then goes to the dead-letter
 * queue or the destination of the function.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvoker {
  invocations = 0;
  readonly #deps: AsyncInvokerDeps;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(deps: AsyncInvokerDeps) {
    this.#deps = deps;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Resolves when the function has succeeded or failed for good; nobody has to wait for it. */
  invoke(target: AsyncTarget, event: unknown): Promise<void> {
    const running = this.#run(target, event)
      .catch((error) => this.#deps.log(`${target.functionId}: the failed event could not be sent on: ${error}`))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Gives up waiting for retries, and resolves when no function is running for it any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #run(target: AsyncTarget, event: unknown): Promise<void> {
    const requestId = randomUUID();
    const attempts = 1 + (target.maximumRetryAttempts ?? 2);
    for (let attempt = 1; ; attempt++) {
      this.invocations += 1;
      const result = await invokeSafely(this.#deps, target.functionId, event);
      if (result.kind === 'ok') return;
      this.#deps.log(`${target.functionId} failed an event: ${result.errorType}: ${result.message}`);
      if (attempt >= attempts) return this.#sendOn(target, event, { requestId, invocations: attempt, error: result });
      const { signal } = this.#stopping;
      await sleep(RETRY_PAUSES_MS[attempt - 1] ?? 200, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }

  async #sendOn(target: AsyncTarget, event: unknown, failure: Failure): Promise<void> {
    if (target.onFailure === undefined) return;
    const queue = callQueue(this.#deps.sqsUrl, target.onFailure.queueUrl);
    if (target.onFailure.kind === 'destination') {
      await queue.send(JSON.stringify(invocationRecord(target, event, failure, this.#deps.now())));
    } else {
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
      const { requestId, error } = failure;
      const attributes = { RequestID: requestId, ErrorCode: '200', ErrorMessage: error.message.slice(0, 1000) || '-' };
      await queue.send(JSON.stringify(event), attributes);
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
const invocationRecord = (target: AsyncTarget, event: unknown, failure: Failure, now: Date) => ({
  version: '1.0',
  timestamp: now.toISOString(),
  requestContext: {
    requestId: failure.requestId,
    functionArn: `${target.functionArn}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: failure.invocations,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: failure.error.message, errorType: failure.error.errorType },
});
