/**
 * CloudFront Functions at the viewer's request: the template's own code, in a context that has the language and nothing of
 * Node. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
import { createContext, Script } from 'node:vm';
import { z } from 'zod';

/** The path for which the origin is asked in the place of `uri`. */
export type EdgeFunction = (request: { readonly method: string; readonly uri: string }) => string;

/** Strict: a function that answers itself, or changes headers, is not known here. */
const requestSchema = z.strictObject({
  method: z.string(),
  uri: z.string(),
  querystring: z.strictObject({}),
  headers: z.strictObject({}),
  cookies: z.strictObject({}),
});

/** Long after what CloudFront allows, for machines that are busy: it only ends what would never end. */
const TIMEOUT_MS = 5_000;

/** Throws for code that does not compile; the function throws for an answer that is no request. */
export const compileEdgeFunction = (code: string): EdgeFunction => {
  const script = new Script(`${code}\nJSON.stringify(handler(JSON.parse(event)));`, {
    filename: 'cloudfront-function.js',
  });
  return ({ method, uri }) => {
    const event = { version: '1.0', request: { method, uri, querystring: {}, headers: {}, cookies: {} } };
    const context = createContext({ event: JSON.stringify(event) });
    const answer: unknown = script.runInContext(context, { timeout: TIMEOUT_MS });
    return requestSchema.parse(JSON.parse(z.string().parse(answer))).uri;
  };
};
