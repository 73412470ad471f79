import { z } from 'zod';
import { document } from '../../openapi-checker.ts';

const schemaShape = {
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  required: z.array(z.string()).optional(),
};

/** What of JSON Schema the requests of the document use. */
export type Schema = z.infer<z.ZodObject<typeof schemaShape>> & {
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
};

const Schema: z.ZodType<Schema> = z.looseObject({
  ...schemaShape,
  get anyOf() {
    return z.array(Schema).optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
});

const Components = z.object({ components: z.object({ schemas: z.record(z.string(), Schema) }) });
const { schemas } = Components.parse(document).components;

/** The schema to which a request's schema refers, or the schema itself. */
export const resolved = (schema: Schema): Schema => schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;

const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: Schema });
const Body = z.object({ content: z.object({ 'application/json': z.object({ schema: Schema }) }) });
const Described = z.object({ parameters: z.array(Parameter).default([]), requestBody: Body.optional() });

export type Parameter = z.infer<typeof Parameter>;

/** A call of the API as the fuzzer knows it: only what the document tells. */
export type Operation = {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
};

export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => {
    const { parameters, requestBody } = Described.parse(described);
    return {
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json'].schema,
    };
  }),
);
