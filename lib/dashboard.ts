import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  Color,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CHANNELS, type Channel } from '../core/channels/channels.ts';
import { METRIC, metricNamespace } from '../core/contract.ts';
import type { WorkQueue } from './gatebell-queue.ts';

export type DashboardProps = { alarms: readonly IAlarm[]; deliveries: WorkQueue };

const PERIOD = Duration.minutes(5);

/** Colors of outcomes: green for sent. */
const OUTCOMES = { sent: Color.GREEN, retrying: Color.ORANGE, failed: Color.RED, skipped: Color.GREY } as const;

/** A dashboard that answers "is it delivering?": alarms, outcomes by channel, waiting deliveries, and new notifications. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { alarms, deliveries }: DashboardProps) {
    super(scope, id);
    const { stackName, region } = Stack.of(this);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      // Dashboards of all regions share their names in an account.
      dashboardName: `${stackName}-${region}`,
      defaultInterval: Duration.hours(12),
    });
    dashboard.addWidgets(
      new TextWidget({
        markdown: `**Is ${stackName} delivering?** Yes, if no alarm is red, green bars follow the notifications, and the oldest message is young. Otherwise, see docs/runbook.md.`,
        width: 24,
        height: 2,
      }),
    );
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 6 }));
    dashboard.addWidgets(...CHANNELS.map((channel) => this.#channel(channel)));
    dashboard.addWidgets(this.#timeToSent(), this.#waiting(deliveries));
    dashboard.addWidgets(this.#notifications(), this.#heldBack());
  }

  #metric(metricName: string, dimensionsMap: Record<string, string>, statistic: string = Stats.SUM): Metric {
    const namespace = metricNamespace(Stack.of(this).stackName);
    return new Metric({ namespace, metricName, dimensionsMap, statistic, period: PERIOD });
  }

  #channel({ name: channel, label }: Channel): IWidget {
    const left = Object.entries(OUTCOMES).map(([outcome, color]) =>
      this.#metric(METRIC.deliveries, { channel, outcome }).with({ label: outcome, color }),
    );
    return new GraphWidget({ title: `Attempts by outcome: ${label}`, left, stacked: true, width: 8 });
  }

  #timeToSent(): IWidget {
    const left = CHANNELS.map(({ name: channel, label }) =>
      this.#metric(METRIC.timeToSent, { channel }, Stats.percentile(95)).with({ label }),
    );
    return new GraphWidget({ title: 'From notification to sent, p95 (ms)', left, width: 12 });
  }

  #waiting({ messages, deadLetters }: WorkQueue): IWidget {
    const maximum = { statistic: Stats.MAXIMUM, period: PERIOD };
    const left: IMetric[] = [
      messages.metricApproximateAgeOfOldestMessage({ ...maximum, label: 'age of the oldest delivery (s)' }),
      this.#metric(METRIC.heartbeatAge, {}, Stats.MAXIMUM).with({ label: 'age of the heartbeat (ms)' }),
    ];
    const right: IMetric[] = [
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'dead letters', color: Color.RED }),
    ];
    return new GraphWidget({ title: 'Waiting', left, right, width: 12 });
  }

  #notifications(): IWidget {
    const types = ['security_gate', 'exception', 'task'];
    const left = types.map((type) => this.#metric(METRIC.notifications, { type }).with({ label: type }));
    return new GraphWidget({ title: 'Notifications by type', left, stacked: true, width: 12 });
  }

  #heldBack(): IWidget {
    const left = ['exception', 'task'].map((type) => this.#metric(METRIC.heldBack, { type }).with({ label: type }));
    return new GraphWidget({ title: 'Repeated exceptions, not sent', left, width: 12 });
  }
}
