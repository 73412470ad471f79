import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { wakeMessageSchema } from '../core/deliveries/delivery-message.ts';
import { listDeliveries } from '../core/deliveries/store/read-deliveries.ts';
import type { Table } from '../core/platform/dynamodb/table.ts';
import { eventually } from '../test/eventually.ts';
import { deliveriesTo, type Waiting } from './dispatch-items.ts';
import { type Ground, startDispatchers, takenBy, type Where } from './dispatchers.ts';

/** Of so many webhooks, five are broken: one in each way. */
export const AMONG = 50;
export const WAYS = ['hang', 'throttle', 'fail', 'reset', 'gone'] as const;

const DEADLINE_MS = 120_000;
const SETTLED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export const SCENES = ['all targets well', 'a tenth broken'] as const;
export type Scene = (typeof SCENES)[number];

/** A round of a scene: its deliveries, one to each webhook. */
type Round = Waiting & { readonly scene: Scene; readonly webhooks: readonly string[] };

export const roundOf = async (
  scene: Scene,
  { group, count, url, vault }: Where & { group: number; count: number },
): Promise<Round> => {
  const webhooks = Array.from({ length: count }, (_, position) => {
    const way = scene === 'a tenth broken' ? WAYS[position % AMONG] : undefined;
    return `${url}/${way ?? 'well'}/${group}/${position}`;
  });
  return { scene, webhooks, ...(await deliveriesTo(webhooks, { channel: 'ms_teams', group, vault })) };
};

/** When working targets received each message, in ms from the start: all that are due, or those until the deadline. */
const untilTaken = async (ground: Ground, dispatchers: ChildProcess, due: number): Promise<readonly number[]> => {
  const startMs = Date.now();
  const waits: number[] = [];
  while (waits.length < due && Date.now() - startMs < DEADLINE_MS) {
    await delay(LOOK_EVERY_MS);
    waits.push(...(await takenBy(ground, dispatchers)).map(({ atMs }) => atMs - startMs));
  }
  return waits;
};

export type Result = {
  readonly scene: Scene;
  /** Until a working target received a message, from when the dispatchers began with a full queue. */
  readonly waitsMs: readonly number[];
  readonly due: number;
  /** Of deliveries, by how their target is and what became of them: `gone failed`. */
  readonly ends: ReadonlyMap<string, number>;
};

/** The states of a round's deliveries. A delivery to a broken target must never be recorded as sent. */
const endsOf = async (table: Table, { messages, webhooks }: Round): Promise<ReadonlyMap<string, number>> => {
  const ends = new Map<string, number>();
  for (const [position, message] of messages.entries()) {
    const way = webhooks[position]?.split('/')[3] ?? '';
    // All broken targets, and a few of the others, which the receiver counted.
    if (way === 'well' && position >= AMONG) continue;
    const [named] = wakeMessageSchema.parse(JSON.parse(message)).deliveries;
    for (const { status, attempts } of await listDeliveries(table, named?.notification_id ?? '')) {
      const end = `${way} ${status}${way === 'throttle' && attempts > 0 ? ' and counted' : ''}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  return ends;
};

/** Waits until the messages that were received last are settled, too. */
const endsAtRest = (table: Table, round: Round): Promise<ReadonlyMap<string, number>> =>
  eventually(
    async () => {
      const ends = await endsOf(table, round);
      return !ends.has('well pending') && ends;
    },
    'what targets that are well have taken is settled',
    SETTLED_WITHIN_MS,
  );

export const play = async (
  ground: Ground,
  round: Round,
  { name, instances }: { readonly name: string; readonly instances: number },
): Promise<Result> => {
  const dispatchers = await startDispatchers(ground, { name, instances, messages: round.messages });
  try {
    const due = round.webhooks.filter((webhook) => webhook.includes('/well/')).length;
    dispatchers.send('begin');
    const waitsMs = await untilTaken(ground, dispatchers, due);
    return { scene: round.scene, waitsMs, due, ends: await endsAtRest(ground.table, round) };
  } finally {
    // Hanging messages are still in progress.
    dispatchers.kill('SIGKILL');
  }
};
