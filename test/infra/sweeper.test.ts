import { expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();
const SWEEPER = 'Sweeper/Sweeper';

test('a rule starts the sweeper every five minutes', () => {
  const { ScheduleExpression, Targets } = z
    .object({ ScheduleExpression: z.string(), Targets: z.array(z.object({ Arn: z.json() })) })
    .parse(synthesized.one('AWS::Events::Rule', 'Sweeper/Schedule').properties);
  expect(ScheduleExpression).toBe('rate(5 minutes)');
  expect(Targets.map(({ Arn }) => synthesized.invoked(Arn))).toEqual([SWEEPER]);
});

test('only the rule may call it', () => {
  const permissions = synthesized.all('AWS::Lambda::Permission').map(({ properties }) => ({
    target: synthesized.invoked(properties['FunctionName']),
    principal: properties['Principal'],
    source: properties['SourceArn'],
  }));
  const [permission, ...more] = permissions.filter(({ target }) => target === SWEEPER);
  expect(more).toEqual([]);
  expect(permission?.principal).toBe('events.amazonaws.com');
  expect(synthesized.text(permission?.source)).toBe('Sweeper/Schedule.Arn');
});
