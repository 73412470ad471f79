import * as z from 'zod/mini';
import { channelNameSchema } from '../../core/channels/model.ts';
import type { Wake } from '../../core/deliveries/queue.ts';
import type { Routes } from '../../core/http/api.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { onlyAdministrators } from '../../core/http/only-administrators.ts';
import { problem } from '../../core/http/problem.ts';
import { NONE, pathIdSchema, readRoute, writeRoute } from '../../core/http/route.ts';
import { pageOf } from '../../core/http/route-doc.ts';
import type { Log } from '../../core/log.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { FindTarget } from '../../core/targets/store/targets.ts';
import {
  readinessOf,
  type TargetName,
  type TargetRecord,
  targetNameSchema,
  waitReasonSchema,
} from '../../core/targets/target-record.ts';

export type TargetDeps = {
  /** Records over all partitions, partition by partition. */
  readonly listTargets: (request: PageRequest) => Promise<Page<TargetRecord>>;
  readonly readTargets: (targets: readonly TargetName[]) => Promise<FindTarget>;
  readonly countWaiting: (
    target: TargetName,
    limit: number,
  ) => Promise<{ readonly count: number; readonly first_due_at: string | null }>;
  /** False if the target has no record. */
  readonly pauseTarget: (
    target: TargetName,
    paused: { readonly at: Date; readonly by: string } | null,
  ) => Promise<boolean>;
  readonly wakeTargets: (wakes: readonly Wake[]) => Promise<void>;
  readonly cursors: Cursors;
  readonly now: () => Date;
  readonly log: Log;
};

/** Most waiting deliveries that are counted. */
const COUNTED = 100;

/** A target as administrators see it. */
export const shownTargetSchema = z
  .strictObject({
    id: z.string(),
    channel: channelNameSchema,
    target: z
      .string()
      .register(z.globalRegistry, { description: "The address, or a webhook's host and a short fingerprint" }),
    state: z
      .enum(['ready', 'sending', 'waiting', 'paused'])
      .register(z.globalRegistry, { description: 'Whether it can be sent to now' }),
    next_send_at: z
      .nullable(z.string())
      .register(z.globalRegistry, { description: 'Until when it waits, ISO 8601; null if it does not' }),
    wait_reason: z.nullable(waitReasonSchema).register(z.globalRegistry, {
      description:
        'Why it waits: for its interval, as it asked (throttled), as it fails, or for the send rate of the account',
    }),
    failures: z.int().register(z.globalRegistry, { description: 'Failures in a row' }),
    last_error: z.nullable(z.string()),
    last_sent_at: z.nullable(z.string()),
    waiting: z.int().register(z.globalRegistry, {
      description: `How many deliveries wait for it; ${COUNTED} means that many or more`,
    }),
    first_due_at: z
      .nullable(z.string())
      .register(z.globalRegistry, { description: 'When the first of them is due, ISO 8601' }),
    paused_at: z.nullable(z.string()),
    paused_by: z.nullable(z.string()),
  })
  .register(z.globalRegistry, { id: 'Target' });

type ShownTarget = z.infer<typeof shownTargetSchema>;

const EXAMPLE: ShownTarget = {
  id: 'slack-3fa91c0d5b',
  channel: 'slack',
  target: 'hooks.slack.com #3fa91c',
  state: 'waiting',
  next_send_at: '2026-11-28T09:30:10.000Z',
  wait_reason: 'throttled',
  failures: 1,
  last_error: 'Throttled (429)',
  last_sent_at: '2026-11-28T09:29:40.000Z',
  waiting: 12,
  first_due_at: '2026-11-28T09:29:41.000Z',
  paused_at: null,
  paused_by: null,
};

const show = async (deps: TargetDeps, record: TargetRecord): Promise<ShownTarget> => {
  const { target: id, channel, shown, failures, last_error, last_sent_at, paused_at, paused_by } = record;
  const readiness = readinessOf(record, deps.now());
  const { count, first_due_at } = await deps.countWaiting(id, COUNTED);
  const waits = readiness.kind === 'waiting' ? readiness : null;
  return {
    id,
    channel,
    target: shown,
    state: readiness.kind === 'leased' ? 'sending' : readiness.kind,
    next_send_at: waits?.until.toISOString() ?? null,
    wait_reason: waits?.reason ?? null,
    failures,
    last_error,
    last_sent_at,
    waiting: count,
    first_due_at,
    paused_at,
    paused_by,
  };
};

const list = (deps: TargetDeps) =>
  readRoute({
    doc: {
      id: 'listTargets',
      summary: 'Lists the targets that messages were sent to, with what waits for each',
      description:
        'Requires an administrator. A target is one address, webhook, or event bus, shared by all who set it.',
      answers: {
        200: { description: 'A page', schema: pageOf(shownTargetSchema), example: { results: [EXAMPLE], next: null } },
      },
      problems: ['forbidden'],
    },
    path: NONE,
    query: z.strictObject(paging),
    handle: async ({ caller, query: { cursor, limit } }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const scope = { user: caller.user, list: 'targets', query: {} };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const { after } = opened;
      const page = await deps.listTargets({ limit, after });
      const results = await Promise.all(page.entries.map((record) => show(deps, record)));
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      return { status: 200, body: { results, next } };
    },
  });

const change = (deps: TargetDeps) =>
  writeRoute({
    doc: {
      id: 'changeTarget',
      summary: 'Pauses a target, or resumes it',
      description:
        'Requires an administrator. Nothing is sent to a paused target. What waits is sent in one message when it is resumed.',
      answers: { 200: { description: 'The target', schema: shownTargetSchema, example: EXAMPLE } },
      problems: ['not-found', 'forbidden'],
      requestExample: { paused: true },
    },
    path: z.object({ target_id: pathIdSchema }),
    body: z.strictObject({ paused: z.boolean() }),
    handle: async ({ caller, path: { target_id }, body: { paused } }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const { data: target } = targetNameSchema.safeParse(target_id);
      const isKnown =
        target !== undefined && (await deps.pauseTarget(target, paused ? { at: deps.now(), by: caller.user } : null));
      if (target === undefined || !isKnown) return problem('not-found');
      if (!paused) await deps.wakeTargets([{ target }]);
      deps.log.info(paused ? 'A target was paused' : 'A target was resumed', { user: caller.user, target });
      const record = (await deps.readTargets([target]))(target);
      return record === null ? problem('not-found') : { status: 200, body: await show(deps, record) };
    },
  });

/** The calls on targets. */
export const targetRoutes = (deps: TargetDeps): Routes => ({
  'GET /api/targets': list(deps),
  'PATCH /api/targets/{target_id}': change(deps),
});
