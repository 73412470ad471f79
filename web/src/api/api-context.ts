import { createContext, use } from 'react';
import type { Caller } from './answers.ts';
import type { Api } from './client.ts';

export type Ground = { readonly api: Api; readonly caller: Caller };

export const GroundContext = createContext<Ground | null>(null);

const useGround = (): Ground => {
  const ground = use(GroundContext);
  if (ground === null) throw new Error('Used outside of the logged-in page');
  return ground;
};

/** The API, as the caller who is logged in. */
export const useApi = (): Api => useGround().api;

/** Who is logged in. */
export const useCaller = (): Caller => useGround().caller;
