/**
 * What the host and a function instance say to each other. The instance imports types only, to start fast; the host
 * parses what comes, since it runs foreign code.
 */
import { z } from 'zod';

/** Given to the worker at its start. */
export type InstanceBoot = {
  /** File URL of the bundle's entry module. */
  readonly entry: string;
  /** Name of the exported handler. */
  readonly exportName: string;
  readonly clockMemory: SharedArrayBuffer;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memorySizeMb: number;
};

/** One event for the instance; `deadline` is real time in milliseconds since the epoch. */
export type InstanceRequest = { readonly requestId: string; readonly eventJson: string; readonly deadline: number };

const failure = { errorType: z.string(), errorMessage: z.string() };

export const instanceMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('init-failed'), ...failure }),
  /** `payload` is JSON text; undefined when the handler's value has none, which Lambda turns into null. */
  z.object({ kind: z.literal('done'), requestId: z.string(), payload: z.string().optional() }),
  z.object({ kind: z.literal('failed'), requestId: z.string(), ...failure }),
  z.object({ kind: z.literal('log'), requestId: z.string(), text: z.string() }),
]);
export type InstanceMessage = z.infer<typeof instanceMessageSchema>;
