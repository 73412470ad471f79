import type { Log } from '../log.ts';
import type { Table } from '../platform/dynamodb/table.ts';
import type { Capture } from './capture.ts';
import { describeError, taskFailure } from './model.ts';

/** Items that an instance remembers to have noted. */
const MAX_REMEMBERED = 1_000;

/** `MEMBER#rita` is of the family `MEMBER`. */
const familyOf = (sortKey: string): string => sortKey.split('#', 1)[0] ?? '';

/**
 * Notes items that do not parse: each once an instance in the log, and as a task exception that all items of a family share,
 * so that a thousand of them are one notification. Its trace names the first.
 */
export const makeNoteUnreadable = (deps: {
  readonly log: Log;
  readonly capture: Capture;
  readonly functionName: string;
}): Table['noteUnreadable'] => {
  const noted = new Set<string>();
  return async ({ pk, sk }, error) => {
    const item = `${pk} ${sk}`;
    if (noted.has(item)) return;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.add(item);
    deps.log.error('An item does not parse and is left out', { item, error });
    await deps.capture({
      ...taskFailure(error, { function: deps.functionName }),
      exception_class: 'UnreadableItem',
      message: `An item of the family ${familyOf(sk)} does not parse and is left out`,
      trace: `${item}\n${describeError(error).trace ?? describeError(error).message}`,
    });
  };
};
