import * as z from 'zod';
import { ORIGIN_HEADER } from '../../../../core/contract.ts';
import type { Table } from '../../../../core/platform/dynamodb/table.ts';
import type { InvokeResult } from '../../../../packages/cdk-local/src/lambda.ts';
import { RANDOM_PASSWORD } from '../../../../packages/cdk-local/src/template/resource-kinds.ts';
import { bearer } from '../../../api-call.ts';
import type { Feed, FeedDeps } from './feed.ts';

/** A call of the API past API Gateway: a route key of the template, and what goes with it. */
type Call = {
  readonly function: string;
  readonly route: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
};

/** An answer of the API; 502 stands for a function that died. */
export type ApiAnswer = { readonly route: string; readonly status: number; readonly body: unknown };

/** One thing after another; `afterMs` is how long the client waits before it. */
export type Step =
  | { readonly kind: 'call'; readonly afterMs?: number; readonly call: (answers: readonly ApiAnswer[]) => Call }
  /** A write past the API, at once and whole. */
  | { readonly kind: 'write'; readonly afterMs?: number; readonly write: (table: Table) => Promise<unknown> };

export type ClientDeps = FeedDeps & {
  readonly answered: (answer: ApiAnswer) => void;
  readonly write: (write: (table: Table) => Promise<unknown>) => Promise<void>;
  /** API Gateway never gives an id twice: a write whose request id is that of the item is taken for one that was done. */
  readonly newRequestId: () => string;
};

const TRIES = 12;
const BETWEEN_TRIES_MS = 2_000;

const eventOf = ({ route, path, query, body, idempotencyKey }: Call, requestId: string) => ({
  version: '2.0',
  routeKey: route,
  rawPath: '/',
  rawQueryString: '',
  headers: {
    authorization: bearer({ sub: 'alice', groups: ['administrators'] }),
    [ORIGIN_HEADER]: RANDOM_PASSWORD,
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  },
  ...(path && { pathParameters: path }),
  ...(query && { queryStringParameters: query }),
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  isBase64Encoded: false,
  requestContext: {
    http: { method: route.split(' ')[0], path: '/' },
    requestId,
    routeKey: route,
  },
});

const apiResult = z.object({ statusCode: z.int(), body: z.string().optional() });

const answerOf = (route: string, result: InvokeResult): ApiAnswer => {
  if (result.kind === 'error') return { route, status: 502, body: result.message };
  const { statusCode, body } = apiResult.parse(result.payload);
  return { route, status: statusCode, body: body === undefined ? null : JSON.parse(body) };
};

/** Somebody who calls the API, an administrator: step by step, and again when an answer does not come or is a 5xx. */
export class Client implements Feed {
  readonly #deps: ClientDeps;
  readonly #steps: Step[];
  readonly #answers: ApiAnswer[] = [];
  #isWaiting = false;
  #notBefore: number;
  #tries = 0;

  constructor(steps: readonly Step[], deps: ClientDeps) {
    this.#steps = [...steps];
    this.#deps = deps;
    this.#notBefore = deps.time.nowMs + (steps[0]?.afterMs ?? 0);
  }

  get isDone(): boolean {
    return this.#steps.length === 0;
  }

  ready(): readonly (() => void | Promise<void>)[] {
    const at = this.nextAt;
    return at !== null && at <= this.#deps.time.nowMs ? [() => this.#start()] : [];
  }

  get nextAt(): number | null {
    return this.isDone || this.#isWaiting ? null : this.#notBefore;
  }

  async #start(): Promise<void> {
    const [step] = this.#steps;
    if (step === undefined) return;
    if (step.kind === 'write') {
      await this.#deps.write(step.write);
      this.#proceed();
      return;
    }
    const call = step.call(this.#answers);
    this.#isWaiting = true;
    this.#tries += 1;
    this.#deps.invoke(call.function, eventOf(call, this.#deps.newRequestId()), (result) =>
      this.#take(answerOf(call.route, result)),
    );
  }

  #take(answer: ApiAnswer): void {
    this.#isWaiting = false;
    this.#deps.answered(answer);
    if (answer.status < 500 || this.#tries === TRIES) {
      this.#answers.push(answer);
      this.#proceed();
      return;
    }
    this.#notBefore = this.#deps.time.nowMs + BETWEEN_TRIES_MS;
  }

  #proceed(): void {
    this.#steps.shift();
    this.#tries = 0;
    this.#notBefore = this.#deps.time.nowMs + (this.#steps[0]?.afterMs ?? 0);
  }
}
