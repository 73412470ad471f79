import type { Running } from './lambda.ts';

/** A running webhook receiver: page at `url`, any `POST <url>/ANY/PATH` is a webhook. */
export type Receiver = Running & { readonly url: string };

/** `port` 0, the default, takes a free one. */
export declare function startReceiver(options?: { readonly port?: number }): Promise<Receiver>;
