import { expect, test } from 'vitest';
import { z } from 'zod';
import { jobSchema } from '../../core/jobs/model.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();

const ruleSchema = z.object({
  ScheduleExpression: z.string(),
  Targets: z.tuple([z.object({ Arn: z.json(), Input: z.string() })]),
});
const inputSchema = z.object({ Records: z.tuple([z.object({ messageId: z.string(), body: z.string() })]) });

test('a rule starts the deletion of expired notifications every hour, with a job as the queue would send it', () => {
  const rule = ruleSchema.parse(synthesized.one('AWS::Events::Rule', 'Background/Expiry').properties);
  const [{ Arn, Input }] = rule.Targets;
  expect(rule.ScheduleExpression).toBe('rate(1 hour)');
  expect(synthesized.invoked(Arn)).toBe('Background/Background');
  const [{ body }] = inputSchema.parse(JSON.parse(Input)).Records;
  expect(jobSchema.parse(JSON.parse(body))).toEqual({ kind: 'expire', shard: 0, after: null, until: null });
});
