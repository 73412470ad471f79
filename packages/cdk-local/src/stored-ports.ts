import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './engines/free-port.ts';
import { replaceFile } from './replace-file.ts';

const keptPortsSchema = z.object({ receiver: z.int(), mail: z.int() });

/** Ports that kept data and people's bookmarks name. */
export type KeptPorts = z.output<typeof keptPortsSchema>;

const PORTS_FILE = 'ports.json';

/**
 * The ports of an earlier start with this folder; else free ones, which are kept there. Throws when one is taken: on another
 * port the webhooks of the kept products would reach nobody.
 */
export const keepPorts = async (dataDirectory: string | undefined): Promise<KeptPorts> => {
  if (dataDirectory === undefined) return { receiver: 0, mail: 0 };
  const file = join(dataDirectory, PORTS_FILE);
  if (!existsSync(file)) {
    const ports = { receiver: await freePort(), mail: await freePort() };
    replaceFile(file, ports);
    return ports;
  }
  const ports = keptPortsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const [name, port] of Object.entries(ports)) await demandFree(name, port, file);
  return ports;
};

const demandFree = async (name: string, port: number, file: string): Promise<void> => {
  try {
    await freePort(port);
  } catch (error) {
    throw new Error(
      `Port ${port} of the ${name} is taken. Kept webhooks name it: stop what runs there, or delete ${file} to choose others.`,
      { cause: error },
    );
  }
};
