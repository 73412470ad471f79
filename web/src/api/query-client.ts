import { QueryClient } from '@tanstack/react-query';
import { refetchOnReturn } from './idle.ts';

/** Stores what the page reads. The API's client already repeats throttled calls: a failure is shown at once. */
export const createQueryClient = (): QueryClient => {
  const client = new QueryClient({
    // Offline, a change must fail rather than be sent later, unseen.
    defaultOptions: { queries: { retry: false }, mutations: { networkMode: 'always' } },
  });
  refetchOnReturn(client);
  return client;
};
