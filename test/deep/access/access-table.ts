/** Who calls. The first six of the product that is their own; `client` is a program with the scope `exceptions`. */
export const CALLERS = ['admin', 'owner', 'maintainer', 'upload', 'reader', 'stranger', 'client', 'nobody'] as const;
export type CallerName = (typeof CALLERS)[number];

/**
 * What a call is about. Of a route with a product: the callers' own, one of somebody else's, one that is not there. Of
 * a route with a notification: one of the own product, one of somebody else's, an exception without a product, none.
 */
export type About = 'own' | 'foreign' | 'exception' | 'missing' | 'all';

export type Row = {
  readonly route: string;
  readonly about: About;
  readonly body?: unknown;
  /** Each caller for whom the call succeeds gets an object of their own to do it to. */
  readonly fresh?: true;
  /** The user that the path names is the caller. */
  readonly self?: true;
  /** In the order of CALLERS. */
  readonly statuses: readonly number[];
};

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const REPORT = { exception_class: 'E', message: 'm', function: 'f' };

/** In the order of CALLERS: admin, owner, maintainer, upload, reader, stranger, client, nobody. */
const anybody = (status: number) => [status, status, status, status, status, status, status, 401];
const administrators = (status: number) => [status, 403, 403, 403, 403, 403, 403, 401];
/** By the role it takes on the own product, and on one where only an administrator may. */
const readers = (status: number) => [status, status, status, status, status, 404, 404, 401];
const uploaders = (status: number) => [status, status, status, status, 403, 404, 404, 401];
const maintainers = (status: number) => [status, status, status, 403, 403, 404, 404, 401];
const owners = (status: number) => [status, status, 403, 403, 403, 404, 404, 401];
const notThere = (administrator: number) => [administrator, 404, 404, 404, 404, 404, 404, 401];

type Call = Omit<Row, 'about' | 'statuses'>;

/** A call on a product: allowed on the own one by role, on another to administrators, on none to nobody. */
const ofProduct = (call: Call, statuses: readonly number[]): Row[] => [
  { ...call, about: 'own', statuses },
  { ...call, about: 'foreign', statuses: notThere(statuses[0] ?? 0) },
  { ...call, about: 'missing', statuses: notThere(404) },
];

/** The same of a notification; one without a product is for administrators alone. */
const ofNotification = (call: Call, statuses: readonly number[]): Row[] => [
  ...ofProduct(call, statuses),
  { ...call, about: 'exception', statuses: notThere(statuses[0] ?? 0) },
];

const PRODUCT = '/api/products/{product_id}';
const NOTIFICATION = '/api/notifications/{notification_id}';

/** role × call × own or foreign object → status. Every route of the template has its rows here, or a test fails. */
export const ACCESS: readonly Row[] = [
  { route: 'GET /api/users/me', about: 'all', statuses: anybody(200) },
  { route: 'GET /api/openapi.json', about: 'all', statuses: CALLERS.map(() => 200) },
  { route: 'GET /api/products', about: 'all', statuses: anybody(200) },
  { route: 'POST /api/products', about: 'all', body: { name: '{unique}' }, statuses: anybody(201) },
  ...ofProduct({ route: `GET ${PRODUCT}` }, readers(200)),
  ...ofProduct({ route: `PATCH ${PRODUCT}`, body: { description: 'd' } }, maintainers(200)),
  ...ofProduct(
    { route: `PATCH ${PRODUCT}`, body: { notification_schedule: {}, notification_mute: {} } },
    maintainers(200),
  ),
  ...ofProduct({ route: `DELETE ${PRODUCT}`, fresh: true }, owners(204)),
  ...ofProduct({ route: `PUT ${PRODUCT}/observation_counts`, body: COUNTS }, uploaders(200)),
  ...ofProduct({ route: `GET ${PRODUCT}/history` }, readers(200)),
  ...ofProduct({ route: `GET ${PRODUCT}/members` }, readers(200)),
  // Any member may leave, but for the last owner; an administrator is no member yet.
  ...ofProduct(
    { route: `DELETE ${PRODUCT}/members/{user}`, fresh: true, self: true },
    [404, 409, 204, 204, 204, 404, 404, 401],
  ),
  // Nobody can raise their own role.
  ...ofProduct({ route: `PUT ${PRODUCT}/members/{user}`, body: { role: 'owner' }, self: true }, owners(200)),
  ...ofProduct({ route: `DELETE ${PRODUCT}/members/{user}`, fresh: true }, owners(204)),
  ...ofProduct({ route: `POST ${PRODUCT}/test_notification` }, maintainers(200)),
  ...ofProduct({ route: `POST ${PRODUCT}/preview`, body: { security_gate_active: false } }, maintainers(200)),
  { route: 'GET /api/settings', about: 'all', statuses: administrators(200) },
  { route: 'PATCH /api/settings', about: 'all', body: { exception_rate_limit: 0 }, statuses: administrators(200) },
  {
    route: 'PATCH /api/settings',
    about: 'all',
    body: { exception_schedule: {}, exception_mute: {} },
    statuses: administrators(200),
  },
  { route: 'POST /api/settings/test_notification', about: 'all', statuses: administrators(200) },
  {
    route: 'POST /api/settings/preview',
    about: 'all',
    body: { security_gate_threshold_high: 5 },
    statuses: administrators(200),
  },
  // Owners name their product.
  { route: 'GET /api/deliveries', about: 'all', statuses: administrators(200) },
  {
    route: 'POST /api/deliveries/retry',
    about: 'all',
    body: { since: '2026-11-28T09:30:00Z' },
    statuses: administrators(202),
  },
  { route: 'GET /api/targets', about: 'all', statuses: administrators(200) },
  // Nothing was sent there.
  { route: 'PATCH /api/targets/{target_id}', about: 'all', body: { paused: true }, statuses: administrators(404) },
  { route: 'GET /api/suppressed_addresses', about: 'all', statuses: administrators(200) },
  // None is suppressed.
  { route: 'DELETE /api/suppressed_addresses/{address}', about: 'all', statuses: administrators(404) },
  { route: 'GET /api/notifications', about: 'all', statuses: anybody(200) },
  { route: 'GET /api/notifications/unviewed_count', about: 'all', statuses: anybody(200) },
  ...(['own', 'foreign', 'exception', 'missing'] as const).flatMap((about): Row[] =>
    ['bulk_mark_as_viewed', 'bulk_delete'].map((call) => ({
      route: `POST /api/notifications/${call}`,
      about,
      body: { notifications: ['{notification_id}'] },
      // The answer tells of each id; `BULK_RESULTS` has what.
      statuses: anybody(200),
      ...(call === 'bulk_delete' && { fresh: true }),
    })),
  ),
  ...ofNotification(
    { route: 'POST /api/notifications/mark_all_as_viewed', body: { up_to: '{notification_id}' } },
    readers(204),
  ),
  ...ofNotification({ route: `GET ${NOTIFICATION}` }, readers(200)),
  ...ofNotification({ route: `POST ${NOTIFICATION}/mark_as_viewed` }, readers(204)),
  ...ofNotification({ route: `DELETE ${NOTIFICATION}`, fresh: true }, owners(204)),
  // Sent already: who may send it again is told that it did not fail.
  ...ofNotification({ route: `POST ${NOTIFICATION}/deliveries/{delivery_id}/retry` }, owners(409)),
  {
    route: 'POST /api/exceptions',
    about: 'all',
    body: REPORT,
    statuses: [201, 403, 403, 403, 403, 403, 201, 401],
  },
];

const repeated = (result: string, rest: string) => [result, rest, rest, rest, rest, rest, rest];

/** What the bulk calls say of one id, in the order of CALLERS without `nobody`. */
export const BULK_RESULTS: Readonly<Record<string, Partial<Record<About, readonly string[]>>>> = {
  bulk_mark_as_viewed: {
    own: ['marked', 'marked', 'marked', 'marked', 'marked', 'not_found', 'not_found'],
    foreign: repeated('marked', 'not_found'),
    exception: repeated('marked', 'not_found'),
    missing: repeated('not_found', 'not_found'),
  },
  bulk_delete: {
    own: ['deleted', 'deleted', 'forbidden', 'forbidden', 'forbidden', 'not_found', 'not_found'],
    foreign: repeated('deleted', 'not_found'),
    exception: repeated('deleted', 'not_found'),
    missing: repeated('not_found', 'not_found'),
  },
};

/** What a route must be tried on, by the parameters in its path. */
export const objectsOf = (route: string): readonly About[] => {
  if (route.includes('{notification_id}') || route.includes('/bulk_') || route.includes('/mark_all_')) {
    return ['own', 'foreign', 'exception', 'missing'];
  }
  return route.includes('{product_id}') ? ['own', 'foreign', 'missing'] : ['all'];
};
