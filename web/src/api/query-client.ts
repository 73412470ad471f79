import { QueryClient } from '@tanstack/react-query';
import { refetchOnReturn } from './idle.ts';

/** Stores what the page reads. The API's client already repeats throttled calls: a failure is shown at once. */
export const createQueryClient = (): QueryClient => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  refetchOnReturn(client);
  return client;
};
