import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import type { Job } from '../../../core/jobs/model.ts';
import { createLog } from '../../../core/log.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { HistoryEntry } from '../../../core/products/history.ts';
import type { Product } from '../../../core/products/model.ts';
import type { ReportCheck } from '../../../core/products/report-check.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { ownTargets } from '../../../core/targets/model.ts';
import { targetName } from '../../../core/targets/target-record.ts';
import { gateTrigger } from '../../../functions/gate-trigger/gate-trigger.ts';
import { sealedChannels, sealedFields } from '../../vault.ts';
import { slackOf } from '../dispatcher/harness.ts';

const revision = { user: 'ci', settings: DEFAULT_SETTINGS, now: new Date('2026-11-24T10:00:00Z') };
const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });
const passing = newProduct('P', { name: 'Payments' }, revision);
const failing = reviseProduct(passing, { observation_counts: counts(3) }, revision);
const changedSettings: Settings = { ...DEFAULT_SETTINGS, version: 1, gate_version: 1, gate_changed_by: 'alice' };

let sequence = 0;
const record = (sk: string, before: object | null, after: object | null): DynamoDBRecord => {
  sequence += 1;
  const eventName = before === null ? 'INSERT' : after === null ? 'REMOVE' : 'MODIFY';
  const sent = {
    eventName,
    dynamodb: {
      SequenceNumber: String(sequence),
      Keys: { pk: { S: sk === 'PRODUCT' ? 'PRODUCT#P' : sk }, sk: { S: sk } },
      ...(before && { OldImage: marshall(before) }),
      ...(after && { NewImage: marshall(after) }),
    },
  };
  // Lambda hands events over as JSON.
  return JSON.parse(JSON.stringify(sent));
};

const run = async (records: readonly DynamoDBRecord[], fail: (notification: Notification) => boolean = () => false) => {
  const notifications: Notification[] = [];
  const jobs: Job[] = [];
  const regated: Product[] = [];
  const checks: ReportCheck[] = [];
  const history: HistoryEntry[] = [];
  const lines: string[] = [];
  const captured: ExceptionReport[] = [];
  const noted: string[] = [];
  const response = await gateTrigger({
    readSettings: async () => DEFAULT_SETTINGS,
    createNotification: async (notification) => {
      if (fail(notification)) throw new Error('The table is away');
      notifications.push(notification);
    },
    recordHistory: async ({ entry }) => {
      history.push(entry);
    },
    planReportCheck: async (check) => {
      checks.push(check);
    },
    updateGate: async (image) => {
      regated.push(image);
    },
    sendJobs: async (more) => {
      jobs.push(...more);
    },
    log: createLog((entry) => lines.push(JSON.stringify(entry))),
    capture: async (report) => {
      captured.push(report);
    },
    reportUnreadable: async ({ pk, sk }) => void noted.push(`${pk} ${sk}`),
  })({ Records: [...records] });
  return { notifications, jobs, regated, checks, history, lines, captured, noted, response };
};

describe('gateTrigger', () => {
  it('makes one notification of a gate change, and none of other writes', async () => {
    const renamed = reviseProduct(failing, { description: 'new' }, revision);
    const { notifications, response } = await run([
      record('PRODUCT', null, passing),
      record('PRODUCT', passing, failing),
      record('PRODUCT', failing, renamed),
    ]);
    expect(notifications).toMatchObject([{ from: 'passed', to: 'failed', user: 'ci' }]);
    expect(response).toEqual({ batchItemFailures: [] });
  });

  it('adds reports and gate changes to the history, and no other writes', async () => {
    const renamed = reviseProduct(failing, { description: 'new' }, revision);
    const disabled = reviseProduct(renamed, { security_gate_active: false }, revision);
    const { history } = await run([
      record('PRODUCT', null, passing),
      record('PRODUCT', passing, failing),
      record('PRODUCT', failing, renamed),
      record('PRODUCT', renamed, disabled),
      record('PRODUCT', disabled, null),
    ]);
    expect(history).toMatchObject([
      { version: 2, type: 'report', notification_id: failing.gate_notification_id },
      { version: 4, type: 'change', notification_id: disabled.gate_notification_id },
    ]);
  });

  it('plans the check of the next report, and notifies of one that is overdue, once', async () => {
    const expecting = reviseProduct(failing, { report_expected_hours: 24 }, revision);
    const report_check = { version: 3, notification_id: '01KAXNQXW0AAAAAAAAAAAAAAAA' };
    const overdue = { ...expecting, version: 4, report_check };
    const renamed = reviseProduct(overdue, { description: 'new' }, revision);
    const records = [record('PRODUCT', failing, expecting), record('PRODUCT', expecting, overdue)];
    const { checks, notifications, history } = await run([...records, record('PRODUCT', overdue, renamed)]);
    expect(checks).toEqual([{ product_id: 'P', version: 3, due_at: '2026-11-25T10:00:00.000Z' }]);
    expect(notifications).toMatchObject([
      { id: report_check.notification_id, report_overdue_since: '2026-11-25T10:00:00.000Z' },
    ]);
    expect(history).toEqual([]);
  });

  it('holds every written product against the latest settings', async () => {
    const { regated } = await run([record('PRODUCT', null, passing), record('PRODUCT', passing, failing)]);
    expect(regated.map(({ version }) => version)).toEqual([1, 2]);
  });

  it('starts a clean-up after a deleted product', async () => {
    const { jobs } = await run([record('PRODUCT', failing, null)]);
    expect(jobs).toEqual([{ kind: 'clean-up', product_id: 'P' }]);
  });

  it('goes on where what was there before does not parse: a write that mends it, or a deletion', async () => {
    const spoilt = { ...failing, version: 'two' };
    const { jobs, regated, noted, response } = await run([
      record('PRODUCT', spoilt, failing),
      record('PRODUCT', spoilt, null),
      record('SETTINGS', { version: 'one' }, changedSettings),
    ]);
    expect(response).toEqual({ batchItemFailures: [] });
    expect(regated).toMatchObject([{ id: 'P' }]);
    expect(jobs.map(({ kind }) => kind)).toEqual(['clean-up', 'plan-recheck']);
    expect(noted).toEqual(['PRODUCT#P PRODUCT', 'SETTINGS SETTINGS']);
  });

  it('fails a record that does not parse alone, after those before it', async () => {
    const spoilt = record('PRODUCT', passing, { ...failing, version: 'two' });
    const { notifications, captured, response } = await run([record('PRODUCT', passing, failing), spoilt]);
    expect(notifications).toHaveLength(1);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: spoilt.dynamodb?.SequenceNumber }]);
    expect(captured).toMatchObject([{ type: 'task', arguments: { item: 'PRODUCT#P' } }]);
  });

  it('starts a recheck when gate fields of the settings change, and only then', async () => {
    const { jobs } = await run([
      record('SETTINGS', null, { ...DEFAULT_SETTINGS, version: 1, email_from: 'a@x.org' }),
      record('SETTINGS', DEFAULT_SETTINGS, changedSettings),
      record('SETTINGS', changedSettings, { ...changedSettings, version: 2 }),
    ]);
    expect(jobs).toEqual([{ kind: 'plan-recheck', gate_version: 1, after: null }]);
  });

  describe('starts jobs for what waits', () => {
    const slack = (name: string) => ({ notification_slack_webhook: slackOf(name) });
    const product = { ...passing, ...sealedFields('P', { ...slack('one'), notification_email_to: 'bob@example.org' }) };
    const mute = { until: '2026-11-25T00:00:00.000Z', reason: '', since: '2026-11-24T10:00:00.000Z', by: 'alice' };
    const targets = ownTargets(product, DEFAULT_SETTINGS).map(({ key, destination }) =>
      targetName(destination.channel, key),
    );

    it.each([
      ['a webhook is replaced', { ...product, ...sealedFields('P', slack('two')) }],
      ['a schedule changes', { ...product, schedules: { slack: { kind: 'hourly' } } }],
      ['a channel is muted', { ...product, mutes: { slack: mute } }],
      ['the product is muted', { ...product, mutes: { all: mute } }],
    ] as const)('when %s, for the targets that the product had', async (_, after) => {
      const { jobs } = await run([record('PRODUCT', product, after)]);
      expect(targets).toHaveLength(2);
      expect(jobs).toEqual([{ kind: 'reroute', product_id: 'P', targets }]);
    });

    it('of the settings, when their channels change', async () => {
      const before = {
        ...DEFAULT_SETTINGS,
        channels: sealedChannels(null, 'exception', { exception_slack_webhook: slackOf('ops') }),
      };
      const { jobs } = await run([record('SETTINGS', before, { ...before, channels: DEFAULT_SETTINGS.channels })]);
      expect(jobs).toMatchObject([{ kind: 'reroute', product_id: null, targets: [expect.stringMatching(/^slack-/)] }]);
    });

    it('not when anything else changes, nor for a new product, nor for one that had no channels', async () => {
      const { jobs } = await run([
        record('PRODUCT', null, product),
        record('PRODUCT', product, { ...product, description: 'new' }),
        record('PRODUCT', passing, product),
      ]);
      expect(jobs).toEqual([]);
    });

    it('of at most 20 targets each', async () => {
      const addresses = Array.from({ length: 50 }, (_, position) => `user${position}@example.org`).join(', ');
      const many = { ...passing, ...sealedFields('P', { notification_email_to: addresses }) };
      const { jobs } = await run([record('PRODUCT', many, { ...many, mutes: { all: mute } })]);
      expect(jobs.map((job) => (job.kind === 'reroute' ? job.targets.length : 0))).toEqual([20, 20, 10]);
    });
  });

  it('stops at the first record that fails and reports it, so that the order stays', async () => {
    const records = [
      record('SETTINGS', null, changedSettings),
      record('PRODUCT', passing, failing),
      record('PRODUCT', failing, null),
    ];
    const { jobs, response, lines, captured } = await run(records, () => true);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }]);
    expect(jobs).toHaveLength(1);
    expect(lines.join()).toContain('The table is away');
    expect(captured).toMatchObject([
      {
        type: 'task',
        exception_class: 'Error',
        function: 'gate-trigger',
        arguments: { item: 'PRODUCT#P' },
        product_id: 'P',
      },
    ]);
  });

  it('reports a record that it cannot read', async () => {
    const poison = record('PRODUCT', passing, { ...failing, version: 'two' });
    const { response } = await run([poison]);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: poison.dynamodb?.SequenceNumber }]);
  });
});
