import * as z from 'zod/mini';
import { addressKey } from '../channels/email/addresses.ts';
import type { Skip } from '../deliveries/model.ts';
import type { Target } from './model.ts';

/** An address whose owner complained about an email. No email is sent there until an administrator lifts it. */
export const suppressedAddressSchema = z.object({
  address: z.string(),
  reason: z.string(),
  /** ISO 8601. */
  since: z.string(),
  /** The product whose channel sent the email; null for the settings, or if unknown. */
  product_id: z.nullable(z.string()),
});

export type SuppressedAddress = z.infer<typeof suppressedAddressSchema>;

/** By the keys of the addresses (`addressKey`). */
export type SuppressedAddresses = ReadonlyMap<string, SuppressedAddress>;

/** Why nothing is sent to a target whose owner complained, or null. */
export const skipForComplaint = (suppressed: SuppressedAddresses, { destination }: Target): Skip | null => {
  const found = destination.kind === 'address' ? suppressed.get(addressKey(destination.address)) : undefined;
  if (found === undefined) return null;
  const reason = `Not sent: the recipient complained about an email on ${found.since.slice(0, 10)}`;
  return {
    kind: 'skipped',
    code: 'address_suppressed',
    reason: `${reason}. An administrator can lift this in the settings`,
  };
};
