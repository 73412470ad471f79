import { cut } from '../platform/text/text.ts';
import type { Digest } from './digest.ts';
import { digestContent } from './digest-content.ts';
import { digestData } from './digest-data.ts';
import type { ChannelEvent } from './event.ts';

/** In characters: a digest of one subject has the texts of its newest event. */
const MAX = { name: 1_000, message: 10_000 } as const;

/** The event of a digest. `baseUrl` is the page's address, the empty string for none. */
export const digestEvent = (digest: Digest, baseUrl: string): ChannelEvent => {
  const { heading, message } = digestContent(digest, baseUrl);
  return {
    version: 1,
    type: 'digest.sent',
    timestamp: digest.until,
    data: {
      notification_id: null,
      name: cut(heading, MAX.name),
      message: cut(message, MAX.message),
      user: null,
      product: null,
      gate: null,
      report: null,
      exception: null,
      url: baseUrl === '' ? null : `${baseUrl}/notifications`,
      digest: digestData(digest, baseUrl),
    },
  };
};
