import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { ms_teams, outcomeOfTeams } from '../../../core/channels/ms-teams/index.ts';
import { escapeTeamsMarkdown } from '../../../core/channels/ms-teams/teams-markdown.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import {
  BASE_URL,
  exception,
  gateFailed,
  HOSTILE,
  hostileException,
  hostileGate,
  LONGEST_BASE_URL,
  messageOf,
  reportOverdue,
  texts,
} from './samples.ts';

const now = () => new Date('2026-12-02T14:05:10Z');
const render = (of: Notification, baseUrl: string) => ms_teams.render(messageOf(toMessageContent(of, baseUrl)));

/** As Teams counts: the card as JSON in a JSON string. */
const bytes = (notification: Notification) =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(render(notification, LONGEST_BASE_URL))));

describe('what Teams shows', () => {
  it('tells a gate that failed', () => {
    expect(render(gateFailed, BASE_URL)).toMatchSnapshot();
  });

  it('tells an overdue report', () => {
    expect(render(reportOverdue, BASE_URL)).toMatchSnapshot();
  });

  it('tells an exception, with its trace and how many were held back', () => {
    expect(render(exception, BASE_URL)).toMatchSnapshot();
  });

  it.each([
    ['passed', 'Good'],
    ['failed', 'Attention'],
    ['none', 'Default'],
  ] as const)('colours a gate that is %s as %s', (to, color) => {
    const [heading] = render({ ...gateFailed, to }, '').attachments[0].content.body;
    expect(heading).toMatchObject({ color });
  });

  it('has no action without a base URL', () => {
    expect(render(gateFailed, '').attachments[0].content.actions).toEqual([]);
  });

  it.each([
    ['gate', hostileGate],
    ['exception', hostileException],
    [
      'emoji',
      {
        ...hostileException,
        ...Object.fromEntries(
          ['name', 'message', 'trace', 'function', 'user', 'exception_class', 'product_name', 'arguments'].map(
            (field) => [field, '👩‍👩‍👧'.repeat(1_000)],
          ),
        ),
      },
    ],
    [
      'quotes',
      {
        ...hostileException,
        ...Object.fromEntries(
          ['name', 'message', 'trace', 'function', 'user', 'exception_class', 'product_name', 'arguments'].map(
            (field) => [field, '"'.repeat(9_000)],
          ),
        ),
      },
    ],
    [
      'backslashes',
      {
        ...hostileException,
        ...Object.fromEntries(
          ['name', 'message', 'trace', 'function', 'user', 'exception_class', 'product_name', 'arguments'].map(
            (field) => [field, '\\'.repeat(9_000)],
          ),
        ),
      },
    ],
  ])('stays below 20 KB as Teams counts: %s', (_, notification) => {
    expect(bytes(notification)).toBeLessThan(20_000);
  });

  it('stays below 20 KB whatever comes', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\\', '"', '*', '\n', '👩‍👩‍👧', '\u200B', '日'),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      ),
      maxLength: 9_000,
      size: 'max',
    });
    fc.assert(
      fc.property(text, (hostile) => {
        const foreign = hostile.toWellFormed();
        const all = {
          name: foreign,
          message: foreign,
          trace: foreign,
          function: foreign,
          user: foreign,
          arguments: foreign,
        };
        expect(bytes({ ...hostileException, ...all, product_name: foreign, exception_class: foreign })).toBeLessThan(
          20_000,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('says how much of a trace is left out, at a line', () => {
    const trace = Array.from({ length: 1_000 }, (_, line) => `  at step ${line}`).join('\n');
    const shown = texts(render({ ...exception, trace }, '')).filter(({ text }) => text.includes('step'));
    expect(shown).toHaveLength(1);
    expect(shown[0]?.text).toMatch(/step 0\n\n.*… \d+ lines left out …\n\n.*step 999$/s);
  });
});

/** What a Markdown reader takes out of a text: backslash escapes, then whatever marks are left. */
const withoutEscapes = (text: string) => text.replace(/\\[!-/:-@[-`{-~]/g, 'x');

describe('foreign text in a card', () => {
  it.each([
    ['links', '[Pay](https://evil.example)', '\\[Pay\\](https:\\//evil.example)'],
    ['emphasis', '**a** _b_', '\\*\\*a\\*\\* \\_b\\_'],
    ['code', '`a`', '\\`a\\`'],
    ['mentions', '<at>Everyone</at>', '‹at>Everyone‹/at>'],
    ['lists and headings', '- a\n1. b\n# c', '\\- a\n\n1\\. b\n\n\\# c'],
    ['functions of cards', '{{DATE(x)}}', '{\\{DATE(x)}}'],
    ['places of templates', `$${'{y}'}`, '$\\{y}'],
    ['code blocks by indentation', '    a', '\u00a0\u00a0\u00a0\u00a0a'],
    ['bare links', 'see www.evil.example', 'see www\\.evil.example'],
    ['backslashes', '\\[a](b)', '\\\\\\[a\\](b)'],
    ['nothing else', 'a-b #1 (c) 1.2.3 5 > 4 = x!', 'a-b #1 (c) 1.2.3 5 > 4 = x!'],
  ])('escapes %s', (_, foreign, escaped) => {
    expect(escapeTeamsMarkdown(foreign)).toBe(escaped);
  });

  it('leaves no mark that counts', () => {
    const marks = fc.string({
      unit: fc.constantFrom(
        '\\',
        '*',
        '_',
        '`',
        '[',
        ']',
        '(',
        ')',
        '<',
        'at>',
        '~',
        '|',
        '#',
        '-',
        '+',
        '1.',
        '>',
        '\n',
        ' ',
        'a',
        '{',
        '$',
        '://',
        'www.',
      ),
    });
    fc.assert(
      fc.property(marks, (foreign) => {
        const left = withoutEscapes(escapeTeamsMarkdown(foreign));
        expect(left).not.toMatch(/[*_`[\]~|<]|^[\u00a0]*[#>+=-]|^[\u00a0]*\d+[.)]|\{\{|\$\{|:\/\//m);
      }),
    );
  });

  it('can do nothing in a whole card', () => {
    const card = render({ ...hostileException, name: HOSTILE, message: HOSTILE, trace: HOSTILE }, BASE_URL);
    const shown = texts(card).filter(({ field }) => ['text', 'value', 'fallbackText'].includes(field));
    for (const { text } of shown) {
      expect(withoutEscapes(text)).not.toMatch(/[*_`[\]~|<]|:\/\//);
      expect(text).not.toMatch(/<at|[\u202A-\u202E\u200B]/);
    }
  });
});

describe('what Teams answers', () => {
  const answer = (status: number, body = '', retryAfter: string | null = null) =>
    outcomeOfTeams({ kind: 'answer', status, body, retryAfter }, now());

  it.each([
    [202, '', 'sent'],
    [200, '1', 'sent'],
    [
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
      'retry',
    ],
    [200, 'Microsoft Teams endpoint returned HTTP error 403 with ContextId x', 'refused'],
    [400, '', 'refused'],
    [401, '', 'refused'],
    [403, '', 'refused'],
    [404, '', 'refused'],
    [410, '', 'refused'],
    [301, '', 'refused'],
    [408, '', 'retry'],
    [429, '', 'retry'],
    [500, '', 'retry'],
    [504, '', 'retry'],
  ])('%i %s: %s', (status, body, kind) => {
    expect(answer(status, body)).toMatchObject({ kind });
  });

  const error = (code: string) => JSON.stringify({ error: { code, message: "Could not execute workflow 'abc'." } });

  it.each([
    [400, 'WorkflowTriggerIsNotEnabled'],
    [404, 'WorkflowTriggerIsNotEnabled'],
    [404, 'WorkflowNotFound'],
    [401, 'DirectApiAuthorizationRequired'],
    [400, 'MissingApiVersionParameter'],
  ])('%i %s: the webhook is gone, and the reason has the code', (status, code) => {
    const reason = expect.stringContaining(`(${code})`);
    expect(answer(status, error(code))).toEqual({ kind: 'refused', reason, gone: true });
  });

  it.each([
    [400, 'TriggerInputSchemaMismatch'],
    [400, 'SomethingNew'],
    [400, 'constructor'],
    [200, 'SomethingNew'],
  ])('%i %s: this message is refused, and the reason has the code', (status, code) => {
    expect(answer(status, error(code))).toEqual({ kind: 'refused', reason: expect.stringContaining(`(${code})`) });
  });

  it.each([500, 429])('%i with a code is tried again, and the reason has the code', (status) => {
    expect(answer(status, error('SomethingNew'))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('(SomethingNew)'),
    });
  });

  it.each(['{"error":{"code":"no word, see https://evil.example"}}', '{"error":{"code":7}}', '{"error":', 'null'])(
    'takes no code out of %s',
    (body) => {
      expect(answer(400, body)).toEqual({ kind: 'refused', reason: 'The target answered 400' });
    },
  );

  it('does not count a throttle as an attempt', () => {
    const throttled = { kind: 'retry', burnsAttempt: false };
    expect(answer(429, '', '7')).toMatchObject({ ...throttled, afterSeconds: 7 });
    expect(answer(200, 'returned HTTP error 429 with')).toMatchObject(throttled);
    expect(answer(502)).toMatchObject({ burnsAttempt: true });
  });
});
