import fc from 'fast-check';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import type { GateState } from '../../../core/gates/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { recordNotified } from '../../../core/targets/store/notified.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { changingGate } from './gates.ts';
import { INTERVALS, type Message, type Send, START, slackOf } from './harness.ts';
import { type Muting, routingsOn } from './routings.ts';

/** Products, which share a webhook at first, and webhooks that they may have. */
const [PRODUCTS, WEBHOOKS] = [3, 3];

/** How the webhook answers, and where the dispatcher dies. The last but one arrives all the same. */
const ANSWERS = ['sent', 'failed', 'throttled', 'lost', 'arrived', 'died'] as const;
type Answer = (typeof ANSWERS)[number];

const arrives = (answer: Answer): boolean => answer === 'sent' || answer === 'arrived' || answer === 'died';

const OUTCOMES: Readonly<Record<Answer, Awaited<ReturnType<Send>>>> = {
  sent: { kind: 'sent' },
  failed: { kind: 'retry', afterSeconds: null, reason: '503', burnsAttempt: true },
  throttled: { kind: 'retry', afterSeconds: 25, reason: '429', burnsAttempt: false },
  lost: { kind: 'retry', afterSeconds: null, reason: 'reset', burnsAttempt: true, isUnknown: true },
  arrived: { kind: 'retry', afterSeconds: null, reason: 'reset', burnsAttempt: true, isUnknown: true },
  died: { kind: 'sent' },
};

export type Step =
  /** `isLost`: the message that wakes the target is, so the sweeper has to. */
  | { readonly kind: 'flip'; readonly product: number; readonly to: GateState; readonly isLost: boolean }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'pass'; readonly seconds: number }
  /** How wrong the dispatcher's clock is. */
  | { readonly kind: 'clock'; readonly seconds: number }
  /** A product is muted for so long; 0 ends that. */
  | { readonly kind: 'mute'; readonly product: number; readonly seconds: number }
  /** It gets one of the webhooks, which it may have already. */
  | { readonly kind: 'webhook'; readonly product: number; readonly webhook: number };

/** The most seconds that a clock is wrong by. */
const SKEW = 30;

const mutes = fc.record({
  kind: fc.constant('mute' as const),
  product: fc.nat(PRODUCTS - 1),
  seconds: fc.constantFrom(0, 20, 60, 200),
});

const webhooks = fc.record({
  kind: fc.constant('webhook' as const),
  product: fc.nat(PRODUCTS - 1),
  webhook: fc.nat(WEBHOOKS - 1),
});

const flips = fc.record({
  kind: fc.constant('flip' as const),
  product: fc.nat(PRODUCTS - 1),
  to: fc.constantFrom<GateState>('passed', 'failed', 'failed', 'passed', 'none'),
  isLost: fc.nat(9).map((chance) => chance === 0),
});

/** What happens: mostly flips. */
export const routeSteps = (count: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { arbitrary: flips, weight: 6 },
      {
        arbitrary: fc.record({ kind: fc.constant('answer' as const), answer: fc.constantFrom(...ANSWERS) }),
        weight: 2,
      },
      { arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }), weight: 4 },
      {
        arbitrary: fc.record({ kind: fc.constant('clock' as const), seconds: fc.constantFrom(-SKEW, 0, SKEW) }),
        weight: 1,
      },
      { arbitrary: mutes, weight: 1 },
      { arbitrary: webhooks, weight: 1 },
    ),
    { minLength: Math.ceil(count / 2), maxLength: count, size: 'max' },
  );

/** What arrived about a product, and when: the newest notification, and how its gate stands. */
type Arrival = { readonly productId: string; readonly id: string; readonly to: GateState; readonly at: number };

export type RouteRun = {
  readonly arrivals: readonly Arrival[];
  /** When messages were sent to each webhook, in seconds from the start, by the right clock. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  readonly mutings: readonly Muting[];
  readonly truth: ReadonlyMap<string, GateState>;
  /** What became of each delivery. */
  readonly statuses: readonly string[];
};

const arrivalsIn = ({ event: { data } }: Parameters<Send>[0], at: number): Arrival[] => {
  const { digest, gate, product, notification_id } = data;
  if (digest === undefined)
    return gate === null ? [] : [{ productId: product?.id ?? '', id: notification_id ?? '', to: gate.to, at }];
  return digest.entries.flatMap((entry) =>
    entry.gate === null
      ? []
      : [{ productId: entry.product?.id ?? '', id: entry.notification_id, to: entry.gate.to, at }],
  );
};

let runs = 0;

/** Lets the steps happen, and then time enough for all to come to rest. */
export const runRoutes = async (table: Table, steps: readonly Step[]): Promise<RouteRun> => {
  runs += 1;
  const webhookOf = (number: number) => slackOf(`model-${runs}-${number}`);
  const fields = { notification_slack_webhook: webhookOf(0) };
  const gates = await Promise.all(Array.from({ length: PRODUCTS }, () => changingGate(table, fields)));
  const truth = new Map(gates.map(({ product }) => [product.id, 'passed' as GateState]));
  const [arrivals, times, messages]: [Arrival[], Map<string, number[]>, Message[]] = [[], new Map(), []];
  let [answer, skewMs]: [Answer, number] = ['sent', 0];
  const queue = dispatcherWithQueue(table, {
    now: () => new Date(queue.now().getTime() + skewMs),
    recordNotified: async (changes) => {
      if (answer !== 'died') return await recordNotified(table, changes);
      answer = 'sent';
      throw new Error('died');
    },
  });
  const routings = routingsOn(table, queue);
  const seconds = () => (queue.now().getTime() - Date.parse(START)) / 1_000;
  queue.sendBy(async (message) => {
    const { destination } = message;
    const url = destination.kind === 'webhook' ? destination.webhook : '';
    times.set(url, [...(times.get(url) ?? []), seconds()]);
    if (arrives(answer)) arrivals.push(...arrivalsIn(message, seconds()));
    return OUTCOMES[answer];
  });
  const happen = async (step: Extract<Step, { product: number }>): Promise<void> => {
    const gate = gates[step.product];
    if (gate === undefined) return;
    if (step.kind === 'mute') return await routings.mute(gate, step.seconds);
    if (step.kind === 'webhook') return await routings.setWebhook(gate, webhookOf(step.webhook));
    if (truth.get(gate.product.id) === step.to) return;
    truth.set(gate.product.id, step.to);
    const message = await gate.change(step.to, seconds());
    messages.push(message);
    if (!step.isLost) queue.send(message);
    await queue.pass(0);
  };
  for (const step of steps) {
    if (step.kind === 'answer') answer = step.answer;
    else if (step.kind === 'clock') skewMs = step.seconds * 1_000;
    else if (step.kind === 'pass') await queue.pass(step.seconds);
    else await happen(step);
  }
  [answer, skewMs] = ['sent', 0];
  await queue.pass(2 * 3_600);
  const ids = messages.map(({ delivery }) => delivery.notification_id);
  const rows = await Promise.all(ids.map((id) => listDeliveries(table, id)));
  return { arrivals, times, mutings: routings.mutings(), truth, statuses: rows.flat().map(({ status }) => status) };
};

/** More messages than its interval lets one webhook have; null if there were none. */
const tooMany = (sentAt: readonly number[]): string | null => {
  const most = (passed: number) => (passed + 2 * SKEW) / INTERVALS.webhookSeconds + 2;
  for (const [first, from] of sentAt.entries())
    for (const [position, until] of sentAt.slice(first).entries())
      if (position + 1 > most(until - from)) return `${position + 1} messages in ${until - from} s`;
  return null;
};

/** Why a run breaks a promise; null if it breaks none. */
export const brokenPromise = ({ arrivals, times, mutings, truth, statuses }: RouteRun): string | null => {
  for (const [productId, state] of truth) {
    const of = arrivals.filter((arrival) => arrival.productId === productId);
    const last = of.at(-1)?.to ?? 'passed';
    if (last !== state) return `${productId} is ${state}, and the last state told is ${last}`;
    const older = of.findIndex(({ id }, position) => position > 0 && id < (of[position - 1]?.id ?? ''));
    if (older !== -1) return `${productId}: ${of[older]?.id} came after ${of[older - 1]?.id}`;
  }
  for (const { productId, from, until } of mutings) {
    const told = arrivals.find(({ at, ...of }) => of.productId === productId && at > from && at < until - SKEW);
    if (told !== undefined) return `${productId} was told at ${told.at} s, muted from ${from} to ${until} s`;
  }
  for (const [url, sentAt] of times) {
    const many = tooMany(sentAt);
    if (many !== null) return `${url} got ${many}`;
  }
  const open = statuses.filter((status) => status !== 'sent' && status !== 'skipped');
  return open.length === 0 ? null : `${open.length} deliveries are ${[...new Set(open)].join(' or ')}`;
};
