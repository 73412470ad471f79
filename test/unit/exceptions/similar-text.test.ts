import { describe, expect, it } from 'vitest';
import { similarText, similarValue } from '../../../core/exceptions/similar-text.ts';

/** Texts of one error. */
const SIMILAR: readonly (readonly [what: string, ...texts: string[]])[] = [
  ['numbers', 'job 17 took 31 ms', 'job 18 took 7 ms', 'job 1 took 1700 ms'],
  [
    'decimals, thousands, signs and exponents',
    'took 1.5 s',
    'took 2 s',
    'took -3,000 s',
    'took 1.5e-7 s',
    'took 2E10 s',
  ],
  ['units', 'took 31ms, 2.5GB', 'took 5ms, 100GB'],
  ['percentages', 'disk is 91% full', 'disk is 92.5% full'],
  ['numbers in names', 'worker-17 of job_4 died', 'worker-9 of job_123 died'],
  ['numbers in brackets', 'items[3] (of 12) #5', 'items[40] (of 7) #1234'],
  ['positions', 'a.ts:12:5 broke', 'a.ts:9:17 broke'],
  ['UUIDs', 'scan 0b54f3a2-1111-4222-8333-abcdefabcdef', 'scan FFFFFFFF-ffff-ffff-ffff-ffffffffffff'],
  ['ULIDs', 'product 01ARZ3NDEKTSV4RRFFQ69G5FAV', 'product 01KAT2Z7YB3SV4RRFFQ69G5FAW'],
  ['nanoids', 'id V1StGXR8_Z5jdHi6B-myT', 'id x9Kd3aQ_7LmN2pRs-8vYz1'],
  ['ids of AWS', 'on i-0abcd1234ef567890', 'on i-0123456789abcdef0'],
  ['account ids', 'arn:aws:iam::123456789012:role/x', 'arn:aws:iam::210987654321:role/x'],
  ['memory addresses', 'at 0x7ffe1234', 'at 0xDEADBEEF'],
  ['IPv4 addresses', 'connect 10.0.0.1:5432', 'connect 192.168.17.4:40000'],
  [
    'IPv6 addresses',
    'connect 2001:db8::1',
    'connect fe80::a00:27ff:fe4e:66a1',
    'connect ::1',
    'connect ::ffff:10.0.0.1',
  ],
  ['mail addresses', 'no user bob@example.org', 'no user r.i+x@mail.example.com'],
  ['hashes', 'commit 3f2a9bc', 'commit da39a3ee5e6b4b0d3255bfef95601890afd80709', 'commit 1234567'],
  ['times of ISO 8601', 'at 2026-11-24T10:00:00Z', 'at 2026-11-24T10:00:00.123+01:00', 'at 2026-11-25 01:02:03'],
  ['times as mail writes them', 'at Tue, 24 Nov 2026 10:00:00 GMT', 'at Wed, 2 Dec 2026 1:02:03 GMT'],
  ['times of a log', 'Nov 24 10:00:00 it broke', 'Dec 1 01:00:59 it broke'],
  ['times of day', 'at 10:31:02', 'at 9:05:00.123'],
  ['numbers in JSON', '{"id": 17, "n":[1,2]}', '{"id": 18, "n":[3,4]}'],
];

/** Texts of as many errors. */
const DIFFERENT: readonly (readonly [what: string, ...texts: string[]])[] = [
  ['words', 'cannot read', 'cannot write'],
  ['HTTP statuses', 'HTTP 404', 'HTTP 500', 'HTTP 503'],
  ['HTTP statuses with a version', 'HTTP/1.1 404', 'HTTP/1.1 500'],
  ['status codes', 'Request failed with status code 404', 'Request failed with status code 500'],
  ['statuses that are answered', 'the API answered 404', 'the API answered 503'],
  ['statuses in brackets', 'failed (404)', 'failed (500)'],
  ['statuses with a colon', 'status: 401', 'status: 403', 'Error: 404', 'Error: 500'],
  ['statuses in JSON', '{"statusCode":404}', '{"statusCode":500}'],
  ['statuses with an equals sign', 'http_status=404', 'http_status=500'],
  ['exit codes', 'exit code 1', 'exit code 137'],
  ['error codes', 'error code: 1045', 'error code: 1146', 'errno -13', 'errno -2', 'ERROR 1045', 'ERROR 2002'],
  ['error codes in hex', 'code 0x80070005', 'code 0x80070002'],
  ['codes of Oracle', 'ORA-00942', 'ORA-01017'],
  ['codes of letters and digits', 'E11000 duplicate', 'E11001 duplicate', 'TS2322', 'TS2345', 'P2002', 'P2025'],
  ['SQLSTATE', 'SQLSTATE 42P01', 'SQLSTATE 42703', 'SQLSTATE[08006]', 'SQLSTATE[23505]'],
  ['names of columns', 'no such column: name', 'no such column: title', 'no such column: name2'],
  ['what stands in quotes', `no column "c1"`, `no column "c2"`, `no column "17"`],
  ['what stands in other quotes', `no column 'c 1'`, `no column 'c 2'`, 'no column `c 1`', 'no column `c 2`'],
  ['names with digits', 'unknown codec utf8', 'unknown codec sha256', 'unknown codec ipv6'],
  ['namespaces', 'std::vector broke', 'std::map broke', 'a::b broke'],
  ['text in other scripts', '見つからない', '読めない', 'größe fehlt'],
];

const among = (texts: readonly string[]): number => new Set(texts.map(similarText)).size;

describe('similarText', () => {
  it.each(SIMILAR)('leaves out %s', (_, ...texts) => {
    expect(texts.map(similarText)).toEqual(texts.map(() => similarText(texts[0] ?? '')));
  });

  it.each(DIFFERENT)('keeps %s', (_, ...texts) => {
    expect(texts.map(similarText)).toSatisfy(() => among(texts) === texts.length);
  });

  it('reads apostrophes as no quotes', () => {
    expect(similarText("can't open job 17 of the users' list 3")).toBe("can't open job # of the users' list #");
  });

  it('leaves out nothing else', () => {
    const text = 'Cannot read properties of undefined (reading "id")\n\tat Object.<anonymous> — größe ≥ Ω 🦊';
    expect(similarText(text)).toBe(text);
  });

  it('looks at each character a bounded number of times, however hostile the text', () => {
    const parts = [
      '"',
      "'",
      "'a",
      "('a ",
      '`',
      '1',
      '1.',
      '1:',
      'a',
      'a1',
      '1a',
      'a-',
      '-',
      '_',
      'a-1-',
      'f',
      'f:',
      ':',
      '::',
      'a.',
      'a@',
      'a@a.',
      '0x',
      'code ',
      'code:',
      'error 1 ',
      '2026-',
      '2026-11-24',
      '2026-11-24T10:00',
      'Mon ',
      'Nov 1',
      '\n',
      ' ',
      'é',
      '١',
      '\ud800',
    ];
    for (const part of parts) {
      const text = part.repeat(Math.floor(200_000 / part.length));
      expect(similarText(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('similarValue', () => {
  it('leaves out numbers and ids, and keeps codes, flags and names', () => {
    expect(similarValue(17, 'run')).toBe(similarValue(18, 'run'));
    expect(similarValue('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'id')).toBe(similarValue('01KAT2Z7YB3SV4RRFFQ69G5FAW', 'id'));
    for (const field of ['status', 'statusCode', 'http_status', 'code', 'exit_code', 'errno', 'exitCode']) {
      expect(similarValue(404, field)).not.toBe(similarValue(500, field));
      expect(similarValue('23505', field)).not.toBe(similarValue('42703', field));
    }
    expect(similarValue(7, 'barcode')).toBe(similarValue(8, 'barcode'));
    expect([similarValue(true, 'strict'), similarValue(null, 'x'), similarValue('nightly', 'x')]).toEqual([
      true,
      null,
      'nightly',
    ]);
  });
});
