import { DatabaseSync } from 'node:sqlite';

/**
 * Gives the engine's stream an index. Without one, each write and each read of a stream goes through all its records:
 * after 20,000 of them a write takes ten times as long. The engine's file is SQLite, and an index changes no answer; should
 * another version of the engine keep its stream otherwise, it is slow again and that is all.
 */
export function indexStream(file: string, log: (line: string) => void): void {
  try {
    const database = new DatabaseSync(file, { timeout: 5000 });
    // The expressions are those of the engine's queries; SQLite uses an index on nothing else for them.
    database.exec(`CREATE INDEX IF NOT EXISTS gatebell_stream
      ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`);
    database.close();
  } catch (error) {
    log(`the stream of the DynamoDB engine stays without an index: ${error}`);
  }
}
