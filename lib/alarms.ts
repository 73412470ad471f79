import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';
import { LOST_EXCEPTION, metricNamespace } from '../core/contract.ts';
import type { Api } from './api.ts';
import { GatebellFunction } from './gatebell-function.ts';
import { DeadLetterQueue } from './gatebell-queue.ts';
import { stalledAlarms } from './stalled-alarms.ts';
import type { Table } from './table.ts';

export type AlarmsProps = {
  /** All alarms are published here. */
  topic: ITopic;
  table: Table;
  api: Api;
  /** The functions that read the stream. */
  readers: readonly GatebellFunction[];
  sweeper: GatebellFunction;
  /** Takes minutes to create. Alarms that missing data raises wait for it, and with it for the first data. */
  distribution: IConstruct;
};

/** The metric of an alarm and its description. */
type AlarmDefinition = {
  metric: IMetric;
  /** The alarm goes off at this value or more within five minutes. */
  threshold: number;
  impact: string;
  firstStep: string;
  evaluation?: Partial<AlarmProps>;
};

const PERIOD = Duration.minutes(5);
const SUM = { statistic: Stats.SUM, period: PERIOD };
const MAXIMUM = { statistic: Stats.MAXIMUM, period: PERIOD };

/**
 * One bad period of five minutes raises an alarm, and an hour without one ends it. So each alarm notifies at most once an hour,
 * and can't be raised again by its own notification (docs/adr/009-alarms-cant-loop.md).
 */
const ONCE_AN_HOUR = {
  datapointsToAlarm: 1,
  evaluationPeriods: 12,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // All metrics here count failures or exist only while there is work: no data is fine.
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/** CloudFormation monitors at most five alarms (docs/adr/013-switch-versions-by-an-alias.md). */
const ROLLBACK = ['ApiServerErrors', 'GateTriggerErrors', 'FanOutErrors', 'DispatcherErrors', 'Heartbeat'];

/** `DeliveryQueue/DeadLetters` → `delivery-queue-dead-letters`. */
const kebabCase = (path: string): string =>
  path
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('/', '-')
    .toLowerCase();

/**
 * The stack's own alarms, all on one topic. Every function and dead-letter queue gets its alarms automatically. Each describes
 * its impact and the first step.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  /** ARNs of the alarms that end a deployment: on the API, and on the path of a notification. */
  readonly rollback: readonly string[];
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { topic, table, api, readers, sweeper, distribution }: AlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    const all = Stack.of(this).node.findAll();
    const functions = all.filter((construct) => construct instanceof GatebellFunction);
    for (const lambda of functions) this.#alarmsOnFunction(lambda);
    for (const reader of readers) this.#alarmOnReader(reader);
    for (const queue of all) if (queue instanceof DeadLetterQueue) this.#alarmOnDeadLetters(queue);
    this.#alarmOnLostExceptions(functions.map(({ logGroup }) => logGroup));
    this.#alarmOnApi(api);
    this.#alarmsOnTable(table);
    for (const { id, ...definition } of stalledAlarms(this, sweeper)) {
      const alarm = this.#alarm(id, definition);
      if (definition.evaluation.treatMissingData === TreatMissingData.BREACHING) alarm.node.addDependency(distribution);
    }
    this.rollback = this.all.filter(({ node }) => ROLLBACK.includes(node.id)).map(({ alarmArn }) => alarmArn);
  }

  #alarmsOnFunction(lambda: GatebellFunction): void {
    const { impact } = lambda;
    this.#alarm(`${lambda.node.id}Errors`, {
      metric: lambda.metricErrors(SUM),
      threshold: 1,
      impact,
      firstStep: `Look for what crashed or timed out in the log group ${lambda.logGroup.logGroupName}.`,
    });
    this.#alarm(`${lambda.node.id}Throttles`, {
      metric: lambda.metricThrottles(SUM),
      threshold: 5,
      impact,
      firstStep:
        "Compare the function's concurrent executions with its reserved concurrency, and the account's in this region with its quota.",
    });
  }

  #alarmOnReader(reader: GatebellFunction): void {
    this.#alarm(`${reader.node.id}IteratorAge`, {
      metric: reader.metric('IteratorAge', MAXIMUM),
      threshold: Duration.minutes(5).toMilliseconds(),
      impact: `Stream processing is minutes behind: ${reader.impact}`,
      firstStep: `Look for a record that fails repeatedly in the log group ${reader.logGroup.logGroupName}.`,
    });
  }

  #alarmOnDeadLetters(queue: DeadLetterQueue): void {
    this.#alarm(queue.node.path.split('/').slice(1).join(''), {
      metric: queue.metricApproximateNumberOfMessagesVisible(MAXIMUM),
      threshold: 1,
      ...queue.advice,
    });
  }

  #alarmOnLostExceptions(logGroups: readonly ILogGroup[]): void {
    const metric = { metricNamespace: metricNamespace(Stack.of(this).stackName), metricName: 'LostExceptions' };
    // Matches the text instead of a JSON field, however Lambda wraps the logged line.
    const filterPattern = FilterPattern.allTerms(LOST_EXCEPTION);
    for (const logGroup of logGroups) {
      new MetricFilter(this, `Lost${logGroup.node.id}`, { ...metric, logGroup, filterPattern, metricValue: '1' });
    }
    this.#alarm('LostExceptions', {
      metric: new Metric({ namespace: metric.metricNamespace, metricName: metric.metricName, ...SUM }),
      threshold: 1,
      impact: 'An exception is in the log only: neither the table nor the delivery queue could be reached.',
      // Without the text itself: the filters would match where this description is logged.
      firstStep:
        'Find the line by the pattern of the metric filters, inform the owner of the application, and check why both were unavailable.',
    });
  }

  #alarmOnApi(api: Api): void {
    this.#alarm('ApiServerErrors', {
      metric: api.metricServerErrors(SUM),
      threshold: 5,
      impact: 'Callers of the API and the page get errors.',
      firstStep:
        "Find the route in the access log. An integrationError means that API Gateway couldn't use the function.",
    });
  }

  #alarmsOnTable(table: Table): void {
    for (const kind of ['Read', 'Write'] as const) {
      this.#alarm(`Table${kind}Throttles`, {
        metric: table.metricThrottleEvents(kind, PERIOD),
        threshold: 50,
        impact: 'DynamoDB throttles requests: calls are slow or fail, and notifications arrive late.',
        firstStep:
          "Compare the table's consumed capacity with the account's quotas; look for an item with many writers.",
      });
    }
    this.#alarm('TableSystemErrors', {
      metric: table.metricSystemErrors(PERIOD),
      threshold: 5,
      impact: 'DynamoDB fails: calls fail, and notifications arrive late.',
      firstStep: 'Check the AWS Health Dashboard of the region.',
    });
  }

  #alarm(id: string, { metric, threshold, impact, firstStep, evaluation }: AlarmDefinition): Alarm {
    const alarm = new Alarm(this, id, {
      ...ONCE_AN_HOUR,
      // Named explicitly, because it is the notification's headline.
      alarmName: `${Stack.of(this).stackName}-${kebabCase(id)}`,
      alarmDescription: `${impact} First: ${firstStep}`,
      metric,
      threshold,
      ...evaluation,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    this.all.push(alarm);
    return alarm;
  }
}
