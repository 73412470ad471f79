import { z } from 'zod';
import type { Metrics } from './metrics.ts';

const lineSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/**
 * Records the metrics that a function prints in CloudWatch's embedded format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const recordEmbedded = (metrics: Metrics, output: string): void => {
  for (const text of output.split('\n').filter((candidate) => candidate.includes('"_aws"'))) {
    const line = lineSchema.safeParse(parsed(text));
    if (!line.success) continue;
    const members = new Map(Object.entries(line.data));
    for (const { Namespace, Dimensions, Metrics } of line.data._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) {
        const value = members.get(Name);
        if (typeof value !== 'number') continue;
        for (const names of Dimensions) {
          const dimensions = Object.fromEntries(names.map((name) => [name, String(members.get(name))]));
          metrics.record({ namespace: Namespace, name: Name, dimensions }, value);
        }
      }
    }
  }
};
