import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a program of this folder in a separate process that exchanges messages with this one and ends with it. */
export const startChild = (
  file: string,
  { args = [], environment }: { readonly args?: readonly string[]; readonly environment?: Record<string, string> } = {},
): ChildProcess => {
  const child = fork(new URL(file, import.meta.url), args, {
    env: environment ?? {},
    execArgv: [],
    // Its output goes to a pipe that is read, as on Lambda, so that no file slows it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  return child;
};

/** The next message of a child. Throws if it ends without one. */
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
