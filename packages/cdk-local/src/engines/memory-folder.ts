import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps this folder in memory. */
const SHARED_MEMORY = '/dev/shm';
/** Containers often give it 64 MB, which a large test would fill. */
const MINIMUM_BYTES = 1_000_000_000;

const hasRoom = async (): Promise<boolean> => {
  try {
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize >= MINIMUM_BYTES;
  } catch {
    return false;
  }
};

/** Makes a folder whose files live in memory, or on the disk where memory for it is short. */
export const makeMemoryFolder = async (): Promise<string> =>
  await mkdtemp(join((await hasRoom()) ? SHARED_MEMORY : tmpdir(), 'cdk-local-'));
