import type { GateState } from '../../../core/gates/model.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { Product } from '../../../core/products/model.ts';
import { type PlainProduct, sealedFields } from '../../vault.ts';
import { exception as someException } from '../channels/samples.ts';
import { fannedOut, fanOut, type Message, notificationOf, productOf, START, seed, settings } from './harness.ts';

const only = ([message]: readonly Message[]): Message => {
  if (message === undefined) throw new Error('no message');
  return message;
};

/** A notification with one delivery, and the message that wakes its target. */
export const oneMessage = async (table: Table, fields: PlainProduct = {}) => {
  const { messages, ...rest } = await fannedOut(table, fields);
  return { message: only(messages), ...rest };
};

let gates = 0;

/** A product whose gate changes, so many seconds after the start. Its first state is `passed`. */
export const changingGate = async (table: Table, fields: PlainProduct = {}) => {
  gates += 1;
  const number = gates;
  let product = productOf(`Gate${number}`, fields);
  await seed(table).settings(settings);
  await seed(table).product(product);
  let [from, changes]: [GateState, number] = ['passed', 0];
  const notify = async (of: Partial<Notification>, seconds: number) => {
    changes += 1;
    const now = new Date(Date.parse(START) + seconds * 1_000);
    const id = `G${String(number).padStart(3, '0')}-${String(changes).padStart(4, '0')}`;
    return await fanOut(table, notificationOf(id, product, { created: now.toISOString(), ...of }), product, now);
  };
  /** Fans a change out; answers with the messages that wake its targets. */
  const changeAll = async (to: GateState, seconds = 0): Promise<readonly Message[]> => {
    const change = { from, to };
    from = to;
    return await notify(change, seconds);
  };
  const update = async (changed: Partial<Product>) => {
    const before = product;
    product = { ...before, ...changed };
    await seed(table).product(product);
    return { before, after: product };
  };
  return {
    product,
    /** Mutes all its channels until then; null ends that. */
    mute: (until: Date | null, since: Date) => {
      const all = until && {
        until: until.toISOString(),
        reason: 'Planned work',
        since: since.toISOString(),
        by: 'olivia',
      };
      return update({ mutes: all === null ? {} : { all } });
    },
    /** Gives it another webhook. */
    setWebhook: (url: string) => update(sealedFields(product.id, { notification_slack_webhook: url })),
    changeAll,
    /** The same to one target. */
    change: async (to: GateState, seconds = 0): Promise<Message> => only(await changeAll(to, seconds)),
    /** A failure that the product's channels are notified of, which are exceptions of the settings otherwise. */
    fail: async (exception_class: string, suppressed: number | null = null): Promise<Message> => {
      const { name, message, exception_origin, trace } = someException;
      const of = { type: 'task', name, message, exception_origin, trace, exception_class, suppressed } as const;
      return only(await notify({ ...of, from: null, to: null, broken_channel: 'email' }, 0));
    },
  };
};

/** Changes gates of as many products with one webhook to `failed`; answers with their messages. */
export const crowd = async (table: Table, count: number, fields: PlainProduct): Promise<Message[]> => {
  const products = await Promise.all(Array.from({ length: count }, () => changingGate(table, fields)));
  return await Promise.all(products.map(({ change }) => change('failed')));
};
