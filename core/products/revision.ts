import { evaluateGate } from '../gates/model.ts';
import { NO_OBSERVATIONS, type ObservationCounts } from '../gates/severity.ts';
import { gateNotificationId } from '../notifications/model.ts';
import type { Settings } from '../settings/model.ts';
import {
  type EncryptedChange,
  type EncryptedCreation,
  PRODUCT_DEFAULTS,
  type Product,
  productSchema,
} from './model.ts';

/** A write: its user, the settings, the time, and the API request, if any. */
export type Revision = {
  readonly user: string;
  readonly settings: Settings;
  readonly now: Date;
  readonly requestId?: string | null;
};

const withGate = (product: Product, settings: Settings): Product => {
  const { passed, exceeded } = evaluateGate(product, settings);
  return {
    ...product,
    security_gate_passed: passed,
    gate_exceeded: [...exceeded],
    settings_gate_version: settings.gate_version,
  };
};

/** A new product, owned by its creator, with its gate calculated. */
export const newProduct = (
  id: string,
  creation: EncryptedCreation,
  { user, settings, now, requestId = null }: Revision,
): Product =>
  withGate(
    productSchema.parse({
      ...PRODUCT_DEFAULTS,
      ...creation,
      id,
      created: now.toISOString(),
      updated: now.toISOString(),
      observation_counts: NO_OBSERVATIONS,
      observation_counts_updated: null,
      security_gate_passed: null,
      version: 1,
      settings_gate_version: settings.gate_version,
      gate_exceeded: [],
      gate_notification_id: null,
      updated_by: user,
      request_id: requestId,
      owner_count: 1,
    }),
    settings,
  );

/** The next version of a product after a change of its fields or counts, with its gate recalculated. */
export const reviseProduct = (
  before: Product,
  change: EncryptedChange | { readonly observation_counts: ObservationCounts },
  { user, settings, now, requestId = null }: Revision,
): Product => {
  const next = {
    version: before.version + 1,
    updated: now.toISOString(),
    updated_by: user,
    request_id: requestId,
    ...('observation_counts' in change && { observation_counts_updated: now.toISOString() }),
  };
  const after = withGate(productSchema.parse({ ...before, ...change, ...next }), settings);
  return after.security_gate_passed === before.security_gate_passed
    ? after
    : { ...after, gate_notification_id: gateNotificationId({ before, ...next }) };
};
