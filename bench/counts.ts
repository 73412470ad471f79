import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SynthesizedStack } from '../test/infra/synthesized-stack.ts';
import { startTestStack } from '../test/stack.ts';
import { type Bench, markdownTable } from './bench.ts';
import { type ByOperation, MEASURED_FILE, type Measured, readMeasured } from './cost/measured.ts';
import { measure } from './counted-events.ts';

const alarmSchema = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });

const alarmMetrics = (stack: SynthesizedStack): number =>
  stack
    .all('AWS::CloudWatch::Alarm')
    .map(({ properties }) =>
      alarmSchema.parse(properties).Metrics?.filter(({ MetricStat }) => MetricStat !== undefined),
    )
    .reduce((sum, metrics) => sum + (metrics?.length ?? 1), 0);

/** Mappings of streams, which cost nothing to ask, say where they begin. */
const queuesPolled = (stack: SynthesizedStack): Pick<Measured, 'polledQueues' | 'limitedQueues'> => {
  const mappings = stack.all('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
  const ofQueues = mappings.filter(({ StartingPosition }) => StartingPosition === undefined);
  const limited = ofQueues.filter(({ ScalingConfig }) => ScalingConfig !== undefined);
  return { polledQueues: ofQueues.length, limitedQueues: limited.length };
};

const sumIn = (byOperation: ByOperation, part: keyof ByOperation[string]): number =>
  Object.values(byOperation).reduce((sum, usage) => sum + usage[part], 0);
const rowsOf = ({ events }: Measured) =>
  Object.entries(events).flatMap(([event, operations]) =>
    Object.entries(operations).map(([name, usage]) => [event, name, usage.calls, usage.units]),
  );

const storedRows = ({ stored }: Measured) =>
  Object.entries(stored).map(([what, { table, indexes }]) => [what, table, indexes]);

/** The bill is computed from the written counts: they may not be much less than what is measured now. */
const MOST_OVER = 1.25;

export const counts: Bench = {
  about: 'What events ask of AWS on the local stack; the long form writes what docs/cost.md is computed from',
  run: async ({ short, print }) => {
    const stack = await startTestStack();
    try {
      const template = new SynthesizedStack();
      const now: Measured = {
        ...(await measure(stack)),
        alarmMetrics: alarmMetrics(template),
        ...queuesPolled(template),
      };
      print(markdownTable(['event', 'function and operation', 'requests', 'capacity units'], rowsOf(now)));
      print(markdownTable(['stored', 'bytes in the table', 'in indexes'], storedRows(now)));
      if (!short) writeFileSync(MEASURED_FILE, `${JSON.stringify(now, null, 2)}\n`);
      const written = readMeasured();
      const events = [
        'upload',
        'change',
        'gateChange',
        'delivery',
        'exception',
        'heldBack',
        'visit',
        'expiry',
      ] as const;
      const checkOf = (event: (typeof events)[number], part: keyof ByOperation[string], what: string) => {
        const [is, billed] = [sumIn(now.events[event], part), sumIn(written.events[event], part)];
        return {
          what: `${event}: ${is} ${what}, ${billed} in the bill`,
          kind: 'count' as const,
          holds: is <= MOST_OVER * billed,
        };
      };
      return [
        ...events.flatMap((event) => [checkOf(event, 'calls', 'requests'), checkOf(event, 'units', 'units')]),
        {
          what: `${now.alarmMetrics} metrics of alarms, ${written.alarmMetrics} in the bill`,
          kind: 'count',
          holds: now.alarmMetrics <= MOST_OVER * written.alarmMetrics,
        },
        {
          what: `${now.polledQueues} queues that Lambda polls, ${written.polledQueues} in the bill`,
          kind: 'count',
          holds: now.polledQueues <= written.polledQueues,
        },
        {
          what: `${now.limitedQueues} of them with a limit, ${written.limitedQueues} in the bill`,
          kind: 'count',
          holds: now.limitedQueues <= written.limitedQueues,
        },
      ];
    } finally {
      await stack.stop();
    }
  },
};
