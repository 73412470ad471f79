import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../core/log.ts';
import { consoleLine, reportLine } from '../../packages/cdk-local/src/functions/log-format.ts';
import { runInsights } from '../insights.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const docs = readdirSync(join(import.meta.dirname, '../../docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8'));
const synthesized = new SynthesizedStack();

const Query = z.object({ Name: z.string(), QueryString: z.string(), LogGroupNames: z.array(z.json()) });
const queries = synthesized.all('AWS::Logs::QueryDefinition').map(({ properties }) => Query.parse(properties));

/** Of all functions, as their functions name them. */
const functionLogs = synthesized
  .functions()
  .map(({ properties }) => z.object({ LogGroup: z.json() }).parse(properties['LoggingConfig']))
  .map(({ LogGroup }) => synthesized.text(LogGroup));

it('the saved queries are those that the documents show', () => {
  const shown = docs.flatMap((text) =>
    [...text.matchAll(/^```\w*\n((?:fields|stats) [^`]*\| (?:filter|fields|sort|stats) [^`]+)```$/gm)].map(
      ([, query = '']) => query,
    ),
  );
  const lines = (text: string) => text.split(/\s*\n?\| /).map((line) => line.trim());
  expect(shown.map(lines).toSorted()).toEqual(queries.map(({ QueryString }) => lines(QueryString)).toSorted());
  for (const { Name } of queries) expect(runbook).toContain(`\`${Name.replace('gatebell-test/', '')}\``);
});

it('they look through the logs of all functions, and one that follows a call through the access log, too', () => {
  const looked = queries.map(({ Name, LogGroupNames }) => ({
    Name,
    logs: LogGroupNames.map((name) => synthesized.text(name)),
  }));
  const inAccessLog = looked.filter(({ logs }) => logs.includes('Api/AccessLog'));
  expect(inAccessLog.map(({ Name }) => Name).toSorted()).toEqual([
    'gatebell-test/busiest routes',
    'gatebell-test/follow a request',
  ]);
  const others = looked.filter(({ Name }) => Name !== 'gatebell-test/busiest routes');
  for (const { logs } of others) expect(logs).toEqual(expect.arrayContaining(functionLogs));
});

describe('the saved queries, over lines as Lambda writes them', () => {
  const lines: string[] = [];
  let second = 0;
  const timestamp = () => `2026-11-24T10:00:${String(++second).padStart(2, '0')}.000Z`;
  const write = (...parts: readonly unknown[]) =>
    lines.push(consoleLine('JSON', { timestamp: timestamp(), level: 'INFO', requestId: 'of the invocation' }, parts));
  const log = createLog(write);
  const report = (requestId: string, errorType: string) => {
    const result = { kind: 'error', errorType, message: '' } as const;
    lines.push(reportLine('JSON', { requestId, time: timestamp(), durationMs: 30_000, result }));
  };

  lines.push(JSON.stringify({ time: '1795514400000', requestId: 'CALL', route: 'PATCH /api/settings', status: '200' }));
  for (const status of ['500', '200', '500'])
    lines.push(JSON.stringify({ time: '1795514400001', requestId: status, route: 'GET /api/products', status }));
  log.info('Webhooks were shown', {
    user: 'rita',
    as: 'maintainer',
    product_id: '42',
    channels: ['slack'],
    request_id: 'A',
  });
  log.info('Webhooks were shown', {
    user: 'alice',
    as: 'administrator',
    product_id: null,
    channels: ['ms_teams', 'slack'],
    request_id: 'B',
  });
  log.info('Answered', { request_id: 'CALL', route: 'PATCH /api/settings', status: 200 });
  log.info('Fanned out', { request_id: 'CALL', notification_id: 'N', delivery_ids: ['email', 'slack'] });
  log.info('Delivery settled', { request_id: 'CALL', notification_id: 'N', delivery_id: 'slack', status: 'sent' });
  log.info('Delivery settled', {
    request_id: 'ANOTHER CALL',
    notification_id: 'M',
    delivery_id: 'slack',
    status: 'sent',
  });
  const failed = { notification_id: 'N', delivery_id: 'ms_teams', channel: 'ms_teams', attempts: 9 };
  log.info('Delivery settled', { ...failed, reason: 'The flow was deleted', status: 'failed' });
  log.error('A record failed', { notification_id: 'N', error: new RangeError('too far') });
  const thrown = { timestamp: timestamp(), level: 'ERROR', requestId: 'thrown' } as const;
  lines.push(consoleLine('JSON', thrown, [new TypeError('no number')]));
  report('crashed', 'Runtime.ExitError');
  report('too slow', 'Sandbox.Timedout');

  const run = (name: string, replace: Readonly<Record<string, string>> = {}) => {
    const query = queries.find(({ Name }) => Name === `gatebell-test/${name}`)?.QueryString ?? '';
    const text = Object.entries(replace).reduce((of, [from, to]) => of.replaceAll(from, to), query);
    return runInsights(text, lines);
  };

  it('show which users were shown a webhook', () => {
    expect(run('webhook reads')).toEqual([
      {
        '@timestamp': '2026-11-24T10:00:02.000Z',
        'message.user': 'alice',
        'message.as': 'administrator',
        'message.channels.0': 'ms_teams',
        'message.channels.1': 'slack',
        'message.request_id': 'B',
      },
      {
        '@timestamp': '2026-11-24T10:00:01.000Z',
        'message.user': 'rita',
        'message.as': 'maintainer',
        'message.product_id': '42',
        'message.channels.0': 'slack',
        'message.request_id': 'A',
      },
    ]);
  });

  it('show which deliveries failed, and why', () => {
    expect(run('failed deliveries')).toMatchObject([
      { 'message.channel': 'ms_teams', 'message.reason': 'The flow was deleted', 'message.attempts': '9' },
    ]);
  });

  it('count the calls of each route by status', () => {
    const counted = run('busiest routes').filter(({ route }) => route !== undefined);
    expect(counted).toEqual([
      { route: 'GET /api/products', status: '500', calls: '2' },
      { route: 'PATCH /api/settings', status: '200', calls: '1' },
      { route: 'GET /api/products', status: '200', calls: '1' },
    ]);
  });

  it('follow a call from the access log to its deliveries', () => {
    expect(run('follow a request', { REQUEST_ID: 'CALL' })).toMatchObject([
      { route: 'PATCH /api/settings', status: '200' },
      { 'message.message': 'Answered', 'message.status': '200' },
      { 'message.message': 'Fanned out', 'message.delivery_ids.0': 'email', 'message.delivery_ids.1': 'slack' },
      { 'message.message': 'Delivery settled', 'message.notification_id': 'N', 'message.delivery_id': 'slack' },
    ]);
  });

  it('show errors that were logged or thrown, and calls that crashed or took too long', () => {
    expect(run('errors')).toMatchObject([
      { 'record.status': 'timeout', 'record.requestId': 'too slow' },
      { 'record.status': 'failure', 'record.requestId': 'crashed' },
      { 'message.errorType': 'TypeError', 'message.errorMessage': 'no number' },
      { 'message.message': 'A record failed', 'message.notification_id': 'N', 'message.error.class': 'RangeError' },
    ]);
  });
});
