import type { SendTest } from '../../core/channels/send-test.ts';
import { testNotificationsConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { api } from '../../core/http/api.ts';
import { createLog } from '../../core/log.ts';
import { waitUntil } from '../../core/platform/wait-until.ts';
import { readProduct } from '../../core/products/store/products.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { decryptDestination } from '../../core/secrets/webhook-secrets.ts';
import { readSettings } from '../../core/settings/store.ts';
import { healChannels } from '../../core/targets/store/health.ts';
import { reserveMail } from '../../core/targets/store/mail-rate.ts';
import { readSuppressed } from '../../core/targets/store/suppressed-addresses.ts';
import { testRoutes } from './test-routes.ts';

const {
  tableName,
  deliveryQueueUrl,
  callerClaims,
  originSecret,
  webhookPolicy,
  webhookKeyArn,
  mailConfigurationSet,
  mailsPerSecond,
  redaction,
} = testNotificationsConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({
  tableName,
  deliveryQueueUrl,
  functionName: FUNCTION.testNotifications,
  redaction,
  log,
});
const vault = connectWebhookSecrets({ table, keyArn: webhookKeyArn });
const now = () => new Date();

/** The channels come with the first test: a start, and a call that is refused, do without them and without SES. */
const connectLate = async (): Promise<SendTest> => {
  const [{ connectTransports, sendWith }, { sendTestWith }] = await Promise.all([
    import('../../core/channels/send.ts'),
    import('../../core/channels/send-test.ts'),
  ]);
  return sendTestWith(sendWith(connectTransports(webhookPolicy)), { configurationSet: mailConfigurationSet });
};

let connected: Promise<SendTest> | null = null;

export const routes = testRoutes({
  readProduct: (productId, user) => readProduct(table, { productId, user }),
  readSettings: () => readSettings(table),
  readSuppressed: (addresses) => readSuppressed(table, addresses),
  open: (sealed) => decryptDestination(vault, sealed),
  send: async (message) => {
    connected ??= connectLate();
    return (await connected)(message);
  },
  reserveMail: (owner, at) => reserveMail(table, { rate: { mailsPerSecond }, owner, now: at }),
  waitUntil,
  healChannels: (channels) => healChannels(table, channels),
  now,
  log,
  capture,
});

export const handler = api({
  callerClaims,
  originSecret,
  log,
  functionName: FUNCTION.testNotifications,
  capture,
  routes,
});
