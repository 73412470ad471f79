/**
 * Stands in for zod's JSON Schema writer in the bundles (`lib/bundle-functions.ts` puts it there). Every schema carries
 * the writer along, 18 KB of each start, and only the API's description needs it, which is written before a deployment.
 */

const none = (): never => {
  throw new Error('A bundle has no JSON Schema writer (functions/no-json-schema.ts)');
};

/** Called when a schema is made, and harmless; what they return is not. */
export const createToJSONSchemaMethod = () => none;
export const createStandardJSONSchemaMethod = () => none;

export const allProcessors = {};
export const extractDefs = none;
export const finalize = none;
export const initializeContext = none;
export const processSchema = none;
export const toJSONSchema = none;
