import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { buildApp } from 'fauxqs';

/** What fauxqs keeps its queues in. */
export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Persistence = NonNullable<Stores['sqsStore']['persistence']>;

/** A part of fauxqs that it does not export: only its own server, which listens on every interface, opens stored queues. */
const part = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);

/** Queues in memory. */
export const createStores = async (): Promise<Stores> => {
  const { SqsStore }: { SqsStore: new () => Stores['sqsStore'] } = await part('sqs/sqsStore.js');
  const { SnsStore }: { SnsStore: new () => Stores['snsStore'] } = await part('sns/snsStore.js');
  const { S3Store }: { S3Store: new () => Stores['s3Store'] } = await part('s3/s3Store.js');
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
};

/**
 * Stores the queues in a folder, as an SQLite file: each send, receive and deletion is written at once, so that messages,
 * their receive counts, delays and visibility timeouts outlive a kill, too.
 */
export const storeIn = async (directory: string, stores: Stores): Promise<{ close(): void }> => {
  const { PersistenceManager }: { PersistenceManager: new (directory: string) => Persistence } =
    await part('persistence.js');
  const persistence = new PersistenceManager(directory);
  // fauxqs writes null here over the receive count, which its table refuses, when a message is made visible at once.
  const database = new DatabaseSync(join(directory, 'fauxqs.db'));
  const ready = database.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void ready.run(messageId);
  // First read, then written to: else what is read would be written again.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  const close = () => {
    database.close();
    persistence.close();
  };
  return { close };
};
