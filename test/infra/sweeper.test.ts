import { expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const house = new SynthesizedStack();
const SWEEPER = 'Sweeper/Sweeper';

test('a rule starts the sweeper every five minutes', () => {
  const { ScheduleExpression, Targets } = z
    .object({ ScheduleExpression: z.string(), Targets: z.array(z.object({ Arn: z.json() })) })
    .parse(house.one('AWS::Events::Rule', 'Sweeper/Schedule').properties);
  expect(ScheduleExpression).toBe('rate(5 minutes)');
  expect(Targets.map(({ Arn }) => house.text(Arn))).toEqual([`${SWEEPER}.Arn`]);
});

test('the rule, and nobody else, may call it', () => {
  const permissions = house.all('AWS::Lambda::Permission').map(({ properties }) => ({
    target: house.text(properties['FunctionName']),
    principal: properties['Principal'],
    source: properties['SourceArn'],
  }));
  const [permission, ...more] = permissions.filter(({ target }) => target === `${SWEEPER}.Arn`);
  expect(more).toEqual([]);
  expect(permission?.principal).toBe('events.amazonaws.com');
  expect(house.text(permission?.source)).toBe('Sweeper/Schedule.Arn');
});
