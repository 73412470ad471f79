import * as z from 'zod/mini';

export type Json = Record<string, unknown>;

export const jsonObjectSchema = z.record(z.string(), z.unknown());
const hasDefinitionsSchema = z.looseObject({ $defs: z.optional(z.record(z.string(), jsonObjectSchema)) });

/** The `components` of the document: schemas by their id. */
export type Components = {
  readonly schemas: Readonly<Record<string, Json>>;
  /** Converts a schema to OpenAPI 3.1. Schemas with an id become components. */
  readonly take: (schema: z.ZodMiniType, io: 'input' | 'output') => Json;
};

const relink = ({ id: _, ...schema }: Json): Json =>
  jsonObjectSchema.parse(JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/')));

/** Collects the schemas of one document. */
export const createComponents = (): Components => {
  const schemas: Record<string, Json> = {};
  return {
    schemas,
    take: (schema, io) => {
      const { $schema: _, $defs = {}, ...written } = hasDefinitionsSchema.parse(z.toJSONSchema(schema, { io }));
      for (const [id, definition] of Object.entries($defs)) schemas[id] = relink({ ...definition });
      return relink(written);
    },
  };
};
