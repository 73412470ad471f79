import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { channelEventSchema, toEvent } from '../../../core/channels/event.ts';
import {
  eventBridgeBehaviour,
  outcomeOfEventBridge,
  type PutEvents,
} from '../../../core/channels/eventbridge/index.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { BASE_URL, exception, gateFailed, hostileException } from './samples.ts';

const accepted = { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }], $metadata: { httpStatusCode: 200 } };

const send = async (notification = gateFailed, answer: PutEvents = async () => accepted) => {
  const inputs: PutEventsCommandInput[] = [];
  const { send } = eventBridgeBehaviour(async (input) => {
    inputs.push(input);
    return await answer(input);
  });
  const message = {
    content: toMessageContent(notification, BASE_URL),
    event: toEvent(notification, BASE_URL),
    destination: { kind: 'bus', channel: 'eventbridge', bus: 'security-events' },
    id: 'n.eventbridge',
    thread: null,
    tracking: null,
  } as const;
  const result = await send(message, {
    now: () => new Date(),
    sendEmail: () => Promise.reject(new Error('No email')),
    post: () => Promise.reject(new Error('Nothing is posted')),
  });
  return { result, entries: inputs.flatMap(({ Entries = [] }) => Entries) };
};

const failed = (ErrorCode: string) => async () => ({
  FailedEntryCount: 1,
  Entries: [{ ErrorCode, ErrorMessage: 'why' }],
  $metadata: { httpStatusCode: 200 },
});

describe('EventBridge', () => {
  it('gets the documented event, with source and detail type', async () => {
    const { result, entries } = await send();
    expect(result).toEqual({ outcome: { kind: 'sent' }, status: 200, answer: 'Event e-1' });
    expect(entries).toMatchObject([
      {
        EventBusName: 'security-events',
        Source: 'gatebell',
        DetailType: 'security_gate.changed',
        Time: new Date(gateFailed.created),
      },
    ]);
    const detail = JSON.parse(entries[0]?.Detail ?? '');
    expect(channelEventSchema.parse(detail)).toEqual(toEvent(gateFailed, BASE_URL));
  });

  it.each([exception, hostileException])('takes an entry below its 256 KB', async (notification) => {
    const { entries } = await send(notification);
    expect(Buffer.byteLength(JSON.stringify(entries))).toBeLessThan(256 * 1_024);
  });

  it.each([
    ['ThrottlingException', { kind: 'retry', burnsAttempt: false }],
    ['InternalFailure', { kind: 'retry', burnsAttempt: true, afterSeconds: null }],
    ['AccessDeniedException', { kind: 'retry', burnsAttempt: true, afterSeconds: 3_600 }],
    ['ResourceNotFoundException', { kind: 'refused', gone: true }],
    ['MalformedDetail', { kind: 'refused' }],
    ['SomethingNew', { kind: 'retry', burnsAttempt: true }],
  ])('fails an entry with %s as %j', async (code, outcome) => {
    expect(outcomeOfEventBridge(code, 'why')).toMatchObject(outcome);
    expect((await send(gateFailed, failed(code))).result).toMatchObject({ outcome, answer: `${code}: why` });
    const thrown = Object.assign(new Error('why'), { name: code, $metadata: { httpStatusCode: 400 } });
    expect((await send(gateFailed, () => Promise.reject(thrown))).result).toMatchObject({ outcome, status: 400 });
  });

  it('is tried again when nothing answers', async () => {
    const { result } = await send(gateFailed, () => Promise.reject(new Error('timeout')));
    expect(result).toMatchObject({ outcome: { kind: 'retry', burnsAttempt: true }, status: null, answer: null });
  });
});
