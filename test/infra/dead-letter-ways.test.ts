import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Resource, SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();
const functions = synthesized.functions();

const mappingSchema = z.object({
  FunctionName: z.json(),
  EventSourceArn: z.json(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.json() }) }).optional(),
});
const mappings = synthesized
  .all('AWS::Lambda::EventSourceMapping')
  .map(({ properties }) => mappingSchema.parse(properties));

const queueByArn = (arn: string): Resource | undefined =>
  synthesized.all('AWS::SQS::Queue').find(({ name }) => `${name}.Arn` === arn);

/** A mapping's last stop: its own destination, or the dead-letter queue of the queue that it reads. */
const lastStopOf = ({ DestinationConfig, EventSourceArn }: z.infer<typeof mappingSchema>): unknown =>
  DestinationConfig?.OnFailure.Destination ?? queueByArn(synthesized.text(EventSourceArn))?.properties['RedrivePolicy'];

/** Who waits for the answer of these: API Gateway's integrations. The caller has the failure. */
const isAnswering = ({ name }: Resource): boolean =>
  synthesized
    .all('AWS::ApiGatewayV2::Integration')
    .some(({ properties }) => synthesized.invoked(properties['IntegrationUri']) === name);

const invokeConfigs = synthesized.all('AWS::Lambda::EventInvokeConfig').map(({ properties }) => ({
  lambda: synthesized.text(properties['FunctionName']),
  config: properties,
}));

/** Called by a rule on a schedule: what one run leaves, the next one does. */
const isScheduled = ({ name }: Resource): boolean =>
  synthesized
    .all('AWS::Events::Rule')
    .filter(({ properties }) => 'ScheduleExpression' in properties)
    .some(({ properties }) => synthesized.invoked(properties['Targets']) === name);

describe.each(functions)('$name', (lambda) => {
  it('loses nothing that it can not do', () => {
    const own = mappings.filter(({ FunctionName }) => synthesized.invoked(FunctionName) === lambda.name);
    const asynchronous = invokeConfigs.filter((of) => of.lambda === lambda.name);
    for (const mapping of own) expect(lastStopOf(mapping)).toBeDefined();
    if (isAnswering(lambda) || isScheduled(lambda)) return;
    expect(own.length + asynchronous.length).toBeGreaterThan(0);
    for (const { config } of asynchronous) expect(config).toHaveProperty('DestinationConfig.OnFailure.Destination');
  });
});
