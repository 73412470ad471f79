import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const diagram = readFileSync(join(import.meta.dirname, '../../docs/architecture.svg'), 'utf8');
const synthesized = new SynthesizedStack();

/** The values of an attribute of the drawing. */
const drawn = (attribute: string) =>
  [...diagram.matchAll(new RegExp(`${attribute}="([^"]+)"`, 'g'))].map(([, of]) => of);

const DRAWN_TYPES = ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue', 'AWS::SNS::Topic'];

it('the drawing shows every function, queue, topic and table of the template, and none that is not there', () => {
  const resources = [...synthesized.functions(), ...DRAWN_TYPES.flatMap((type) => synthesized.all(type))];
  expect(drawn('data-of').toSorted()).toEqual(resources.map(({ name }) => name).toSorted());
});

const Mapping = z.object({ EventSourceArn: z.json(), FunctionName: z.json() });
const Subscription = z.object({ TopicArn: z.json(), Endpoint: z.json(), Protocol: z.literal('lambda') });

it('it shows what calls whom: each queue, stream and topic that a function follows', () => {
  const mapped = synthesized
    .all('AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => Mapping.parse(properties))
    .map(({ EventSourceArn, FunctionName }) => [synthesized.text(EventSourceArn), synthesized.invoked(FunctionName)]);
  const subscribed = synthesized
    .all('AWS::SNS::Subscription')
    .map(({ properties }) => Subscription.parse(properties))
    .map(({ TopicArn, Endpoint }) => [synthesized.text(TopicArn), synthesized.invoked(Endpoint)]);
  const wired = [...mapped, ...subscribed].map((pair) =>
    pair.map((name) => name?.replace(/\.(Arn|StreamArn)$/, '')).join(' '),
  );
  expect(drawn('data-feeds').toSorted()).toEqual(wired.toSorted());
});
