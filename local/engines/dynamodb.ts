import type { Running } from '../lambda.ts';

/** How to run the DynamoDB engine. */
export type DynamodbOptions = {
  /** File that keeps the data; in memory when absent. */
  readonly file?: string;
  /** How often expired items are swept. DynamoDB itself takes up to days. */
  readonly sweepIntervalMs: number;
  /** URL of a DynamoDB Local that runs already, for platforms that the engine's package does not cover. It sweeps by itself. */
  readonly endpoint?: string;
  log(line: string): void;
};

export type Dynamodb = Running & {
  readonly url: string;
  /** Deletes what has expired now, as DynamoDB's own sweep would: with a REMOVE record each. */
  sweepTtl(): Promise<void>;
};

export declare function startDynamodb(options: DynamodbOptions): Promise<Dynamodb>;
