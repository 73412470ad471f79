import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXCEPTIONS_END, type Scenario, slackOf, teamsOf } from './scenario.ts';
import type { ApiAnswer, Step } from './sim/client.ts';
import { START } from './sim/simulation.ts';

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const HOUR_MS = 3_600_000;

const product = (path: { product_id: string }, route: string, body?: unknown) => ({
  function: 'products',
  route,
  path,
  ...(body === undefined ? {} : { body }),
});

const uploads = (id: string, critical: number, afterMs = 0): Step => ({
  kind: 'call',
  afterMs,
  call: () => product({ product_id: id }, 'PUT /api/products/{product_id}/observation_counts', { ...COUNTS, critical }),
});

const deletes = (id: string, afterMs = 0): Step => ({
  kind: 'call',
  afterMs,
  call: () => product({ product_id: id }, 'DELETE /api/products/{product_id}'),
});

const raises = (exception_class: string, afterMs = 0): Step => ({
  kind: 'call',
  afterMs,
  call: () => ({
    function: 'exceptions',
    route: 'POST /api/exceptions',
    body: { exception_class, message: 'line 7', function: 'importer', arguments: { scan: 7 } },
  }),
});

const keyed = (idempotencyKey: string, call: { function: string; route: string; body: unknown }): Step => ({
  kind: 'call',
  call: () => ({ ...call, idempotencyKey }),
});

const creates = (key: string, name: string): Step =>
  keyed(key, { function: 'products', route: 'POST /api/products', body: { name } });

const raisesOnce = (key: string): Step =>
  keyed(key, {
    function: 'exceptions',
    route: 'POST /api/exceptions',
    body: { exception_class: 'ImportError', message: 'line 7', function: 'importer' },
  });

const flips = (id: string, from: string, to: string) => `Security gate of ${id} changed from ${from} to ${to}`;

/** A webhook as deliveries show it. */
const shown = (webhook: string): string =>
  `${new URL(webhook).host} #${createHash('sha256').update(webhook).digest('hex').slice(0, 6)}`;

export const gateChange: Scenario = {
  name: 'gate-change',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  products: [
    {
      id: 'Alpha',
      notification_email_to: 'team@example.org',
      notification_slack_webhook: slackOf('Alpha'),
      notification_ms_teams_webhook: teamsOf('Alpha'),
    },
    { id: 'Beta', notification_slack_webhook: slackOf('Beta') },
  ],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3)]);
    simulation.addClient([uploads('Beta', 1)]);
  },
  told: [
    {
      name: flips('Alpha', 'passed', 'failed'),
      ends: { 'team@example.org': 'sent', slack: 'sent', ms_teams: 'sent' },
    },
    { name: flips('Beta', 'passed', 'failed'), ends: { slack: 'sent' } },
  ],
};

export const brokenTargets: Scenario = {
  name: 'broken-targets',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  settings: { email_from: '' },
  products: [
    {
      id: 'Alpha',
      notification_email_to: 'team@example.org',
      notification_slack_webhook: slackOf('Alpha'),
      notification_ms_teams_webhook: teamsOf('Alpha'),
    },
    { id: 'Beta', notification_slack_webhook: slackOf('Beta') },
  ],
  behaviours: [
    { target: slackOf('Alpha'), status: 500, body: 'rollup_error', times: 1 },
    { target: teamsOf('Alpha'), status: 404, times: 99 },
    { target: slackOf('Beta'), status: 429, headers: { 'retry-after': '30' }, times: 1 },
  ],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3)]);
    simulation.addClient([uploads('Beta', 1)]);
  },
  told: [
    {
      name: flips('Alpha', 'passed', 'failed'),
      ends: { 'team@example.org': 'skipped', slack: 'sent', ms_teams: 'failed' },
    },
    { name: flips('Beta', 'passed', 'failed'), ends: { slack: 'sent' } },
    {
      name: `Microsoft Teams of Alpha is broken (${shown(teamsOf('Alpha'))}): The target answered 404`,
      ends: { 'team@example.org': 'skipped', slack: 'sent' },
      mayBeMissed: true,
    },
  ],
};

export const exception: Scenario = {
  name: 'exception',
  through: ['background', 'dispatcher', 'exceptions', 'fan-out', 'gate-trigger'],
  play: (simulation) => {
    simulation.addClient([raises('ImportError'), raises('ImportError', 1_000)]);
    simulation.addClient([raises('ImportError'), raises('ParseError')]);
  },
  told: [
    { name: 'Exception: ImportError in importer', ends: EXCEPTIONS_END, heldBack: 2 },
    { name: 'Exception: ParseError in importer', ends: EXCEPTIONS_END },
  ],
};

/** Each request is sent twice though it was answered, and again where no answer came. */
export const keyedWrites: Scenario = {
  name: 'keyed-writes',
  through: ['background', 'dispatcher', 'exceptions', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['exceptions', 'products'],
  play: (simulation) => {
    simulation.addClient([creates('a', 'Alpha'), creates('a', 'Alpha')]);
    simulation.addClient([raisesOnce('b'), raisesOnce('b'), raisesOnce('c'), raisesOnce('c')]);
  },
  told: [{ name: 'Exception: ImportError in importer', ends: EXCEPTIONS_END, heldBack: 1 }],
  keyed: { products: 1, heldBack: 1 },
};

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'alarms', `${name}.json`), 'utf8');

const MINUTE_MS = 60_000;

/** The alarm goes off, again after a time without data, and is over. Between them there is time for all retries. */
const ALARM_MESSAGES = [
  { name: 'metric-alarm', afterMs: 0 },
  { name: 'metric-alarm', afterMs: 5 * MINUTE_MS },
  { name: 'metric-alarm-ok', afterMs: 9 * MINUTE_MS },
] as const;

export const alarm: Scenario = {
  name: 'alarm',
  through: ['alarms', 'background', 'dispatcher', 'fan-out', 'gate-trigger'],
  // Longer than faults hold up the second message: only OK closes the window.
  settings: { exception_rate_limit: 999_999 },
  play: (simulation) => {
    for (const { name, afterMs } of ALARM_MESSAGES) {
      const at = new Date(Date.parse(START) + afterMs).toISOString().replace('Z', '+0000');
      const Message = JSON.stringify({ ...JSON.parse(fixture(name)), StateChangeTime: at });
      simulation.topic.push({ Records: [{ Sns: { Message, MessageId: at } }] }, afterMs);
    }
  },
  told: [
    // Where faults hold it up until the alarm is over, it isn't told any more.
    { name: 'CloudWatch alarm: payments-api-5xx', ends: EXCEPTIONS_END, mayBeMissed: true },
    { name: 'CloudWatch alarm is OK again: payments-api-5xx', ends: EXCEPTIONS_END },
  ],
};

const settingsChange: Step = {
  kind: 'call',
  call: () => ({
    function: 'settings',
    route: 'PATCH /api/settings',
    body: { security_gate_threshold_critical: 5 },
  }),
};

export const recheck: Scenario = {
  name: 'settings-recheck',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'products', 'settings'],
  products: [
    { id: 'Alpha', observation_counts: { ...COUNTS, critical: 3 }, notification_slack_webhook: slackOf('Alpha') },
    { id: 'Beta', observation_counts: { ...COUNTS, critical: 1 }, notification_email_to: 'team@example.org' },
    { id: 'Gamma', observation_counts: { ...COUNTS, critical: 9 }, notification_slack_webhook: slackOf('Gamma') },
    { id: 'Delta', observation_counts: { ...COUNTS, critical: 2 }, security_gate_active: false },
  ],
  play: (simulation) => {
    simulation.addClient([settingsChange]);
    simulation.addClient([uploads('Beta', 4)]);
  },
  told: [
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: 'sent' } },
    { name: flips('Beta', 'failed', 'passed'), ends: { 'team@example.org': 'sent' } },
  ],
};

/** The first post is answered 500, and the gate passes before the retry: the target must not hear of the failure after that. */
export const overtakingRetry: Scenario = {
  name: 'overtaking-retry',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  products: [
    { id: 'Alpha', notification_slack_webhook: slackOf('Alpha'), notification_ms_teams_webhook: teamsOf('Alpha') },
  ],
  behaviours: [
    { target: slackOf('Alpha'), status: 500, body: 'rollup_error', times: 1 },
    { target: teamsOf('Alpha'), status: 429, headers: { 'retry-after': '20' }, times: 1 },
  ],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3), uploads('Alpha', 0, 3_000)]);
  },
  told: [
    // Where a fault holds up the second report, the retry comes before it, and is sent.
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: ['skipped', 'sent'], ms_teams: ['skipped', 'sent'] } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: 'sent', ms_teams: 'sent' } },
  ],
};

const CROWD = ['One', 'Two', 'Three', 'Four'];

/** More messages for one webhook than it takes while a function waits for a slot. */
export const crowdedWebhook: Scenario = {
  name: 'crowded-webhook',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'settings'],
  strikes: ['dispatcher'],
  products: CROWD.map((id) => ({
    id,
    observation_counts: { ...COUNTS, critical: 3 },
    notification_slack_webhook: slackOf('Crowd'),
  })),
  play: (simulation) => {
    simulation.addClient([settingsChange]);
  },
  told: CROWD.map((id) => ({ name: flips(id, 'failed', 'passed'), ends: { slack: 'sent' } })),
};

export const productDelete: Scenario = {
  name: 'product-delete',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'products'],
  products: [
    { id: 'Alpha', notification_slack_webhook: slackOf('Alpha') },
    { id: 'Beta', notification_slack_webhook: slackOf('Beta'), notification_email_to: 'team@example.org' },
  ],
  play: (simulation) => {
    // Alpha goes while it is told of, Beta long after.
    simulation.addClient([uploads('Alpha', 3), deletes('Alpha')]);
    simulation.addClient([uploads('Beta', 3), deletes('Beta', 2 * HOUR_MS)]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), ends: 'gone' },
    { name: flips('Beta', 'passed', 'failed'), ends: 'gone' },
  ],
};

const listed = z.object({ results: z.array(z.object({ id: z.string() })) });

const LIST = { function: 'notifications', route: 'GET /api/notifications', query: { type: 'security_gate' } };

const newest = (answers: readonly ApiAnswer[]): string => {
  const list = answers.findLast(({ route, status }) => route === LIST.route && status === 200);
  return listed.parse(list?.body).results[0]?.id ?? 'none';
};

const about = (route: string, body?: unknown): Step => ({
  kind: 'call',
  call: (answers) => ({
    function: 'notifications',
    route,
    path: { notification_id: newest(answers) },
    ...(body === undefined ? {} : { body }),
  }),
});

export const notificationDelete: Scenario = {
  name: 'notification-delete',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'notifications', 'products'],
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha'), notification_email_to: 'team@example.org' }],
  play: (simulation) => {
    simulation.addClient([
      uploads('Alpha', 3),
      { kind: 'call', afterMs: HOUR_MS, call: () => LIST },
      about('POST /api/notifications/{notification_id}/mark_as_viewed'),
      about('DELETE /api/notifications/{notification_id}'),
    ]);
  },
  told: [{ name: flips('Alpha', 'passed', 'failed'), ends: 'gone' }],
};

const PATCH = 'PATCH /api/products/{product_id}';

export const sendAgain: Scenario = {
  name: 'send-again',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'notifications', 'products'],
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha') }],
  behaviours: [{ target: slackOf('Alpha'), status: 404, body: 'no_service', times: 99 }],
  play: (simulation) => {
    const retries: Step = {
      kind: 'call',
      call: (answers) => ({
        function: 'notifications',
        route: 'POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry',
        path: { notification_id: newest(answers), delivery_id: 'slack' },
      }),
    };
    const mends: Step = {
      kind: 'call',
      afterMs: 2 * HOUR_MS,
      call: () => product({ product_id: 'Alpha' }, PATCH, { notification_slack_webhook: slackOf('Mended') }),
    };
    simulation.addClient([uploads('Alpha', 3), mends, { kind: 'call', call: () => LIST }, retries]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: 'sent' } },
    {
      name: `Slack of Alpha is broken (${shown(slackOf('Alpha'))}): The webhook was removed or switched off (no_service)`,
      ends: {},
      mayBeMissed: true,
    },
  ],
};

/** By their names. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    gateChange,
    brokenTargets,
    exception,
    keyedWrites,
    alarm,
    recheck,
    crowdedWebhook,
    overtakingRetry,
    productDelete,
    notificationDelete,
    sendAgain,
  ].map((scenario) => [scenario.name, scenario]),
);
