import * as z from 'zod/mini';
import { CHANNELS } from '../../core/channels/channels.ts';
import { splitAddresses } from '../../core/channels/email/addresses.ts';
import { type ChannelChange, channelsIn } from '../../core/channels/model.ts';
import type { WebhookPolicy } from '../../core/channels/webhook-address.ts';
import { gateStateOf } from '../../core/gates/model.ts';
import { countRecipients, EXAMPLE_PREVIEW, NO_CHANGES, previewSchema, reachable } from '../../core/gates/preview.ts';
import { pathIdSchema, writeRoute } from '../../core/http/route.ts';
import { productChangeSchema } from '../../core/products/model.ts';
import { reviseProduct } from '../../core/products/revision.ts';
import { HEALTHY } from '../../core/targets/health.ts';
import { targetsOf } from '../../core/targets/model.ts';
import { type OpenedProduct, openProduct, type ReadProduct } from './access.ts';

export type PreviewDeps = {
  readonly readProduct: ReadProduct;
  readonly webhookPolicy: WebhookPolicy;
  readonly now: () => Date;
};

/** Recipients in channels that the change sets: those as they would be stored, which takes no encryption to count. */
const newRecipients = (change: ChannelChange, hasSender: boolean) =>
  CHANNELS.flatMap(({ name: channel, field }) => {
    const text = change[channel]?.text ?? '';
    if (text === '') return [];
    if (field.kind !== 'addresses') return [{ channel, key: text }];
    return hasSender ? splitAddresses(text).map((key) => ({ channel, key })) : [];
  });

const recipientsAfter = ({ product, settings, health = HEALTHY }: OpenedProduct, change: ChannelChange) => {
  const isSet = new Set(channelsIn(change).filter((name) => change[name]?.text !== undefined));
  const others = reachable(targetsOf({ type: 'security_gate' }, { product, settings }), health)
    .map(({ key, destination: { channel } }) => ({ channel, key }))
    .filter(({ channel }) => !isSet.has(channel));
  return countRecipients([...others, ...newRecipients(change, settings.email_from !== '')]);
};

/** `POST /api/products/{product_id}/preview` */
export const previewRoute = (deps: PreviewDeps) =>
  writeRoute({
    doc: {
      id: 'previewProduct',
      summary: "Shows whether a change would change the product's gate, and who would be notified",
      description: 'Requires the maintainer role. Takes the body of a change and writes nothing.',
      answers: { 200: { description: 'The preview', schema: previewSchema, example: EXAMPLE_PREVIEW } },
      problems: ['not-found', 'forbidden'],
      requestExample: { security_gate_active: true, security_gate_threshold_high: 5 },
    },
    path: z.object({ product_id: pathIdSchema }),
    body: productChangeSchema(deps.webhookPolicy, deps.now),
    handle: async ({ caller, path, body, requestId }) => {
      const access = await openProduct(deps.readProduct, {
        productId: path.product_id,
        caller,
        needed: 'maintainer',
      });
      if (access.kind === 'refused') return access.reply;
      const { channels, ...fields } = body;
      const { product: before, settings } = access.opened;
      const after = reviseProduct(before, fields, { user: caller.user, settings, now: deps.now(), requestId });
      const [from, to] = [gateStateOf(before.security_gate_passed), gateStateOf(after.security_gate_passed)];
      if (from === to) return { status: 200, body: NO_CHANGES };
      const preview = {
        count: 1,
        products: [{ id: after.id, name: after.name, from, to }],
        recipients: recipientsAfter(access.opened, channels),
        sample: null,
      };
      return { status: 200, body: preview };
    },
  });
