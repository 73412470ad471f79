import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { LOST_EXCEPTION, metricNamespace } from '../core/contract.ts';
import type { Api } from './api.ts';
import { GatebellFunction } from './gatebell-function.ts';
import { DeadLetterQueue } from './gatebell-queue.ts';
import type { Table } from './table.ts';

export type AlarmsProps = {
  /** Where all of them publish. */
  topic: ITopic;
  table: Table;
  api: Api;
  /** The functions behind the stream. */
  readers: readonly GatebellFunction[];
};

/** What CloudWatch is to look at, and what people are told. */
type Watch = {
  metric: IMetric;
  /** So much, or more, in five minutes raises the alarm. */
  threshold: number;
  impact: string;
  firstStep: string;
};

const PERIOD = Duration.minutes(5);
const SUM = { statistic: Stats.SUM, period: PERIOD };
const MAXIMUM = { statistic: Stats.MAXIMUM, period: PERIOD };

/**
 * One bad period of five minutes raises an alarm, and only an hour without any ends it. So an alarm is told once an hour
 * at the most, and what the telling itself stirs up meets it still raised (docs/adr/009-alarms-cant-loop.md).
 */
const ONCE_AN_HOUR = {
  datapointsToAlarm: 1,
  evaluationPeriods: 12,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // All metrics here count bad things or are made by work that there is: none is a good sign.
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/** `DeliveryQueue/DeadLetters` → `delivery-queue-dead-letters`. */
const kebabCase = (path: string): string =>
  path
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('/', '-')
    .toLowerCase();

/**
 * The stack's own alarms, all to one topic. Whoever adds a function or a last stop gets theirs without asking. Each says
 * what does not work while it is raised, and what to do first.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { topic, table, api, readers }: AlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    const all = Stack.of(this).node.findAll();
    const functions = all.filter((construct) => construct instanceof GatebellFunction);
    for (const lambda of functions) this.#watchFunction(lambda);
    for (const reader of readers) this.#watchReader(reader);
    for (const queue of all) if (queue instanceof DeadLetterQueue) this.#watchLastStop(queue);
    this.#watchLostExceptions(functions.map(({ logGroup }) => logGroup));
    this.#watchApi(api);
    this.#watchTable(table);
  }

  #watchFunction(lambda: GatebellFunction): void {
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

  #watchReader(reader: GatebellFunction): void {
    this.#alarm(`${reader.node.id}IteratorAge`, {
      metric: reader.metric('IteratorAge', MAXIMUM),
      threshold: Duration.minutes(5).toMilliseconds(),
      impact: `Stream processing is minutes behind: ${reader.impact}`,
      firstStep: `Look for a record that fails repeatedly in the log group ${reader.logGroup.logGroupName}.`,
    });
  }

  #watchLastStop(queue: DeadLetterQueue): void {
    this.#alarm(queue.node.path.split('/').slice(1).join(''), {
      metric: queue.metricApproximateNumberOfMessagesVisible(MAXIMUM),
      threshold: 1,
      ...queue.advice,
    });
  }

  #watchLostExceptions(logGroups: readonly ILogGroup[]): void {
    const metric = { metricNamespace: metricNamespace(Stack.of(this).stackName), metricName: 'LostExceptions' };
    // The text as such and no JSON field: it stands in the line however Lambda wraps what a function logs.
    const filterPattern = FilterPattern.allTerms(LOST_EXCEPTION);
    for (const logGroup of logGroups) {
      new MetricFilter(this, `Lost${logGroup.node.id}`, { ...metric, logGroup, filterPattern, metricValue: '1' });
    }
    this.#alarm('LostExceptions', {
      metric: new Metric({ namespace: metric.metricNamespace, metricName: metric.metricName, ...SUM }),
      threshold: 1,
      impact: 'An exception is in the log only: neither the table nor the delivery queue could be reached.',
      // Without the text itself: where this is logged, the filters would find it.
      firstStep:
        'Find the line by the pattern of the metric filters, inform the owner of the application, and check why both were unavailable.',
    });
  }

  #watchApi(api: Api): void {
    this.#alarm('ApiServerErrors', {
      metric: api.metricServerErrors(SUM),
      threshold: 5,
      impact: 'Callers of the API and the page get errors.',
      firstStep:
        "Find the route in the access log. An integrationError means that API Gateway couldn't use the function.",
    });
  }

  #watchTable(table: Table): void {
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

  #alarm(id: string, { metric, threshold, impact, firstStep }: Watch): void {
    const alarm = new Alarm(this, id, {
      ...ONCE_AN_HOUR,
      // A name of our own, as it is the notification's headline.
      alarmName: `${Stack.of(this).stackName}-${kebabCase(id)}`,
      alarmDescription: `${impact} First: ${firstStep}`,
      metric,
      threshold,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    this.all.push(alarm);
  }
}
