import { Duration, Stack } from 'aws-cdk-lib';
import {
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC, metricNamespace } from '../core/contract.ts';
import type { GatebellFunction } from './gatebell-function.ts';
import { WorkQueue } from './gatebell-queue.ts';

/** An alarm on a part that stops without failing. `id` is its construct's. */
export type StalledAlarm = {
  readonly id: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly impact: string;
  readonly firstStep: string;
  /** Where it differs from the other alarms. */
  readonly evaluation: Partial<AlarmProps>;
};

const PERIOD = Duration.minutes(5);

/** A part that runs every five minutes: raised when fifteen minutes have no good datapoint, over with the next one. */
const MUST_HAVE_DATA = {
  datapointsToAlarm: 3,
  evaluationPeriods: 3,
  treatMissingData: TreatMissingData.BREACHING,
};

/** SQS allows 120,000 messages in flight in a standard queue, and then delivers none (SQS quotas, "Messages per queue"). */
const IN_FLIGHT_NEAR_LIMIT = 100_000;

const heartbeat = (scope: Construct): StalledAlarm => ({
  id: 'Heartbeat',
  metric: new Metric({
    namespace: metricNamespace(Stack.of(scope).stackName),
    metricName: METRIC.heartbeatAge,
    statistic: Stats.MINIMUM,
    period: PERIOD,
  }),
  threshold: Duration.minutes(15).toMilliseconds(),
  impact:
    'Notifications are not sent, or late: a heartbeat did not pass from the sweeper to the dispatcher in 15 minutes.',
  firstStep:
    'Check in this order which of the functions sweeper, gate-trigger, fan-out, and dispatcher has not run: its schedule, mapping, or permission is missing.',
  evaluation: MUST_HAVE_DATA,
});

const sweeperRuns = (sweeper: GatebellFunction): StalledAlarm => ({
  id: 'SweeperInvocations',
  metric: sweeper.metricInvocations({ statistic: Stats.SUM, period: PERIOD }),
  threshold: 1,
  impact: sweeper.impact,
  firstStep: 'Check that the rule of EventBridge that starts the sweeper is enabled and may invoke it.',
  evaluation: { ...MUST_HAVE_DATA, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD },
});

/** `DeliveryQueue`, `Triggers/FanOutFailures` → `TriggersFanOutFailures`. */
const idOf = (queue: WorkQueue): string => queue.node.path.split('/').slice(1).join('');

const MAXIMUM = { statistic: Stats.MAXIMUM, period: PERIOD };

const queueAlarms = (queue: WorkQueue): readonly StalledAlarm[] => [
  {
    id: `${idOf(queue)}Age`,
    metric: queue.messages.metricApproximateAgeOfOldestMessage(MAXIMUM),
    threshold: queue.oldestMessage.toSeconds(),
    impact: `Messages wait for hours: ${queue.stalledImpact}`,
    firstStep: "Check that the queue's event source mapping is enabled and that its function runs.",
    evaluation: {},
  },
  {
    id: `${idOf(queue)}InFlight`,
    metric: queue.messages.metricApproximateNumberOfMessagesNotVisible(MAXIMUM),
    threshold: IN_FLIGHT_NEAR_LIMIT,
    impact: `The queue is near the limit of messages in flight, beyond which it delivers none: ${queue.stalledImpact}`,
    firstStep: 'Find what is received and not deleted in the log of the function that the queue feeds.',
    evaluation: {},
  },
];

/** One for each part that could stop without an error: the path of a notification, the sweeper, each work queue. */
export const stalledAlarms = (scope: Construct, sweeper: GatebellFunction): readonly StalledAlarm[] => {
  const queues = Stack.of(scope)
    .node.findAll()
    .filter((construct) => construct instanceof WorkQueue);
  return [heartbeat(scope), sweeperRuns(sweeper), ...queues.flatMap(queueAlarms)];
};
