import * as z from 'zod/mini';
import type { Routes } from '../../core/http/api.ts';
import { NONE, readRoute } from '../../core/http/route.ts';

/** Who calls. */
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

/** The call by which a caller learns who they are. */
export const userRoutes: Routes = { 'GET /api/users/me': whoAmI };
