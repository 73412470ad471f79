import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody } from '../read-body.ts';
import { loginPage } from './login-page.ts';
import { createMemoryAdapter } from './memory-adapter.ts';
import { createProvider, HOUR, type ProviderOptions } from './provider.ts';

export type Login = {
  /** Answers requests under the issuer's path. */
  handle(incoming: IncomingMessage, response: ServerResponse): Promise<void>;
  /** How long access and id tokens live from now on. */
  setTokenSeconds(seconds: number): void;
  /** Ends every session and refresh token, as if they had run out. */
  forgetAll(): void;
};

export const createLogin = (options: ProviderOptions): Login => {
  const { signIn } = options;
  const formSchema = z.object({ name: z.string().trim().pipe(signIn.userNameSchema) });
  const { adapter, clear } = createMemoryAdapter();
  let tokenSeconds = HOUR;
  const provider = createProvider({ ...options, adapter, tokenSeconds: () => tokenSeconds });
  const callback = provider.callback();
  const mount = new URL(options.issuer).pathname;
  const login = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Throws for an unknown or expired login.
    const { prompt } = await provider.interactionDetails(incoming, response);
    if (prompt.name !== 'login') throw new Error(`the local login has no prompt ${prompt.name}`);
    if (incoming.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(loginPage(signIn, incoming.url ?? ''));
      return;
    }
    const body = (await readBody(incoming, 10_000)) ?? Buffer.alloc(0);
    const form = formSchema.safeParse(Object.fromEntries(new URLSearchParams(body.toString())));
    if (!form.success) {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
      return void response.end(`This is no name: ${form.error.issues[0]?.message}\n`);
    }
    await provider.interactionFinished(incoming, response, { login: { accountId: form.data.name } });
  };
  return {
    handle: async (incoming, response) => {
      const url = incoming.url ?? '';
      if (url.startsWith(`${mount}/login/`)) {
        try {
          return await login(incoming, response);
        } catch (error) {
          response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
          response.end(`This login is over, please begin again: ${error instanceof Error ? error.message : error}\n`);
          return;
        }
      }
      // The provider finds out where it is mounted as it would under Express.
      Object.assign(incoming, { originalUrl: url, url: url.slice(mount.length) || '/' });
      await callback(incoming, response);
    },
    setTokenSeconds: (seconds) => {
      tokenSeconds = seconds;
    },
    forgetAll: clear,
  };
};
