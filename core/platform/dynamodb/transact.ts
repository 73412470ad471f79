import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { isTransientReason } from '../unavailable.ts';
import { MAX_TRIES, type Operation, type Table } from './table.ts';

/** The operations of a transaction, each under a label; an undefined one is left out. */
export type Operations<Label extends string> = { readonly [label in Label]?: Operation | undefined };

/** `refused`: nothing was written, because the conditions of the operations with these labels failed. */
export type TransactionOutcome<Label extends string> =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly failed: ReadonlySet<Label> };

const reasonCodes = (error: unknown): string[] => {
  if (error instanceof TransactionConflictException) return ['TransactionConflict'];
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
};

const isList = <Label extends string>(
  operations: Operations<Label> | readonly Operations<Label>[],
): operations is readonly Operations<Label>[] => Array.isArray(operations);

const labelled = <Label extends string>(parts: readonly Operations<Label>[]) => {
  const labels: Label[] = [];
  const items: Operation[] = [];
  for (const part of parts) {
    for (const label in part) {
      const operation = part[label];
      if (operation === undefined) continue;
      labels.push(label);
      items.push(operation);
    }
  }
  return { labels, items };
};

/**
 * Writes up to 100 operations, all or none. Retries conflicts with other transactions and throttling. A failed condition is
 * an outcome, and so is a conflict on an operation whose label `yields`. Throws every other error.
 *
 * Where many items get the same operations, each item has a part of its own, and its labels hold the item's id, typed as
 * `viewed ${string}`. No two parts may share a label.
 */
export const transact = async <Label extends string>(
  table: Table,
  operations: Operations<Label> | readonly Operations<Label>[],
  yields: (label: Label) => boolean = () => false,
): Promise<TransactionOutcome<Label>> => {
  const { labels, items } = labelled(isList(operations) ? operations : [operations]);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: items }));
      return { kind: 'written' };
    } catch (error) {
      // DynamoDB gives a reason for each operation, in their order.
      const codes = reasonCodes(error);
      const failed = labels.filter(
        (label, position) =>
          codes[position] === 'ConditionalCheckFailed' || (codes[position] === 'TransactionConflict' && yields(label)),
      );
      if (failed.length > 0) return { kind: 'refused', failed: new Set(failed) };
      if (attempt === MAX_TRIES || !codes.some(isTransientReason)) throw error;
      await table.pause(attempt);
    }
  }
};
