/**
 * What this package adds to the engine's SQLite file. It changes no answer of the engine but the two that are named; should
 * another version keep its stream otherwise, they fail, and the log says so.
 */
import { DatabaseSync } from 'node:sqlite';

/** The engine waits as long for a lock. */
const LOCK_TIMEOUT_MS = 5000;

/**
 * An index: without one, each write and each read of a stream goes through all its records, and after 20,000 of them a write
 * takes ten times as long. The expressions are those of the engine's queries; SQLite uses an index on nothing else for them.
 */
const INDEX = `CREATE INDEX IF NOT EXISTS cdk_local_stream
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`;

/** Keys of an item as one text, whatever order their attributes have. */
const keysOf = (json: string) =>
  `(SELECT json_group_array(json_array(key, json(value))) FROM (SELECT key, value FROM json_each(${json}) ORDER BY key))`;

/**
 * Items that are deleted because they expired; their REMOVE records name DynamoDB's TTL, as DynamoDB's do.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
const EXPIRED = `CREATE TABLE IF NOT EXISTS cdk_local_expired (table_name TEXT NOT NULL, keys TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS cdk_local_expiry AFTER INSERT ON _stream_records
WHEN NEW.event_name = 'REMOVE' AND EXISTS (
  SELECT 1 FROM cdk_local_expired WHERE table_name = NEW.table_name AND keys = ${keysOf('NEW.keys_json')})
BEGIN
  UPDATE _stream_records SET user_identity = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}' WHERE id = NEW.id;
END`;

const inFile = <T>(file: string, act: (database: DatabaseSync) => T): T => {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  try {
    return act(database);
  } finally {
    database.close();
  }
};

/** Prepares the file of an engine that runs. */
export const prepareStream = (file: string, log: (line: string) => void): void => {
  try {
    inFile(file, (database) => database.exec(`${INDEX}; ${EXPIRED}`));
  } catch (error) {
    log(`the stream of the DynamoDB engine stays as it is: ${error}`);
  }
};

/** Makes all stream records older, or younger when `seconds` is below zero. The engine stamps them by the machine's clock. */
export const ageStream = (file: string, seconds: number): void => {
  inFile(file, (database) =>
    database.prepare('UPDATE _stream_records SET created_at = created_at - ?').run(Math.round(seconds)),
  );
};

/** Runs `act`, during which a deletion of one of these items is one by TTL. `keys` are JSON of DynamoDB. */
export const whileExpired = async (
  { file, table, keys }: { readonly file: string; readonly table: string; readonly keys: readonly object[] },
  act: () => Promise<void>,
): Promise<void> => {
  inFile(file, (database) => {
    const insert = database.prepare(`INSERT INTO cdk_local_expired VALUES (?, ${keysOf('?')})`);
    for (const key of keys) insert.run(table, JSON.stringify(key));
  });
  try {
    await act();
  } finally {
    inFile(file, (database) => database.prepare('DELETE FROM cdk_local_expired WHERE table_name = ?').run(table));
  }
};
