import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson } from '../platform/canonical-json.ts';
import { similarText, similarValue } from './similar-text.ts';

/** A CloudWatch alarm, a failure of Gatebell itself, or an exception that a program reports through the API. */
export const exceptionOriginSchema = z.enum(['alarm', 'gatebell', 'reported']);
export type ExceptionOrigin = z.infer<typeof exceptionOriginSchema>;

/** Which exceptions count as the same: those that differ only in numbers, ids and times, or identical ones. */
export const exceptionGroupingSchema = z.enum(['similar', 'exact']);
export type ExceptionGrouping = z.infer<typeof exceptionGroupingSchema>;

/** Hashes of an exception's content, one for each grouping. */
export const exceptionContentSchema = z.object({ similar: z.string(), exact: z.string() });
export type ExceptionContent = z.infer<typeof exceptionContentSchema>;

const hash = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** The texts contain no secrets and aren't cut yet. `arguments` has a bounded depth. */
export type ExceptionText = {
  readonly exception_class: string;
  readonly message: string;
  readonly function: string;
  readonly arguments: unknown;
  /** Set by the caller: an alarm's ARN, or what a program names. It then replaces all of the above. */
  readonly fingerprint: string | null;
};

/** Hashes the content of an exception. Class and function are compared exactly. */
export const exceptionContent = (exceptionText: ExceptionText): ExceptionContent => {
  const { exception_class, message, function: functionName, arguments: args, fingerprint } = exceptionText;
  if (fingerprint !== null) {
    const named = hash(['named', fingerprint]);
    return { similar: named, exact: named };
  }
  const exact = hash(['exact', exception_class, message, functionName, canonicalJson(args)]);
  const similar = hash([
    'similar',
    exception_class,
    similarText(message),
    functionName,
    canonicalJson(args, similarValue),
  ]);
  return { similar, exact };
};

/** The fingerprint of an exception's window. Origins, types and products have windows of their own. */
export const windowFingerprint = (
  exception: {
    readonly origin: ExceptionOrigin;
    readonly type: string;
    readonly product_id: string | null;
    readonly content: ExceptionContent;
  },
  grouping: ExceptionGrouping,
): string => hash([exception.origin, exception.type, exception.product_id, exception.content[grouping]]);
