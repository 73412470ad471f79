/** `npm run check`: runs every `check:…` script of package.json side by side; what failed is printed last. */
import { spawn } from 'node:child_process';
import packageJson from '../package.json' with { type: 'json' };

type Part = { readonly name: string; readonly ok: boolean; readonly output: string };

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

const run = async (name: string, command: string): Promise<Part> => {
  const start = performance.now();
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${seconds(start)}`);
  return { name, ok: status === 0, output: Buffer.concat(chunks).toString() };
};

const start = performance.now();
const scripts = Object.entries(packageJson.scripts).filter(([name]) => name.startsWith('check:'));
const parts = await Promise.all(scripts.map(([name, command]) => run(name, command)));
const failed = parts.filter(({ ok }) => !ok);
for (const { name, output } of failed) console.log(`\n== npm run ${name}\n\n${output.trim()}`);
const names = failed.map(({ name }) => name).join(', ');
console.log(failed.length === 0 ? `Checked in ${seconds(start)}.` : `\nFailed: ${names}`);
process.exitCode = failed.length === 0 ? 0 : 1;
