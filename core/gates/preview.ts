import * as z from 'zod/mini';
import { CHANNELS, type ChannelName } from '../channels/channels.ts';
import { channelNameSchema } from '../channels/model.ts';
import { type Health, outcomeForGone } from '../targets/health.ts';
import type { Target } from '../targets/model.ts';
import { gateStateSchema } from './model.ts';

/** Most products that a preview names. */
export const MOST_NAMED = 50;

/** What a change would do to gates, and whom that would notify. */
export const previewSchema = z
  .strictObject({
    count: z.int().register(z.globalRegistry, {
      description: 'Products whose gate would change. An estimate for all products if there is a sample.',
    }),
    products: z
      .array(z.strictObject({ id: z.string(), name: z.string(), from: gateStateSchema, to: gateStateSchema }))
      .register(z.globalRegistry, { description: `Up to ${MOST_NAMED} of them` }),
    recipients: z.array(z.strictObject({ channel: channelNameSchema, count: z.int() })).register(z.globalRegistry, {
      description:
        'How many different addresses, webhooks, or event buses would be notified, by channel. With a sample, those of its products.',
    }),
    sample: z.nullable(z.strictObject({ checked: z.int(), of: z.int() })).register(z.globalRegistry, {
      description: 'Null if all products were checked. Otherwise how many were, and of about how many.',
    }),
  })
  .register(z.globalRegistry, { id: 'Preview' });

export type Preview = z.infer<typeof previewSchema>;

/** Nothing would change. */
export const NO_CHANGES: Preview = { count: 0, products: [], recipients: [], sample: null };

/** An example for the API description. */
export const EXAMPLE_PREVIEW: Preview = {
  count: 1,
  products: [{ id: '01KAT2Z7YB3SV4RRFFQ69G5FAW', name: 'Payment service', from: 'failed', to: 'passed' }],
  recipients: [{ channel: 'email', count: 2 }],
  sample: null,
};

/** The targets that a message reaches: not those that are gone, and no address without a sender. */
export const reachable = (targets: readonly Target[], health: Health): Target[] =>
  targets.filter((target) => {
    const { destination } = target;
    const hasSender = destination.kind !== 'address' || destination.from !== '';
    return hasSender && outcomeForGone(health, target) === null;
  });

/** Recipients by channel; each counts once. `channel` and a key that is unique in it identify one. */
export const countRecipients = (
  recipients: Iterable<{ readonly channel: ChannelName; readonly key: string }>,
): Preview['recipients'] => {
  const keys = new Map<ChannelName, Set<string>>();
  for (const { channel, key } of recipients) keys.set(channel, (keys.get(channel) ?? new Set()).add(key));
  return CHANNELS.flatMap(({ name }) => {
    const count = keys.get(name)?.size ?? 0;
    return count === 0 ? [] : [{ channel: name, count }];
  });
};
