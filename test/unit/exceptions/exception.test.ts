import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowFingerprint } from '../../../core/exceptions/identity.ts';
import { describeError, type ExceptionReport, prepareException } from '../../../core/exceptions/model.ts';
import { cutMiddle } from '../../../core/platform/text/cut-middle.ts';
import { builtInRedaction } from '../../../core/redaction/redaction.ts';

const { redact, redactValue } = builtInRedaction;

const CANARY = 'c4n4ryC4N4RYc4n4ryC4N4RY';
const JWT = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(`{"sub":"${CANARY}"}`).toString('base64url')}.${CANARY}`;

/** A canary in each known form of a secret. */
const FORMS: readonly [string, string][] = [
  ['bearer', `sent Authorization: Bearer ${CANARY}`],
  ['bearer alone', `Bearer ${CANARY}`],
  ['basic', `authorization: "Basic ${Buffer.from(`bob:${CANARY}`).toString('base64')}"`],
  ['authorization of another kind', `{"Authorization": "Token ${CANARY}"}`],
  ['JWT', `token was ${JWT}`],
  ['AWS access key', 'key AKIAC4N4RYC4N4RY1234 denied'],
  ['AWS secret key', `aws_secret_access_key = ${CANARY}/${CANARY}`],
  ['Slack webhook', `POST https://hooks.slack.com/services/T0/B0/${CANARY} failed`],
  ['Teams webhook', `https://default1.ab.environment.api.powerplatform.com:443/workflows/x?sig=${CANARY}&sv=1`],
  ['Slack token', `xoxb-123-${CANARY}`],
  ['GitHub token', `ghp_${CANARY}abcdefghijkl`],
  ['password pair', `login failed: password=${CANARY} for bob`],
  ['quoted password', `{"db_password":"${CANARY} with blanks and \\" quote"}`],
  ['YAML password', `DB_PASSWORD: '${CANARY}'`],
  ['api key', `api-key=${CANARY}`],
  ['signed URL', `https://bucket.s3.amazonaws.com/x?X-Amz-Signature=${CANARY}`],
  ['URL credentials', `postgres://gate:${CANARY}@db.internal:5432/gate`],
  ['private key', `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n${CANARY}\n-----END RSA PRIVATE KEY-----`],
  ['cut private key', `-----BEGIN PRIVATE KEY-----\n${CANARY}`],
  ['cookie', `Cookie: session=${CANARY}`],
];

const report: ExceptionReport = {
  origin: 'reported',
  type: 'exception',
  exception_class: 'Error',
  message: 'm',
  trace: null,
  function: 'f',
  arguments: null,
  product_id: null,
  user: null,
};

describe('redaction', () => {
  it.each(FORMS)('blacks out a %s in every field', (_, secret) => {
    const prepared = prepareException({
      ...report,
      exception_class: secret,
      message: `before ${secret} after`,
      trace: `Error: ${secret}\n    at run (a.ts:1:1)`,
      function: secret,
      arguments: { plain: secret, nested: { deep: [secret] }, [secret]: 1 },
      user: secret,
    });
    const text = JSON.stringify(prepared);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain('C4N4RYC4N4RY1234');
    expect(text).not.toContain(Buffer.from(`bob:${CANARY}`).toString('base64'));
  });

  it('redacts values under a secret name, whatever it is', () => {
    expect(redactValue({ password: { old: 'a' }, apiKey: 7, token: null, id: 'p1', tokens: 3 })).toEqual({
      password: '[redacted]',
      apiKey: '[redacted]',
      token: null,
      id: 'p1',
      tokens: 3,
    });
  });

  it.each([
    'Cannot read properties of undefined (reading "id")',
    'at Object.<anonymous> (core/products/store/products.ts:12:5)',
    'Product 01ARZ3NDEKTSV4RRFFQ69G5FAV has 3 critical, 0 allowed',
    'https://example.org/a/b?page=2',
    'The bearer of bad news is basic',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('is done in time, however hostile the text', () => {
    const hostile = [
      'password'.repeat(40_000),
      'a.'.repeat(150_000),
      `${'authorization:'.repeat(20_000)}`,
      '"\\'.repeat(150_000),
    ];
    for (const text of hostile)
      expect(prepareException({ ...report, message: text }).message.length).toBeLessThan(4_097);
  });
});

describe('prepareException', () => {
  it('cuts long texts in their middle, visibly, within their limits', () => {
    const long = `${'a'.repeat(50_000)}${'🦊'.repeat(9_000)}${'z'.repeat(50_000)}`;
    const prepared = prepareException({ ...report, message: long, trace: long, arguments: { long } });
    expect(prepared.message).toMatch(/^aaa.* … \d+ characters left out … .*zzz$/u);
    expect(prepared.message.length).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(prepared.trace ?? '')).toBeLessThanOrEqual(16_384);
    expect((prepared.arguments ?? '').length).toBeLessThanOrEqual(4_096);
  });

  it('gives equal exceptions one fingerprint', () => {
    const of = (fields: Partial<ExceptionReport>) =>
      windowFingerprint(
        prepareException({ ...report, message: 'job 17', arguments: { a: 1, b: 'x' }, ...fields }),
        'similar',
      );
    const one = of({});
    const equals = [{ trace: 'other' }, { user: 'u' }, { message: 'job 18' }, { arguments: { b: 'x', a: 2 } }];
    expect(equals.map(of)).toEqual(equals.map(() => one));
    const others: Partial<ExceptionReport>[] = [
      { product_id: 'p' },
      { type: 'task' },
      { origin: 'alarm' },
      { arguments: {} },
      { arguments: null },
      { fingerprint: 'mine' },
    ];
    expect(new Set([one, ...others.map(of)]).size).toBe(others.length + 1);
  });

  it('describes whatever was thrown', () => {
    class QuotaError extends Error {}
    expect(describeError(new QuotaError('full'))).toMatchObject({ exception_class: 'QuotaError', message: 'full' });
    expect(describeError('text')).toEqual({ exception_class: 'string', message: 'text', trace: null });
    expect(describeError(undefined)).toMatchObject({ message: 'undefined' });
  });
});

describe('cutMiddle', () => {
  it('fits, parts no surrogate pair and says how much it left out', () => {
    const text = fc.array(fc.constantFrom('a', 'ß', '🦊', '\n'), { maxLength: 200 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 300 }), (whole, limit) => {
        const short = cutMiddle(whole, (candidate) => candidate.length <= limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        if (whole.length <= limit) expect(short).toBe(whole);
        else expect(short).toMatch(/ … \d+ characters left out … /);
      }),
    );
  });
});
