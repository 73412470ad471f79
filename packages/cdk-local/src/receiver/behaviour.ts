import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';

const areValid = (headers: Record<string, string>): boolean => {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
};

const headersSchema = z.record(z.string(), z.string()).refine(areValid, 'not headers of HTTP');

const behaviourSchema = z.strictObject({
  /** Path of the webhook, with or without its query. Absent: any. */
  path: z.string().startsWith('/').optional(),
  /** Absent: as Slack or Teams answer. */
  status: z.int().min(200).max(599).optional(),
  /** A text, or anything else as JSON. */
  body: z.json().optional(),
  headers: headersSchema.optional(),
  delay_ms: z.int().min(0).max(3_600_000).optional(),
  /** How often it serves. Absent: for ever. */
  times: z.int().min(0).optional(),
  /** Breaks the connection instead of answering. */
  reset: z.boolean().optional(),
  /** Never answers. */
  hang: z.boolean().optional(),
});

/** How the receiver shall answer, for a test of what the senders make of it. */
export type Behaviour = z.output<typeof behaviourSchema>;

export const behavioursSchema = z.array(behaviourSchema);

/** The scripted behaviours; the first that fits and has times left serves. */
export type Script = {
  replace(behaviours: readonly Behaviour[]): void;
  /** Takes one of its times from the behaviour that serves. */
  take(request: { readonly path: string; readonly query: string }): Behaviour | undefined;
};

export const createScript = (): Script => {
  let entries: { readonly behaviour: Behaviour; readonly left: number }[] = [];
  return {
    replace: (behaviours) => {
      entries = behaviours.map((behaviour) => ({ behaviour, left: behaviour.times ?? Number.POSITIVE_INFINITY }));
    },
    take: ({ path, query }) => {
      const paths = [undefined, path, path + query];
      const entry = entries.find(({ behaviour, left }) => left > 0 && paths.includes(behaviour.path));
      entries = entries.map((each) => (each === entry ? { ...each, left: each.left - 1 } : each));
      return entry?.behaviour;
    },
  };
};
