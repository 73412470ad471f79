import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

const FILE = join(import.meta.dirname, '..', 'docs', 'openapi.json');

const Content = z.record(z.string(), z.looseObject({ schema: z.record(z.string(), z.unknown()) }));
const Operation = z.looseObject({
  operationId: z.string(),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** The API's document as it is written in docs/. */
export const document = Document.parse(JSON.parse(readFileSync(FILE, 'utf8')));

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document, 'openapi');

const pointer = (parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

const compiled = new Map<string, ValidateFunction>();

/** The check of a value against the schema at a place of the document. */
const validatorAt = (parts: readonly string[]): ValidateFunction => {
  const ref = `openapi#/${pointer(parts)}`;
  const known = compiled.get(ref) ?? ajv.compile({ $ref: ref });
  compiled.set(ref, known);
  return known;
};

/** The errors of a value at a place of the document; none where it fits. */
export const errorsAt = (parts: readonly string[], value: unknown): string[] => {
  const validate = validatorAt(parts);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '(whole)'} ${message}`);
};

/** Literal paths win over those with a parameter, as API Gateway does it. */
const matching = (path: string): string | undefined => {
  const fits = (template: string) =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
  return Object.keys(document.paths)
    .filter(fits)
    .toSorted((one, other) => one.split('{').length - other.split('{').length)[0];
};

export type Exchange = {
  readonly method: string;
  /** With its query, if it has one. */
  readonly path: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
};

const answerErrors = (
  at: readonly string[],
  { content }: { content?: unknown },
  { contentType, body }: Exchange,
): string[] => {
  const known = Content.optional().parse(content);
  if (known === undefined) return body === undefined ? [] : ['the answer has a body, and the document none'];
  const type = (contentType ?? '').split(';')[0] ?? '';
  if (known[type] === undefined) return [`the document has no ${type || 'empty'} answer`];
  return errorsAt([...at, 'content', type, 'schema'], body).map((error) => `answer: ${error}`);
};

/**
 * What an exchange with the API has that its document does not tell; none where they agree. The request is looked at
 * where it was accepted: tests send wrong ones on purpose. A path that is no call of the API is not looked at.
 */
export const exchangeErrors = (exchange: Exchange): string[] => {
  const path = matching(exchange.path.split('?')[0] ?? '');
  const method = exchange.method.toLowerCase();
  const operation = path === undefined ? undefined : document.paths[path]?.[method];
  if (path === undefined || operation === undefined) return [];
  const status = String(exchange.status);
  const answer = operation.responses[status];
  if (answer === undefined) return [`${operation.operationId}: the document has no answer ${status}`];
  const at = ['paths', path, method];
  const isAccepted = exchange.status < 300 && operation.requestBody !== undefined;
  const request = isAccepted
    ? errorsAt([...at, 'requestBody', 'content', 'application/json', 'schema'], exchange.requestBody)
    : [];
  return [
    ...request.map((error) => `request: ${error}`),
    ...answerErrors([...at, 'responses', status], answer, exchange),
  ].map((error) => `${operation.operationId} ${status} ${error}`);
};
