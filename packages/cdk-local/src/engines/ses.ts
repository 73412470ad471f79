import { once } from 'node:events';
import type { Server } from 'node:http';
import ses from 'aws-ses-v2-local';
import type { Running } from '../lambda.ts';
import { freePort } from './free-port.ts';

/** A running SES: API and page at `url`, mail at `GET <url>/store`. */
export type Ses = Running & { readonly url: string };

/**
 * Starts SES on loopback. It keeps the mail in memory, and checks neither senders nor addresses. `port` 0, the default, takes
 * a free one.
 */
export const startSes = async (options: { readonly port?: number } = {}): Promise<Ses> => {
  const port = await freePort(options.port);
  // A CommonJS package: Node gives its exports as the default import, bundlers and test runners its default.
  const start = typeof ses === 'function' ? ses : ses.default;
  const server: Server = await start({ host: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
};
