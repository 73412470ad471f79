import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decryptDestination } from '../../../core/secrets/webhook-secrets.ts';
import { readHealth } from '../../../core/targets/store/health.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields, testVault } from '../../vault.ts';
import { oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, seed, slackOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const toSlack = () => oneMessage(test.table);

/** A dispatcher whose KMS answers once it is told to. */
const withoutKms = () => {
  let isAway = true;
  const dispatcher = dispatcherOn(test.table, {
    decrypt: (destination) => {
      if (isAway) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      return decryptDestination(testVault, destination);
    },
  });
  const comeBack = () => {
    isAway = false;
  };
  return { ...dispatcher, comeBack };
};

describe('while KMS is away', () => {
  it('a delivery waits as for any failure, and is sent when KMS is back', async () => {
    const { message, product } = await toSlack();
    const dispatcher = withoutKms();
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'retrying',
      attempts: 1,
      last_error: "The webhook couldn't be decrypted (ThrottlingException)",
    });
    dispatcher.comeBack();
    dispatcher.moveSeconds(10);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toMatchObject([{ destination: { webhook: slackOf(product.id) } }]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('many deliveries are one exception, and no channel is blamed', async () => {
    const [one, other] = [await toSlack(), await toSlack()];
    const dispatcher = withoutKms();
    await dispatcher.run(one.message, other.message);
    const about = { exception_class: 'ThrottlingException', arguments: null, product_id: null };
    expect(dispatcher.captured).toMatchObject([about, about]);
    dispatcher.moveSeconds(17 * 3_600);
    await dispatcher.run(one.message, other.message);
    dispatcher.moveSeconds(8 * 3_600);
    await dispatcher.run(one.message, other.message);
    expect(await readHealth(test.table, one.product.id)).toEqual(new Map());
  });

  it('a webhook that is set meanwhile gets what waits', async () => {
    const { message, product } = await toSlack();
    const dispatcher = withoutKms();
    await dispatcher.run(message);
    const webhook = 'https://hooks.slack.com/services/T0/B0/new-secret';
    const change = sealedFields(product.id, { notification_slack_webhook: webhook });
    await seed(test.table).product({ ...product, ...change });
    dispatcher.comeBack();
    dispatcher.moveSeconds(10);
    expect(await dispatcher.run(message)).toEqual([]);
    await dispatcher.run(...dispatcher.woken);
    expect(dispatcher.messages).toMatchObject([{ destination: { webhook } }]);
  });
});

describe('a webhook that does not open', () => {
  it('fails its delivery at once, visibly, and takes it when it is set again', async () => {
    const { message, product } = await toSlack();
    // Moved here from another product, as somebody who can write to the table might.
    const foreign = sealedFields('elsewhere', { notification_slack_webhook: slackOf(product.id) });
    await seed(test.table).product({ ...product, ...foreign });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
    const failed = await deliveryOf(test.table, message);
    const reason = "The stored webhook can't be decrypted. Set it again.";
    expect(failed).toMatchObject({ status: 'failed', last_error: reason });
    expect(dispatcher.deadLetters).toHaveLength(1);
    await seed(test.table).product(product);
    expect(await dispatcher.run({ ...message.delivery, retry_of: failed.settled_at })).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent' });
  });
});
