import { QueryClient } from '@tanstack/react-query';
import { refetchOnReturn } from './idle.ts';

/** What is read stays so long after its view was left, so that going back shows it at once. */
const KEPT_MS = 30 * 60_000;

/** Stores what the page reads. The API's client already repeats throttled calls: a failure is shown at once. */
export const createQueryClient = (): QueryClient => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: KEPT_MS } } });
  refetchOnReturn(client);
  return client;
};
