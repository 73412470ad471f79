import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { SNSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toEvent } from '../../../core/channels/event.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { windowFingerprint } from '../../../core/exceptions/identity.ts';
import { type ExceptionReport, prepareException } from '../../../core/exceptions/model.ts';
import { readWindow, reportHeldBack } from '../../../core/exceptions/store/closed-windows.ts';
import { recordException } from '../../../core/exceptions/store/record-exception.ts';
import { windowKey } from '../../../core/keys.ts';
import { type Notification, notificationSchema } from '../../../core/notifications/model.ts';
import { deleteNotifications } from '../../../core/notifications/store/delete.ts';
import type { Settings } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { alarms } from '../../../functions/alarms/alarms.ts';
import { startTestTable, type TestTable } from '../../table.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/alarms', `${name}.json`), 'utf8'));

const START = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600;
const time = (seconds: number) => new Date(START + seconds * 1_000);

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

/** Each test has an alarm of its own. */
let alarmName: string;
beforeEach(async () => {
  alarmName = `alarm-${randomUUID()}`;
  await configure({ exception_rate_limit: HOUR });
});

const configure = async (change: Partial<Settings>): Promise<void> => {
  const before = await readSettings(running.table);
  const after = { ...before, ...change, version: before.version + 1 };
  expect(await replaceSettings(running.table, { before, after, now: new Date() })).toBe('written');
};

const arn = () => `arn:aws:cloudwatch:eu-central-1:000000000000:alarm:${alarmName}`;

type State = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

const message = (from: State, to: State, seconds: number, more: object = {}): string =>
  JSON.stringify({
    ...fixture(to === 'OK' ? 'metric-alarm-ok' : 'metric-alarm'),
    AlarmName: alarmName,
    AlarmArn: arn(),
    OldStateValue: from,
    NewStateValue: to,
    StateChangeTime: time(seconds).toISOString().replace('Z', '+0000'),
    ...more,
  });

const eventOf = (text: string): SNSEvent => {
  const attributes = { MessageAttributes: {}, SignatureVersion: '1', Timestamp: '', Signature: '', SigningCertUrl: '' };
  const sns = { ...attributes, MessageId: 'm', Message: text, Type: '', UnsubscribeUrl: '', TopicArn: '', Subject: '' };
  return { Records: [{ EventVersion: '1.0', EventSubscriptionArn: '', EventSource: 'aws:sns', Sns: sns }] };
};

/** Hands a message to the function, whose clock says `at`; by default a second after the change. */
const reportsOf = async (text: string): Promise<ExceptionReport[]> => {
  const reports: ExceptionReport[] = [];
  const log = { info: () => {}, error: () => {} };
  await alarms({ capture: async (report) => void reports.push(report), log })(eventOf(text));
  return reports;
};

const publish = async (text: string, at: Date) => {
  const kinds: string[] = [];
  for (const report of await reportsOf(text)) {
    const occurrence = { exception: prepareException(report), now: at, randomId: randomUUID };
    kinds.push((await recordException(running.table, occurrence)).kind);
  }
  return kinds.join();
};

const changes = (from: State, to: State, seconds: number, at = seconds + 1) =>
  publish(message(from, to, seconds), time(at));
const goesOff = (seconds: number, at?: number) => changes('OK', 'ALARM', seconds, at);
const isOver = (seconds: number, at?: number) => changes('ALARM', 'OK', seconds, at);

/** The notifications of the test's alarm, oldest first as the list has them. */
const notified = async (): Promise<Notification[]> => {
  const { Items = [] } = await running.table.client.send(new ScanCommand({ TableName: running.table.name }));
  return Items.filter((item) => item['sk'] === 'NOTIFICATION' && item['alarm'] === arn())
    .map((item) => notificationSchema.parse(item))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
};

const states = async () => (await notified()).map(({ resolved }) => (resolved ? 'OK' : 'ALARM')).join(' ');

const window = async () => {
  const [report] = await reportsOf(message('OK', 'ALARM', 0));
  if (report === undefined) throw new Error('no report');
  return (await readWindow(running.table, windowFingerprint(prepareException(report), 'exact'))).window;
};

describe('an alarm', () => {
  it('that goes off and is OK again is two notifications, the second resolved', async () => {
    expect(await goesOff(0)).toBe('notified');
    expect(await isOver(600)).toBe('notified');
    const [raised, resolved] = await notified();
    expect(raised).toMatchObject({
      name: `CloudWatch alarm: ${alarmName}`,
      message: 'The payments API answers 5xx. Look at its log group first.',
      resolved: false,
      alarm: arn(),
      created: time(0).toISOString(),
    });
    expect(resolved).toMatchObject({
      type: 'exception',
      exception_origin: 'alarm',
      exception_class: 'CloudWatchAlarm',
      name: `CloudWatch alarm is OK again: ${alarmName}`,
      message: expect.stringContaining('was not greater than the threshold'),
      trace: expect.stringMatching(/^State: ALARM → OK at .*\nMetric: .*\nRegion: .*\nConsole: https:/),
      function: alarmName,
      resolved: true,
      alarm: arn(),
      created: time(600).toISOString(),
      suppressed: null,
    });
  });

  it('that goes off again a minute after it was OK is notified at once, also without a rate limit', async () => {
    for (const limit of [HOUR, 0]) {
      alarmName = `alarm-${randomUUID()}`;
      await configure({ exception_rate_limit: limit });
      for (const kind of [await goesOff(0), await isOver(60), await goesOff(120), await isOver(180)])
        expect(kind).toBe('notified');
      expect(await states()).toBe('ALARM OK ALARM OK');
    }
  });

  it('says at its end how many were held back, and the window holds none any more', async () => {
    await goesOff(0);
    for (const seconds of [60, 120]) expect(await changes('INSUFFICIENT_DATA', 'ALARM', seconds)).toBe('held-back');
    expect(await isOver(180)).toBe('notified');
    expect((await notified()).at(-1)).toMatchObject({
      suppressed: 2,
      suppressed_since: time(1).toISOString(),
      suppressed_last: time(121).toISOString(),
    });
    expect(await window()).toMatchObject({ held_back: 0 });
    await goesOff(240);
    expect((await notified()).at(-1)).toMatchObject({ suppressed: null });
  });

  it('that was never in ALARM writes nothing when it is OK', async () => {
    expect(await changes('INSUFFICIENT_DATA', 'OK', 0)).toBe('ignored');
    expect([await notified(), await window()]).toEqual([[], null]);
  });

  it('is resolved after INSUFFICIENT_DATA, too, which itself writes nothing', async () => {
    await goesOff(0);
    expect(await changes('ALARM', 'INSUFFICIENT_DATA', 60)).toBe('');
    expect(await changes('INSUFFICIENT_DATA', 'OK', 120)).toBe('notified');
    expect(await states()).toBe('ALARM OK');
  });

  it('is the same one when its description changes, and another one under another ARN', async () => {
    await goesOff(0);
    const edited = { AlarmDescription: 'Ask payments first.' };
    expect(await publish(message('OK', 'ALARM', 60, edited), time(61))).toBe('held-back');
    const elsewhere = { AlarmArn: arn().replace('eu-central-1', 'eu-central-2') };
    expect(await publish(message('OK', 'ALARM', 60, elsewhere), time(61))).toBe('notified');
  });

  it('that is delivered out of order ends as it is', async () => {
    await isOver(60, 70);
    expect(await goesOff(0, 71)).toBe('ignored');
    expect(await goesOff(120)).toBe('notified');
    await goesOff(240);
    expect(await isOver(180, 250)).toBe('ignored');
    expect(await states()).toBe('OK ALARM');
    expect(await isOver(300)).toBe('notified');
  });

  it('that is delivered again and again, at any time and by any clock, is notified once', async () => {
    for (const at of [1, 2, HOUR + 2, -300]) await goesOff(0, at);
    for (const at of [61, 62, HOUR + 62, -300]) await isOver(60, at);
    for (const at of [63, 2 * HOUR]) await goesOff(0, at);
    expect(await states()).toBe('ALARM OK');
    expect((await notified()).at(-1)).toMatchObject({ suppressed: null });
  });

  it.each([
    { newest: 'ALARM', left: {}, change: (n: number) => (n % 2 === 0 ? isOver(60, 70) : goesOff(61, 70)) },
    { newest: 'OK', left: { held_back: 0 }, change: (n: number) => (n % 2 === 0 ? isOver(60, 70) : goesOff(n, 70)) },
  ])('that changes and is delivered 50 times at one moment ends in $newest, the newest state', async (of) => {
    for (let round = 0; round < 4; round += 1) {
      alarmName = `alarm-${randomUUID()}`;
      await goesOff(0, 70);
      await Promise.all(Array.from({ length: 50 }, (_, n) => of.change(n)));
      const all = await notified();
      expect(all.at(-1)).toMatchObject({ resolved: of.newest === 'OK' });
      expect(all.filter(({ resolved }) => resolved).length).toBeLessThanOrEqual(1);
      expect(await window()).toMatchObject({ ...of.left, alarm: { state: of.newest } });
    }
  });

  it('is not made again when its notification was deleted, not even without a window', async () => {
    await goesOff(0);
    await isOver(60);
    const notifications = await notified();
    expect(await deleteNotifications(running.table, { notifications, now: time(61) })).toHaveLength(2);
    expect(await isOver(60)).toBe('ignored');
    const { client, name } = running.table;
    const Key = windowKey((await window())?.fingerprint ?? 'no window');
    await client.send(new DeleteCommand({ TableName: name, Key }));
    expect(await isOver(60)).toBe('ignored');
    expect(await notified()).toEqual([]);
  });

  it('sorts its end after the summary of what was held back, also if that was written later', async () => {
    await goesOff(0);
    await changes('INSUFFICIENT_DATA', 'ALARM', 60);
    const open = await window();
    if (open === null) throw new Error('no window');
    expect(await reportHeldBack(running.table, { window: open, now: time(2 * HOUR + 5) })).toBe('written');
    await isOver(2 * HOUR, 2 * HOUR + 10);
    expect(await states()).toBe('ALARM ALARM OK');
    expect(await reportHeldBack(running.table, { window: open, now: time(2 * HOUR + 11) })).toBe('conflict');
  });

  it('whose time is years ahead does not silence those that follow', async () => {
    await goesOff(400 * 86_400, 0);
    expect(await isOver(60)).toBe('notified');
    expect(await goesOff(120)).toBe('notified');
  });
});

describe('a composite alarm', () => {
  it('is resolved as a metric alarm is', async () => {
    const own = { AlarmName: alarmName, AlarmArn: arn() };
    for (const name of ['composite-alarm', 'composite-alarm-ok'])
      expect(await publish(JSON.stringify({ ...fixture(name), ...own }), time(900))).toBe('notified');
    const [, resolved] = await notified();
    expect(resolved).toMatchObject({
      message: expect.stringContaining('transitioned to OK'),
      trace: expect.stringContaining('Rule: ALARM(payments-api-5xx) OR ALARM(payments-queue-old)'),
      resolved: true,
    });
  });
});

it.each(['', 'yesterday', '1969-12-31T23:59:59.999+0000'])('the time %j makes it a failed task', async (text) => {
  const reports = await reportsOf(message('OK', 'ALARM', 0, { StateChangeTime: text }));
  expect(reports).toMatchObject([{ type: 'task', function: 'alarms', arguments: { message_id: 'm' } }]);
});

it('messages and events say that an alarm is over', async () => {
  await goesOff(0);
  await isOver(60);
  const [raised, resolved] = await notified();
  if (raised === undefined || resolved === undefined) throw new Error('not notified');
  expect(toMessageContent(raised, '')).toMatchObject({ sign: '⚠️', tone: 'attention' });
  expect(toMessageContent(resolved, '')).toMatchObject({ sign: '✅', tone: 'good' });
  const exception = { alarm: arn() };
  expect(toEvent(raised, '')).toMatchObject({ type: 'exception.occurred', data: { exception } });
  expect(toEvent(resolved, '')).toMatchObject({ type: 'exception.resolved', data: { exception } });
});
