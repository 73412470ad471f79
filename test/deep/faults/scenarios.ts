import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Product } from '../../../core/products/model.ts';
import { readProducts, replaceProduct } from '../../../core/products/store/products.ts';
import { type Ends, EXCEPTIONS_END, type Scenario, slackOf, targetShown, teamsOf } from './scenario.ts';
import type { ApiAnswer, Step } from './sim/client.ts';
import { START } from './sim/simulation.ts';

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const MINUTE_MS = 60_000;
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

/** A change of a product past the API. */
const changes = (id: string, change: Partial<Product>, afterMs: number): Step => ({
  kind: 'write',
  afterMs,
  write: async (table) => {
    const before = (await readProducts(table, [id])).products[0]?.product;
    if (before === undefined) throw new Error(`There is no product ${id}`);
    const after = { ...before, ...change, version: before.version + 1 };
    if ((await replaceProduct(table, { before, after })) !== 'written') throw new Error(`${id} was not changed`);
  },
});

const flips = (id: string, from: string, to: string) => `Security gate of ${id} changed from ${from} to ${to}`;

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
  ],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3)]);
  },
  told: [
    {
      name: flips('Alpha', 'passed', 'failed'),
      ends: { 'team@example.org': 'sent', slack: 'sent', ms_teams: 'sent' },
    },
  ],
};

export const brokenTargets: Scenario = {
  name: 'broken-targets',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['dispatcher', 'gate-trigger'],
  settings: { email_from: '' },
  products: [
    {
      id: 'Alpha',
      notification_email_to: 'team@example.org',
      notification_slack_webhook: slackOf('Alpha'),
      notification_ms_teams_webhook: teamsOf('Alpha'),
    },
  ],
  behaviours: [
    { target: slackOf('Alpha'), status: 500, body: 'rollup_error', times: 1 },
    { target: teamsOf('Alpha'), status: 404, times: 99 },
  ],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3)]);
  },
  told: [
    {
      name: flips('Alpha', 'passed', 'failed'),
      ends: { 'team@example.org': 'skipped', slack: 'sent', ms_teams: 'failed' },
    },
    {
      name: `Microsoft Teams of Alpha is broken (${targetShown(teamsOf('Alpha'))}): The target answered 404`,
      ends: { 'team@example.org': 'skipped', slack: 'sent' },
      mayBeMissed: true,
    },
  ],
};

export const exception: Scenario = {
  name: 'exception',
  through: ['background', 'dispatcher', 'exceptions', 'fan-out', 'gate-trigger'],
  strikes: ['background', 'exceptions', 'gate-trigger'],
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

/** The alarm goes off, again after a time without data, and is over. Between them there is time for all retries. */
const ALARM_MESSAGES = [
  { name: 'metric-alarm', afterMs: 0 },
  { name: 'metric-alarm', afterMs: 5 * MINUTE_MS },
  { name: 'metric-alarm-ok', afterMs: 9 * MINUTE_MS },
] as const;

/** Where it is over before a target can be told, that target hears of neither. */
const TOLD_OR_OVER: Ends = { 'ops@example.org': ['sent', 'skipped'], slack: ['sent', 'skipped'] };

export const alarm: Scenario = {
  name: 'alarm',
  through: ['alarms', 'background', 'dispatcher', 'fan-out', 'gate-trigger'],
  strikes: ['alarms', 'background', 'gate-trigger'],
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
    { name: 'CloudWatch alarm: payments-api-5xx', ends: TOLD_OR_OVER, mayBeMissed: true },
    { name: 'CloudWatch alarm is OK again: payments-api-5xx', ends: TOLD_OR_OVER },
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
  strikes: ['background', 'gate-trigger', 'products', 'settings'],
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
  strikes: ['dispatcher'],
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
    // Back before the retry: no news. Where a fault holds up the second report, both are sent.
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: ['skipped', 'sent'], ms_teams: ['skipped', 'sent'] } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: ['skipped', 'sent'], ms_teams: ['skipped', 'sent'] } },
  ],
};

/** A gate that is back before the lease of a dispatcher ends that may have died after it had sent the change. */
export const flipBack: Scenario = {
  name: 'flip-back',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['dispatcher'],
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha') }],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3), uploads('Alpha', 0, 5_000)]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: ['sent', 'skipped'] } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: ['sent', 'skipped'] } },
  ],
};

const crowd = (...ids: readonly string[]) => ids.map((id) => ({ id, notification_slack_webhook: slackOf('Crowd') }));

const CROWD = ['One', 'Two', 'Three', 'Four'];

/** More messages for one webhook at once than it takes: dispatchers meet at it, and the others are told together. */
export const crowdedWebhook: Scenario = {
  name: 'crowded-webhook',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'settings'],
  strikes: ['dispatcher'],
  products: crowd(...CROWD).map((of) => ({ ...of, observation_counts: { ...COUNTS, critical: 3 } })),
  play: (simulation) => {
    simulation.addClient([settingsChange]);
  },
  told: CROWD.map((id) => ({ name: flips(id, 'failed', 'passed'), ends: { slack: 'sent' } })),
  promptMs: 60_000,
};

export const productDelete: Scenario = {
  name: 'product-delete',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['background', 'dispatcher', 'products'],
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
  strikes: ['background', 'gate-trigger', 'notifications'],
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
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'notifications', 'products'],
  strikes: ['background', 'dispatcher', 'notifications'],
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
      name: `Slack of Alpha is broken (${targetShown(slackOf('Alpha'))}): The webhook was removed or switched off (no_service)`,
      ends: {},
      mayBeMissed: true,
    },
  ],
};

const TOLD_OR_BACK = ['sent', 'skipped'] as const;

/** A gate that flips to and fro within the interval: after two messages at once, one says how it stands. Later it flips again. */
export const digest: Scenario = {
  name: 'digest',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['dispatcher'],
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha') }],
  play: (simulation) => {
    const atOnce = [3, 0, 3, 0, 3].map((critical) => uploads('Alpha', critical, 1_000));
    simulation.addClient([...atOnce, uploads('Alpha', 0, 10 * MINUTE_MS)]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), times: 3, ends: { slack: TOLD_OR_BACK } },
    { name: flips('Alpha', 'failed', 'passed'), times: 3, ends: { slack: TOLD_OR_BACK } },
  ],
  promptMs: MINUTE_MS,
};

/** The message that is to wake the target after its interval is lost: the sweeper finds what waits. */
export const lostWake: Scenario = {
  name: 'lost-wake',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products', 'sweeper'],
  strikes: ['sweeper'],
  products: crowd('One', 'Two', 'Three'),
  loses: () => {
    let isLost = false;
    return (_, delaySeconds) => {
      if (isLost || delaySeconds === 0) return false;
      isLost = true;
      return true;
    };
  },
  play: (simulation) => {
    simulation.addClient(['One', 'Two', 'Three'].map((id) => uploads(id, 3, 1_000)));
  },
  told: ['One', 'Two', 'Three'].map((id) => ({ name: flips(id, 'passed', 'failed'), ends: { slack: 'sent' } })),
};

/** Whoever mutes, until when. */
const mutedFor = (ms: number) => ({
  until: new Date(Date.parse(START) + ms).toISOString(),
  reason: 'Migration',
  since: START,
  by: 'alice',
});

/** A mute that ends, and a daily time that comes: one message says what changed, if anything did. */
export const muteAndSchedule: Scenario = {
  name: 'mute-and-schedule',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products', 'sweeper'],
  strikes: ['dispatcher', 'sweeper'],
  products: [
    { id: 'Alpha', notification_slack_webhook: slackOf('Alpha'), mutes: { all: mutedFor(8 * MINUTE_MS) } },
    {
      id: 'Beta',
      notification_slack_webhook: slackOf('Beta'),
      schedules: { slack: { kind: 'daily', time: '15:07', time_zone: 'Europe/Berlin' } },
    },
  ],
  play: (simulation) => {
    simulation.addClient([3, 0, 3].map((critical) => uploads('Alpha', critical)));
    simulation.addClient([3, 0].map((critical) => uploads('Beta', critical)));
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), times: 2, ends: { slack: TOLD_OR_BACK } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Beta', 'passed', 'failed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Beta', 'failed', 'passed'), ends: { slack: TOLD_OR_BACK } },
  ],
};

/** A target that asks for more time than a message can be delayed, while its product's gate flips, and is muted in the end. */
export const throttled: Scenario = {
  name: 'throttled',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'products', 'sweeper'],
  strikes: ['background', 'sweeper'],
  products: crowd('Alpha', 'Beta'),
  behaviours: [{ target: slackOf('Crowd'), status: 429, headers: { 'retry-after': '1200' }, times: 1 }],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3), uploads('Alpha', 0, 2_000)]);
    simulation.addClient([
      uploads('Beta', 3),
      changes('Beta', { mutes: { all: mutedFor(24 * MINUTE_MS) } }, MINUTE_MS),
    ]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Beta', 'passed', 'failed'), ends: { slack: 'sent' } },
  ],
};

/** A webhook that refuses a message of many for the sake of one product: the others are sent alone. */
export const refusedOfMany: Scenario = {
  name: 'refused-of-many',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['dispatcher'],
  products: crowd('One', 'Two', 'Three', 'Refused'),
  behaviours: [{ target: slackOf('Crowd'), status: 400, body: 'invalid_blocks', times: 99, about: 'Refused' }],
  play: (simulation) => {
    simulation.addClient(['One', 'Two', 'Three', 'Refused'].map((id) => uploads(id, 3, 500)));
  },
  told: [
    ...['One', 'Two', 'Three'].map((id) => ({ name: flips(id, 'passed', 'failed'), ends: { slack: 'sent' } as const })),
    { name: flips('Refused', 'passed', 'failed'), ends: { slack: 'failed' } },
  ],
};

/** A webhook that is replaced while messages wait for it. */
export const rotatedWebhook: Scenario = {
  name: 'rotated-webhook',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['background', 'dispatcher'],
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha') }],
  behaviours: [{ target: slackOf('Alpha'), status: 429, headers: { 'retry-after': '60' }, times: 1 }],
  play: (simulation) => {
    const rotates: Step = {
      kind: 'call',
      afterMs: 5_000,
      call: () => product({ product_id: 'Alpha' }, PATCH, { notification_slack_webhook: slackOf('Rotated') }),
    };
    simulation.addClient([uploads('Alpha', 3), rotates]);
  },
  told: [{ name: flips('Alpha', 'passed', 'failed'), ends: { slack: 'sent' } }],
};

/** A notification that is deleted while it waits among others. */
export const deletedWhileWaiting: Scenario = {
  name: 'deleted-while-waiting',
  through: ['background', 'dispatcher', 'fan-out', 'gate-trigger', 'notifications', 'products', 'sweeper'],
  strikes: ['background', 'dispatcher'],
  products: crowd('One', 'Two', 'Three'),
  behaviours: [{ target: slackOf('Crowd'), status: 429, headers: { 'retry-after': '600' }, times: 1 }],
  play: (simulation) => {
    simulation.addClient([
      ...['One', 'Two', 'Three'].map((id) => uploads(id, 3, 500)),
      { kind: 'call', afterMs: 5 * MINUTE_MS, call: () => ({ ...LIST, query: { product_id: 'Two' } }) },
      about('DELETE /api/notifications/{notification_id}'),
    ]);
  },
  told: [
    { name: flips('One', 'passed', 'failed'), ends: { slack: 'sent' } },
    { name: flips('Two', 'passed', 'failed'), ends: 'gone' },
    { name: flips('Three', 'passed', 'failed'), ends: { slack: 'sent' } },
  ],
};

/** A product that begins to expect reports, of which the last one came ten and a half days ago. */
export const overdueReport: Scenario = {
  name: 'overdue-report',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products', 'sweeper'],
  strikes: ['gate-trigger', 'sweeper'],
  products: [
    {
      id: 'Alpha',
      notification_slack_webhook: slackOf('Alpha'),
      observation_counts_updated: new Date(Date.parse(START) - 252 * HOUR_MS).toISOString(),
    },
  ],
  play: (simulation) => {
    const expects = { report_expected_hours: 24 };
    simulation.addClient([{ kind: 'call', call: () => product({ product_id: 'Alpha' }, PATCH, expects) }]);
  },
  told: [{ name: 'Alpha: no report for 10 days', ends: { slack: 'sent' } }],
};

/** The connection breaks after the post: the very message is sent again, before anything newer. */
export const unknownAnswer: Scenario = {
  name: 'unknown-answer',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['dispatcher'],
  products: crowd('Alpha', 'Beta'),
  behaviours: [{ target: slackOf('Crowd'), status: 200, times: 1, breaksOff: true }],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3), uploads('Alpha', 0, 2_000)]);
    simulation.addClient([uploads('Beta', 3, 3_000)]);
  },
  told: [
    { name: flips('Alpha', 'passed', 'failed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Alpha', 'failed', 'passed'), ends: { slack: TOLD_OR_BACK } },
    { name: flips('Beta', 'passed', 'failed'), ends: { slack: 'sent' } },
  ],
};

/** A fan-out whose clock is half a minute fast, and a dispatcher whose clock is as slow. */
export const wrongClocks: Scenario = {
  name: 'wrong-clocks',
  through: ['dispatcher', 'fan-out', 'gate-trigger', 'products'],
  strikes: ['fan-out'],
  clocks: { 'fan-out': 30_000, dispatcher: -30_000 },
  products: [{ id: 'Alpha', notification_slack_webhook: slackOf('Alpha') }],
  play: (simulation) => {
    simulation.addClient([uploads('Alpha', 3)]);
  },
  told: [{ name: flips('Alpha', 'passed', 'failed'), ends: { slack: 'sent' } }],
  promptMs: 2 * MINUTE_MS,
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
    flipBack,
    digest,
    lostWake,
    muteAndSchedule,
    throttled,
    refusedOfMany,
    rotatedWebhook,
    deletedWhileWaiting,
    overdueReport,
    unknownAnswer,
    wrongClocks,
  ].map((scenario) => [scenario.name, scenario]),
);
