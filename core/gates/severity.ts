import * as z from 'zod/mini';

/** Severities of observations, gravest first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;

export type Severity = (typeof SEVERITIES)[number];

const count = z.int().check(z.gte(0), z.lte(999_999_999));

/**
 * How many open observations a product has of each severity. All six are demanded: a pipeline that forgets `critical`
 * must not pass the gate by it.
 */
export const observationCounts = z.strictObject({
  critical: count,
  high: count,
  medium: count,
  low: count,
  none: count,
  unknown: count,
});

export type ObservationCounts = z.infer<typeof observationCounts>;

export const NO_OBSERVATIONS: ObservationCounts = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
