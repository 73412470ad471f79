import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Running } from '../lambda.ts';
import { callAwsJson } from './aws-json.ts';
import { freePort } from './free-port.ts';
import { type GuardedChild, startGuarded } from './guarded-child.ts';
import { makeMemoryFolder } from './memory-folder.ts';
import { indexStream } from './stream-index.ts';
import { sweepTtl } from './ttl-sweep.ts';

/** How to run the DynamoDB engine. */
export type DynamodbOptions = {
  /** File that keeps the data; thrown away at the end when absent. */
  readonly file?: string;
  /** How often expired items are swept. DynamoDB itself takes up to days. */
  readonly sweepIntervalMs: number;
  /** URL of a DynamoDB Local that runs already, for platforms that the engine's package does not cover. It sweeps by itself. */
  readonly endpoint?: string;
  log(line: string): void;
};

export type Dynamodb = Running & {
  readonly url: string;
  /** Deletes what has expired now, as DynamoDB's own sweep would: with a REMOVE record each. */
  sweepTtl(): Promise<void>;
};

const START_DEADLINE_MS = 10_000;
const START_ATTEMPTS = 3;
const HEALTH_POLL_MS = 10;

type Ports = { readonly api: number; readonly mcp: number };

/** Starts the engine on loopback, on a port of its own, and resolves when it answers. */
export async function startDynamodb(options: DynamodbOptions): Promise<Dynamodb> {
  if (options.endpoint !== undefined) return useRunning(options.endpoint);
  const program = engineProgram();
  const { child, ports } = await startEngine(program, options);
  const url = `http://127.0.0.1:${ports.api}`;
  const sweep = () => sweepTtl(`http://127.0.0.1:${ports.mcp}/mcp`);
  const stopping = new AbortController();
  const sweeping = sweepEvery(sweep, stopping.signal, options);
  child.ended.then((how) => {
    if (!stopping.signal.aborted) options.log(`DynamoDB engine ended by itself: ${how}`);
  });
  return {
    url,
    sweepTtl: sweep,
    async stop() {
      stopping.abort();
      await sweeping;
      await child.stop();
    },
  };
}

async function useRunning(url: string): Promise<Dynamodb> {
  if (!(await isHealthy(url))) throw new Error(`no DynamoDB answers at ${url}`);
  return { url, sweepTtl: async () => {}, stop: async () => {} };
}

function engineProgram(): string {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch (error) {
    throw new Error(
      'The DynamoDB engine (@dynoxide/linux-x64, an optional dependency) is not installed: it exists for Linux on x64 only. ' +
        'Run `npm install` there, or start a DynamoDB Local (npm package amplify-dynamodb-simulator, Java 17) and give its URL as the endpoint.',
      { cause: error },
    );
  }
}

/** Another program may take a port between our choice and the engine's start; then others are tried. */
async function startEngine(program: string, options: DynamodbOptions): Promise<{ child: GuardedChild; ports: Ports }> {
  let reason = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const ports = { api: await freePort(), mcp: await freePort() };
    const lines: string[] = [];
    // A file in memory, as the engine's own memory mode has no place for the index.
    const scratch = options.file === undefined ? await makeMemoryFolder() : undefined;
    const file = scratch === undefined ? options.file : join(scratch, 'data.db');
    const onLine = (line: string) => lines.push(line);
    const child = startGuarded({ program, args: engineArguments(ports, file), scratch, onLine });
    const outcome = await untilHealthy(`http://127.0.0.1:${ports.api}`, child);
    if (outcome === 'healthy') {
      if (file !== undefined) indexStream(file, options.log);
      return { child, ports };
    }
    await child.stop();
    reason = `${outcome}; ${lines.slice(-3).join(' / ')}`;
  }
  throw new Error(`the DynamoDB engine did not start: ${reason}`);
}

function engineArguments(ports: Ports, file: string | undefined): string[] {
  const api = ['serve', '--host', '127.0.0.1', '--port', String(ports.api)];
  const mcp = ['--mcp', '--mcp-host', '127.0.0.1', '--mcp-port', String(ports.mcp), '--mcp-no-auth'];
  return [...api, ...mcp, ...(file === undefined ? [] : ['--db-path', file])];
}

async function untilHealthy(url: string, child: GuardedChild): Promise<string> {
  const deadline = performance.now() + START_DEADLINE_MS;
  let end: string | undefined;
  child.ended.then((how) => {
    end = how;
  });
  while (performance.now() < deadline) {
    if (end !== undefined) return end;
    if (await isHealthy(url)) return 'healthy';
    await sleep(HEALTH_POLL_MS);
  }
  return `no answer within ${START_DEADLINE_MS} ms`;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    await callAwsJson({ url, target: 'DynamoDB_20120810.ListTables', body: {}, answer: z.object({}) });
    return true;
  } catch {
    return false;
  }
}

async function sweepEvery(sweep: () => Promise<void>, signal: AbortSignal, options: DynamodbOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(options.sweepIntervalMs, undefined, { signal });
      await sweep();
    } catch (error) {
      if (!signal.aborted) options.log(`TTL sweep failed: ${error}`);
    }
  }
}
