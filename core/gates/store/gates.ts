import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { changeOrder, productKey } from '../../keys.ts';
import { gateNotificationId } from '../../notifications/model.ts';
import { readFields } from '../../platform/dynamodb/read-fields.ts';
import { isConditionFailure, type Table } from '../../platform/dynamodb/table.ts';
import { productSchema } from '../../products/model.ts';
import type { Settings } from '../../settings/model.ts';
import { evaluateGate } from '../model.ts';

const gatedProductSchema = z.pick(productSchema, {
  id: true,
  version: true,
  security_gate_active: true,
  security_gate_threshold_critical: true,
  security_gate_threshold_high: true,
  security_gate_threshold_medium: true,
  security_gate_threshold_low: true,
  security_gate_threshold_none: true,
  security_gate_threshold_unknown: true,
  observation_counts: true,
  security_gate_passed: true,
  gate_notification_id: true,
});

/** The fields of a product that its gate depends on. */
export type GatedProduct = z.infer<typeof gatedProductSchema>;

/** Reads the gate fields of products consistently, 100 in each request. */
export const readGatedProducts = async (
  table: Table,
  productIds: readonly string[],
): Promise<readonly GatedProduct[]> => {
  // A product that can't be parsed gets its gate with the write that repairs it.
  return (await readFields(table, productIds.map(productKey), gatedProductSchema)).entities;
};

/**
 * Applies the default gate of the settings to a product. Writes only if the gate changes. `overtaken`: the product was written
 * or deleted meanwhile. No retry is needed then, as the stream record of that write causes a check of its own.
 */
export const updateGate = async (
  table: Table,
  { gated, settings, now }: { readonly gated: GatedProduct; readonly settings: Settings; readonly now: Date },
): Promise<'flipped' | 'unchanged' | 'overtaken'> => {
  if (gated.security_gate_active !== null) return 'unchanged';
  const { passed, exceeded } = evaluateGate(gated, settings);
  if (passed === gated.security_gate_passed) return 'unchanged';
  const version = gated.version + 1;
  const updated = now.toISOString();
  const update = {
    TableName: table.name,
    Key: productKey(gated.id),
    UpdateExpression:
      'SET security_gate_passed = :passed, gate_notification_id = :notification, gate_exceeded = :exceeded, settings_gate_version = :gate, updated_by = :user, request_id = :request, #updated = :now, change_order = :order, #version = :after',
    ConditionExpression: '#version = :before',
    ExpressionAttributeNames: { '#version': 'version', '#updated': 'updated' },
    ExpressionAttributeValues: {
      ':passed': passed,
      ':exceeded': exceeded,
      ':gate': settings.gate_version,
      ':user': settings.gate_changed_by,
      ':request': settings.gate_request_id,
      ':now': updated,
      ':order': changeOrder({ id: gated.id, updated }),
      ':notification': gateNotificationId({ before: gated, version, updated }),
      ':before': gated.version,
      ':after': version,
    },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'flipped';
  } catch (error) {
    if (isConditionFailure(error)) return 'overtaken';
    throw error;
  }
};
