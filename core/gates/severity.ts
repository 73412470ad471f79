import * as z from 'zod/mini';
import { wholeNumberSchema } from '../platform/whole-number.ts';

/** Severities of observations, most severe first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;

export type Severity = (typeof SEVERITIES)[number];

const countSchema = wholeNumberSchema(999_999_999);

/**
 * The number of open observations of each severity. All six are required, so that a pipeline can't pass the gate by
 * omitting `critical`.
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
