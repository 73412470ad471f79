import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseDeliveryKey } from '../core/keys.ts';
import type { Handles } from '../local/handles.ts';
import type { Denial } from '../packages/cdk-local/src/aws-proxy/denials.ts';
import type { faultRuleSchema } from '../packages/cdk-local/src/aws-proxy/faults.ts';
import { callAwsJson } from '../packages/cdk-local/src/engines/aws-json.ts';
import type { TokenRequest } from '../packages/cdk-local/src/login/mint-token.ts';
import { eventually } from './eventually.ts';
import { exchangeErrors } from './openapi-checker.ts';

const Calls = z.object({
  calls: z.array(
    z.object({
      sequence: z.number(),
      at: z.string(),
      function: z.string(),
      service: z.string(),
      operation: z.string(),
      status: z.number(),
      outcome: z.string(),
      itemsRead: z.number(),
      itemsWritten: z.number(),
      units: z.number(),
      messages: z.array(z.string()).default([]),
      durationMs: z.number(),
    }),
  ),
  totals: z.record(
    z.string(),
    z.object({
      calls: z.number(),
      failed: z.number(),
      itemsRead: z.number(),
      itemsWritten: z.number(),
      units: z.number(),
    }),
  ),
});
const RemainingWork = z.object({ isIdle: z.boolean(), why: z.array(z.string()) });
const Mail = z.object({
  emails: z.array(
    z.looseObject({
      from: z.string(),
      subject: z.string(),
      destination: z.object({ to: z.array(z.string()).default([]) }),
      body: z.looseObject({ text: z.string().optional(), html: z.string().optional() }),
    }),
  ),
});
/** What the receiver keeps of a webhook call. */
const Messages = z.array(
  z.looseObject({ path: z.string(), headers: z.record(z.string(), z.unknown()), body: z.unknown() }),
);
const AttributeText = z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]);
const Scanned = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});
const Received = z.object({ Messages: z.array(z.object({ Body: z.string() })).default([]) });

export type ApiAnswer = { status: number; headers: Headers; text: string; json: unknown };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const holdAgainstDocument = (
  request: { readonly method: string; readonly path: string; readonly requestBody: unknown },
  { status, headers, text, json }: ApiAnswer,
): void => {
  const body = text === '' ? undefined : json;
  const errors = exchangeErrors({ ...request, status, contentType: headers.get('content-type'), body });
  if (errors.length > 0)
    throw new Error(`${request.method} ${request.path} is not as documented: ${errors.join('; ')}`);
};

/** Everything a test does with a running stack, by its handles. */
export type StackClient = ReturnType<typeof stackClient>;

export function stackClient(handles: Handles) {
  const send = async (url: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(url, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`);
    return parsed(text);
  };
  const withBody = (method: string, body: unknown): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const control = (path: string) => `${handles.gate}/_gate/${path}`;
  const remainingWork = async (options: { ignoreWaiting?: boolean } = {}) =>
    RemainingWork.parse(
      await send(control(options.ignoreWaiting ? 'remaining-work?ignore=waiting' : 'remaining-work')),
    );

  /** Read past the functions. */
  const rawItems = async (): Promise<Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await callAwsJson({
        url: handles.dynamodb,
        target: 'DynamoDB_20120810.Scan',
        body: { TableName: handles.table, ConsistentRead: true, ExclusiveStartKey: start },
        answer: Scanned,
      });
      found.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  };

  return {
    /** Calls the API; `path` begins with `/api`. Throws where the exchange is not as docs/openapi.json tells. */
    async api(
      method: string,
      path: string,
      options: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
    ): Promise<ApiAnswer> {
      const headers = {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        // What CloudFront compresses has another ETag: test/flow/web.test.ts asks for that.
        'accept-encoding': 'identity',
        ...options.headers,
      };
      const body = options.body === undefined ? null : JSON.stringify(options.body);
      const response = await fetch(`${handles.web}${path}`, { method, headers, body });
      const text = await response.text();
      const answer = { status: response.status, headers: response.headers, text, json: parsed(text) };
      holdAgainstDocument({ method, path, requestBody: options.body }, answer);
      return answer;
    },

    async token(name: string, options: Partial<TokenRequest> = {}): Promise<string> {
      const answer = await send(control('token'), withBody('POST', { name, ...options }));
      return z.object({ token: z.string() }).parse(answer).token;
    },

    /** Calls that the functions made to AWS. */
    calls: async (filter: { function?: string; since?: number } = {}) => {
      const query = new URLSearchParams(
        Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]),
      );
      return Calls.parse(await send(control(`calls?${query}`)));
    },
    clearCalls: () => send(control('calls'), { method: 'DELETE' }),
    /** Replaces all faults. */
    faults: (rules: readonly z.input<typeof faultRuleSchema>[]) => send(control('faults'), withBody('PUT', rules)),
    /** Replaces all denials. */
    denials: (denials: readonly Denial[]) => send(control('denials'), withBody('PUT', denials)),
    /** Moves the clock of functions, queues and tokens to `offsetMs` from the machine's. */
    clock: (offsetMs: number) => send(control('clock'), withBody('PUT', { offset_ms: offsetMs })),
    /** How long tokens of a login live from now on. */
    tokenSeconds: (seconds: number) => send(control('login'), withBody('PUT', { token_seconds: seconds })),
    /** Ends all logins: no token can be renewed any more. */
    endLogins: () => send(control('login'), { method: 'DELETE' }),
    sweepTtl: () => send(control('ttl'), { method: 'POST' }),
    /** Holds back what the function's sources have received. */
    pause: (functionName: string) => send(control(`sources/${functionName}/pause`), { method: 'POST' }),
    /** Disables the function's mappings. */
    disable: (functionName: string) => send(control(`sources/${functionName}/disable`), { method: 'POST' }),
    /** Refuses the invocations of the function's sources, as if no execution were free. */
    throttle: (functionName: string) => send(control(`sources/${functionName}/throttle`), { method: 'POST' }),
    resume: (functionName: string) => send(control(`sources/${functionName}/resume`), { method: 'POST' }),
    invoke: (functionName: string, event: unknown) => send(control(`invoke/${functionName}`), withBody('POST', event)),

    /** The state of each of the template's alarms, by name without the stack's. */
    alarms: async (): Promise<ReadonlyMap<string, string>> => {
      const states = z.record(z.string(), z.string()).parse(await send(control('alarms')));
      return new Map(Object.entries(states).map(([name, state]) => [name.replace('gatebell-local-', ''), state]));
    },

    remainingWork,
    /** Waits until nothing is left to do. */
    async atRest(deadlineMs = 10_000, options: { ignoreWaiting?: boolean } = {}): Promise<void> {
      await eventually(
        async () => {
          const { isIdle, why } = await remainingWork(options);
          if (!isIdle) throw new Error(why.join('; '));
          return true;
        },
        'the stack is at rest',
        deadlineMs,
      );
    },

    /** Webhook calls that the receiver got. */
    async messages(path?: string) {
      const query = path === undefined ? '' : `?path=${encodeURIComponent(path)}`;
      return Messages.parse(await send(`${handles.receiver}/messages${query}`));
    },
    clearMessages: () => send(`${handles.receiver}/messages`, { method: 'DELETE' }),
    /** Scripts the receiver's answers. */
    behaviour: (rules: readonly Record<string, unknown>[]) =>
      send(`${handles.receiver}/behaviour`, withBody('PUT', rules)),

    /** Mail that was sent. */
    mail: async () => Mail.parse(await send(`${handles.mail}/store`)).emails,
    clearMail: () => send(`${handles.mail}/clear-store`, { method: 'POST' }),

    /** Publishes to a topic of the stack, that of the alarms unless another is named. */
    publish: (message: string, topic = handles.topic) => {
      const form = new URLSearchParams({
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn: topic ?? '',
        Message: message,
      });
      return send(handles.sns, { method: 'POST', body: form });
    },

    /** All items of the table, as the engine gives them. */
    rawItems,
    /** The same, text and number attributes as strings, and with the ids that are in the key of a delivery. */
    items: async (): Promise<Record<string, string>[]> => (await rawItems()).map(plainItem),

    /** Bodies in the delivery dead-letter queue; they stay there. */
    async deadLetters(): Promise<string[]> {
      const { Messages: messages } = await callAwsJson({
        url: handles.sqs,
        region: 'eu-central-1',
        target: 'AmazonSQS.ReceiveMessage',
        body: { QueueUrl: handles.delivery_dead_letter_queue, MaxNumberOfMessages: 10, VisibilityTimeout: 0 },
        answer: Received,
      });
      return messages.map(({ Body }) => Body);
    },

    /** Loses all messages of the delivery queue. */
    purgeDeliveries: () =>
      callAwsJson({
        url: handles.sqs,
        region: 'eu-central-1',
        target: 'AmazonSQS.PurgeQueue',
        body: { QueueUrl: handles.delivery_queue },
        answer: z.unknown(),
      }),

    /** What a function logged so far. */
    log: (functionName: string) => readFileSync(join(handles.logs, `${functionName}.log`), 'utf8'),
    /** What all functions and the stack itself logged so far, by file. */
    logs: () =>
      new Map(readdirSync(handles.logs).map((file) => [file, readFileSync(join(handles.logs, file), 'utf8')])),
  };
}

function plainItem(item: Record<string, unknown>): Record<string, string> {
  const attributes = Object.entries(item).flatMap(([name, value]): [string, string][] => {
    const text = AttributeText.safeParse(value);
    if (!text.success) return [];
    return [[name, 'S' in text.data ? text.data.S : text.data.N]];
  });
  const plain = Object.fromEntries(attributes);
  return { ...plain, ...parseDeliveryKey({ pk: plain['pk'] ?? '', sk: plain['sk'] ?? '' }) };
}
