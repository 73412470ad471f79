import { randomBytes } from 'node:crypto';
import type { Table } from '../platform/dynamodb/table.ts';
import { sortableId } from '../platform/sortable-id.ts';
import { makeDataKeys } from './data-keys.ts';
import { addToKeyRing, readKeyRing } from './store.ts';
import { makeWebhookSecrets, type WebhookSecrets } from './webhook-secrets.ts';

/** Loads the KMS client with the first webhook, from a file of its own (docs/adr/026). */
const load = async (keyArn: string) => (await import('./kms.ts')).connectKms(keyArn);

/** The webhook secrets of a stage: data keys in its table, encrypted by its KMS key. */
export const connectWebhookSecrets = ({
  table,
  keyArn,
}: {
  readonly table: Table;
  readonly keyArn: string;
}): WebhookSecrets => {
  let loading: ReturnType<typeof load> | null = null;
  const kms = () => {
    loading ??= load(keyArn);
    return loading;
  };
  return makeWebhookSecrets(
    makeDataKeys({
      readRing: () => readKeyRing(table),
      addToRing: (before, added) => addToKeyRing(table, { before, added }),
      makeWrapped: async (id) => (await kms()).makeWrapped(id),
      unwrap: async (key) => (await kms()).unwrap(key),
      newId: () => sortableId(Date.now(), randomBytes(10)),
      now: () => new Date(),
    }),
    randomBytes,
  );
};
