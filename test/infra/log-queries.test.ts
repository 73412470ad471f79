import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const house = new SynthesizedStack();

const Query = z.object({ Name: z.string(), QueryString: z.string(), LogGroupNames: z.array(z.json()) });
const queries = house.all('AWS::Logs::QueryDefinition').map(({ properties }) => Query.parse(properties));

/** Of all functions, as their functions name them. */
const functionLogs = house
  .functions()
  .map(({ properties }) => z.object({ LogGroup: z.json() }).parse(properties['LoggingConfig']))
  .map(({ LogGroup }) => house.text(LogGroup));

it('the saved queries are those that the runbook shows', () => {
  const shown = [...runbook.matchAll(/^```\n(fields [^`]+)```$/gm)].map(([, text = '']) => text);
  const lines = (text: string) => text.split(/\s*\n?\| /).map((line) => line.trim());
  expect(shown.map(lines).toSorted()).toEqual(queries.map(({ QueryString }) => lines(QueryString)).toSorted());
  for (const { Name } of queries) expect(runbook).toContain(`\`${Name.replace('gatebell-test/', '')}\``);
});

it('they look through the logs of all functions, and one that follows a call through the access log, too', () => {
  const looked = queries.map(({ Name, LogGroupNames }) => ({
    Name,
    logs: LogGroupNames.map((name) => house.text(name)),
  }));
  for (const { logs } of looked) expect(logs).toEqual(expect.arrayContaining(functionLogs));
  expect(looked.filter(({ logs }) => logs.includes('Api/AccessLog')).map(({ Name }) => Name)).toEqual([
    'gatebell-test/follow a request',
  ]);
});
