import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { SynthesizedStack } from '../test/infra/synthesized-stack.ts';
import { startTestStack, type TestStack } from '../test/stack.ts';
import { type Bench, markdownTable } from './bench.ts';
import { type ByOperation, MEASURED_FILE, type Measured, readMeasured } from './cost/measured.ts';

const madeSchema = z.object({ id: z.string() });
const listedSchema = z.object({ results: z.array(madeSchema).min(1) });
const countsOf = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

const REPORTED = { exception_class: 'TimeoutError', message: 'No answer within 30 s', function: 'nightly-import' };

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

const askOf =
  (stack: TestStack, token: string): Ask =>
  async (method, path, body) => {
    const { status, json } = await stack.api(method, path, { token, ...(body === undefined ? {} : { body }) });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
    return json;
  };

/** What an act asks of AWS until nothing is left to do. */
const askedBy = async (stack: TestStack, act: () => Promise<unknown>): Promise<ByOperation> => {
  await stack.clearCalls();
  await act();
  await stack.atRest(30_000, { ignoreWaiting: true });
  const { totals } = await stack.calls();
  return Object.fromEntries(
    Object.entries(totals)
      // The sweeper runs on a schedule, whatever happens.
      .filter(([name]) => !name.startsWith(`${FUNCTION.sweeper} `))
      .map(([name, { calls, itemsRead, itemsWritten }]) => [name, { calls, itemsRead, itemsWritten }] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
};

const split = (all: ByOperation) => {
  const isDispatcher = (name: string) => name.startsWith(`${FUNCTION.dispatcher} `);
  const pick = (wanted: boolean): ByOperation =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isDispatcher(name) === wanted));
  return { dispatcher: pick(true), others: pick(false) };
};

const visit = async (ask: Ask): Promise<void> => {
  const { results } = listedSchema.parse(await ask('GET', '/api/notifications'));
  await ask('GET', '/api/notifications/unviewed_count');
  await ask('GET', `/api/notifications/${results[0]?.id}`);
};

const measureEvents = async (stack: TestStack): Promise<Measured['events']> => {
  const { receiver } = stack.handles;
  const ask = askOf(stack, await stack.token('alice', { admin: true }));
  await ask('PATCH', '/api/settings', {
    email_from: 'gate@example.org',
    exception_slack_webhook: `${receiver}/exceptions`,
    security_gate_threshold_critical: 1,
  });
  const notification_slack_webhook = `${receiver}/one`;
  const one = madeSchema.parse(await ask('POST', '/api/products', { name: 'One target', notification_slack_webhook }));
  const three = madeSchema.parse(
    await ask('POST', '/api/products', {
      name: 'Three targets',
      notification_email_to: 'team@example.org',
      notification_slack_webhook: `${receiver}/three-slack`,
      notification_ms_teams_webhook: `${receiver}/three-teams`,
    }),
  );
  const upload = ({ id }: { readonly id: string }, critical: number) =>
    ask('PUT', `/api/products/${id}/observation_counts`, countsOf(critical));
  const report = () => ask('POST', '/api/exceptions', REPORTED);
  // Functions start with these, and what they read once is read.
  await askedBy(stack, () => Promise.all([upload(one, 2), upload(three, 2)]));
  await askedBy(stack, () => Promise.all([upload(one, 0), upload(three, 0)]));
  const quiet = await askedBy(stack, () => upload(three, 1));
  const gateChange = await askedBy(stack, () => upload(three, 2));
  const delivery = await askedBy(stack, () => upload(one, 2));
  const exception = await askedBy(stack, report);
  // The first that is held back starts a job for the end of its window; one a window.
  await askedBy(stack, report);
  const heldBack = await askedBy(stack, report);
  const visited = await askedBy(stack, () => visit(ask));
  const { results } = listedSchema.parse(await ask('GET', `/api/notifications?product_id=${three.id}`));
  const deletion = await askedBy(stack, () => ask('DELETE', `/api/notifications/${results[0]?.id}`));
  return {
    upload: quiet,
    gateChange: split(gateChange).others,
    delivery: split(delivery).dispatcher,
    exception: split(exception).others,
    heldBack,
    visit: visited,
    deletion,
  };
};

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

const callsIn = (byOperation: ByOperation): number =>
  Object.values(byOperation).reduce((sum, { calls }) => sum + calls, 0);
const rowsOf = ({ events }: Measured) =>
  Object.entries(events).flatMap(([event, operations]) =>
    Object.entries(operations).map(([name, usage]) => [event, name, usage.calls, usage.itemsRead, usage.itemsWritten]),
  );

/** The bill is computed from the written counts: they may not be much less than what is measured now. */
const MOST_OVER = 1.25;

export const counts: Bench = {
  about: 'What events ask of AWS on the local stack; the long form writes what docs/cost.md is computed from',
  run: async ({ short, print }) => {
    const stack = await startTestStack();
    try {
      const template = new SynthesizedStack();
      const now: Measured = {
        events: await measureEvents(stack),
        alarmMetrics: alarmMetrics(template),
        ...queuesPolled(template),
      };
      print(markdownTable(['event', 'function and operation', 'requests', 'items read', 'items written'], rowsOf(now)));
      if (!short) writeFileSync(MEASURED_FILE, `${JSON.stringify(now, null, 2)}\n`);
      const written = readMeasured();
      const isCovered = (event: keyof Measured['events']) =>
        callsIn(now.events[event]) <= MOST_OVER * callsIn(written.events[event]);
      const events = ['upload', 'gateChange', 'delivery', 'exception', 'heldBack', 'visit', 'deletion'] as const;
      return [
        ...events.map((event) => ({
          what: `${event}: ${callsIn(now.events[event])} requests, ${callsIn(written.events[event])} in the bill`,
          kind: 'count' as const,
          holds: isCovered(event),
        })),
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
