import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A program that serves DynamoDB on a port of this machine. */
export type DynamodbProgram = {
  readonly kind: 'dynoxide' | 'java' | 'container';
  readonly program: string;
  /** `file` is that of the data; undefined where the data may be thrown away. */
  readonly args: (at: { readonly port: number; readonly file: string | undefined }) => readonly string[];
  /** Until it answers: a container's image may have to be loaded first. */
  readonly startDeadlineMs: number;
};

/** What the choice depends on. */
export type Machine = {
  /** File of an installed package; undefined where it isn't installed. */
  readonly resolve: (module: string) => string | undefined;
  /** What a command prints, both streams; undefined where it is missing or fails. */
  readonly run: (program: string, args: readonly string[]) => string | undefined;
};

/** The npm package that carries AWS's DynamoDB Local. */
const DYNAMODB_LOCAL = 'amplify-dynamodb-simulator';
const IMAGE = 'docker.io/amazon/dynamodb-local:2.6.1';
const OLDEST_JAVA = 17;

/** `code` of the error for a machine on which nothing can run DynamoDB. Its message is for people. */
export const NO_DYNAMODB = 'NO_DYNAMODB';

const dynoxide = ({ resolve }: Machine): DynamodbProgram | undefined => {
  const program = resolve('@dynoxide/linux-x64/dynoxide');
  if (program === undefined) return undefined;
  const args = (at: { readonly port: number; readonly file: string | undefined }) => [
    ...['serve', '--host', '127.0.0.1', '--port', String(at.port)],
    ...(at.file === undefined ? [] : ['--db-path', at.file]),
  ];
  return { kind: 'dynoxide', program, args, startDeadlineMs: 10_000 };
};

/** `openjdk version "17.0.15" 2025-04-15` → 17. */
const javaVersion = (text: string | undefined): number => Number(/version "(\d+)/.exec(text ?? '')?.[1] ?? 0);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html lists the options. */
const LOCAL_OPTIONS = ['-sharedDb', '-disableTelemetry'];
const storage = (directory: string | undefined) => (directory === undefined ? ['-inMemory'] : ['-dbPath', directory]);

const java = ({ resolve, run }: Machine): DynamodbProgram | undefined => {
  const manifest = resolve(`${DYNAMODB_LOCAL}/package.json`);
  if (manifest === undefined || javaVersion(run('java', ['-version'])) < OLDEST_JAVA) return undefined;
  const emulator = join(dirname(manifest), 'emulator');
  const args = ({ port, file }: { readonly port: number; readonly file: string | undefined }) => [
    `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
    ...['-jar', join(emulator, 'DynamoDBLocal.jar'), ...LOCAL_OPTIONS, '-port', String(port)],
    ...storage(file && dirname(file)),
  ];
  return { kind: 'java', program: 'java', args, startDeadlineMs: 60_000 };
};

const container = ({ run }: Machine): DynamodbProgram | undefined => {
  const program = ['docker', 'podman'].find((name) => run(name, ['info']) !== undefined);
  if (program === undefined) return undefined;
  const args = ({ port, file }: { readonly port: number; readonly file: string | undefined }) => [
    ...['run', '--rm', '--user', 'root', '--publish', `127.0.0.1:${port}:8000`],
    ...(file === undefined ? [] : ['--volume', `${dirname(file)}:/data`]),
    ...[IMAGE, '-jar', 'DynamoDBLocal.jar', ...LOCAL_OPTIONS, ...storage(file && '/data')],
  ];
  return { kind: 'container', program, args, startDeadlineMs: 300_000 };
};

/**
 * The first of: the bundled engine (Linux x64), AWS's DynamoDB Local by Java or in a container.
 *
 * @throws an error with the code `NO_DYNAMODB` that says in one line what to install
 */
export const findDynamodb = (machine: Machine): DynamodbProgram => {
  const found = dynoxide(machine) ?? java(machine) ?? container(machine);
  if (found !== undefined) return found;
  const message =
    'Nothing here can run DynamoDB: the bundled engine is for Linux on x64. ' +
    `Start Docker or Podman, or install Java ${OLDEST_JAVA} and run: npm install --no-save ${DYNAMODB_LOCAL}@2.9.30`;
  throw Object.assign(new Error(message), { code: NO_DYNAMODB });
};

const INFO_TIMEOUT_MS = 10_000;

/** The machine that this runs on. */
export const thisMachine: Machine = {
  resolve: (module) => {
    try {
      return createRequire(import.meta.url).resolve(module);
    } catch {
      return undefined;
    }
  },
  run: (program, args) => {
    try {
      // `java -version` writes to the error stream.
      const command = [program, ...args].join(' ');
      return execFileSync('/bin/sh', ['-c', `${command} 2>&1`], { timeout: INFO_TIMEOUT_MS, encoding: 'utf8' });
    } catch {
      return undefined;
    }
  },
};
