import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { useStack } from '../use-stack.ts';

type Stack = ReturnType<typeof useStack>;

const NO_COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const created = z.object({ id: z.string() });
const listed = z.object({ results: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Somebody nobody has met yet. */
export const newUser = (role: string): string => `${role}-${randomBytes(4).toString('hex')}`;

/** A product of an owner of its own, and what its pipeline does. */
export const newProduct = async (stack: Stack, fields: Record<string, unknown> = {}) => {
  const owner = newUser('owner');
  const token = await stack.token(owner);
  const name = `Product of ${owner}`;
  const ok = async (method: string, path: string, body?: unknown) => {
    const answer = await stack.api(method, path, { token, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const { id } = created.parse(await ok('POST', '/api/products', { name, ...fields }));
  return {
    id,
    name,
    owner,
    admit: (user: string, role: string) => ok('PUT', `/api/products/${id}/members/${user}`, { role }),
    /** The pipeline reports so many critical observations, and from where. */
    report: (critical: number, run: { readonly commit?: string; readonly run_url?: string } = {}) =>
      ok('PUT', `/api/products/${id}/observation_counts`, { ...NO_COUNTS, critical, ...run }),
    change: (fields: Record<string, unknown>) => ok('PATCH', `/api/products/${id}`, fields),
    rename: (renamed: string) => ok('PATCH', `/api/products/${id}`, { name: renamed }),
    /** The owner's notifications, newest first, once nothing is on its way any more. */
    notifications: async (limit = 25, isHidingViewed = false) => {
      await stack.atRest(20_000);
      const query = `product_id=${id}&limit=${limit}&exclude_already_viewed=${isHidingViewed}`;
      const list = await ok('GET', `/api/notifications?${query}`);
      return listed.parse(list).results;
    },
    markViewed: (notifications: readonly { readonly id: string }[]) =>
      ok('POST', '/api/notifications/bulk_mark_as_viewed', { notifications: notifications.map((each) => each.id) }),
  };
};
