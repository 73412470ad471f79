import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { transact } from '../../../core/platform/dynamodb/transact.ts';
import { unavailable, unavailableServiceOf } from '../../../core/platform/unavailable.ts';
import { openTable } from '../../table.ts';
import { openWorld } from '../products/world.ts';

const named = (name: string) => Object.assign(new Error('It throttles'), { name });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** A table whose every request fails so. */
const failing = (error: Error) => {
  const table = openTable('http://127.0.0.1:1', 'table');
  table.client.middlewareStack.add(
    () => async () => {
      throw error;
    },
    { step: 'initialize' },
  );
  return table;
};

describe('what a call has to wait for', () => {
  it.each([
    named('ProvisionedThroughputExceededException'),
    named('ThrottlingException'),
    named('RequestLimitExceeded'),
    cancelled('None', 'ThrottlingError'),
    cancelled('ProvisionedThroughputExceeded', 'None'),
    cancelled('TransactionConflict'),
    new TransactionConflictException({ message: 'Conflict', $metadata: {} }),
  ])('is the table, where it answers $name', async (error) => {
    const { call, captured } = openWorld(failing(error));
    const answer = await call('GET /api/products', { user: 'alice', isAdministrator: true });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'content-type': 'application/problem+json' },
      body: { type: 'urn:gatebell:problem:unavailable' },
    });
    // A record of it would load the table further.
    expect(captured).toEqual([]);
  });

  it('is nothing for any other error, which answers 500 and is on record', async () => {
    for (const error of [named('ResourceNotFoundException'), cancelled('ValidationError', 'None')]) {
      const { call, captured } = openWorld(failing(error));
      const answer = await call('GET /api/products', { user: 'alice', isAdministrator: true });
      expect([answer.status, captured.length]).toEqual([500, 1]);
    }
  });

  it('is also recognized in the errors of this project', () => {
    expect(unavailableServiceOf(unavailable('key', 'No key'))).toBe('key');
    expect(unavailableServiceOf(unavailable('table', 'Keys were left'))).toBe('table');
    expect(unavailableServiceOf('no error')).toBeNull();
  });
});

it('a transaction that throttles is tried ten times, and the throttle is what it throws', async () => {
  let tries = 0;
  const table = failing(cancelled('ThrottlingError'));
  const counting = {
    ...table,
    pause: async () => {
      tries += 1;
    },
  };
  await expect(transact(counting, {})).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  expect(tries).toBe(9);
});
