import { describe, expect, it } from 'vitest';
import type { Role } from '../../../core/access/role.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { HEALTHY } from '../../../core/targets/health.ts';
import { memberRoutes } from '../../../functions/products/member-routes.ts';
import { eventOf } from '../../api-call.ts';

const REMOVE = 'DELETE /api/products/{product_id}/members/{user}';
const revision = { user: 'olivia', requestId: 'r', now: new Date('2026-12-02T14:05:10Z'), settings: DEFAULT_SETTINGS };

/** A product with these members, and who takes whom out of it. */
const withMembers = (roles: Record<string, Role>) => {
  const members = new Map(Object.entries(roles));
  const owners = () => [...members.values()].filter((role) => role === 'owner').length;
  const roleOf = (user: string) => members.get(user) ?? null;
  const routes = memberRoutes({
    readProduct: async (id, user) => ({
      product: { ...newProduct(id, { name: 'Payments' }, revision), owner_count: owners() },
      role: roleOf(user),
      health: HEALTHY,
      settings: DEFAULT_SETTINGS,
    }),
    readRole: async (_, user) => roleOf(user),
    listMembers: async () => ({ entries: [], next: null, unreadable: [] }),
    changeMembership: async ({ user }) => {
      members.delete(user);
      return 'written';
    },
    pause: async () => {},
    cursors: { seal: async () => '', open: async () => null },
    userNames: { ignoreCase: true },
  });
  const remove = async (caller: string, user: string) => {
    const event = eventOf(REMOVE, { user: caller, path: { product_id: 'p', user } });
    const answer = await routes[REMOVE]?.answer(event, { user: caller, isAdministrator: false, scopes: [] });
    return answer?.status;
  };
  return { members, remove };
};

describe('a member', () => {
  it.each(['reader', 'upload', 'maintainer', 'owner'] as const)('leaves as %s', async (role) => {
    const { members, remove } = withMembers({ olivia: 'owner', rita: role });
    expect(await remove('rita', 'rita')).toBe(204);
    expect([...members.keys()]).toEqual(['olivia']);
  });

  it('leaves by any spelling of their name', async () => {
    const { remove } = withMembers({ olivia: 'owner', rita: 'reader' });
    expect(await remove('rita', 'Rita')).toBe(204);
  });

  it('stays as the last owner', async () => {
    const { members, remove } = withMembers({ olivia: 'owner', rita: 'maintainer' });
    expect(await remove('olivia', 'olivia')).toBe(409);
    expect(members.size).toBe(2);
  });

  it('removes no one else', async () => {
    const { members, remove } = withMembers({ olivia: 'owner', rita: 'maintainer', mike: 'reader' });
    expect(await remove('rita', 'mike')).toBe(403);
    expect(await remove('nora', 'nora')).toBe(404);
    expect(members.size).toBe(3);
  });
});
