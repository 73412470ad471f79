import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { makeEquipment } from './equipment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the equipment that all files share. */
    faultsEquipment: string;
  }
}

/** Bundles the functions and synthesizes the stack once for all files. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const directory = await makeEquipment();
  provide('faultsEquipment', directory);
  return () => rmSync(directory, { recursive: true });
}
