import { createHash } from 'node:crypto';
import type { SqsMessage } from '../../../../packages/cdk-local/src/sources/sqs-calls.ts';
import type { QueueDefinition } from '../../../../packages/cdk-local/src/template/read-queues.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

type Kept = {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  received: number;
  /** SQS has one more copy of it somewhere. */
  doubles: number;
};

export type QueueDeps = {
  readonly time: VirtualTime;
  readonly random: Random;
  /** How many of the messages come twice. */
  readonly doubled: number;
  /** Where messages go that were received too often. */
  readonly deadLetters: SimulatedQueue | null;
  /** Whether a message gets lost on the way, though its sender is told that it is kept. */
  readonly loses: (body: string, delaySeconds: number) => boolean;
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * A standard queue: at least once, in any order. A message may be handed out twice at a time, and again after it was
 * deleted.
 */
export class SimulatedQueue {
  readonly definition: QueueDefinition;
  readonly #deps: QueueDeps;
  readonly #messages = new Map<string, Kept>();
  #ids = 0;

  constructor(definition: QueueDefinition, deps: QueueDeps) {
    this.definition = definition;
    this.#deps = deps;
  }

  get bodies(): string[] {
    return [...this.#messages.values()].map(({ body }) => body);
  }

  /** When a message becomes visible next; null while one is, or when there is none. */
  get nextVisibleAt(): number | null {
    const times = [...this.#messages.values()].map(({ visibleAt }) => visibleAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  get hasVisible(): boolean {
    const at = this.nextVisibleAt;
    return at !== null && at <= this.#deps.time.nowMs;
  }

  /** Returns the MD5 that SQS answers with. */
  send(body: string, delaySeconds = 0): { readonly id: string; readonly md5: string } {
    this.#ids += 1;
    const id = `${this.definition.logicalId}-${this.#ids}`;
    const { time, random, doubled } = this.#deps;
    const doubles = random.chance(doubled) ? 1 : 0;
    const delay = this.definition.DelaySeconds ?? 0;
    const visibleAt = time.nowMs + (delaySeconds || delay) * 1_000;
    if (!this.#deps.loses(body, delaySeconds)) this.#messages.set(id, { id, body, visibleAt, received: 0, doubles });
    return { id, md5: md5(body) };
  }

  /** Hands out visible messages, any of them, and hides them; what was received too often goes to the dead letters. */
  receive(limit: number): SqsMessage[] {
    const { time, random } = this.#deps;
    const batch: SqsMessage[] = [];
    const visible = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= time.nowMs);
    while (batch.length < limit && visible.length > 0) {
      const message = random.pick(visible);
      visible.splice(visible.indexOf(message), 1);
      if (this.#isSpent(message)) continue;
      message.received += 1;
      const isDoubled = message.doubles > 0 && random.chance(0.5);
      if (isDoubled) message.doubles -= 1;
      else message.visibleAt = time.nowMs + (this.definition.VisibilityTimeout ?? 30) * 1_000;
      batch.push(this.#handOut(message));
    }
    return batch;
  }

  /** Deletes by a receipt. A copy that SQS still has somewhere comes once more, a little later. */
  delete(receiptHandle: string): void {
    const message = this.#of(receiptHandle);
    if (message === undefined) return;
    if (message.doubles === 0) {
      this.#messages.delete(message.id);
      return;
    }
    message.doubles -= 1;
    message.visibleAt = this.#deps.time.nowMs + this.#deps.random.next() * 120_000;
  }

  #of(receiptHandle: string): Kept | undefined {
    return this.#messages.get(receiptHandle.split(' ')[0] ?? '');
  }

  #isSpent(message: Kept): boolean {
    const { deadLetters } = this.#deps;
    const limit = this.definition.RedrivePolicy?.maxReceiveCount;
    if (deadLetters === null || limit === undefined || message.received < limit) return false;
    this.#messages.delete(message.id);
    deadLetters.send(message.body);
    return true;
  }

  #handOut({ id, body, received }: Kept): SqsMessage {
    return {
      MessageId: id,
      ReceiptHandle: `${id} ${received}`,
      Body: body,
      MD5OfBody: md5(body),
      Attributes: { ApproximateReceiveCount: String(received), SentTimestamp: '0' },
      MessageAttributes: {},
    };
  }
}
