import type { Running } from '../lambda.ts';

/** A running SES: API and page at `url`, mail at `GET <url>/store`. */
export type Ses = Running & { readonly url: string };

export declare function startSes(): Promise<Ses>;
