import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Resource, SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack({ dispatcherConcurrency: 7 });

const schema = z.looseObject({
  FunctionName: z.json(),
  EventSourceArn: z.json(),
  MaximumBatchingWindowInSeconds: z.int().optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
});

const mappings = synthesized
  .all('AWS::Lambda::EventSourceMapping')
  .map(({ properties }: Resource) => schema.parse(properties))
  .map((mapping) => ({
    ...mapping,
    name: synthesized.invoked(mapping.FunctionName),
    source: synthesized.text(mapping.EventSourceArn),
  }));

/** The mapping of a function, for the readers of the stream that which brings the stream. */
const mappingOf = (name: string) => {
  const mapping = mappings.find((of) => of.name === name && !of.source.includes('Failures'));
  if (!mapping) throw new Error(`${name} has no mapping`);
  return mapping;
};

const filtersOf = (name: string): unknown[] =>
  (mappingOf(name).FilterCriteria?.Filters ?? []).map(({ Pattern }): unknown => JSON.parse(Pattern));

test('each source feeds one function, which answers record by record', () => {
  expect(mappings.map(({ name, source }) => `${source} → ${name}`).toSorted()).toEqual([
    'Background/Queue/Messages.Arn → Background/Background',
    'DeliveryQueue/Messages.Arn → Delivery/Dispatcher',
    'Table/Table.StreamArn → Triggers/FanOut',
    'Table/Table.StreamArn → Triggers/GateTrigger',
    'Triggers/FanOutFailures/Messages.Arn → Triggers/FanOut',
    'Triggers/GateTriggerFailures/Messages.Arn → Triggers/GateTrigger',
  ]);
  for (const mapping of mappings) {
    expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(mapping.MaximumBatchingWindowInSeconds ?? 0).toBe(0);
  }
});

describe('the stream', () => {
  test('shows gate-trigger products, settings and their channels, the first exception a window holds back, tombstones, and the heartbeat', () => {
    expect(filtersOf('Triggers/GateTrigger')).toEqual([
      { dynamodb: { Keys: { sk: { S: ['PRODUCT', 'SETTINGS', 'CHANNELS', 'HEARTBEAT'] } } } },
      { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: ['WINDOW'] } }, NewImage: { held_back: { N: ['1'] } } } },
      {
        eventName: ['MODIFY'],
        dynamodb: { Keys: { sk: { S: ['NOTIFICATION'] } }, NewImage: { expires_at: { N: [{ exists: true }] } } },
      },
    ]);
  });

  test('shows fan-out new notifications that have no deliveries yet, and the heartbeat', () => {
    expect(filtersOf('Triggers/FanOut')).toEqual([
      {
        eventName: ['INSERT'],
        dynamodb: { Keys: { sk: { S: ['NOTIFICATION'] } }, NewImage: { fanned_out_at: { S: [{ exists: false }] } } },
      },
      { dynamodb: { Keys: { sk: { S: ['HEARTBEAT_SEEN'] } } } },
    ]);
  });

  test.each(['Triggers/GateTrigger', 'Triggers/FanOut'])('%s can neither miss a record nor be stuck on one', (name) => {
    const mapping = mappingOf(name);
    expect(synthesized.text(mapping.EventSourceArn)).toBe('Table/Table.StreamArn');
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 2,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
    });
    // Below the 24 hours that the stream keeps a record.
    const age = z.object({ MaximumRecordAgeInSeconds: z.int() }).parse(mapping).MaximumRecordAgeInSeconds;
    expect(age).toBeGreaterThanOrEqual(3600);
    expect(age).toBeLessThan(24 * 3600);
  });

  test.each(['Triggers/GateTrigger', 'Triggers/FanOut'])('%s gets back what was given up', (name) => {
    const { DestinationConfig } = z
      .object({ DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.json() }) }) })
      .parse(mappingOf(name));
    expect(synthesized.text(DestinationConfig.OnFailure.Destination)).toBe(`${name}Failures/Messages.Arn`);
    const replay = mappings.find((of) => of.name === name && of.source === `${name}Failures/Messages.Arn`);
    expect(replay).toMatchObject({ BatchSize: 1 });
  });
});

describe('the queues', () => {
  test('call the dispatcher with ten deliveries, and as many dispatchers as the stage says', () => {
    const mapping = mappingOf('Delivery/Dispatcher');
    expect(synthesized.text(mapping.EventSourceArn)).toBe('DeliveryQueue/Messages.Arn');
    expect(mapping).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 7 } });
  });

  test('call background with a job at a time', () => {
    const mapping = mappingOf('Background/Background');
    expect(synthesized.text(mapping.EventSourceArn)).toBe('Background/Queue/Messages.Arn');
    expect(mapping).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 10 } });
  });

  test('limit their consumers only where that leaves something to others, as a limit makes an idle queue cost more', () => {
    const limited = mappings.filter((mapping) => 'ScalingConfig' in mapping).map(({ name }) => name);
    expect(limited.toSorted()).toEqual(['Background/Background', 'Delivery/Dispatcher']);
  });

  test('hide no message from a filter, which would delete it', () => {
    expect(mappingOf('Delivery/Dispatcher').FilterCriteria).toBeUndefined();
    expect(mappingOf('Background/Background').FilterCriteria).toBeUndefined();
  });
});
