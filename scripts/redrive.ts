/** A message of the dead-letter queue, received and hidden for a while. */
export type Letter = {
  readonly body: string;
  readonly receiptHandle: string;
  /** When it came into the queue, by the queue's clock. */
  readonly sentMs: number;
};

export type RedriveDeps = {
  /** Up to ten letters, invisible to other receivers; none if the queue is empty. */
  readonly receive: () => Promise<readonly Letter[]>;
  /** Puts bodies into the delivery queue; returns the positions of those that SQS did not accept. */
  readonly send: (bodies: readonly string[]) => Promise<ReadonlySet<number>>;
  readonly remove: (letters: readonly Letter[]) => Promise<void>;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

export type Redriven = { readonly moved: number; readonly left: number };

/**
 * Moves the dead letters that were there at the start back to the delivery queue, so many a second at the most. One that
 * comes meanwhile is left: it may be one of ours that failed again. A letter is removed after it was sent, so a run that
 * dies doubles some; that does no harm, as each starts the failure that it names once (docs/adr/001).
 */
export const redrive = async (deps: RedriveDeps, { perSecond }: { readonly perSecond: number }): Promise<Redriven> => {
  const startMs = deps.now().getTime();
  let moved = 0;
  let left = 0;
  for (;;) {
    const letters = await deps.receive();
    if (letters.length === 0) return { moved, left };
    const old = letters.filter(({ sentMs }) => sentMs <= startMs);
    const rejected = old.length === 0 ? new Set() : await deps.send(old.map(({ body }) => body));
    const accepted = old.filter((_, position) => !rejected.has(position));
    if (accepted.length > 0) await deps.remove(accepted);
    moved += accepted.length;
    left += letters.length - accepted.length;
    await deps.wait((accepted.length / perSecond) * 1_000);
  }
};
