import type { InvokeResult } from '../../../../packages/cdk-local/src/lambda.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Something that has functions do work: a stream, a queue, a topic, a client. */
export type Feed = {
  /** What it could start now. */
  ready(): readonly (() => void | Promise<void>)[];
  /** When it could start something next, if not now; null when nothing is left to do. */
  readonly nextAt: number | null;
};

export type FeedDeps = {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly invoke: (functionName: string, event: unknown, end: (result: InvokeResult) => void) => void;
  /** How much of what was done well is done once more. */
  readonly doubled: number;
};
