import { expect, test } from 'vitest';
import { ciCommand } from '../../../web/src/products/ci-command.ts';

const bodyOf = (command: string): string => /-d '([^']*)'/.exec(command)?.[1] ?? '';

test('the command for CI can pass no gate until each count is filled in', () => {
  const command = ciCommand('https://gatebell.example.org', 'p/1');
  expect(command).toContain("'https://gatebell.example.org/api/products/p%2F1/observation_counts'");
  expect(() => JSON.parse(bodyOf(command))).toThrow();
  const filled = bodyOf(command.replace('CRITICAL_COUNT', '3').replaceAll(/\b(?!CRITICAL)[A-Z]+_COUNT/g, '0'));
  expect(JSON.parse(filled)).toEqual({ critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });
});
