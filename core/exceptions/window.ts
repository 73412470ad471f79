import * as z from 'zod/mini';
import { NOT_APPLICABLE, type Notification } from '../notifications/model.ts';
import { notInFuture } from '../platform/clock-bound.ts';
import { derivedId } from '../platform/sortable-id.ts';
import { type ExceptionGrouping, exceptionGroupingSchema } from './identity.ts';
import { type PreparedException, preparedExceptionSchema } from './model.ts';

/** The window of an exception. A notified exception opens it; equal ones are then held back and counted. */
export const exceptionWindowSchema = z.extend(z.omit(preparedExceptionSchema, { trace: true, content: true }), {
  fingerprint: z.string(),
  grouping: exceptionGroupingSchema,
  /** ISO 8601. */
  opened_at: z.string(),
  held_back: z.int(),
  /** When the last exception was held back. */
  last_at: z.nullable(z.string()),
  /** The id of its last notification, for alarms: the next one sorts after it. */
  notification_id: z._default(z.nullable(z.string()), null),
  /** Seconds since the epoch; DynamoDB deletes the item some time after. */
  expires_at: z.int(),
});

export type ExceptionWindow = z.infer<typeof exceptionWindowSchema>;

const MAX_RATE_LIMIT_SECONDS = 999_999;

/**
 * DynamoDB must keep a window until its held-back exceptions are reported: one rate limit after it closes, and the limit may
 * be raised while it is open. Whether a window is open depends on its times only, as DynamoDB deletes items late.
 */
const RETENTION_SECONDS = 2 * MAX_RATE_LIMIT_SECONDS + 86_400;

const after = (time: string, seconds: number): Date => new Date(Date.parse(time) + seconds * 1_000);

/** When a window closes under a rate limit. */
export const closesAt = ({ opened_at }: ExceptionWindow, rateLimitSeconds: number): Date =>
  after(opened_at, rateLimitSeconds);

/** When the held-back exceptions of a closed window are reported, unless another exception opened a new window before. */
export const reportsAt = ({ opened_at }: ExceptionWindow, rateLimitSeconds: number): Date =>
  after(opened_at, 2 * rateLimitSeconds);

/** A window whose opening is moved to now if a wrong clock set it to the future. */
export const boundedWindow = (window: ExceptionWindow, now: Date): ExceptionWindow => ({
  ...window,
  opened_at: notInFuture(window.opened_at, now),
});

/** Whether a window still holds back equal exceptions under the current rate limit. That of an alarm closes when the alarm is OK. */
export const isOpen = (window: ExceptionWindow, rateLimitSeconds: number, now: Date): boolean =>
  window.alarm?.state !== 'OK' && now < closesAt(window, rateLimitSeconds);

/** The window that an exception opens now. */
export const openWindow = (
  { trace: _1, content: _2, ...exception }: PreparedException,
  { fingerprint, grouping, now }: Pick<ExceptionWindow, 'fingerprint' | 'grouping'> & { readonly now: Date },
): ExceptionWindow => ({
  ...exception,
  fingerprint,
  grouping,
  opened_at: now.toISOString(),
  held_back: 0,
  last_at: null,
  notification_id: null,
  expires_at: Math.ceil(now.getTime() / 1_000) + RETENTION_SECONDS,
});

/** The held-back exceptions of a window, as the next notification reports them. */
export type HeldBack = Pick<Notification, 'suppressed' | 'suppressed_since' | 'suppressed_last'>;

export const NOTHING_HELD_BACK: HeldBack = { suppressed: null, suppressed_since: null, suppressed_last: null };

export const heldBackIn = (window: ExceptionWindow | null): HeldBack =>
  window === null || window.held_back === 0
    ? NOTHING_HELD_BACK
    : { suppressed: window.held_back, suppressed_since: window.opened_at, suppressed_last: window.last_at };

/** What an exception's notification needs beside the exception. The id derives from `cause`. */
export type NotificationContext = {
  readonly cause: readonly (string | number)[];
  readonly now: Date;
  readonly productName: string | null;
  readonly heldBack: HeldBack;
  readonly grouping: ExceptionGrouping;
};

const HEADLINE = { exception: 'Exception', task: 'Task failed' } as const;

type ExceptionFields = Omit<PreparedException, 'content'>;

const isResolved = ({ alarm }: ExceptionFields): boolean => alarm?.state === 'OK';

// Depends on the origin, as callers of the API choose the class.
const headline = (exception: ExceptionFields): string => {
  const { origin, type, exception_class, function: functionName } = exception;
  if (origin !== 'alarm') return `${HEADLINE[type]}: ${exception_class} in ${functionName}`;
  return `CloudWatch alarm${isResolved(exception) ? ' is OK again' : ''}: ${functionName}`;
};

/** The notification of an exception. */
export const exceptionNotification = (exception: ExceptionFields, occasion: NotificationContext): Notification => {
  const { cause, now, productName, heldBack, grouping } = occasion;
  return {
    ...NOT_APPLICABLE,
    id: derivedId(now.getTime(), cause),
    type: exception.type,
    name: headline(exception),
    message: exception.message,
    created: now.toISOString(),
    product_id: exception.product_id,
    product_name: productName,
    function: exception.function,
    arguments: exception.arguments,
    user: exception.user,
    exception_class: exception.exception_class,
    exception_origin: exception.origin,
    exception_grouping: grouping,
    trace: exception.trace,
    request_id: exception.request_id,
    resolved: isResolved(exception),
    alarm: exception.alarm?.arn ?? null,
    ...heldBack,
  };
};
