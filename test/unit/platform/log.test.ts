import { expect, it } from 'vitest';
import { createLog } from '../../../core/log.ts';
import { makeRedaction } from '../../../core/redaction/redaction.ts';

it('writes no secret that an error, a field or the message quotes, and no webhook of the stage', () => {
  const entries: unknown[] = [];
  const log = createLog((entry) => entries.push(entry), makeRedaction(['hooks.example.org']));
  const error = new Error('login with password=hunter2 at https://hooks.example.org/hunter2 failed');
  log.error('password=hunter2', { error, password: 'hunter2', nested: { list: ['Bearer hunter2hunter2'] }, count: 3 });
  expect(JSON.stringify(entries)).not.toContain('hunter2');
  expect(entries).toMatchObject([{ level: 'error', count: 3, error: { class: 'Error' } }]);
});
