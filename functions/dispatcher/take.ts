import { claimed, deferred } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { isNear, type Line, type LineUse, slotHeld, slotsBefore } from '../../core/targets/send-slots.ts';
import type { Claim } from './attempt.ts';
import type { Message } from './messages.ts';
import type { Postponed } from './settle.ts';

export type TakeDeps = {
  /** Writes turns. Returns what it left out: deliveries that changed meanwhile, and lines that refused. */
  readonly takeTurns: (turns: {
    readonly turns: readonly { readonly before: Delivery; readonly after: Delivery; readonly line: string | null }[];
    readonly uses: readonly LineUse[];
    readonly now: Date;
  }) => Promise<{ readonly overtaken: ReadonlySet<DeliveryName>; readonly refused: ReadonlySet<string> }>;
  /** Reserves slots; tells when the line is free again, behind the last of them, in milliseconds. */
  readonly reserveSlots: (request: {
    readonly line: Line;
    readonly count: number;
    readonly now: Date;
  }) => Promise<number>;
  /** A name that was never given before. */
  readonly newClaim: () => string;
  readonly now: () => Date;
};

/** A message whose delivery is due, and the line that this stands in. */
export type Due = {
  readonly message: Message;
  readonly before: Delivery;
  readonly notification: Notification;
  readonly isLate: boolean;
  readonly line: Line | null;
};

/** Due deliveries of one line that have no slot yet. */
type Queue = { readonly line: Line; readonly due: readonly Due[] };

type Sending = { readonly message: Message; readonly claim: Claim; readonly slotMs: number };

export type Taken = {
  /** Claimed: each is to be sent, and not before its slot. */
  readonly sending: readonly Sending[];
  /** For a slot that is further away, or for the lease of who was quicker. */
  readonly waiting: readonly Postponed[];
};

/** Who lost the race for a claim looks again when the winner's lease (90 s) is over. */
const AFTER_RIVAL_SECONDS = 95;

/** A due delivery with its slot, and as it is to be from now on: claimed where that is near, and parked else. */
type Turn = { readonly due: Due; readonly slotMs: number; readonly after: Delivery };

const turnOf = (deps: TakeDeps, due: Due, { slotMs, now }: { slotMs: number; now: Date }): Turn => {
  const claim = deps.newClaim();
  const after = isNear(slotMs, now)
    ? claimed(due.before, claim, now)
    : deferred(due.before, claim, { slot: new Date(slotMs), now });
  return { due, slotMs, after };
};

const sendingOf = ({ due: { message, notification, isLate }, after, slotMs }: Turn): Sending[] =>
  after.has_slot ? [] : [{ message, claim: { delivery: after, notification, isLate }, slotMs }];

const waitingOf = ({ due: { message }, after, slotMs }: Turn, now: Date): Postponed[] =>
  after.has_slot ? [{ message, seconds: Math.ceil((slotMs - now.getTime()) / 1_000) }] : [];

type Plan = { readonly turns: readonly Turn[]; readonly uses: readonly LineUse[]; readonly now: Date };

/** Writes a plan. What a line refused is as it was. */
const write = async (
  deps: TakeDeps,
  { turns, uses, now }: Plan,
): Promise<{ readonly taken: Taken; readonly refused: readonly Due[] }> => {
  const { overtaken, refused } = await deps.takeTurns({
    turns: turns.map(({ due: { before, line }, after }) => ({ before, after, line: line?.name ?? null })),
    uses,
    now,
  });
  const isRefused = ({ due: { line } }: Turn) => line !== null && refused.has(line.name);
  const isOvertaken = ({ after }: Turn) => overtaken.has(deliveryName(after));
  const lost = turns.filter(isOvertaken).map(({ due: { message } }) => message);
  const rest = turns.filter((turn) => !isOvertaken(turn));
  const written = rest.filter((turn) => !isRefused(turn));
  return {
    taken: {
      sending: written.flatMap(sendingOf),
      waiting: [
        ...written.flatMap((turn) => waitingOf(turn, now)),
        ...lost.map((message) => ({ message, seconds: AFTER_RIVAL_SECONDS })),
      ],
    },
    refused: rest.filter(isRefused).map(({ due }) => due),
  };
};

/** What of a line can be tried at once, and what needs slots first. */
type Start = Pick<Plan, 'turns' | 'uses'> & { readonly slotless: readonly Due[] };

/** `slots`: in their order; who has none may be sent now. */
const turnsOf = (
  deps: TakeDeps,
  due: readonly Due[],
  { slots, now }: { slots: readonly number[]; now: Date },
): Turn[] => due.map((entry, position) => turnOf(deps, entry, { slotMs: slots[position] ?? now.getTime(), now }));

/**
 * Plans for the usual case: nobody stands in the line, and its slots are to be had from now on. Where a delivery comes for a
 * slot that it holds, others stand there, and those without one must queue up.
 */
const planLine = (deps: TakeDeps, { line, due }: Queue, now: Date): Start => {
  const holders = due.filter(({ before }) => slotHeld(before, now) !== null);
  if (holders.length > 0) {
    const slots = holders.flatMap(({ before }) => slotHeld(before, now) ?? []);
    return {
      turns: turnsOf(deps, holders, { slots, now }),
      uses: [{ kind: 'keep', line }],
      slotless: due.filter((entry) => !holders.includes(entry)),
    };
  }
  const slots = slotsBefore(now.getTime() + due.length * line.spacingMs, due.length, line);
  return { turns: turnsOf(deps, due, { slots, now }), uses: [{ kind: 'take', line, count: due.length }], slotless: [] };
};

const queuesIn = (due: readonly Due[]): Queue[] =>
  [...Map.groupBy(due, ({ line }) => line?.name).values()].flatMap((group) => {
    const line = group[0]?.line ?? null;
    return line === null ? [] : [{ line, due: group }];
  });

/**
 * Takes due deliveries so that the rates of their targets are kept: all of them in one transaction, which is all that most
 * batches need. Where others stand in a line already, its deliveries are left as they are, to queue up.
 */
export const takeAtOnce = async (
  deps: TakeDeps,
  due: readonly Due[],
): Promise<{ readonly taken: Taken; readonly queues: readonly Queue[] }> => {
  const now = deps.now();
  const unlined = due.filter(({ line }) => line === null);
  const starts = queuesIn(due).map((queue) => planLine(deps, queue, now));
  const { taken, refused } = await write(deps, {
    turns: [...turnsOf(deps, unlined, { slots: [], now }), ...starts.flatMap(({ turns }) => turns)],
    uses: starts.flatMap(({ uses }) => uses),
    now,
  });
  return { taken, queues: queuesIn([...starts.flatMap(({ slotless }) => slotless), ...refused]) };
};

/**
 * Reserves slots for a queue behind those who stand there, and takes its deliveries for them. Those that nothing will be
 * sent of need none: they are over at once.
 */
export const queueUp = async (
  deps: TakeDeps,
  { line, due }: Queue,
  isSent: (entry: Due) => boolean,
): Promise<Taken> => {
  const now = deps.now();
  const [sent, unsent] = [due.filter(isSent), due.filter((entry) => !isSent(entry))];
  const freeMs = sent.length === 0 ? 0 : await deps.reserveSlots({ line, count: sent.length, now });
  const turns = [
    ...turnsOf(deps, sent, { slots: slotsBefore(freeMs, sent.length, line), now }),
    ...turnsOf(deps, unsent, { slots: [], now }),
  ];
  return (await write(deps, { turns, uses: [], now })).taken;
};
