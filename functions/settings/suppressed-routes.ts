import * as z from 'zod/mini';
import { addressKey, parseMailbox } from '../../core/channels/email/addresses.ts';
import type { Routes } from '../../core/http/api.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { onlyAdministrators } from '../../core/http/only-administrators.ts';
import { pathName } from '../../core/http/path-name.ts';
import { problem } from '../../core/http/problem.ts';
import { NONE, readRoute } from '../../core/http/route.ts';
import { pageOf } from '../../core/http/route-doc.ts';
import type { Log } from '../../core/log.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import { type SuppressedAddress, suppressedAddressSchema } from '../../core/targets/suppressed-address.ts';

export type SuppressedDeps = {
  readonly listSuppressed: (request: PageRequest) => Promise<Page<SuppressedAddress>>;
  readonly findSuppressed: (address: string) => Promise<SuppressedAddress | null>;
  /** Deletes the record, and forgets that the address failed where the complaint came from. */
  readonly liftSuppression: (entry: SuppressedAddress) => Promise<void>;
  readonly cursors: Cursors;
  readonly log: Log;
};

/** An address that is sent no mail, as administrators see it. */
export const shownSuppressedSchema = z
  .omit(suppressedAddressSchema, { product_id: true })
  .register(z.globalRegistry, { id: 'SuppressedAddress' });

const shown = ({ product_id: _, ...entry }: SuppressedAddress) => entry;

const EXAMPLE = {
  address: 'bob@example.org',
  reason: 'The recipient complained (abuse)',
  since: '2026-11-28T09:30:00.000Z',
};

const addressPathSchema = z.object({
  address: pathName(z.string().check(z.maxLength(254))).register(z.globalRegistry, {
    description: 'The address. Percent-encode it twice.',
  }),
});

const list = (deps: SuppressedDeps) =>
  readRoute({
    doc: {
      id: 'listSuppressedAddresses',
      summary: 'Lists the addresses that get no email because their owner complained',
      answers: {
        200: {
          description: 'A page',
          schema: pageOf(shownSuppressedSchema),
          example: { results: [EXAMPLE], next: null },
        },
      },
      problems: ['forbidden'],
    },
    path: NONE,
    query: z.strictObject(paging),
    handle: async ({ caller, query: { cursor, limit } }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const scope = { user: caller.user, list: 'suppressed-addresses', query: {} };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const { after } = opened;
      const page = await deps.listSuppressed({ limit, after });
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      return { status: 200, body: { results: page.entries.map(shown), next } };
    },
  });

const lift = (deps: SuppressedDeps) =>
  readRoute({
    doc: {
      id: 'liftSuppressedAddress',
      summary: 'Allows email to an address again',
      description:
        'Requires an administrator. Ask the person first: complaints count against your account at Amazon SES.',
      answers: { 204: { description: 'The address gets email again' } },
      problems: ['not-found', 'forbidden'],
    },
    path: addressPathSchema,
    query: NONE,
    handle: async ({ caller, path: { address } }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const found = parseMailbox(address) === null ? null : await deps.findSuppressed(addressKey(address));
      if (found === null) return problem('not-found');
      await deps.liftSuppression(found);
      // Without the address: logs hold none.
      deps.log.info('A suppressed address was lifted', { user: caller.user, since: found.since });
      return { status: 204 };
    },
  });

/** The calls on the addresses whose owners complained. */
export const suppressedRoutes = (deps: SuppressedDeps): Routes => ({
  'GET /api/suppressed_addresses': list(deps),
  'DELETE /api/suppressed_addresses/{address}': lift(deps),
});
