import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import { oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, retry, seed, sent } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const labelOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 6);

/** Two webhooks of Slack that are shown alike, and so can be found by anybody within seconds. */
const alike = (): readonly [string, string] => {
  const byLabel = new Map<string, string>();
  for (let tried = 0; ; tried += 1) {
    const url = `https://hooks.slack.com/services/T0/B0/alike-${tried}`;
    const other = byLabel.get(labelOf(url));
    if (other !== undefined) return [other, url];
    byLabel.set(labelOf(url), url);
  }
};

const [one, other] = alike();

it('a webhook that throttles holds up no other that is shown alike', async () => {
  const throttling = await oneMessage(test.table, { notification_slack_webhook: one });
  const waiting = await oneMessage(test.table, { notification_slack_webhook: other });
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(retry(3 * 3_600, false));
  await dispatcher.run(throttling.message);
  dispatcher.sendBy(sent);
  expect(await dispatcher.run(waiting.message)).toEqual([]);
  const [shown, alsoShown] = await Promise.all(
    [throttling, waiting].map(async ({ message }) => (await deliveryOf(test.table, message)).target),
  );
  expect(shown).toBe(alsoShown);
  expect(dispatcher.messages).toHaveLength(2);
});

it('a webhook that is gone spoils no other that is set in its place and shown alike', async () => {
  const table = await test.another();
  const { message, product } = await oneMessage(table, { notification_slack_webhook: one });
  const dispatcher = dispatcherOn(table);
  dispatcher.sendBy(async () => ({ kind: 'refused', reason: 'no_service', gone: true }));
  await dispatcher.run(message);
  const { settled_at } = await deliveryOf(table, message);
  await seed(table).product({ ...product, ...sealedFields(product.id, { notification_slack_webhook: other }) });
  dispatcher.sendBy(sent);
  dispatcher.moveSeconds(10);
  expect(await dispatcher.run({ ...message.delivery, retry_of: settled_at })).toEqual([]);
  await dispatcher.run(...dispatcher.woken);
  expect(await deliveryOf(table, message)).toMatchObject({ status: 'sent' });
});
