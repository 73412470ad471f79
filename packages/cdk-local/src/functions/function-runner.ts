import { mkdirSync } from 'node:fs';
import type { Invoke, Running } from '../lambda.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { createFunctionPool, type PoolHost } from './function-pool.ts';
import { refuseReservedVariables } from './instance-environment.ts';

/** All functions of the stack, run as Lambda runs them. */
export type FunctionRunner = Running & {
  readonly invoke: Invoke;
  /** Kills the instance that has this id, whichever function it belongs to. */
  kill(instanceId: string): Promise<void>;
  /** Names of the functions that run or wait for an instance. */
  busy(): readonly string[];
};

export const startFunctionRunner = (definitions: readonly FunctionDefinition[], host: PoolHost): FunctionRunner => {
  mkdirSync(host.logDirectory, { recursive: true });
  definitions.forEach(refuseReservedVariables);
  const pools = new Map(
    definitions.map((definition) => [definition.id, { definition, pool: createFunctionPool(definition, host) }]),
  );
  const poolOf = (functionId: string) => {
    const found = pools.get(functionId);
    if (found === undefined) throw new Error(`the template has no function ${functionId}`);
    return found.pool;
  };
  return {
    invoke: (functionId, event) => poolOf(functionId).invoke(event),
    kill: async (instanceId) => {
      for (const { pool } of pools.values()) if (await pool.kill(instanceId)) return;
    },
    busy: () => [...pools.values()].filter(({ pool }) => pool.busy() > 0).map(({ definition }) => definition.name),
    stop: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.stop()));
    },
  };
};
