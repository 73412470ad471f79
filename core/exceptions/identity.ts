import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson } from '../platform/canonical-json.ts';
import { similarText, similarValue } from './similar-text.ts';

/** A CloudWatch alarm, a failure of Gatebell itself, or an exception that a program reports through the API. */
export const exceptionOriginSchema = z.enum(['alarm', 'gatebell', 'reported']);
export type ExceptionOrigin = z.infer<typeof exceptionOriginSchema>;

/** What counts as the same exception: one that differs at most by numbers, ids and times, or one that differs by nothing. */
export const exceptionGroupingSchema = z.enum(['similar', 'exact']);
export type ExceptionGrouping = z.infer<typeof exceptionGroupingSchema>;

/** Hashes of what an exception says, one for each grouping. */
export const exceptionContentSchema = z.object({ similar: z.string(), exact: z.string() });
export type ExceptionContent = z.infer<typeof exceptionContentSchema>;

const hash = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Texts are free of secrets and not cut yet. `arguments` has a bounded depth. */
export type ExceptionText = {
  readonly origin: ExceptionOrigin;
  readonly exception_class: string;
  readonly message: string;
  readonly function: string;
  readonly arguments: unknown;
  /** Named by the caller; it then stands for all of the above but the origin. */
  readonly fingerprint: string | null;
};

/**
 * Class and function are compared as they are. So is an alarm: names that differ by a number, as regions and accounts do,
 * are different alarms.
 */
export const exceptionContent = (exceptionText: ExceptionText): ExceptionContent => {
  const { origin, exception_class, message, function: met, arguments: args, fingerprint } = exceptionText;
  if (fingerprint !== null) {
    const named = hash(['named', fingerprint]);
    return { similar: named, exact: named };
  }
  const exact = hash(['exact', exception_class, message, met, canonicalJson(args)]);
  if (origin === 'alarm') return { similar: exact, exact };
  const similar = hash(['similar', exception_class, similarText(message), met, canonicalJson(args, similarValue)]);
  return { similar, exact };
};

/** The name of an exception's window: origins, types and products never share one. */
export const windowFingerprint = (
  exception: {
    readonly origin: ExceptionOrigin;
    readonly type: string;
    readonly product_id: string | null;
    readonly content: ExceptionContent;
  },
  grouping: ExceptionGrouping,
): string => hash([exception.origin, exception.type, exception.product_id, exception.content[grouping]]);
