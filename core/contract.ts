/**
 * Names on which the template and the functions must agree. Everything else that they share would be a leak between
 * infrastructure and code, so `lib/` imports this file only.
 */

/** Environment variables of the functions. `lib/` sets them, `core/config.ts` alone reads them. */
export const ENV = {
  tableName: 'TABLE_NAME',
  deliveryQueueUrl: 'DELIVERY_QUEUE_URL',
  deliveryDeadLetterQueueUrl: 'DELIVERY_DEAD_LETTER_QUEUE_URL',
  jobQueueUrl: 'JOB_QUEUE_URL',
  /** Mail is sent under it, so that its bounces come back. */
  mailConfigurationSet: 'MAIL_CONFIGURATION_SET',
  /** How many mails SES takes in a second. */
  mailsPerSecond: 'MAILS_PER_SECOND',
  metricNamespace: 'METRIC_NAMESPACE',
  /** ARN of the key that wraps the data keys which webhooks are sealed with. */
  webhookKeyArn: 'WEBHOOK_KEY_ARN',
  /** Claim of the access token that names the caller. */
  userClaim: 'USER_CLAIM',
  /** `true` or `false`: whether the login takes `Olivia` and `olivia` for one person. */
  userNamesIgnoreCase: 'USER_NAMES_IGNORE_CASE',
  /** Claim of the access token that lists the caller's groups. */
  groupsClaim: 'GROUPS_CLAIM',
  administratorsGroup: 'ADMINISTRATORS_GROUP',
  /** Stands before the API's scopes in a token, with a slash; empty where they stand alone. */
  resourceServer: 'RESOURCE_SERVER',
  /** Hosts that ops adds to the webhook allow-list, comma-separated; `*.example.org` means any host below it. */
  webhookHosts: 'WEBHOOK_HOSTS',
  /** One http origin on loopback that webhooks may go to. The local stack sets it; a real stage never carries it. */
  localWebhookOrigin: 'LOCAL_WEBHOOK_ORIGIN',
} as const;

/** Key attributes of the table and the attribute that DynamoDB's TTL watches (whole seconds since the epoch). */
export const TABLE = { partitionKey: 'pk', sortKey: 'sk', ttl: 'expires_at' } as const;

/** Sort keys of the items whose stream records the functions follow; the event source mappings filter by them. */
export const SORT_KEY = {
  product: 'PRODUCT',
  settings: 'SETTINGS',
  notification: 'NOTIFICATION',
  window: 'WINDOW',
  /** What is known of the failing channels of a product, or of the settings. */
  channels: 'CHANNELS',
  /** Stands where a notification was deleted. */
  tombstone: 'TOMBSTONE',
} as const;

/** When the deliveries of a notification were made: an attribute that it has from then on. */
export const FANNED_OUT = 'fanned_out_at';

/** Global secondary indexes. All are sparse: only items that carry the partition attribute are in them. */
export const INDEX = {
  /** The products of a user: membership items, by the product's partition key. */
  membersByUser: { name: 'members-by-user', partitionKey: 'member_user', sortKey: 'pk' },
  /** All notifications, oldest first, spread over some partitions; with what is needed to choose among them. */
  timeline: { name: 'timeline', partitionKey: 'timeline', sortKey: 'id' },
  /** Unsettled deliveries, and notifications without deliveries, by when the sweeper checks them. */
  sweep: { name: 'sweep', partitionKey: 'sweep', sortKey: 'sweep_at' },
} as const;

/** Text of the log line on which the last alarm stands: an exception that neither table nor queue took. */
export const LOST_EXCEPTION = 'An exception could not be recorded';

/** Metrics that the functions print and the dashboard shows. */
export const METRIC = {
  /** New notifications, by `type`. */
  notifications: 'Notifications',
  /** Exceptions that windows held back, by `type`; counted when a notification tells of them. */
  heldBack: 'HeldBackExceptions',
  /** Tries, by `channel` and `outcome`. */
  deliveries: 'Deliveries',
  /** From a delivery's making, with its notification, to when its target took it, by `channel`; milliseconds. */
  timeToSent: 'TimeToSent',
} as const;

/** Where the metrics of a stack are. */
export const metricNamespace = (stackName: string): string => `Gatebell/${stackName}`;

/** Values of the dimension `channel`. */
export const CHANNELS = ['email', 'ms_teams', 'slack'] as const;

/** Scopes of an access token that a function looks for. */
export const SCOPE = { exceptions: 'exceptions' } as const;

/** What the timeline's entries carry beside their keys. */
export const TIMELINE_ATTRIBUTES = ['type', 'product_id', 'name', 'function'] as const;

/** A folder of `functions/` each: the Lambdas of the house. */
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
