/** Names that the template and the functions share: what `lib/` may import of `core/`. */

/** Environment variables of the functions. `lib/` sets them, `core/config.ts` alone reads them. */
export const ENV = {
  tableName: 'TABLE_NAME',
  deliveryQueueUrl: 'DELIVERY_QUEUE_URL',
  deliveryDeadLetterQueueUrl: 'DELIVERY_DEAD_LETTER_QUEUE_URL',
  jobQueueUrl: 'JOB_QUEUE_URL',
  /** The SES configuration set for sending email, which reports bounces. */
  mailConfigurationSet: 'MAIL_CONFIGURATION_SET',
  /** The number of emails that SES accepts in a second. */
  mailsPerSecond: 'MAILS_PER_SECOND',
  /** Seconds between two messages to a webhook, and between two emails to an address. */
  webhookIntervalSeconds: 'WEBHOOK_INTERVAL_SECONDS',
  emailIntervalSeconds: 'EMAIL_INTERVAL_SECONDS',
  metricNamespace: 'METRIC_NAMESPACE',
  /** ARN of the KMS key that encrypts the data keys of webhooks. */
  webhookKeyArn: 'WEBHOOK_KEY_ARN',
  /** Claim of the access token that identifies the caller. */
  userClaim: 'USER_CLAIM',
  /** `true` or `false`: whether the login treats `Olivia` and `olivia` as the same user. */
  userNamesIgnoreCase: 'USER_NAMES_IGNORE_CASE',
  /** Claim of the access token that lists the caller's groups. */
  groupsClaim: 'GROUPS_CLAIM',
  administratorsGroup: 'ADMINISTRATORS_GROUP',
  /** Prefix of the API's scopes in a token, followed by a slash; empty if scopes have no prefix. */
  resourceServer: 'RESOURCE_SERVER',
  /** Hosts added to the webhook allow-list, comma-separated. `*.example.org` allows every subdomain. */
  webhookHosts: 'WEBHOOK_HOSTS',
  /** An http origin on loopback that webhooks may use. Set by the local stack only. */
  localWebhookOrigin: 'LOCAL_WEBHOOK_ORIGIN',
  /** Names of the event buses that events may be sent to, comma-separated. */
  eventBuses: 'EVENT_BUSES',
  /** The value of the header that only the distribution adds. */
  originSecret: 'ORIGIN_SECRET',
} as const;

/** The header that the distribution adds to each request to the API, with the stage's secret. */
export const ORIGIN_HEADER = 'x-origin-secret';

/** Key attributes of the table and its TTL attribute (whole seconds since the epoch). */
export const TABLE = { partitionKey: 'pk', sortKey: 'sk', ttl: 'expires_at' } as const;

/** Sort keys of the items whose stream records functions handle. The event source mappings filter by them. */
export const SORT_KEY = {
  product: 'PRODUCT',
  settings: 'SETTINGS',
  notification: 'NOTIFICATION',
  window: 'WINDOW',
  /** The channel health of a product, or of the settings. */
  channels: 'CHANNELS',
  /** The heartbeat that the sweeper begins; gate-trigger follows it. */
  heartbeat: 'HEARTBEAT',
  /** The same, seen by gate-trigger; fan-out follows it. */
  heartbeatSeen: 'HEARTBEAT_SEEN',
} as const;

/** The attribute of a notification with the time at which its deliveries were created. */
export const FANNED_OUT = 'fanned_out_at';

/** Global secondary indexes. All are sparse: they contain only items that have the partition attribute. */
export const INDEX = {
  /** The products of a user: membership items, by the product's partition key. */
  membersByUser: { name: 'members-by-user', partitionKey: 'member_user', sortKey: 'pk' },
  /** All notifications, oldest first, over several partitions, with the attributes for filtering. */
  timeline: { name: 'timeline', partitionKey: 'timeline', sortKey: 'id' },
  /** What waits: deliveries by their target, and notifications without deliveries, by the time from when on they are due. */
  waiting: { name: 'waiting', partitionKey: 'waiting_for', sortKey: 'due_at' },
  /** Failed deliveries, by when they failed. */
  failedDeliveries: { name: 'failed-deliveries', partitionKey: 'failed_in', sortKey: 'settled_at' },
  /** All products in each order of their list, over two partitions, with the attributes for filtering. */
  productsByName: { name: 'products-by-name', partitionKey: 'listed_in', sortKey: 'name_order' },
  productsByChange: { name: 'products-by-change', partitionKey: 'listed_in', sortKey: 'change_order' },
  productsByCreation: { name: 'products-by-creation', partitionKey: 'listed_in', sortKey: 'id' },
} as const;

/** The log text of an exception that neither the table nor the queue accepted. An alarm is based on it. */
export const LOST_EXCEPTION = 'An exception could not be recorded';

/** Metrics that the functions print and the dashboard shows. */
export const METRIC = {
  /** New notifications, by `type`. */
  notifications: 'Notifications',
  /** Held-back exceptions, by `type`; counted when a notification reports them. */
  heldBack: 'HeldBackExceptions',
  /** Attempts, by `channel` and `outcome`. */
  deliveries: 'Deliveries',
  /** Milliseconds from the creation of a delivery to its acceptance by the target, by `channel`. */
  timeToSent: 'TimeToSent',
  /** Milliseconds from the beginning of a heartbeat to the dispatcher. */
  heartbeatAge: 'HeartbeatAge',
} as const;

/** The namespace of a stack's metrics. */
export const metricNamespace = (stackName: string): string => `Gatebell/${stackName}`;

/** Scopes of an access token that functions check. */
export const SCOPE = { exceptions: 'exceptions' } as const;

/** The attributes of timeline entries beside their keys. */
export const TIMELINE_ATTRIBUTES = ['type', 'product_id', 'name', 'function'] as const;

/** The attributes of the entries of a list of products beside their keys. */
export const LIST_ATTRIBUTES = ['searched_name', 'security_gate_passed'] as const;

/** The Lambda functions: each is a folder of `functions/`. */
export const FUNCTION = {
  products: 'products',
  settings: 'settings',
  notifications: 'notifications',
  testNotifications: 'test-notifications',
  openapi: 'openapi',
  exceptions: 'exceptions',
  alarms: 'alarms',
  gateTrigger: 'gate-trigger',
  fanOut: 'fan-out',
  dispatcher: 'dispatcher',
  background: 'background',
  sweeper: 'sweeper',
  mailFeedback: 'mail-feedback',
} as const;
