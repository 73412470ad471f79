import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import type { Operation, Parameter } from './operations.ts';
import { type Field, fieldsOf, type Known, plainValue } from './values.ts';

/** A request as it goes over the wire, and who makes it. */
export type FuzzRequest = {
  readonly method: string;
  /** With its query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  readonly caller: string;
};

type Headers = FuzzRequest['headers'];
type Encoded = { readonly headers: Headers; readonly body: Buffer };

const JSON_TYPE = { 'content-type': 'application/json' };

/** Built by hand, so that `__proto__` and repeated names are in it. */
const jsonOf = (fields: readonly Field[]): string =>
  `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`;

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Bodies that no schema speaks of. */
const ODD_BODIES: readonly string[] = [
  '',
  ' ',
  'null',
  '[]',
  '"text"',
  '0',
  '{',
  '{}',
  '{"a":1e999}',
  "{'name':'x'}",
  '{"name":"x"}{"name":"y"}',
  '{"name":NaN}',
  '{"name":"\\ud800"}',
  '{"__proto__":{"name":"x"},"constructor":{"prototype":{"name":"x"}}}',
  nested('[', ']', 20_000),
  nested('{"a":', '}', 2).replace(':}', ':1}'),
  `{"arguments":${nested('[', ']', 5_000)},"exception_class":"E","message":"m","function":"f"}`,
  `{"name":"${'x'.repeat(999_000)}"}`,
  `{"name":"${'x'.repeat(1_000_001)}"}`,
  `{"notifications":[${'"01KAT3NDEKTSV4RRFFQ69G5FAV",'.repeat(30_000)}"x"]}`,
];

const as = (type: string) => (json: string) => ({ headers: { 'content-type': type }, body: Buffer.from(json) });

/** Ways to send a JSON text that are wrong, or unusual. */
const ODD_ENCODINGS: readonly ((json: string) => Encoded)[] = [
  as('application/json; charset=utf-8'),
  as('APPLICATION/JSON;charset=latin1'),
  as('application/json, text/plain'),
  as('application/merge-patch+json'),
  as('application/octet-stream'),
  as('application/x-www-form-urlencoded'),
  as('multipart/form-data; boundary=x'),
  as('text/plain'),
  as(''),
  (json) => ({ headers: {}, body: Buffer.from(json) }),
  (json) => ({ headers: { 'content-type': ['application/json', 'text/plain'] }, body: Buffer.from(json) }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.from(`\ufeff${json}`) }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.from(json, 'utf16le') }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.from(json, 'latin1') }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.from(Buffer.from(json).toString('base64')) }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.concat([Buffer.from(json), Buffer.from([0])]) }),
  (json) => ({ headers: JSON_TYPE, body: Buffer.from(json).subarray(0, -1) }),
  (json) => ({ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(json) }),
  // An overlong slash, a surrogate and a lone continuation byte: no UTF-8.
  ...['c0af', 'eda080', '80', 'ff'].map((hex) => (json: string) => ({
    headers: JSON_TYPE,
    body: Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from(hex, 'hex'), Buffer.from(json.slice(-2))]),
  })),
];

const NO_BODY: Encoded = { headers: {}, body: Buffer.alloc(0) };

const bodyOf = ({ body }: Operation, known: Known): Arbitrary<Encoded> => {
  const odd = fc.constantFrom(...ODD_BODIES).map((json) => ({ headers: JSON_TYPE, body: Buffer.from(json) }));
  if (body === undefined) {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(NO_BODY) }, { weight: 1, arbitrary: odd });
  }
  const json = fieldsOf(body, known).map(jsonOf);
  return fc.oneof(
    { weight: 7, arbitrary: json.map((sent) => ({ headers: JSON_TYPE, body: Buffer.from(sent) })) },
    { weight: 2, arbitrary: fc.tuple(json, fc.constantFrom(...ODD_ENCODINGS)).map(([sent, encode]) => encode(sent)) },
    { weight: 1, arbitrary: odd },
  );
};

const ODD_SEGMENTS = [
  '%00',
  '%2F',
  '..',
  '%2e%2e',
  '%2e%2e%2fsettings',
  '%FF',
  '%C0%AF',
  '%ED%A0%80',
  '%',
  '%zz',
  '%25',
  '%3F',
  '%23',
  ';x=y',
  '+',
  '%20',
  '%0d%0aX:%20y',
  '%E2%80%AE',
  '%F0%9F%94%94',
  '__proto__',
  'constructor',
  '{product_id}',
  'a'.repeat(129),
  'a'.repeat(4_000),
];

const encoded = (text: string) => encodeURIComponent(text.toWellFormed()) || '%20';

const pathOf = ({ path, parameters }: Operation, known: Known): Arbitrary<string> => {
  const segments = path.split('/').map((segment) => {
    const parameter = parameters.find(({ name }) => segment === `{${name}}`);
    if (parameter === undefined) return fc.constant(segment);
    return fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...(known[parameter.name] ?? ['x'])).map(encoded) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_SEGMENTS) },
      { weight: 1, arbitrary: plainValue(parameter.schema, parameter.name, known).map(encoded) },
    );
  });
  return fc.tuple(...segments).map((parts) => parts.join('/'));
};

const ODD_QUERIES = ['&&=', '%', '%FF', 'limit', 'limit=1&limit=2', 'a[b]=c', '__proto__=x', '?', 'cursor=%00', '+=+'];

const pairOf = ({ name, schema }: Parameter, known: Known): Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: plainValue(schema, name, known).map((value) => `${name}=${encoded(value)}`) },
  );

const queryOf = ({ parameters }: Operation, known: Known): Arbitrary<string> => {
  const pairs = parameters.filter((one) => one.in === 'query').map((one) => pairOf(one, known));
  const odd = fc.oneof(
    { weight: 14, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_QUERIES) },
  );
  return fc.tuple(...pairs, odd).map((parts) => parts.filter((part) => part !== '').join('&'));
};

const HEADERS: readonly Headers[] = [
  { 'if-match': '"1"' },
  { 'if-match': '*' },
  { 'if-match': 'W/"1"' },
  { 'if-match': '"9999999999999999"' },
  { 'if-match': '' },
  { 'if-match': ['"1"', '"2"'] },
  { 'idempotency-key': 'one' },
  { 'idempotency-key': 'é' },
  { 'idempotency-key': ['one', 'two'] },
  { 'idempotency-key': 'x'.repeat(256) },
  { 'if-none-match': '*' },
  { 'if-none-match': 'é, "", W/' },
  { accept: 'text/html' },
  { range: 'bytes=0-1' },
  { origin: 'null' },
  { cookie: 'a=b; =; ;; __proto__=x' },
  { 'x-forwarded-for': "127.0.0.1, '" },
  { 'x-forwarded-host': 'evil.example.org' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-amzn-trace-id': 'Root=\u00ff' },
  { 'x-long': 'x'.repeat(8_000) },
  { ['__proto__']: 'x', constructor: 'y' },
];

const headersOf: Arbitrary<Headers> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom(...HEADERS) },
);

/** Requests to one call of the API, most of them by who may make it. */
export const requestOf = (operation: Operation, known: Known): Arbitrary<FuzzRequest> =>
  fc
    .record({
      path: pathOf(operation, known),
      query: queryOf(operation, known),
      headers: headersOf,
      encoded: bodyOf(operation, known),
      caller: fc.constantFrom('admin', 'admin', 'admin', 'admin', 'owner', 'owner', 'client', 'stranger', 'nobody'),
    })
    .map(({ path, query, headers, encoded: { headers: ofBody, body }, caller }) => ({
      method: operation.method,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...ofBody, ...headers },
      body,
      caller,
    }));
