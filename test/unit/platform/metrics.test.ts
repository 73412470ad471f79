import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { METRIC, metricNamespace } from '../../../core/contract.ts';
import { createMeasure, type Measure } from '../../../core/platform/metrics.ts';

const name = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** "Specification: Embedded metric format", CloudWatch's user guide: structure, limits and units. */
const EMBEDDED_METRIC_FORMAT = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: name(1024),
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', minItems: 1, maxItems: 30, items: name(250) },
              },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: { Name: name(1024), Unit: { enum: ['Count', 'Milliseconds', 'Seconds', 'None'] } },
                },
              },
            },
          },
        },
      },
    },
  },
};

const validate = new Ajv().compile(EMBEDDED_METRIC_FORMAT);

const written = (act: (measure: Measure) => void): string[] => {
  const lines: string[] = [];
  const now = () => new Date('2026-11-24T10:00:00.000Z');
  act(createMeasure({ namespace: metricNamespace('gatebell-test'), now, write: (line) => lines.push(line) }));
  return lines;
};

describe('a metric', () => {
  const lines = written((measure) => {
    for (const metric of Object.values(METRIC)) measure(metric, 7, { type: 'task', channel: 'email' });
  });

  it.each(lines)('is one line in the embedded metric format: %s', (line) => {
    expect(line).toMatch(/^[^\n]+\n$/);
    expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has the members that its directive points at, at the root', () => {
    const [line = ''] = written((measure) => measure(METRIC.deliveries, 1, { channel: 'slack', outcome: 'sent' }));
    expect(JSON.parse(line)).toEqual({
      _aws: {
        Timestamp: 1_795_514_400_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Gatebell/gatebell-test',
            Dimensions: [['channel', 'outcome']],
            Metrics: [{ Name: 'Deliveries', Unit: 'Count' }],
          },
        ],
      },
      channel: 'slack',
      outcome: 'sent',
      Deliveries: 1,
    });
  });
});
