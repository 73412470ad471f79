import { describe, expect, it } from 'vitest';
import { consoleLine, type LogFrame } from '../src/functions/log-format.ts';

const frame: LogFrame = { timestamp: '2026-11-24T10:00:00.000Z', level: 'INFO', requestId: 'b5b0e7d6' };
const json = (...parts: unknown[]): unknown => JSON.parse(consoleLine('JSON', frame, parts));

/** As `test/unit/LogPatchTest.js` of the runtime interface client expects it. */
describe("a line in Lambda's JSON format", () => {
  it('has what is logged under `message`, an object as one', () => {
    expect(json({ level: 'error', order_id: '42' })).toEqual({
      ...frame,
      message: { level: 'error', order_id: '42' },
    });
  });

  it('keeps a text a text, even one that is JSON', () => {
    expect(json('{"level":"error"}')).toEqual({ ...frame, message: '{"level":"error"}' });
  });

  it('shows the type, text and trace of an error, at any position', () => {
    const error = Object.assign(new TypeError('no number'), { code: 7 });
    const fields = { errorType: 'TypeError', errorMessage: 'no number', stackTrace: error.stack?.split('\n') };
    expect(json(error)).toEqual({ ...frame, message: { ...fields, code: 7 } });
    expect(json({ error })).toEqual({ ...frame, message: { error: { ...fields, code: 7 } } });
    expect(json('It failed:', error)).toMatchObject({
      ...fields,
      message: expect.stringContaining('It failed: TypeError'),
    });
  });

  it('joins several values as the console would, and writes what JSON can not hold as text', () => {
    expect(json('hello %s', 'world')).toEqual({ ...frame, message: 'hello world' });
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(json(circular)).toMatchObject({ message: expect.stringContaining('Circular') });
  });

  it('has no request id before the first invocation', () => {
    expect(JSON.parse(consoleLine('JSON', { ...frame, requestId: undefined }, ['x']))).not.toHaveProperty('requestId');
  });
});
