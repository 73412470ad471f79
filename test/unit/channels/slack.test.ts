import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { outcomeOfSlack, slack } from '../../../core/channels/slack/index.ts';
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
const render = (of: Notification, baseUrl: string) => slack.render(messageOf(toMessageContent(of, baseUrl)));

type Message = ReturnType<typeof render>;
type Block = Message['blocks'][number];

/** The text of a block's parts, each with the most that Slack takes (docs.slack.dev). */
const bounded = (block: Block): (readonly [text: string, most: number])[] => {
  switch (block.type) {
    case 'header':
      return [[block.text.text, 150]];
    case 'section':
      return 'fields' in block ? block.fields.map(({ text }) => [text, 2_000] as const) : [[block.text.text, 3_000]];
    case 'context':
      return block.elements.map(({ text }) => [text, 3_000] as const);
    default:
      return block satisfies never;
  }
};

/** Slack's documented limits, and the 13,000 characters over all blocks that others measured. */
const expectAcceptable = (notification: Notification) => {
  const { text: fallback, blocks } = render(notification, LONGEST_BASE_URL);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(fallback.length).toBeLessThanOrEqual(4_000);
  const parts = blocks.map(bounded);
  for (const texts of parts) {
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.length).toBeLessThanOrEqual(10);
    for (const [text, most] of texts) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(most);
    }
  }
  expect(parts.flat().reduce((sum, [text]) => sum + text.length, fallback.length)).toBeLessThanOrEqual(13_000);
};

describe('what Slack shows', () => {
  it('tells a gate that failed', () => {
    expect(render(gateFailed, BASE_URL)).toMatchSnapshot();
  });

  it('tells an overdue report', () => {
    expect(render(reportOverdue, BASE_URL)).toMatchSnapshot();
  });

  it('tells an exception, with its trace and how many were held back', () => {
    expect(render(exception, BASE_URL)).toMatchSnapshot();
  });

  // A button shows a warning to who clicks it, where the app has no interactivity.
  it('links in text and has no button', () => {
    const { blocks } = render(gateFailed, BASE_URL);
    expect(blocks.map(({ type }) => type)).not.toContain('actions');
    const { id, product_id } = gateFailed;
    const links = `<${BASE_URL}/products/${product_id}|Open product> · <${BASE_URL}/notifications/${id}|Open notification>`;
    expect(blocks).toContainEqual({ type: 'section', text: { type: 'mrkdwn', text: links, verbatim: true } });
  });

  it('keeps the verdict when the name is long', () => {
    const { text, blocks } = render({ ...gateFailed, product_name: 'Long name '.repeat(40) }, '');
    expect(text).toMatch(/^❌ Long name .*….* failed its gate$/);
    expect(blocks[0]).toMatchObject({ text: { text: expect.stringMatching(/….* failed its gate$/) } });
  });

  it('has no link without a base URL', () => {
    expect(JSON.stringify(render(gateFailed, ''))).not.toContain('Open');
  });

  it.each([
    ['https://gate.example.org/a|b', 'https://gate.example.org/a%7Cb/'],
    ['https://gate.example.org/a&b', 'https://gate.example.org/a&amp;b/'],
  ])('writes the base URL %s as %s in a link', (baseUrl, written) => {
    expect(JSON.stringify(render(gateFailed, baseUrl))).toContain(`<${written}products/${gateFailed.product_id}|Open`);
  });

  it('stays within the limits with a base URL of signs that grow', () => {
    for (const { text } of texts(render(hostileGate, `https://gate.example.org/${'&'.repeat(970)}`)))
      expect(text.length).toBeLessThanOrEqual(3_000);
  });

  it.each([
    ['gate', hostileGate],
    ['exception', hostileException],
    [
      'nothing but the name',
      {
        ...exception,
        message: '',
        function: null,
        arguments: null,
        user: null,
        exception_class: null,
        trace: null,
        suppressed: null,
      },
    ],
  ])('stays within the limits: %s', (_, notification) => {
    expectAcceptable(notification);
  });

  it('stays within the limits whatever comes', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('&', '<', '`', '\n', '👩‍👩‍👧', '\u200B'),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      ),
      maxLength: 9_000,
      size: 'max',
    });
    fc.assert(
      fc.property(text, (hostile) => {
        const foreign = hostile.toWellFormed();
        expectAcceptable({ ...hostileException, name: foreign, message: foreign, trace: foreign, function: foreign });
      }),
      { numRuns: 30 },
    );
  });

  it('lets foreign text neither mention, link nor format', () => {
    const message = render({ ...hostileException, name: HOSTILE, trace: HOSTILE }, BASE_URL);
    const markup = message.blocks.flatMap((block) =>
      'text' in block && block.text.type === 'mrkdwn' ? [block.text] : [],
    );
    expect(markup.map(({ text }) => text.includes('Open product'))).toEqual([false, true]);
    for (const { text, verbatim } of markup.slice(0, 1)) {
      expect(verbatim).toBe(true);
      expect(text).not.toMatch(/[<>]/);
      expect(text.slice(4, -4)).not.toContain('`');
      expect(text).toMatch(/^```\n.*\n```$/s);
    }
    expect(message.text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
    expect(message.mrkdwn).toBe(false);
    expect(JSON.stringify(message)).not.toMatch(/[\u202A-\u202E\u200B]/);
  });
});

describe('what Slack answers', () => {
  const answer = (status: number, body: string, retryAfter: string | null = null) =>
    outcomeOfSlack({ kind: 'answer', status, body, retryAfter }, now());

  it.each([
    [200, 'ok', 'sent'],
    [400, 'invalid_payload', 'refused'],
    [400, 'invalid_blocks', 'refused'],
    [400, 'no_text', 'refused'],
    [400, 'user_not_found', 'refused'],
    [403, 'action_prohibited', 'refused'],
    [403, 'invalid_token', 'refused'],
    [404, 'channel_not_found', 'refused'],
    [404, 'no_service', 'refused'],
    [404, 'no_team', 'refused'],
    [410, 'channel_is_archived', 'refused'],
    [403, 'posting_to_general_channel_denied', 'refused'],
    [404, 'no_active_hooks', 'refused'],
    [403, 'team_disabled', 'refused'],
    // The word decides, whatever the status.
    [500, 'no_service\n', 'refused'],
    [200, 'invalid_token', 'refused'],
    [500, 'rollup_error', 'retry'],
    [400, 'rollup_error', 'retry'],
    [500, 'constructor', 'retry'],
    [503, '<html>', 'retry'],
    [408, '', 'retry'],
    [302, '', 'refused'],
    [404, 'something new', 'refused'],
    // Workflow Builder's webhooks answer so, and take another kind of message.
    [200, '{"ok":true}', 'refused'],
    [200, '', 'refused'],
    [200, '<html>ok</html>', 'refused'],
    [202, 'ok', 'refused'],
    [204, '', 'refused'],
  ])('%i %s: %s', (status, body, kind) => {
    expect(answer(status, body)).toMatchObject({ kind });
  });

  it.each([
    ['30', 30],
    ['Wed, 02 Dec 2026 14:06:10 GMT', 60],
    ['Wed, 02 Dec 2020 14:06:10 GMT', 0],
    ['soon', null],
    [null, null],
  ])('429 with Retry-After %s wants %s seconds, and is no attempt', (retryAfter, afterSeconds) => {
    expect(answer(429, 'rate_limited', retryAfter)).toMatchObject({ kind: 'retry', afterSeconds, burnsAttempt: false });
    expect(answer(429, '', retryAfter)).toMatchObject({ kind: 'retry', afterSeconds, burnsAttempt: false });
  });
});
