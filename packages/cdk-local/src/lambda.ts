/** What invoking a function gave: its payload, or an unhandled error as Lambda reports it (`errorType` e.g. Error, Sandbox.Timedout, Runtime.ExitError when killed). */
export type InvokeResult =
  | { readonly kind: 'ok'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly errorType: string; readonly message: string };

/** The error of an invocation that found no free execution. The function did not run. */
export const THROTTLED = 'TooManyRequestsException';

/** Runs a function of the stack once, with one event. `functionId` is the logical id of AWS::Lambda::Function in the template. */
export type Invoke = (functionId: string, event: unknown) => Promise<InvokeResult>;

/** A running part that can be stopped. */
export type Running = { stop(): Promise<void> };
