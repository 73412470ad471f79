import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

/** Since the process began: how long, and how much processor time. */
const momentSchema = z.object({ ms: z.number(), cpuMs: z.number() });
const reportSchema = z.object({ ready: momentSchema, answered: momentSchema.nullable() });

export type Start = z.infer<typeof reportSchema>;

/** Loads a bundle as Lambda does, and calls its handler where there is an event. In plain JavaScript: nothing else may load. */
const PROBE = `
const moment = () => {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1000 };
};
const [bundle, event] = process.argv.slice(1);
const { handler } = await import(bundle);
if (typeof handler !== 'function') throw new Error('no handler');
const ready = moment();
const answer = event ? await handler(JSON.parse(event), {}) : null;
if (answer?.statusCode >= 500) throw new Error(answer.body);
process.stdout.write(JSON.stringify({ ready, answered: event ? moment() : null }), () => process.exit(0));
`;

/** Starts a bundle in a process of its own, with an environment of its own. Throws with what it wrote where it fails. */
export const startOnce = async (
  bundle: string,
  { environment, event }: { readonly environment: Record<string, string>; readonly event: unknown },
): Promise<Start> => {
  const args = ['--input-type=module', '--eval', PROBE, bundle, ...(event === null ? [] : [JSON.stringify(event)])];
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${bundle} ended with ${code}: ${(await errors)?.join('')}`);
  return reportSchema.parse(JSON.parse(((await output) ?? []).join('')));
};
