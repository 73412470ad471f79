import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** The log of one function, what CloudWatch would hold: `<directory>/<name>.log`, each line with time and request id. */
export type FunctionLog = { write(requestId: string, text: string): void; close(): Promise<void> };

export const openFunctionLog = (directory: string, name: string): FunctionLog => {
  // Opened with the first line, so that functions that never ran leave no file.
  let stream: WriteStream | undefined;
  return {
    write: (requestId, text) => {
      stream ??= createWriteStream(join(directory, `${name}.log`), { flags: 'a' });
      const prefix = `${new Date().toISOString()} ${requestId || 'init'} `;
      const lines = text.replace(/\n$/, '').split('\n');
      stream.write(lines.map((line) => `${prefix}${line}\n`).join(''));
    },
    close: () => new Promise((resolve) => (stream === undefined ? resolve() : stream.end(resolve))),
  };
};
