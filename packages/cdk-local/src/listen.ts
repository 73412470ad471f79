import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Running } from './lambda.ts';

export type Listening = Running & { readonly url: string; readonly port: number };

/** An HTTP server on loopback; port 0 takes a free one. A handler that throws answers 500 and says so on stderr. */
export const listen = async (
  handle: (incoming: IncomingMessage, response: ServerResponse) => Promise<void> | void,
  port = 0,
): Promise<Listening> => {
  const server = createServer(async (incoming, response) => {
    try {
      await handle(incoming, response);
    } catch (error) {
      // A client that went away in the middle of its request is no news.
      if (!incoming.destroyed || incoming.complete) console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end('internal error of the local stack\n');
    }
  });
  // Functions keep their connections to the AWS proxy; Node's 5 s would close some just as they are used again.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
