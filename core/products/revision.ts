import { isDeepStrictEqual } from 'node:util';
import { evaluateGate } from '../gates/model.ts';
import { NO_OBSERVATIONS } from '../gates/severity.ts';
import { gateNotificationId } from '../notifications/model.ts';
import type { Settings } from '../settings/model.ts';
import { reviseMutes } from '../targets/route-fields.ts';
import type { CountsReport } from './counts-report.ts';
import {
  type EncryptedChange,
  type EncryptedCreation,
  PRODUCT_DEFAULTS,
  type Product,
  productSchema,
} from './model.ts';
import { nextCheck } from './report-check.ts';

/** A write: its user, the settings, the time, and the API request, if any. */
export type Revision = {
  readonly user: string;
  readonly settings: Settings;
  readonly now: Date;
  readonly requestId?: string | null;
};

/** The product with what follows from its fields: its gate, and the check of its next report. */
const derived = (before: Product | null, product: Product, settings: Settings): Product => {
  const { passed, exceeded } = evaluateGate(product, settings);
  return {
    ...product,
    report_check: nextCheck(before, product),
    security_gate_passed: passed,
    gate_exceeded: [...exceeded],
    settings_gate_version: settings.gate_version,
  };
};

/** A new product, owned by its creator. */
export const newProduct = (
  id: string,
  creation: EncryptedCreation,
  { user, settings, now, requestId = null }: Revision,
): Product =>
  derived(
    null,
    productSchema.parse({
      ...PRODUCT_DEFAULTS,
      ...creation,
      mutes: reviseMutes(PRODUCT_DEFAULTS.mutes, creation.mutes, { user, now }),
      id,
      created: now.toISOString(),
      updated: now.toISOString(),
      report_check: null,
      observation_counts: NO_OBSERVATIONS,
      observation_counts_updated: null,
      observation_counts_commit: null,
      observation_counts_run_url: null,
      observation_counts_version: null,
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

const reportedFields = ({ observation_counts, commit, run_url }: CountsReport, version: number, now: Date) => ({
  observation_counts,
  observation_counts_updated: now.toISOString(),
  observation_counts_commit: commit ?? null,
  observation_counts_run_url: run_url ?? null,
  observation_counts_version: version,
});

/** Whether a change only reports the same counts again: it costs no write of the list by last change. */
const isRepeated = (before: Product, change: EncryptedChange | CountsReport): boolean =>
  'observation_counts' in change &&
  before.observation_counts_updated !== null &&
  isDeepStrictEqual(change.observation_counts, before.observation_counts);

/** The next version of a product after a change of its fields or a report of counts. */
export const reviseProduct = (
  before: Product,
  change: EncryptedChange | CountsReport,
  { user, settings, now, requestId = null }: Revision,
): Product => {
  const version = before.version + 1;
  const updated = now.toISOString();
  const next = {
    version,
    updated: isRepeated(before, change) ? before.updated : updated,
    updated_by: user,
    request_id: requestId,
  };
  const fields =
    'observation_counts' in change
      ? reportedFields(change, version, now)
      : { ...change, mutes: reviseMutes(before.mutes, change.mutes, { user, now }) };
  const after = derived(before, productSchema.parse({ ...before, ...fields, ...next }), settings);
  return after.security_gate_passed === before.security_gate_passed
    ? after
    : { ...after, updated, gate_notification_id: gateNotificationId({ before, version, updated }) };
};
