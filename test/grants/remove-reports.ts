import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** Vitest's global setup: removes the reports of the stacks once all is over. */
export default function setup({ config }: TestProject): () => void {
  const folder = config.env['GATEBELL_GRANTS'];
  return () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
}
