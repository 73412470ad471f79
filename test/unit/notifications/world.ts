import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { RetryMessage } from '../../../core/deliveries/delivery-message.ts';
import type { Routes } from '../../../core/http/api.ts';
import { makeCursors } from '../../../core/http/cursor.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { connectNotifications } from '../../../functions/notifications/connect-notifications.ts';
import type { CandidateDeps, Sizes } from '../../../functions/notifications/find-candidates.ts';
import { listRoutes } from '../../../functions/notifications/list-routes.ts';
import { notificationRoutes } from '../../../functions/notifications/notification-routes.ts';
import { type Call, eventOf } from '../../api-call.ts';

const Page = z.object({
  results: z.array(z.looseObject({ id: z.string(), message: z.string(), viewed: z.boolean() })),
  next: z.string().nullable(),
});
export type ShownPage = z.infer<typeof Page>;

export type WorldOptions = {
  readonly sizes?: Sizes;
  readonly now?: () => Date;
  /** Stands in for the index of memberships, which lags behind on AWS. */
  readonly listMemberships?: CandidateDeps['listMemberships'];
};

/** The calls on notifications over a table, with what they sent to the delivery queue. */
export const openWorld = (table: Table, options: WorldOptions = {}) => {
  const now = options.now ?? (() => new Date());
  const key = randomBytes(32);
  const sent: RetryMessage[] = [];
  const deps = {
    ...connectNotifications(table, now),
    ...(options.sizes && { sizes: options.sizes }),
    ...(options.listMemberships && { listMemberships: options.listMemberships }),
    cursors: makeCursors({ readKey: async () => key, randomBytes }),
    sendRetries: async (messages: readonly RetryMessage[]) => {
      sent.push(...messages);
    },
  };
  const routes: Routes = { ...listRoutes(deps), ...notificationRoutes(deps) };
  const call = async (routeKey: string, of: Call) => {
    const route = routes[routeKey];
    if (route === undefined) throw new Error(`There is no ${routeKey}`);
    const caller = { user: of.user, isAdministrator: of.isAdministrator ?? false, scopes: [] };
    return await route.answer(eventOf(routeKey, of), caller);
  };
  return {
    sent,
    call,
    async page(of: Call): Promise<ShownPage> {
      const { status, body } = await call('GET /api/notifications', of);
      if (status !== 200) throw new Error(`The list answered ${status}: ${JSON.stringify(body)}`);
      return Page.parse(body);
    },
  };
};

export type World = ReturnType<typeof openWorld>;
