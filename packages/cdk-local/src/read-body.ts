import type { IncomingMessage } from 'node:http';

/** The whole body of a message; undefined when it is larger than allowed. By events: the AWS proxy reads two for every AWS call. */
export const readBody = (incoming: IncomingMessage, limitBytes = Infinity): Promise<Buffer | undefined> => {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // Read to its end all the same: the answer would not reach a client that is still writing.
      if (size <= limitBytes) chunks.push(chunk);
    });
    incoming.on('end', () => resolve(size <= limitBytes ? Buffer.concat(chunks) : undefined));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the connection closed before the body was complete')));
  });
};
