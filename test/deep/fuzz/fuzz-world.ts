import { z } from 'zod';
import { eventually } from '../../eventually.ts';
import type { TestStack } from '../../stack.ts';
import { faultsOf } from './judge.ts';
import type { FuzzRequest } from './requests.ts';
import type { Known } from './values.ts';
import { connectWire } from './wire.ts';

const Id = z.object({ id: z.string() });
const Reported = z.object({ notification_id: z.string() });
const Page = z.object({ next: z.string() });
const Targets = z.object({ results: z.array(Id) });

/** The others go on with what was accepted before. */
const API_FUNCTIONS = new Set(['products', 'settings', 'notifications', 'exceptions', 'test-notifications', 'openapi']);

/** More than one, as some are deleted on the way. */
const THINGS = 12;

/** Names must differ. */
let made = 0;

const makeThings = async (stack: TestStack, tokens: { readonly admin: string; readonly owner: string }) => {
  const post = async (path: string, token: string, body: unknown) => {
    const { status, text, json } = await stack.api('POST', path, { token, body });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
    return json;
  };
  const products: string[] = [];
  const notifications: string[] = [];
  while (products.length < THINGS) {
    made += 1;
    const { id } = Id.parse(await post('/api/products', tokens.owner, { name: `Product ${made}` }));
    const task = { type: 'task', exception_class: `E${made}`, message: 'm', function: 'f', product_id: id };
    products.push(id);
    notifications.push(Reported.parse(await post('/api/exceptions', tokens.admin, task)).notification_id);
  }
  return { product_id: products, notification_id: notifications, notifications, up_to: notifications };
};

/** The targets that are known once a product has sent to one. */
const sentTo = async (
  stack: TestStack,
  { admin, owner }: { readonly admin: string; readonly owner: string },
  product: string,
): Promise<string[]> => {
  const body = { critical: 9, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  await stack.api('PUT', `${product}/observation_counts`, { token: owner, body });
  return await eventually(async () => {
    const { results } = Targets.parse((await stack.api('GET', '/api/targets', { token: admin })).json);
    return results.length > 0 && results.map(({ id }) => id);
  }, 'a target');
};

/** Calls of these send something out. */
const SENDS = new Set(['sqs', 'ses', 'sns']);

const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();

/** What fields take whatever there is in the stack. Webhooks go to its own receiver, and nowhere else. */
const settled = (receiver: string): Known => ({
  user: ['zoe', 'rita'],
  delivery_id: ['slack', 'ms_teams'],
  notification_ms_teams_webhook: ['', `${receiver}/teams`],
  notification_slack_webhook: ['', `${receiver}/slack`],
  exception_ms_teams_webhook: ['', `${receiver}/ops/teams`],
  exception_slack_webhook: ['', `${receiver}/ops/slack`],
  notification_webhook: ['', `${receiver}/signed`],
  exception_webhook: ['', `${receiver}/ops/signed`],
  notification_eventbridge: ['', 'security-events'],
  exception_eventbridge: ['', 'security-events'],
  notification_email_to: ['', 'a@example.org', 'a@example.org, b@example.org'],
  email_from: ['', 'gate@example.org'],
  exception_email_to: ['', 'ops@example.org'],
  from: ['2026-11-24T10:00:00Z'],
  to: ['2036-11-24T10:00:00.000Z'],
  until: [days(1), days(364), days(-1), days(400)],
  time: ['00:00', '23:59', '09:00'],
  time_zone: ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', '+02:00'],
  commit: ['9fceb02'],
  run_url: ['https://ci.example.org/runs/1'],
  base_url_frontend: ['', 'https://gatebell.example.org'],
});

/** A stack with things in it, what the fuzzer is to know of them, and a way to hold a request against the promises. */
export const openWorld = async (stack: TestStack) => {
  const tokens = {
    admin: await stack.token('alice', { admin: true }),
    owner: await stack.token('olivia'),
    client: await stack.token('importer', { scope: 'exceptions' }),
    stranger: await stack.token('nora'),
    nobody: undefined,
  };
  let things = await makeThings(stack, tokens);
  await stack.atRest(60_000);
  // The first cursor brings its key about: from here on no list writes.
  const firstPage = () => stack.api('GET', '/api/notifications?limit=1', { token: tokens.admin });
  const { next } = await eventually(async () => Page.parse((await firstPage()).json), 'a list of two pages');
  const { receiver } = stack.handles;
  // And the first webhook its data key.
  const webhook = { notification_slack_webhook: `${receiver}/slack` };
  const first = `/api/products/${things.product_id[0]}`;
  await stack.api('PATCH', first, { token: tokens.owner, body: webhook });
  const target_id = await sentTo(stack, tokens, first);
  const wire = connectWire(stack.handles.web, tokens);
  let seen = (await stack.calls()).calls.at(-1)?.sequence ?? 0;

  let isDepleted = false;

  /** What the API's functions wrote or sent since the last look. */
  const writes = async (): Promise<string[]> => {
    const { calls } = await stack.calls({ since: seen });
    seen = calls.at(-1)?.sequence ?? seen;
    return calls
      .filter(
        ({ function: name, itemsWritten, service }) =>
          API_FUNCTIONS.has(name) && (itemsWritten > 0 || SENDS.has(service)),
      )
      .map((call) => `a refusal wrote: ${call.function} ${call.service}:${call.operation}`);
  };

  return {
    /** Values that mean something now: what was deleted is replaced. */
    async known(): Promise<Known> {
      if (isDepleted) things = await makeThings(stack, tokens);
      isDepleted = false;
      await writes();
      return { ...settled(receiver), ...things, target_id, cursor: [next] };
    },
    /** Sends a request and tells what is wrong with its answer, and its status. */
    async faults(request: FuzzRequest): Promise<{ status: number; faults: string[] }> {
      const answer = await wire.send(request);
      const written = await writes();
      isDepleted ||= answer.status < 300 && (request.method === 'DELETE' || request.path.includes('bulk_delete'));
      return {
        status: answer.status,
        faults: [...faultsOf(request, answer), ...(answer.status >= 400 ? written : [])],
      };
    },
    close: wire.close,
  };
};

export type World = Awaited<ReturnType<typeof openWorld>>;
