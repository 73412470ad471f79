import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Handles } from '../../local/handles.ts';

/** The environment variable that names the folder of the reports; only the flow tests and what compares them have it. */
const FOLDER = 'GATEBELL_GRANTS';

const Report = z.array(z.object({ function: z.string(), action: z.string(), resource: z.string(), used: z.boolean() }));

/** The grants of all functions, and which of them one stack saw used. */
export type Report = z.infer<typeof Report>;

/** Leaves what a stack saw for the comparison, when there is to be one. A restored table, of another name, counts as the table. */
export const leaveReport = async ({ gate, table = '' }: Pick<Handles, 'gate' | 'table'>): Promise<void> => {
  const folder = process.env[FOLDER];
  if (folder === undefined) return;
  const response = await fetch(`${gate}/_gate/grants`);
  const report = Report.parse(await response.json()).map((grant) => ({
    ...grant,
    resource: grant.resource.replace(`:table/${table}`, ':table/TABLE'),
  }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(report));
};

/** What all stacks of this run have left. */
export const readReports = (): Report[] => {
  const folder = process.env[FOLDER];
  if (folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder).map((file) => Report.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
};
