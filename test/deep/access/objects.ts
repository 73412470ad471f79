import * as z from 'zod';
import { eventually } from '../../eventually.ts';
import type { TestStack } from '../../stack.ts';
import type { About, CallerName } from './access-table.ts';

/** The user behind each caller. */
export const USERS = {
  admin: 'alice',
  owner: 'olivia',
  maintainer: 'mike',
  upload: 'client:ci',
  reader: 'rita',
  stranger: 'nora',
  client: 'client:importer',
} as const satisfies Record<Exclude<CallerName, 'nobody'>, string>;

/** Who else is a member of every product: somebody to be taken out. */
const OTHER_MEMBER = 'zoe';

/** The values of a path's parameters. */
export type Parameters = Readonly<Record<string, string>>;

const Id = z.object({ id: z.string() });
const Reported = z.object({ notification_id: z.string() });
const Page = z.object({ results: z.array(Id) });
const Deliveries = z.object({ deliveries: z.array(z.object({ status: z.string() })) });

const NOTHING = { product_id: '01KAT3NDEKTSV4RRFFQ69G5FAV', notification_id: '01KAT3NDEKTSV4RRFFQ69G5FAV' };
const FAILING = { critical: 1, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

export type Objects = {
  readonly tokens: Readonly<Record<CallerName, string | undefined>>;
  /** The objects that all callers share; those of `all` are none. */
  readonly shared: Readonly<Record<About, Parameters>>;
  /** A new object of the same kind, for one caller. */
  fresh(about: About): Promise<Parameters>;
};

/** Fills a stack with what the access table is about. */
export const makeObjects = async (stack: TestStack): Promise<Objects> => {
  const tokens = {
    admin: await stack.token(USERS.admin, { admin: true }),
    owner: await stack.token(USERS.owner),
    maintainer: await stack.token(USERS.maintainer),
    upload: await stack.token('ci', { client: true }),
    reader: await stack.token(USERS.reader),
    stranger: await stack.token(USERS.stranger),
    client: await stack.token('importer', { client: true, scope: 'exceptions' }),
    nobody: undefined,
  };
  const foreigner = await stack.token('fred');
  const webhook = `${stack.handles.receiver}/slack`;
  let made = 0;

  const call = async (token: string, method: string, path: string, body?: unknown) => {
    const answer = await stack.api(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const product = async (about: About): Promise<string> => {
    made += 1;
    const token = about === 'own' ? tokens.owner : foreigner;
    const body = { name: `${about} ${made}`, notification_slack_webhook: webhook };
    const { id } = Id.parse(await call(token, 'POST', '/api/products', body));
    const { maintainer, upload, reader } = USERS;
    const roles = about === 'own' ? { [maintainer]: 'maintainer', [upload]: 'upload', [reader]: 'reader' } : {};
    for (const [user, role] of Object.entries({ ...roles, [OTHER_MEMBER]: 'reader' })) {
      await call(token, 'PUT', `/api/products/${id}/members/${user}`, { role });
    }
    return id;
  };
  const report = async (productId: string | null): Promise<string> => {
    made += 1;
    // Members see tasks of their products, and no exceptions of requests.
    const type = productId === null ? 'exception' : 'task';
    const body = { type, exception_class: `E${made}`, message: 'm', function: 'f', product_id: productId };
    return Reported.parse(await call(tokens.admin, 'POST', '/api/exceptions', body)).notification_id;
  };
  const parameters = (product_id: string, notification_id: string): Parameters => ({
    product_id,
    notification_id,
    delivery_id: 'slack',
    user: OTHER_MEMBER,
  });
  /** Told and delivered. */
  const untilSent = (notificationId: string) =>
    eventually(async () => {
      const read = await call(tokens.admin, 'GET', `/api/notifications/${notificationId}`);
      const { deliveries } = Deliveries.parse(read);
      return deliveries.length > 0 && deliveries.every(({ status }) => status === 'sent') && notificationId;
    }, `${notificationId} is sent`);
  const gateNotification = async (productId: string): Promise<string> => {
    await call(tokens.admin, 'PUT', `/api/products/${productId}/observation_counts`, FAILING);
    const list = `/api/notifications?product_id=${productId}`;
    const found = await eventually(
      async () => Page.parse(await call(tokens.admin, 'GET', list)).results[0],
      `a notification of ${productId}`,
    );
    return untilSent(found.id);
  };
  const withGate = async (about: About) => {
    const id = await product(about);
    return parameters(id, await gateNotification(id));
  };

  await call(tokens.admin, 'PATCH', '/api/settings', { exception_slack_webhook: webhook });
  const shared = {
    own: await withGate('own'),
    foreign: await withGate('foreign'),
    exception: parameters('', await untilSent(await report(null))),
    missing: parameters(NOTHING.product_id, NOTHING.notification_id),
    all: {},
  };
  return {
    tokens,
    shared,
    fresh: async (about) => {
      if (about === 'exception') return parameters('', await report(null));
      const id = await product(about);
      return parameters(id, await report(id));
    },
  };
};
