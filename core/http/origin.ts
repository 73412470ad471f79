import { timingSafeEqual } from 'node:crypto';
import { ORIGIN_HEADER } from '../contract.ts';

/** Headers of a request, by lower-case names, as API Gateway passes them. */
type Headers = Readonly<Record<string, string | undefined>>;

/** Whether a request came through the distribution, which alone adds the header with the stage's secret. */
export const isFromDistribution = (headers: Headers, originSecret: string): boolean => {
  const given = Buffer.from(headers[ORIGIN_HEADER] ?? '');
  const expected = Buffer.from(originSecret);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** The answer to requests that went past the distribution. */
export const PAST_THE_DISTRIBUTION = { statusCode: 403 } as const;
