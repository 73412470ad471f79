/** `npm run seed -- --products N --notifications M --members K`: fills the running stack past its functions. */
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { handlesOrExit } from './api-client.ts';
import { seedItems } from './seed/seed-plan.ts';
import { writeItems } from './seed/write-items.ts';

const countSchema = z.coerce.number().int().min(0);
const optionsSchema = z.object({ products: countSchema.min(1), notifications: countSchema, members: countSchema });

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '100' },
    notifications: { type: 'string', default: '10000' },
    members: { type: 'string', default: '3' },
  },
});
const size = optionsSchema.parse(values);
const handles = handlesOrExit();
if (handles.table === null) throw new Error('The running stack has no table');

const client = new DynamoDBClient({
  endpoint: handles.dynamodb,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'seed', secretAccessKey: 'seed' },
});
const target = { client: DynamoDBDocumentClient.from(client), name: handles.table };

const startMs = performance.now();
const seconds = () => (performance.now() - startMs) / 1_000;
const SHOWN_EVERY = 50_000;
let shown = 0;
const written = await writeItems(target, seedItems(size, new Date()), (items) => {
  if (items < shown + SHOWN_EVERY) return;
  shown = items;
  console.log(`${items} items, ${Math.round(items / seconds())} a second`);
});
console.log(
  `${size.products} products, ${size.notifications} notifications, ${size.members} members: ${written} items in ${seconds().toFixed(1)} s`,
);
client.destroy();
