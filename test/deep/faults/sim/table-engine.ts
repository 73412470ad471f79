import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Table } from '../../../../core/platform/dynamodb/table.ts';
import {
  createForward,
  type EngineAnswer,
  type Forward,
} from '../../../../packages/cdk-local/src/aws-proxy/forward.ts';
import { callAwsJson } from '../../../../packages/cdk-local/src/engines/aws-json.ts';
import { type Dynamodb, startDynamodb } from '../../../../packages/cdk-local/src/engines/dynamodb.ts';
import { provisionTables } from '../../../../packages/cdk-local/src/provision.ts';
import { changesNothing } from '../../../../packages/cdk-local/src/sources/stream-event.ts';
import {
  openStream,
  type StreamReader,
  type StreamRecord,
} from '../../../../packages/cdk-local/src/sources/stream-reader.ts';
import type { TableDefinition } from '../../../../packages/cdk-local/src/template/read-tables.ts';
import type { WireRequest } from './wire.ts';

export type Item = Readonly<Record<string, unknown>>;

const attributes = z.custom<Record<string, AttributeValue>>((value) => typeof value === 'object' && value !== null);
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

const scanned = z.object({ Items: z.array(attributes), LastEvaluatedKey: attributes.optional() });

/** An image as a plain item; null where the record has none. */
export const imageOf = (image: unknown): Item | null => {
  const found = attributes.safeParse(image);
  return found.success ? unmarshall(found.data) : null;
};

/** The real engine with the template's table, which is made anew for each run, and its stream. */
export class TableEngine {
  /** Of the table of this run: the engine keeps the stream records of deleted tables under their names. */
  name = '';
  #runs = 0;
  readonly #definition: TableDefinition;
  readonly #engine: Dynamodb;
  readonly #forward: Forward = createForward();
  #stream: { readonly reader: StreamReader; iterator: string } | null = null;

  private constructor(definition: TableDefinition, engine: Dynamodb) {
    this.#definition = definition;
    this.#engine = engine;
  }

  static async start(definition: TableDefinition): Promise<TableEngine> {
    return new TableEngine(definition, await startDynamodb({ sweepIntervalMs: 3_600_000, log: () => {} }));
  }

  get url(): string {
    return this.#engine.url;
  }

  async renew(): Promise<void> {
    if (this.#stream !== null) await this.#call('DeleteTable', { TableName: this.name }, z.unknown());
    this.#runs += 1;
    this.name = `${this.#definition.name}-${this.#runs}`;
    await provisionTables([{ ...this.#definition, name: this.name }], this.url);
    const reader = await openStream(this.url, this.name);
    const [shard] = await reader.listShards();
    if (shard === undefined) throw new Error('The stream has no shard');
    this.#stream = { reader, iterator: await reader.openShard(shard.shardId, 'TRIM_HORIZON') };
  }

  /**
   * Hands a function's request to the engine as it is, but for the table's name and for the tokens of transactions: the
   * engine knows those for minutes, and an equal run before this one had the same.
   */
  async perform({ incoming, body }: WireRequest): Promise<EngineAnswer> {
    const { name } = this.#definition;
    const token = `"ClientRequestToken":"${this.#runs.toString(16).padStart(8, '0')}`;
    const text = body.toString().replaceAll(`"${name}"`, `"${this.name}"`);
    const asked = Buffer.from(text.replace(/"ClientRequestToken":"[0-9a-f]{8}/, token));
    const answer = await this.#forward.send(incoming, asked, new URL(this.url));
    const { 'x-amz-crc32': _checksum, ...headers } = answer.headers;
    const told = Buffer.from(answer.body.toString().replaceAll(`"${this.name}"`, `"${name}"`));
    return { status: answer.status, headers, body: told };
  }

  /** The records of the writes since the last call. */
  async readStream(): Promise<readonly StreamRecord[]> {
    const stream = this.#stream;
    if (stream === null) return [];
    const { records, next } = await stream.reader.read(stream.iterator, 1_000);
    if (next === undefined) throw new Error('The shard of the stream has ended');
    stream.iterator = next;
    return records.filter((record) => !changesNothing(record));
  }

  /** The table as the store functions of core take it, past the simulation. */
  table(): Table {
    const client = new DynamoDBClient({ endpoint: this.url, region: 'eu-central-1', credentials: CREDENTIALS });
    const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    return { client: documents, name: this.name, pause: async () => {}, reportUnreadable: async () => {} };
  }

  async scan(): Promise<Item[]> {
    const found: Item[] = [];
    let start: unknown;
    do {
      const body = { TableName: this.name, ConsistentRead: true, ExclusiveStartKey: start };
      const page = await this.#call('Scan', body, scanned);
      found.push(...page.Items.map((item) => unmarshall(item)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  }

  async stop(): Promise<void> {
    this.#forward.close();
    await this.#engine.stop();
  }

  #call<Answer extends z.ZodType>(operation: string, body: object, answer: Answer): Promise<z.output<Answer>> {
    return callAwsJson({ url: this.url, target: `DynamoDB_20120810.${operation}`, body, answer });
  }
}
