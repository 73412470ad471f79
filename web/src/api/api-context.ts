import { createContext, use } from 'react';
import type { Caller } from './answers.ts';
import type { Api } from './client.ts';

export type ApiContextValue = { readonly api: Api; readonly caller: Caller };

export const ApiContext = createContext<ApiContextValue | null>(null);

const useApiContext = (): ApiContextValue => {
  const context = use(ApiContext);
  if (context === null) throw new Error('Used outside of the signed-in page');
  return context;
};

/** The API, as the signed-in user. */
export const useApi = (): Api => useApiContext().api;

/** The signed-in user. */
export const useCaller = (): Caller => useApiContext().caller;
