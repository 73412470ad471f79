import { z } from 'zod';
import type { TokenRequest } from '../packages/cdk-local/src/login/mint-token.ts';
import { type Handles, readHandles } from './handles.ts';

/** The running stack's handles. Without one, prints how to start it and exits with 1. */
export const handlesOrExit = (): Handles => {
  const handles = readHandles();
  if (handles === undefined) {
    console.error("The local stack isn't running. Start it with: npm start");
    process.exit(1);
  }
  return handles;
};

/** A bearer token, signed by the stack's login. */
export const fetchToken = async (handles: Handles, request: TokenRequest): Promise<string> => {
  const response = await fetch(`${handles.gate}/_gate/token`, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
  return z.object({ token: z.string() }).parse(await response.json()).token;
};

/** Calls the API as a user would; anything but a success throws with the problem's text. */
export const apiClient =
  (handles: Handles, token: string) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${handles.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
