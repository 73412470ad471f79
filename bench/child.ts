import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of this folder in a process of its own, with which one talks by messages; it ends with this process. */
export const startChild = (
  file: string,
  { args = [], environment }: { readonly args?: readonly string[]; readonly environment?: Record<string, string> } = {},
): ChildProcess =>
  fork(new URL(file, import.meta.url), args, {
    env: environment ?? {},
    execArgv: [],
    // What it logs goes nowhere, over a pipe that is read: as on Lambda, and not a file's speed.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  }).on('spawn', function (this: ChildProcess) {
    this.stdout?.resume();
  });

/** The next message of a child. Throws where it ends without one. */
export const nextMessage = async (child: ChildProcess): Promise<unknown> => {
  const ended = new AbortController();
  const [message] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`The process ended with ${code}`);
    }),
  ]).finally(() => ended.abort());
  return message;
};
