import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { eventually } from '../test/eventually.ts';
import { startTestStack, type TestStack } from '../test/stack.ts';
import { type Bench, markdownTable, median, quantile, rounded } from './bench.ts';

const TIMES = { short: 5, long: 200 } as const;

/** Changes go round these: none of their webhooks is asked for more than one message a second. */
const PRODUCTS = 20;

/** How often Lambda looks at a shard that had nothing: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const LAMBDA_POLLS_EVERY_MS = 250;

const createdSchema = z.object({ id: z.string() });

type Scene = { readonly stack: TestStack; readonly token: string; readonly products: readonly string[] };

const webhookPath = (position: number): string => `/services/change/${position}`;

const setScene = async (stack: TestStack): Promise<Scene> => {
  const token = await stack.token('olivia');
  const products: string[] = [];
  for (let position = 0; position < PRODUCTS; position += 1) {
    const notification_slack_webhook = `${stack.handles.receiver}${webhookPath(position)}`;
    const body = { name: `Product ${position}`, notification_slack_webhook };
    const { status, json } = await stack.api('POST', '/api/products', { token, body });
    if (status !== 201) throw new Error(`A product was answered with ${status}`);
    products.push(createdSchema.parse(json).id);
  }
  return { stack, token, products };
};

type Call = Awaited<ReturnType<TestStack['calls']>>['calls'][number];

/** Between the last request to AWS of one function and the first of the next: nothing of ours runs. */
const gapMs = (calls: readonly Call[], from: string, to: string): number => {
  const ended = calls.findLast((call) => call.function === from);
  const began = calls.find((call) => call.function === to);
  if (ended === undefined || began === undefined) throw new Error(`${from} or ${to} asked nothing of AWS`);
  return Math.max(0, Date.parse(began.at) - began.durationMs - Date.parse(ended.at));
};

type Change = { readonly ms: number; readonly streamsMs: number; readonly queueMs: number };

/** The nth change: from the 200 that a pipeline gets to the arrival at the webhook. */
const change = async ({ stack, token, products }: Scene, n: number): Promise<Change> => {
  const position = n % PRODUCTS;
  const path = webhookPath(position);
  await stack.clearMessages();
  await stack.clearCalls();
  // Failed in the first round, passed in the second, and so on.
  const critical = Math.floor(n / PRODUCTS) % 2 === 0 ? 1 : 0;
  const body = { critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  const { status } = await stack.api('PUT', `/api/products/${products[position]}/observation_counts`, { token, body });
  const answeredAt = Date.now();
  if (status !== 200) throw new Error(`observation_counts answered ${status}`);
  const message = await eventually(async () => (await stack.messages(path))[0], 'the message arrives', 30_000);
  const { time } = z.object({ time: z.string() }).parse(message);
  await stack.atRest(30_000);
  const arrived = await stack.messages();
  if (arrived.length !== 1) throw new Error(`${arrived.length} messages for one change`);
  const { calls } = await stack.calls();
  return {
    ms: Date.parse(time) - answeredAt,
    streamsMs:
      gapMs(calls, FUNCTION.products, FUNCTION.gateTrigger) + gapMs(calls, FUNCTION.gateTrigger, FUNCTION.fanOut),
    queueMs: gapMs(calls, FUNCTION.fanOut, FUNCTION.dispatcher),
  };
};

const HEAD = ['', 'p50 ms', 'p99 ms'];

const rowOf = (what: string, values: readonly number[]) => [
  what,
  rounded(median(values)),
  rounded(quantile(values, 0.99)),
];

export const changeToMessage: Bench = {
  about: 'From the 200 of observation_counts to the message at the webhook, on the local stack, one after another',
  run: async ({ short, print }) => {
    const stack = await startTestStack();
    try {
      const scene = await setScene(stack);
      // Functions start with what comes first: every one of them is warm when it counts.
      await change(scene, 0);
      const changes: Change[] = [];
      for (let n = 1; n <= TIMES[short ? 'short' : 'long']; n += 1) changes.push(await change(scene, n));
      const all = changes.map(({ ms }) => ms);
      const streams = changes.map(({ streamsMs }) => streamsMs);
      const rows = [
        rowOf('from the 200 to the message', all),
        rowOf('of that, until a function is called from a stream (twice)', streams),
        rowOf(
          'of that, until a function is called from the queue',
          changes.map(({ queueMs }) => queueMs),
        ),
        rowOf(
          'the rest: our functions and their requests',
          changes.map(({ ms, streamsMs, queueMs }) => ms - streamsMs - queueMs),
        ),
      ];
      const onAws = 2 * (LAMBDA_POLLS_EVERY_MS / 2);
      print(markdownTable(HEAD, rows));
      print(
        `On AWS, where Lambda looks at a stream every ${LAMBDA_POLLS_EVERY_MS} ms, two streams alone take ${onAws} ms in the mean, ${2 * LAMBDA_POLLS_EVERY_MS} at most; here ${rounded(median(streams))} in the median.`,
      );
      const [p50, p99] = [median(all), quantile(all, 0.99)];
      return [
        { what: 'every change brought one message', kind: 'count', holds: true },
        { what: `p50 is ${rounded(p50)} ms, at most 800`, kind: 'time', holds: p50 <= 800 },
        { what: `p99 is ${rounded(p99)} ms, at most 2,000`, kind: 'time', holds: p99 <= 2_000 },
      ];
    } finally {
      await stack.stop();
    }
  },
};
