import type { HttpResponse } from './function-response.ts';

/** CloudFront keeps these statuses, for ten seconds unless the distribution says otherwise. */
const KEPT = new Set([400, 403, 404, 405, 414, 500, 501, 502, 503, 504]);
const DEFAULT_SECONDS = 10;

/** Of these alone, CloudFront heeds that they must not be kept. */
const OBEDIENT = new Set([404, 410, 414, 501]);

export type ErrorCache = {
  /** What is kept for a key, while it is. */
  find(key: string): HttpResponse | undefined;
  /** Keeps an answer where CloudFront would. */
  offer(key: string, answer: HttpResponse): void;
};

/**
 * Answers with errors are kept even where caching is disabled.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
export const createErrorCache = (secondsOf: ReadonlyMap<number, number>, now: () => Date): ErrorCache => {
  const kept = new Map<string, { readonly answer: HttpResponse; readonly untilMs: number }>();
  return {
    find: (key) => {
      const found = kept.get(key);
      return found !== undefined && found.untilMs > now().getTime() ? found.answer : undefined;
    },
    offer: (key, answer) => {
      const forbids = /no-store|no-cache|private/.test(answer.headers['cache-control'] ?? '');
      if (!KEPT.has(answer.status) || (forbids && OBEDIENT.has(answer.status))) return;
      const seconds = secondsOf.get(answer.status) ?? DEFAULT_SECONDS;
      if (seconds > 0) kept.set(key, { answer, untilMs: now().getTime() + seconds * 1_000 });
    },
  };
};
