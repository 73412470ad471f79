import { setTimeout as delay } from 'node:timers/promises';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { wakeMessageSchema } from '../core/deliveries/delivery-message.ts';
import { DELIVERY_PREFIX, targetKey } from '../core/keys.ts';
import type { Item } from '../core/platform/dynamodb/table.ts';
import { channelOfTarget } from '../core/targets/target-record.ts';
import { IN_FLIGHT_LIMIT } from '../packages/cdk-local/src/engines/in-flight-limit.ts';
import { callQueue, type QueueCalls } from '../packages/cdk-local/src/sources/sqs-calls.ts';
import { type Bench, markdownTable, rounded } from './bench.ts';
import { deliveriesTo, type Waiting } from './dispatch-items.ts';
import { type Ground, INSTANCES, onGround, queueUrlOf, startDispatchers, takenBy } from './dispatchers.ts';

/** More deliveries wait for one target than a queue may have in flight, each with a message of its own. */
const SIZES = {
  short: { limit: 1_200, waiting: 2_000, instances: 3 },
  long: { limit: IN_FLIGHT_LIMIT, waiting: 130_000, instances: INSTANCES },
} as const;

const DEADLINE_MS = 240_000;
const LOOK_EVERY_MS = 200;
const THROTTLED_MS = 10 * 3_600_000;
const QUEUE = 'in-flight';

const first = <Entry>([entry]: readonly Entry[]): Entry => {
  if (entry === undefined) throw new Error('There is none');
  return entry;
};

/** As many deliveries as `one` has, for other notifications each: only what is read of them while their target throttles. */
const copiesOf = ({ items, messages }: Waiting, count: number): Waiting => {
  const message = first(messages);
  const { target, deliveries } = wakeMessageSchema.parse(JSON.parse(message));
  const { notification_id: id } = first(deliveries);
  const delivery = JSON.stringify(marshall(first(items.filter(({ sk }) => String(sk).startsWith(DELIVERY_PREFIX)))));
  const ids = Array.from({ length: count }, (_, n) => `${id.slice(0, -6)}${String(n).padStart(6, '0')}`);
  const throttled: Item = {
    ...targetKey(target),
    target,
    channel: channelOfTarget(target),
    next_send_at: new Date(Date.now() + THROTTLED_MS).toISOString(),
    wait_reason: 'throttled',
  };
  return {
    items: [throttled, ...ids.map((other) => unmarshall(JSON.parse(delivery.replaceAll(id, other))))],
    messages: ids.map((other) => message.replaceAll(id, other)),
  };
};

/** Milliseconds until something holds; the deadline if it doesn't by then. */
const msUntil = async (holds: () => Promise<boolean>): Promise<number> => {
  const startMs = performance.now();
  while (!(await holds()) && performance.now() - startMs < DEADLINE_MS) await delay(LOOK_EVERY_MS);
  return performance.now() - startMs;
};

type Size = { readonly limit: number; readonly waiting: number; readonly instances: number };
type Result = { readonly readMs: number; readonly inFlight: number; readonly dueMs: number; readonly taken: number };

const isEmpty = async (queue: QueueCalls): Promise<boolean> =>
  Object.values(await queue.depth()).every((messages) => messages === 0);

const play = async (ground: Ground, { instances }: Size, { waiting, due }: Record<'waiting' | 'due', Waiting>) => {
  const dispatchers = await startDispatchers(ground, { name: QUEUE, messages: waiting.messages, instances });
  const queue = callQueue(ground.sqsUrl, queueUrlOf(ground.sqsUrl, QUEUE));
  try {
    dispatchers.send('begin');
    const readMs = await msUntil(() => isEmpty(queue));
    const { visible, delayed, invisible } = await queue.depth();
    await queue.send(first(due.messages));
    let taken = 0;
    const dueMs = await msUntil(async () => {
      taken += (await takenBy(ground, dispatchers)).length;
      return taken > 0;
    });
    return { readMs, inFlight: visible + delayed + invisible, dueMs, taken } satisfies Result;
  } finally {
    dispatchers.kill('SIGKILL');
  }
};

export const inFlight: Bench = {
  about:
    'More deliveries wait for one target that throttles than a queue may have in flight, each with its message; then another target is due.',
  run: async ({ short, print }) => {
    const size: Size = SIZES[short ? 'short' : 'long'];
    const result = await onGround(
      async ({ url, vault }) => {
        const to = (webhook: string, group: number) => deliveriesTo([webhook], { channel: 'slack', group, vault });
        const waiting = copiesOf(await to(`${url}/throttle/all`, 1), size.waiting);
        const due = await to(`${url}/slack/due`, 2);
        return { waiting, due, items: [...waiting.items, ...due.items] };
      },
      (ground, prepared) => play(ground, size, prepared),
      { inFlightLimit: size.limit },
    );
    const head = ['limit in flight', 'waiting', 'their messages read after s', 'messages left', 'the due one after ms'];
    const { readMs, inFlight: left, dueMs, taken } = result;
    print(markdownTable(head, [[size.limit, size.waiting, rounded(readMs / 1_000), left, rounded(dueMs)]]));
    return [
      {
        what: `${left} messages are in the queue while ${size.waiting} deliveries wait`,
        kind: 'count',
        holds: left === 0,
      },
      { what: `${taken} of 1 messages came to the target that is due`, kind: 'count', holds: taken === 1 },
      { what: `ms until it came: ${rounded(dueMs)}, at most 2,000`, kind: 'time', holds: dueMs <= 2_000 },
    ];
  },
};
