import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Running } from '../lambda.ts';
import { callAwsJson } from './aws-json.ts';
import { type DynamodbProgram, findDynamodb, thisMachine } from './dynamodb-program.ts';
import { freePort } from './free-port.ts';
import { type GuardedChild, startGuarded } from './guarded-child.ts';
import { makeMemoryFolder } from './memory-folder.ts';
import { ageStream, prepareStream } from './stream-file.ts';
import { sweepTtl } from './ttl-sweep.ts';

/** How to run the DynamoDB engine. */
export type DynamodbOptions = {
  /** File that keeps the data; thrown away at the end when absent. */
  readonly file?: string;
  /** How often expired items are swept. DynamoDB itself takes up to days. */
  readonly sweepIntervalMs: number;
  /**
   * URL of a DynamoDB Local that runs already.
   */
  readonly endpoint?: string;
  /** What has expired goes by it; the machine's clock when absent. */
  readonly now?: () => Date;
  log(line: string): void;
};

export type Dynamodb = Running & {
  readonly url: string;
  /** Deletes what has expired now, as DynamoDB's TTL does: with a REMOVE record each. */
  sweepTtl(): Promise<void>;
  /** Makes all stream records older by so many seconds, as a clock that moved ahead does. */
  ageStream(seconds: number): void;
};

const START_ATTEMPTS = 3;
const HEALTH_POLL_MS = 10;

/** Starts the engine on loopback, on a free port, and resolves when it answers. */
export const startDynamodb = async (options: DynamodbOptions): Promise<Dynamodb> => {
  if (options.endpoint !== undefined) return useRunning(options.endpoint, options);
  const program = findDynamodb(thisMachine);
  const { child, url, file } = await startEngine(program, options);
  if (program.kind !== 'dynoxide') return { ...dynamodbLocal(url, options), stop: child.stop };
  const sweep = () => sweepTtl({ url, file, now: options.now ?? (() => new Date()) });
  const stopping = new AbortController();
  const sweeping = sweepEvery(sweep, stopping.signal, options);
  child.ended.then((how) => {
    if (!stopping.signal.aborted) options.log(`DynamoDB engine ended by itself: ${how}`);
  });
  return {
    url,
    sweepTtl: sweep,
    ageStream: (seconds) => ageStream(file, seconds),
    async stop() {
      stopping.abort();
      await sweeping;
      await child.stop();
    },
  };
};

const useRunning = async (url: string, options: DynamodbOptions): Promise<Dynamodb> => {
  if (!(await isHealthy(url))) throw new Error(`no DynamoDB answers at ${url}`);
  return { ...dynamodbLocal(url, options), stop: async () => {} };
};

/** It also sweeps by itself, by the machine's clock; how old a stream record is can't be changed there. */
const dynamodbLocal = (url: string, { now = () => new Date() }: DynamodbOptions) => ({
  url,
  sweepTtl: () => sweepTtl({ url, now }),
  ageStream: () => {},
});

type Started = { readonly child: GuardedChild; readonly url: string; readonly file: string };

/** Another program may take a port between our choice and the engine's start; then others are tried. */
const startEngine = async (engine: DynamodbProgram, options: DynamodbOptions): Promise<Started> => {
  let reason = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const lines: string[] = [];
    // Always a file: the engine's memory mode can't hold the tables that this package adds.
    const scratch = options.file === undefined ? await makeMemoryFolder() : undefined;
    const file = options.file ?? join(scratch ?? '', 'data.db');
    const args = engine.args({ port, file: engine.kind === 'dynoxide' ? file : options.file });
    // DynamoDB Local leaves a file where it runs.
    const directory = dirname(file);
    const { program } = engine;
    const child = startGuarded({ program, args, scratch, directory, onLine: (line) => lines.push(line) });
    const outcome = await untilHealthy(url, child, engine.startDeadlineMs);
    if (outcome === 'healthy') {
      if (engine.kind === 'dynoxide') prepareStream(file, options.log);
      return { child, url, file };
    }
    await child.stop();
    reason = `${outcome}; ${lines.slice(-3).join(' / ')}`;
  }
  throw new Error(`the DynamoDB engine did not start: ${reason}`);
};

const untilHealthy = async (url: string, child: GuardedChild, deadlineMs: number): Promise<string> => {
  const deadline = performance.now() + deadlineMs;
  let end: string | undefined;
  child.ended.then((how) => {
    end = how;
  });
  while (performance.now() < deadline) {
    if (end !== undefined) return end;
    if (await isHealthy(url)) return 'healthy';
    await sleep(HEALTH_POLL_MS);
  }
  return `no answer within ${deadlineMs} ms`;
};

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    await callAwsJson({ url, target: 'DynamoDB_20120810.ListTables', body: {}, answer: z.object({}) });
    return true;
  } catch {
    return false;
  }
};

const sweepEvery = async (sweep: () => Promise<void>, signal: AbortSignal, options: DynamodbOptions): Promise<void> => {
  while (!signal.aborted) {
    try {
      await sleep(options.sweepIntervalMs, undefined, { signal });
      await sweep();
    } catch (error) {
      if (!signal.aborted) options.log(`TTL sweep failed: ${error}`);
    }
  }
};
