import { mkdtemp, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Linux keeps this folder in memory. */
const SHARED_MEMORY = '/dev/shm';
/** Containers often give it 64 MB, which a large test would fill. */
const MINIMUM_BYTES = 1_000_000_000;

/** Makes a folder whose files live in memory; none where memory for it is short. */
export async function makeMemoryFolder(): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize < MINIMUM_BYTES ? undefined : await mkdtemp(join(SHARED_MEMORY, 'gatebell-'));
  } catch {
    return undefined;
  }
}
