import * as z from 'zod/mini';
import type { ObservationCounts } from '../gates/severity.ts';
import { observationCountsSchema } from '../gates/severity.ts';

const isRunUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
};

/** Body of `PUT …/observation_counts`: the counts, and optionally the commit and the pipeline run that they are from. */
export const countsReportSchema = z.extend(observationCountsSchema, {
  commit: z.optional(
    z.string().check(z.regex(/^[\w.-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots, hyphens, and underscores')),
  ),
  run_url: z.optional(
    z.pipe(
      z
        .string()
        .check(z.maxLength(500), z.refine(isRunUrl, 'Must be an http or https URL without a user and password')),
      // Without spaces and line ends around it.
      z.transform((text) => new URL(text).href),
    ),
  ),
});

/** A report of finding counts. */
export type CountsReport = {
  readonly observation_counts: ObservationCounts;
  readonly commit?: string | undefined;
  readonly run_url?: string | undefined;
};
