import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { productIdOf, productKey, REPORT_CHECKS, reportCheckKey } from '../../keys.ts';
import type { Page, PageRequest } from '../../platform/dynamodb/page.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import { readFields } from '../../platform/dynamodb/read-fields.ts';
import {
  batchDelete,
  batchPut,
  type Item,
  settingFields,
  type Table,
  updateIf,
} from '../../platform/dynamodb/table.ts';
import { productSchema } from '../model.ts';
import type { ReportCheck } from '../report-check.ts';

const checkSchema = z.object({ product_id: z.string(), version: z.int(), due_at: z.string() });

const keyOf = ({ due_at, product_id, version }: ReportCheck) => reportCheckKey(due_at, product_id, version);

const itemOf = (check: ReportCheck): Item => ({ ...keyOf(check), ...check });

/** Writes a check. Safe to repeat. */
export const planReportCheck = async (table: Table, check: ReportCheck): Promise<void> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: itemOf(check) }));
};

/** Reads a page of the checks that are due before a time (ISO 8601), those due first at first. */
export const listDueChecks = async (
  table: Table,
  { before, after, limit }: PageRequest & { readonly before: string },
): Promise<Page<ReportCheck>> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :checks AND sk < :before',
    ExpressionAttributeValues: { ':checks': REPORT_CHECKS, ':before': before },
    Limit: limit,
    ...(after !== null && { ExclusiveStartKey: { pk: REPORT_CHECKS, sk: after } }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const { entities } = await parseEach(table, Items, (item) => checkSchema.parse(item));
  return { entries: entities, next: LastEvaluatedKey === undefined ? null : String(LastEvaluatedKey['sk']) };
};

const checkedSchema = z.pick(productSchema, {
  id: true,
  version: true,
  created: true,
  observation_counts_updated: true,
  report_expected_hours: true,
  report_check: true,
});

/** The fields of a product that a check reads. */
export type CheckedProduct = z.infer<typeof checkedSchema>;

/** Products by id, read consistently; null for one that was deleted. Those that can't be parsed are missing. */
export const readChecked = async (
  table: Table,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, CheckedProduct | null>> => {
  const { entities, unreadable } = await readFields(table, productIds.map(productKey), checkedSchema);
  const products = new Map<string, CheckedProduct | null>(productIds.map((id) => [id, null]));
  for (const { pk } of unreadable) products.delete(productIdOf(pk) ?? '');
  for (const product of entities) products.set(product.id, product);
  return products;
};

/** Records with a product that its report is overdue. `overtaken`: it was written or deleted meanwhile. */
export const recordOverdue = async (
  table: Table,
  { id, version, report_check }: CheckedProduct,
  notificationId: string,
): Promise<'recorded' | 'overtaken'> => {
  const update = settingFields(table, productKey(id), {
    fields: { report_check: { ...report_check, notification_id: notificationId }, version: version + 1 },
    condition: { expression: '#version = :before', values: { ':before': version } },
  });
  return (await updateIf(table, update)) === null ? 'overtaken' : 'recorded';
};

/** Replaces checks by others: first these are written. Safe to repeat. */
export const replaceChecks = async (
  table: Table,
  { done, planned }: { readonly done: readonly ReportCheck[]; readonly planned: readonly ReportCheck[] },
): Promise<void> => {
  const distinct = new Map(planned.map((check) => [keyOf(check).sk, itemOf(check)]));
  await batchPut(table, [...distinct.values()]);
  await batchDelete(table, done.map(keyOf));
};
