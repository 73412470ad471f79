import { expect, it } from 'vitest';
import { windowFingerprint } from '../../../core/exceptions/identity.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { makeReportUnreadable } from '../../../core/exceptions/report-unreadable.ts';
import { productKey } from '../../../core/keys.ts';

it('notes each item once, and all of a family as one exception that names the first', async () => {
  const captured: ReturnType<typeof prepareException>[] = [];
  const lines: unknown[] = [];
  const note = makeReportUnreadable({
    log: { info: () => {}, error: (_, fields) => void lines.push(fields?.['item']) },
    capture: async (report) => void captured.push(prepareException(report)),
    functionName: 'products',
  });
  for (const id of ['p1', 'p1', 'p2', 'p1']) await note(productKey(id), new Error(`${id} has no name`));
  expect(lines).toEqual(['PRODUCT#p1 PRODUCT', 'PRODUCT#p2 PRODUCT']);
  expect(captured.map(({ type, exception_class, function: of }) => [type, exception_class, of])).toEqual([
    ['task', 'UnreadableItem', 'products'],
    ['task', 'UnreadableItem', 'products'],
  ]);
  expect(new Set(captured.map((of) => windowFingerprint(of, 'exact'))).size).toBe(1);
  expect(captured[0]?.trace).toContain('PRODUCT#p1 PRODUCT\n');
  expect(captured[0]?.trace).toContain('p1 has no name');
});
