import { claimed, deferred } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { isNear, type RateLimit, reservedSlotOf, type SlotUse, slotsBefore } from '../../core/targets/send-slots.ts';
import type { Claim } from './attempt.ts';
import type { DeliveryQueueMessage } from './batch.ts';
import type { Postponement } from './postpone.ts';

export type ClaimDeps = {
  /**
   * Writes claims in one transaction. Returns those that it left out: deliveries that changed in the meantime, and
   * the rate limits that refused theirs.
   */
  readonly writeClaims: (claims: {
    readonly changes: readonly {
      readonly before: Delivery;
      readonly after: Delivery;
      readonly rateLimitName: string | null;
    }[];
    readonly uses: readonly SlotUse[];
    readonly now: Date;
  }) => Promise<{ readonly overtaken: ReadonlySet<DeliveryName>; readonly refused: ReadonlySet<string> }>;
  /** Reserves send slots. Returns the end of the last one, in milliseconds since the epoch. */
  readonly reserveSlots: (request: {
    readonly rateLimit: RateLimit;
    readonly count: number;
    readonly now: Date;
  }) => Promise<number>;
  /** A unique id. */
  readonly newClaim: () => string;
  readonly now: () => Date;
};

/** A delivery that can be sent now, `before` its claim. */
export type DueDelivery = {
  readonly message: DeliveryQueueMessage;
  readonly before: Delivery;
  readonly notification: Notification;
  readonly isLate: boolean;
  readonly rateLimit: RateLimit | null;
};

/** Due deliveries that share a rate limit. */
type DueForRateLimit = { readonly rateLimit: RateLimit; readonly due: readonly DueDelivery[] };

export type Claimed = {
  /** To be sent, each when its slot comes. */
  readonly sending: readonly {
    readonly message: DeliveryQueueMessage;
    readonly claim: Claim;
    readonly slotMs: number;
  }[];
  /** To be postponed: the slot is too far away, or another function has claimed the delivery. */
  readonly waiting: readonly Postponement[];
};

/** A delivery that another function claimed is checked again when that lease (90 s) has ended. */
const AFTER_OTHER_LEASE_SECONDS = 95;

/** `after`: claimed if the slot is near, otherwise deferred to it. */
type PlannedClaim = { readonly due: DueDelivery; readonly slotMs: number; readonly after: Delivery };

const planClaim = (deps: ClaimDeps, due: DueDelivery, { slotMs, now }: { slotMs: number; now: Date }): PlannedClaim => {
  const claim = deps.newClaim();
  const after = isNear(slotMs, now)
    ? claimed(due.before, claim, now)
    : deferred(due.before, claim, { slot: new Date(slotMs), now });
  return { due, slotMs, after };
};

/** Plans claims for slots, in order. Without a slot, a delivery is sent now. */
const planClaims = (
  deps: ClaimDeps,
  due: readonly DueDelivery[],
  { slots, now }: { slots: readonly number[]; now: Date },
): PlannedClaim[] =>
  due.map((entry, position) => planClaim(deps, entry, { slotMs: slots[position] ?? now.getTime(), now }));

type Plan = { readonly claims: readonly PlannedClaim[]; readonly uses: readonly SlotUse[]; readonly now: Date };

const toClaimed = (written: readonly PlannedClaim[], overtaken: readonly PlannedClaim[], now: Date): Claimed => {
  const sending = written.filter(({ after }) => !after.has_slot);
  const waiting = written.filter(({ after }) => after.has_slot);
  return {
    sending: sending.map(({ due: { message, notification, isLate }, after, slotMs }) => ({
      message,
      claim: { delivery: after, notification, isLate },
      slotMs,
    })),
    waiting: [
      ...waiting.map(({ due: { message }, slotMs }) => ({
        message,
        seconds: Math.ceil((slotMs - now.getTime()) / 1_000),
      })),
      ...overtaken.map(({ due: { message } }) => ({ message, seconds: AFTER_OTHER_LEASE_SECONDS })),
    ],
  };
};

/** Writes a plan. `refused`: nothing was written for them, because their rate limit has no free slot now. */
const write = async (
  deps: ClaimDeps,
  { claims, uses, now }: Plan,
): Promise<{ readonly claimed: Claimed; readonly refused: readonly DueDelivery[] }> => {
  const leftOut = await deps.writeClaims({
    changes: claims.map(({ due: { before, rateLimit }, after }) => ({
      before,
      after,
      rateLimitName: rateLimit?.name ?? null,
    })),
    uses,
    now,
  });
  const isRefused = ({ due: { rateLimit } }: PlannedClaim) => rateLimit !== null && leftOut.refused.has(rateLimit.name);
  const isOvertaken = ({ after }: PlannedClaim) => leftOut.overtaken.has(deliveryName(after));
  const overtaken = claims.filter(isOvertaken);
  const others = claims.filter((claim) => !isOvertaken(claim));
  return {
    claimed: toClaimed(
      others.filter((claim) => !isRefused(claim)),
      overtaken,
      now,
    ),
    refused: others.filter(isRefused).map(({ due }) => due),
  };
};

/** `withoutSlots`: must reserve slots first. */
type FirstPlan = Pick<Plan, 'claims' | 'uses'> & { readonly withoutSlots: readonly DueDelivery[] };

/**
 * Plans for the usual case: nothing else waits for the rate limit, so its slots are free from now on. A delivery that comes for
 * a slot it reserved shows that others wait, too: then those without a slot must reserve one.
 */
const planFor = (deps: ClaimDeps, { rateLimit, due }: DueForRateLimit, now: Date): FirstPlan => {
  const withSlot = due.filter(({ before }) => reservedSlotOf(before, now) !== null);
  if (withSlot.length > 0) {
    const slots = withSlot.flatMap(({ before }) => reservedSlotOf(before, now) ?? []);
    return {
      claims: planClaims(deps, withSlot, { slots, now }),
      uses: [{ kind: 'reserved', rateLimit }],
      withoutSlots: due.filter((entry) => !withSlot.includes(entry)),
    };
  }
  const slots = slotsBefore(now.getTime() + due.length * rateLimit.spacingMs, due.length, rateLimit);
  const uses = [{ kind: 'from-now', rateLimit, count: due.length }] as const;
  return { claims: planClaims(deps, due, { slots, now }), uses, withoutSlots: [] };
};

const groupByRateLimit = (due: readonly DueDelivery[]): DueForRateLimit[] =>
  [...Map.groupBy(due, ({ rateLimit }) => rateLimit?.name).values()].flatMap((group) => {
    const rateLimit = group[0]?.rateLimit ?? null;
    return rateLimit === null ? [] : [{ rateLimit, due: group }];
  });

/**
 * Claims due deliveries within the rate limits of their targets, all in one transaction, which is enough for most batches.
 * `withoutSlots`: others wait for the same rate limit, so these must reserve slots first.
 */
export const claimTogether = async (
  deps: ClaimDeps,
  due: readonly DueDelivery[],
): Promise<{ readonly claimed: Claimed; readonly withoutSlots: readonly DueForRateLimit[] }> => {
  const now = deps.now();
  const unlimited = due.filter(({ rateLimit }) => rateLimit === null);
  const plans = groupByRateLimit(due).map((group) => planFor(deps, group, now));
  const { claimed, refused } = await write(deps, {
    claims: [...planClaims(deps, unlimited, { slots: [], now }), ...plans.flatMap(({ claims }) => claims)],
    uses: plans.flatMap(({ uses }) => uses),
    now,
  });
  return {
    claimed,
    withoutSlots: groupByRateLimit([...plans.flatMap(({ withoutSlots }) => withoutSlots), ...refused]),
  };
};

/**
 * Reserves slots after those that other messages reserved, and claims deliveries for them. Deliveries that won't be sent need
 * no slot: they are settled at once.
 */
export const claimWithReservedSlots = async (
  deps: ClaimDeps,
  { rateLimit, due }: DueForRateLimit,
  willBeSent: (entry: DueDelivery) => boolean,
): Promise<Claimed> => {
  const now = deps.now();
  const [sent, unsent] = [due.filter(willBeSent), due.filter((entry) => !willBeSent(entry))];
  const endMs = sent.length === 0 ? 0 : await deps.reserveSlots({ rateLimit, count: sent.length, now });
  const claims = [
    ...planClaims(deps, sent, { slots: slotsBefore(endMs, sent.length, rateLimit), now }),
    ...planClaims(deps, unsent, { slots: [], now }),
  ];
  return (await write(deps, { claims, uses: [], now })).claimed;
};
