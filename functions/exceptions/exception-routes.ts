import * as z from 'zod/mini';
import { SCOPE } from '../../core/contract.ts';
import { ALARM_CLASS } from '../../core/exceptions/alarm.ts';
import {
  type ExceptionReport,
  exceptionTypeSchema,
  type PreparedException,
  prepareException,
} from '../../core/exceptions/model.ts';
import type { Routes } from '../../core/http/api.ts';
import { hasScope } from '../../core/http/caller.ts';
import { invalidField, problem } from '../../core/http/problem.ts';
import { NONE, pathIdSchema, writeRoute } from '../../core/http/route.ts';
import { answerOnce, type KeyedDeps } from '../../core/idempotency/idempotency.ts';
import type { KeyedReply, StoredReply } from '../../core/idempotency/model.ts';
import type { Redaction } from '../../core/redaction/redaction.ts';

type Recorded =
  | { readonly kind: 'notified'; readonly notificationId: string }
  | { readonly kind: 'held-back'; readonly until: Date };

export type ExceptionDeps = KeyedDeps & {
  readonly redaction: Redaction;
  /** `replyTo` gives the reply to keep; null where the request has no idempotency key. */
  readonly record: (
    exception: PreparedException,
    replyTo: ((recorded: Recorded) => KeyedReply) | null,
  ) => Promise<Recorded | { readonly kind: 'unknown-product' } | { readonly kind: 'key-used' }>;
};

/** Long texts are cut and never refused: an exception must not get lost because it has much to say. */
const reportedSchema = z.strictObject({
  type: z._default(exceptionTypeSchema, 'exception'),
  exception_class: z.string().check(z.minLength(1)),
  message: z.string(),
  trace: z._default(z.nullable(z.string()), null),
  function: z.string().check(z.minLength(1)),
  arguments: z._default(z.nullable(z.record(z.string(), z.unknown())), null),
  product_id: z._default(z.nullable(pathIdSchema), null),
  user: z._default(z.nullable(z.string()), null),
  fingerprint: z
    ._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(255))), null)
    .register(z.globalRegistry, {
      description:
        'Groups exceptions instead of class, message, function, and arguments: those of one type and product with the same fingerprint share an exception window',
    }),
}) satisfies z.ZodMiniType<Omit<ExceptionReport, 'origin'>>;

/** As it would be shown, so that no invisible character makes another name of it. */
const isAlarmClass = ({ exception_class }: PreparedException): boolean =>
  exception_class.toLowerCase() === ALARM_CLASS.toLowerCase();

const notifiedSchema = z.strictObject({ result: z.literal('notified'), notification_id: z.string() });
const heldBackSchema = z.strictObject({ result: z.literal('held_back'), held_back_until: z.string() });

const replyOf = (recorded: Recorded): StoredReply => {
  switch (recorded.kind) {
    case 'notified': {
      const { notificationId } = recorded;
      const headers = { location: `/api/notifications/${notificationId}` };
      return { status: 201, headers, body: { result: 'notified', notification_id: notificationId } };
    }
    case 'held-back':
      return { status: 200, headers: {}, body: { result: 'held_back', held_back_until: recorded.until.toISOString() } };
    default:
      return recorded satisfies never;
  }
};

const report = (deps: ExceptionDeps) =>
  writeRoute({
    doc: {
      id: 'reportException',
      summary: 'Reports an exception of an application',
      description:
        'Requires an administrator, or the `exceptions` scope. Long text is truncated in the middle and secrets are redacted.',
      answers: {
        200: {
          description: 'Not notified: an equal exception was notified within the repeat interval',
          schema: heldBackSchema,
          example: { result: 'held_back', held_back_until: '2026-11-24T11:00:00.000Z' },
        },
        201: {
          description: 'Notified',
          schema: notifiedSchema,
          example: { result: 'notified', notification_id: '01KAT3NDEKTSV4RRFFQ69G5FAV' },
          headers: ['location'],
        },
      },
      problems: ['forbidden', 'conflict', 'idempotency-key-reused'],
      requestHeaders: ['idempotency-key'],
      requestExample: {
        type: 'task',
        exception_class: 'TimeoutError',
        message: 'The scanner did not answer within 30 s',
        function: 'nightly-import',
        arguments: { run: 4711 },
      },
    },
    path: NONE,
    body: reportedSchema,
    handle: async ({ caller, body, keyed, requestId }) => {
      if (!caller.isAdministrator && !hasScope(caller, SCOPE.exceptions)) {
        return problem('forbidden', {
          detail: `This action requires an administrator, or the scope ${SCOPE.exceptions}`,
        });
      }
      const exception = prepareException({ ...body, origin: 'reported', request_id: requestId }, deps.redaction);
      if (isAlarmClass(exception)) return invalidField('exception_class', 'Reserved for CloudWatch alarms');
      const replyTo = keyed && ((recorded: Recorded) => ({ ...keyed, reply: replyOf(recorded) }));
      return await answerOnce(deps, keyed, async () => {
        const recorded = await deps.record(exception, replyTo);
        if (recorded.kind === 'unknown-product') return invalidField('product_id', "This product doesn't exist");
        return recorded.kind === 'key-used' ? recorded.kind : replyOf(recorded);
      });
    },
  });

/** The call by which programs report their own exceptions. */
export const exceptionRoutes = (deps: ExceptionDeps): Routes => ({ 'POST /api/exceptions': report(deps) });
