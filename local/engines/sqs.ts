import type { Running } from '../lambda.ts';

export type Sqs = Running & {
  /** Endpoint of SQS; queue URLs are `<url>/000000000000/<name>`, ARNs `arn:aws:sqs:<region>:000000000000:<name>`. */
  readonly url: string;
  readonly port: number;
  /** Moves the queue's clock to `offsetMs` from the machine's: delays and visibility timeouts that end by then are over. */
  setClockOffset(offsetMs: number): Promise<void>;
};

/** Starts SQS, in memory, on loopback. `region` is that of the queues' ARNs. */
export declare function startSqs(options: { readonly region: string }): Promise<Sqs>;
