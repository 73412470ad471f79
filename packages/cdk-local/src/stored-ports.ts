import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './engines/free-port.ts';
import { replaceFile } from './replace-file.ts';

const storedPortsSchema = z.object({ receiver: z.int(), mail: z.int() });

/** Ports that stored data and bookmarks contain. */
export type StoredPorts = z.output<typeof storedPortsSchema>;

const PORTS_FILE = 'ports.json';

/**
 * The ports of an earlier start with this folder; else free ones, which are stored there. Throws if one is in use: stored
 * webhook URLs contain it.
 */
export const storedPorts = async (dataDirectory: string | undefined): Promise<StoredPorts> => {
  if (dataDirectory === undefined) return { receiver: 0, mail: 0 };
  const file = join(dataDirectory, PORTS_FILE);
  if (!existsSync(file)) {
    const ports = { receiver: await freePort(), mail: await freePort() };
    replaceFile(file, ports);
    return ports;
  }
  const ports = storedPortsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const [name, port] of Object.entries(ports)) await requireFree(name, port, file);
  return ports;
};

const requireFree = async (name: string, port: number, file: string): Promise<void> => {
  try {
    await freePort(port);
  } catch (error) {
    throw new Error(
      `Port ${port} of the ${name} is in use. Stored webhook URLs contain it: stop the other program, or delete ${file} to choose other ports.`,
      { cause: error },
    );
  }
};
