import type { Outcome } from '../deliveries/model.ts';
import type { PostResult } from './http-post.ts';

/** An answer of a webhook. */
export type Answer = Extract<PostResult, { kind: 'answer' }>;

/** RFC 9110, Retry-After: seconds, or a date. Null where it is missing or makes no sense. */
export const retryAfterSeconds = (value: string | null, now: Date): number | null => {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const seconds = Math.ceil((Date.parse(value) - now.getTime()) / 1_000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
};

const PASSING = new Set([408, 425, 429]);

/** Nothing is there: not now (404), and never again (410). */
const GONE = new Set([404, 410]);

/** Status codes, where no word of the target says more (RFC 9110; 429 is RFC 6585). Redirects are never followed. */
export const outcomeOfStatus = (status: number, afterSeconds: number | null): Outcome => {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 429) return { kind: 'retry', afterSeconds, reason: 'Throttled (429)', burnsAttempt: false };
  if (status >= 500 || PASSING.has(status)) {
    return { kind: 'retry', afterSeconds, reason: `The target answered ${status}`, burnsAttempt: true };
  }
  if (status >= 300 && status < 400) {
    return { kind: 'refused', reason: `The target answered ${status}, a redirect, which is not followed` };
  }
  const reason = `The target answered ${status}`;
  return GONE.has(status) ? { kind: 'refused', reason, gone: true } : { kind: 'refused', reason };
};

/** The outcome of an answer whose status says it all. */
export const outcomeOfAnswer = ({ status, retryAfter }: Answer, now: Date): Outcome =>
  outcomeOfStatus(status, retryAfterSeconds(retryAfter, now));

/** The outcome of a post that got no answer, or what `ofAnswer` makes of the answer. */
export const outcomeOfPost = (result: PostResult, ofAnswer: (answer: Answer) => Outcome): Outcome => {
  switch (result.kind) {
    case 'answer':
      return ofAnswer(result);
    case 'unreachable':
      return {
        kind: 'retry',
        afterSeconds: null,
        reason: result.reason,
        burnsAttempt: true,
        ...(result.isUnknown && { isUnknown: true }),
      };
    case 'forbidden':
      return { kind: 'refused', reason: result.reason };
    default:
      return result satisfies never;
  }
};
