// @ts-check
/** Receives Gatebell's events by a signed webhook: docs/webhook-receiver.md. Takes WEBHOOK_SECRET and PORT. */
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const { WEBHOOK_SECRET = '', PORT } = process.env;
const webhook = new Webhook(WEBHOOK_SECRET);
const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

createServer(async (request, response) => {
  try {
    const body = Buffer.concat(await request.toArray()).toString();
    webhook.verify(body, Object.fromEntries(NAMES.map((name) => [name, String(request.headers[name])])));
    const event = JSON.parse(body);
    console.log(event.type, event.data.name);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(Number(PORT), '127.0.0.1');
