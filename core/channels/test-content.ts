import { oneLine } from '../platform/text/text.ts';
import { type MessageContent, productLinks, readableTime } from './message-content.ts';

/** What a test message is about: a product's channels, or, without a product, those of exceptions. */
export type Tested = {
  readonly product: { readonly id: string; readonly name: string } | null;
  /** Who asked for it. */
  readonly user: string;
  readonly now: Date;
  /** The page's address for links, the empty string for none. */
  readonly baseUrl: string;
};

/** A message that shows whether a channel works, and says of itself that nothing has happened. */
export const testContent = ({ product, user, now, baseUrl }: Tested): MessageContent => ({
  tone: 'neutral',
  sign: '🔔',
  heading:
    product === null ? 'Test: exceptions arrive here' : oneLine(`Test: notifications for ${product.name} arrive here`),
  message:
    product === null
      ? 'This is a test message of Gatebell. Nothing has happened. Exceptions will be sent here.'
      : 'This is a test message of Gatebell. Nothing has happened. Changes of the security gate will be sent here.',
  entries: [],
  more: null,
  facts: [
    ...(product === null ? [] : [{ label: 'Product', value: oneLine(product.name) }]),
    { label: 'Caused by', value: oneLine(user) },
    { label: 'When', value: readableTime(now.toISOString()) },
  ],
  trace: null,
  links: productLinks(product?.id ?? null, baseUrl),
});
