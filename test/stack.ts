import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Handles, readHandles } from '../local/handles.ts';
import { callAwsJson } from '../packages/cdk-local/src/engines/aws-json.ts';
import { eventually } from './eventually.ts';
import { leaveReport } from './grants/reports.ts';
import { type StackClient, stackClient } from './stack-client.ts';

export type TestStack = StackClient & {
  handles: Handles;
  /** The process of the stack. */
  process: ChildProcess;
  stop(): Promise<void>;
};

export type TestStackOptions = {
  /** Without the demonstration products. */
  empty?: boolean;
  /** Keeps the data there; thrown away when absent. */
  dataDirectory?: string;
  /** What is run in the place of local/start.ts. */
  script?: string;
  startDeadlineMs?: number;
  /** More of the command line. */
  options?: readonly string[];
};

/** Compiled code of the stack's own process, which saves each start a second. */
const COMPILE_CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'gatebell', 'compiled');

const START = join(import.meta.dirname, '..', 'local', 'start.ts');

/** A DynamoDB that runs already (`npm run test:flow -- --dynamodb URL`): one stack at a time uses it, and begins with no table. */
const DYNAMODB = process.env['GATEBELL_TEST_DYNAMODB'];

const tablesSchema = z.object({ TableNames: z.array(z.string()) });

const removeTables = async (url: string): Promise<void> => {
  const call = <T extends z.ZodType>(operation: string, body: object, answer: T) =>
    callAwsJson({ url, target: `DynamoDB_20120810.${operation}`, body, answer });
  const { TableNames } = await call('ListTables', {}, tablesSchema);
  for (const TableName of TableNames) {
    await call('UpdateTable', { TableName, DeletionProtectionEnabled: false }, z.unknown());
    await call('DeleteTable', { TableName }, z.unknown());
  }
};

/** Starts a stack of its own for a test, in a process of its own that ends with the test's. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const { empty = true, dataDirectory, script = START, startDeadlineMs = 200_000, options: more = [] } = options;
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-test-'));
  const file = join(directory, 'stack.json');
  const data = dataDirectory === undefined ? [] : ['--data', dataDirectory];
  const isContinued = dataDirectory !== undefined && existsSync(dataDirectory) && readdirSync(dataDirectory).length > 0;
  const engine = DYNAMODB === undefined ? [] : ['--dynamodb', DYNAMODB];
  if (DYNAMODB !== undefined && !isContinued) await removeTables(DYNAMODB);
  const args = [
    script,
    '--port',
    '0',
    '--handles',
    file,
    '--with-parent',
    ...(empty ? ['--empty'] : []),
    ...data,
    ...engine,
    ...more,
  ];
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const runs = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (runs()) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
  };
  try {
    const handles = await eventually(
      () => {
        if (child.exitCode !== null) throw new Error(`the stack ended with ${child.exitCode}`);
        return readHandles(file);
      },
      'the stack has started',
      startDeadlineMs,
    );
    const reportAndStop = async () => {
      if (runs()) await leaveReport(handles);
      await stop();
    };
    return { ...stackClient(handles), handles, process: child, stop: reportAndStop };
  } catch (error) {
    await stop();
    throw new Error(`the stack did not start:\n${output}`, { cause: error });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
