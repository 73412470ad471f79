import * as z from 'zod/mini';
import type { Routes } from '../../core/http/api.ts';
import { NONE, readRoute } from '../../core/http/route.ts';

/** The caller. */
export const shownCallerSchema = z.strictObject({ user: z.string(), is_administrator: z.boolean() });

const whoAmI = readRoute({
  doc: {
    id: 'whoAmI',
    summary: 'Gets the caller',
    answers: {
      200: {
        description: 'The caller',
        schema: shownCallerSchema,
        example: { user: 'olivia', is_administrator: false },
      },
    },
    problems: [],
  },
  path: NONE,
  query: NONE,
  handle: async ({ caller }) => ({
    status: 200,
    body: { user: caller.user, is_administrator: caller.isAdministrator },
  }),
});

/** The route that returns the caller. */
export const userRoutes: Routes = { 'GET /api/users/me': whoAmI };
