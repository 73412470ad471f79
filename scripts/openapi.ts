/** `npm run openapi`: writes docs/openapi.json; with `--check` it only says whether that is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNELS } from '../core/channels/channels.ts';
import { channelEventSchema } from '../core/channels/event.ts';
import { ENV } from '../core/contract.ts';
import { buildOpenApi } from '../core/http/openapi.ts';

const FILE = join(import.meta.dirname, '..', 'docs', 'openapi.json');

// The functions read their environment when they load; nothing is called here.
for (const name of Object.values(ENV)) process.env[name] ??= 'unused';
process.env[ENV.webhookHosts] = '';
process.env[ENV.userNamesIgnoreCase] = 'true';
process.env[ENV.mailsPerSecond] = '1';
process.env['AWS_REGION'] ??= 'eu-central-1';

const [products, settings, notifications, tests, exceptions] = await Promise.all([
  import('../functions/products/index.ts'),
  import('../functions/settings/index.ts'),
  import('../functions/notifications/index.ts'),
  import('../functions/test-notifications/index.ts'),
  import('../functions/exceptions/index.ts'),
]);

/** Documented as soon as a channel sends events to signed webhooks. */
const isSigned = CHANNELS.some(({ field }) => field.kind === 'signed_webhook');

const document = buildOpenApi(
  [
    { tag: 'products', description: 'Products, members, and finding counts', routes: products.routes },
    { tag: 'settings', description: 'Settings that apply to all products', routes: settings.routes },
    { tag: 'notifications', description: 'Notifications and their deliveries', routes: notifications.routes },
    { tag: 'test messages', description: 'Test messages to channels', routes: tests.routes },
    { tag: 'exceptions', description: 'Exceptions that applications report', routes: exceptions.routes },
  ],
  isSigned ? channelEventSchema : null,
);
const text = `${JSON.stringify(document, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== text) {
    console.error('docs/openapi.json is stale: npm run openapi');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}
