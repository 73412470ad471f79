import { z } from 'zod';
import { exchangeErrors } from '../../openapi-checker.ts';
import type { FuzzRequest } from './requests.ts';
import type { WireAnswer } from './wire.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The path as API Gateway reads it: decoded, and then cut at a `?`. Undefined where it can't be decoded. */
const decodedPath = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path.split('?')[0] ?? '').split('?')[0];
  } catch {
    return undefined;
  }
};

const GatewayMessage = z.strictObject({ message: z.string() });
const Invalid = z.object({
  type: z.literal('urn:gatebell:problem:invalid-input'),
  errors: z.array(z.unknown()).min(1),
});

const documentErrors = (request: FuzzRequest, path: string, { status, contentType, text }: WireAnswer): string[] =>
  exchangeErrors({
    method: request.method,
    path,
    requestBody: parsed(request.body.toString('utf8').replace(/^\ufeff/, '')),
    status,
    contentType,
    body: text === '' ? undefined : parsed(text),
  });

/** Well below the 10,240 bytes of API Gateway's quota, which count the caller's token as well. */
const LONG_BYTES = 8_000;

const isLong = ({ path, headers }: FuzzRequest): boolean =>
  Buffer.byteLength([path, ...Object.values(headers).flat()].join('')) > LONG_BYTES;

/** Answers that API Gateway gives before a function does. */
const isGatewayRefusal = (request: FuzzRequest, status: number): boolean =>
  status === 404 || (status === 431 && isLong(request));

/** What is wrong with an answer, whatever was asked; nothing where all is well. */
export const faultsOf = (request: FuzzRequest, answer: WireAnswer): string[] => {
  if (answer.status >= 500) return [`answered ${answer.status}: ${answer.text.slice(0, 500)}`];
  const path = decodedPath(request.path);
  const fromGateway = GatewayMessage.safeParse(parsed(answer.text)).success;
  if (path === undefined || (fromGateway && isGatewayRefusal(request, answer.status))) {
    return fromGateway && answer.status >= 400 ? [] : [`the gateway should have answered, not ${answer.status}`];
  }
  const errors = documentErrors(request, path, answer);
  if (answer.status === 400 && !fromGateway && !Invalid.safeParse(parsed(answer.text)).success) {
    errors.push(`400 without the field that is wrong: ${answer.text.slice(0, 500)}`);
  }
  return errors;
};
