import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../packages/cdk-local/src/replace-file.ts';

/** How scripts, tests and people reach a running stack. URLs all, but for the table's name, the process and a folder. */
const handlesSchema = z.object({
  web: z.string(),
  api: z.string(),
  /** The API's own address, past the distribution. */
  execute_api: z.string(),
  issuer: z.string(),
  mail: z.string(),
  events: z.string(),
  receiver: z.string(),
  dynamodb: z.string(),
  sqs: z.string(),
  sns: z.string(),
  /** ARN of the topic of the bounces that SES reports. */
  mail_feedback_topic: z.string().nullable(),
  /** ARN of the stack's topic of alarms; null while the template has none. */
  topic: z.string().nullable(),
  table: z.string().nullable(),
  pid: z.number(),
  /** Where the functions' AWS calls pass; its control calls are under `/_gate/`. */
  gate: z.string(),
  delivery_queue: z.string().nullable(),
  delivery_dead_letter_queue: z.string().nullable(),
  job_queue: z.string().nullable(),
  /** Folder of the functions' logs. */
  logs: z.string(),
});
export type Handles = z.output<typeof handlesSchema>;

/** Where a stack's addresses are: `GATEBELL_HANDLES`, for several stacks side by side, or `.local/stack.json`. */
export const DEFAULT_HANDLES_FILE =
  process.env['GATEBELL_HANDLES'] ?? join(import.meta.dirname, '..', '.local', 'stack.json');

export const writeHandles = (file: string, handles: Handles): void => replaceFile(file, handles);

export const removeHandles = (file: string): void => rmSync(file, { force: true });

/** The handles of the running stack; undefined when none runs. */
export const readHandles = (file: string = DEFAULT_HANDLES_FILE): Handles | undefined => {
  try {
    const handles = handlesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    // A stack that was killed leaves its file behind. Signal 0 only asks whether the process is there.
    process.kill(handles.pid, 0);
    return handles;
  } catch {
    return undefined;
  }
};
