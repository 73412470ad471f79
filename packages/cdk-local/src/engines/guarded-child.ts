import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Holds the program and a pipe to this process. The pipe closes when this process ends, by whatever means (SIGKILL
 * included), and then the shell ends the program by its pid: TERM, and KILL after two seconds. When the program ends by
 * itself, so does the shell, with the same code. Its scratch folder, the first argument unless that is empty, goes with it.
 */
const GUARD = `
exec 3<&0 4>&2 2>/dev/null
scratch=$1
shift
"$@" </dev/null 2>&4 3<&- 4>&- &
program=$!
exec 4>&-
(
  read -r _ <&3
  kill -TERM "$program"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 0.1; kill -0 "$program" || exit; done
  kill -KILL "$program"
) &
guard=$!
exec 3<&-
wait "$program"
code=$?
kill "$guard"
[ -z "$scratch" ] || rm -rf -- "$scratch"
exit "$code"
`;

export type GuardedChild = {
  /** Resolves with a line about how it ended. */
  readonly ended: Promise<string>;
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
};

export type GuardedProgram = {
  readonly program: string;
  readonly args: readonly string[];
  /** A temporary folder, deleted at the end. */
  readonly scratch?: string | undefined;
  /** Where it runs; that of this process when absent. */
  readonly directory?: string;
  /** Gets what it writes on its error stream. */
  onLine(line: string): void;
};

/** Runs a program that can't outlive this process. */
export const startGuarded = ({ program, args, scratch = '', directory, onLine }: GuardedProgram): GuardedChild => {
  // In its own process group: Ctrl-C would otherwise end it before this process has stopped the stack.
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', scratch, program, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    ...(directory !== undefined && { cwd: directory }),
  });
  // The guard's end is the news; a broken pipe to it says nothing more.
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line.trim() !== '') onLine(line);
  });
  const ended = endOf(child);
  return {
    ended,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.on('error', (error) => resolve(`could not start: ${error.message}`));
    child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
