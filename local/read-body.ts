import type { IncomingMessage } from 'node:http';

/** The whole body of a message; undefined when it is larger than allowed. */
export async function readBody(incoming: IncomingMessage, limitBytes = Infinity): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const buffer = Buffer.from(chunk);
    size += buffer.length;
    // Read to its end all the same: the answer would not reach a client that is still writing.
    if (size <= limitBytes) chunks.push(buffer);
  }
  return size <= limitBytes ? Buffer.concat(chunks) : undefined;
}
