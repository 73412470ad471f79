import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/** The feature flags of cdk.json, that the cdk command uses, too. */
export const cdkContext = (): Readonly<Record<string, unknown>> =>
  cdkJsonSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'))).context;
