import * as z from 'zod/mini';

/** Severities of observations, gravest first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;

export type Severity = (typeof SEVERITIES)[number];

const countSchema = z.int().check(z.gte(0), z.lte(999_999_999));

/**
 * How many open observations a product has of each severity. All six are demanded: a pipeline that forgets `critical`
 * must not pass the gate by it.
 */
export const observationCountsSchema = z.strictObject({
  critical: countSchema,
  high: countSchema,
  medium: countSchema,
  low: countSchema,
  none: countSchema,
  unknown: countSchema,
});

export type ObservationCounts = z.infer<typeof observationCountsSchema>;

export const NO_OBSERVATIONS: ObservationCounts = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
