/** The calls that control the stack in tests: `/_gate/…` on the AWS proxy's address, JSON both ways. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { InvokeResult } from '../lambda.ts';
import type { Login } from '../login/login.ts';
import type { Hold } from '../pauses.ts';
import { readBody } from '../read-body.ts';
import type { CallLog } from './call-log.ts';
import { type Denials, denialSchema } from './denials.ts';
import { type Faults, faultRuleSchema } from './faults.ts';
import type { Grants } from './grants.ts';

export type ControlDeps = {
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly denials: Denials;
  readonly grants: Grants;
  moveClock(offsetMs: number): Promise<void>;
  clockOffsetMs(): number;
  /** The state of each alarm now, by name. */
  alarms(): Promise<Readonly<Record<string, string>>>;
  findRemainingWork(options: { ignoreWaiting: boolean }): Promise<unknown>;
  /** Holds back the sources of a function, or lets them go on. False when there is no such function. */
  hold(functionName: string, how: Hold | undefined): boolean;
  /** Undefined when there is no such function. */
  invoke(functionName: string, event: unknown): Promise<InvokeResult> | undefined;
  /** Throws a `ZodError` for a body that is no request for a token. */
  token(request: unknown): Promise<string>;
  sweepTtl(): Promise<void>;
  readonly login: Pick<Login, 'setTokenSeconds' | 'forgetAll'>;
};

type Request = { readonly query: URLSearchParams; readonly body: unknown; readonly parts: readonly string[] };
type Reply = { readonly status: number; readonly body: unknown };
type Route = { method: string; path: RegExp; answer(request: Request): Promise<Reply> | Reply };

/** How long tokens of a login live from now on. */
const loginSettingsSchema = z.strictObject({ token_seconds: z.int().min(1) });
/** What holds back a function's sources; `resume` ends it. */
const verbSchema = z
  .enum(['pause', 'disable', 'throttle', 'resume'])
  .transform((verb) => (verb === 'resume' ? undefined : verb));
const clockSchema = z.strictObject({ offset_ms: z.number() });

const ok = (body: unknown): Reply => ({ status: 200, body });
const noFunction = (name: string | undefined): Reply => ({ status: 404, body: { error: `no function ${name}` } });

const routes = (deps: ControlDeps): readonly Route[] => {
  const { calls, faults, denials, grants } = deps;
  return [
    {
      method: 'GET',
      path: /^calls$/,
      answer: ({ query }) => {
        const since = Number(query.get('since') ?? 0);
        return ok({
          calls: calls.list({ function: query.get('function') ?? undefined, since }),
          totals: calls.totals(),
        });
      },
    },
    { method: 'DELETE', path: /^calls$/, answer: () => ok(calls.clear() ?? {}) },
    { method: 'GET', path: /^faults$/, answer: () => ok(faults.list()) },
    {
      method: 'PUT',
      path: /^faults$/,
      answer: ({ body }) => ok(faults.set(z.array(faultRuleSchema).parse(body)) ?? {}),
    },
    { method: 'GET', path: /^denials$/, answer: () => ok(denials.list()) },
    {
      method: 'PUT',
      path: /^denials$/,
      answer: ({ body }) => ok(denials.set(z.array(denialSchema).parse(body)) ?? {}),
    },
    { method: 'GET', path: /^alarms$/, answer: async () => ok(await deps.alarms()) },
    { method: 'GET', path: /^grants$/, answer: () => ok(grants.list()) },
    { method: 'GET', path: /^clock$/, answer: () => ok({ offset_ms: deps.clockOffsetMs() }) },
    {
      method: 'PUT',
      path: /^clock$/,
      answer: async ({ body }) => ok((await deps.moveClock(clockSchema.parse(body).offset_ms)) ?? {}),
    },
    {
      method: 'GET',
      path: /^remaining-work$/,
      answer: async ({ query }) =>
        ok(await deps.findRemainingWork({ ignoreWaiting: query.get('ignore') === 'waiting' })),
    },
    { method: 'POST', path: /^ttl$/, answer: async () => ok((await deps.sweepTtl()) ?? {}) },
    {
      method: 'POST',
      path: /^sources\/([\w-]+)\/(\w+)$/,
      answer: ({ parts: [name = '', verb] }) => (deps.hold(name, verbSchema.parse(verb)) ? ok({}) : noFunction(name)),
    },
    {
      method: 'POST',
      path: /^invoke\/([\w-]+)$/,
      answer: async ({ parts: [name = ''], body }) => {
        const result = await deps.invoke(name, body);
        return result === undefined ? noFunction(name) : ok(result);
      },
    },
    {
      method: 'PUT',
      path: /^login$/,
      answer: ({ body }) => ok(deps.login.setTokenSeconds(loginSettingsSchema.parse(body).token_seconds) ?? {}),
    },
    { method: 'DELETE', path: /^login$/, answer: () => ok(deps.login.forgetAll() ?? {}) },
    {
      method: 'POST',
      path: /^token$/,
      answer: async ({ body }) => ok({ token: await deps.token(body) }),
    },
  ];
};

const answer = async (table: readonly Route[], incoming: IncomingMessage, prefix: string): Promise<Reply> => {
  const [path = '', query = ''] = (incoming.url ?? '').slice(prefix.length).split('?');
  const text = ((await readBody(incoming)) ?? Buffer.alloc(0)).toString();
  for (const route of table) {
    const match = route.path.exec(path);
    if (match === null || route.method !== incoming.method) continue;
    try {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      return await route.answer({ query: new URLSearchParams(query), body, parts: match.slice(1) });
    } catch (error) {
      if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
      if (error instanceof SyntaxError) return { status: 400, body: { error: error.message } };
      throw error;
    }
  }
  return { status: 404, body: { error: `no control call ${incoming.method} ${path}` } };
};

export const createControl = (deps: ControlDeps, prefix: string) => {
  const table = routes(deps);
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answer(table, incoming, prefix);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
};
