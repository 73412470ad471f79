import { z } from 'zod';
import { apiClient, fetchToken } from './api-client.ts';
import type { Handles } from './handles.ts';

const NO_COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

/** Name, description, counts of the last scan. */
const PRODUCTS = [
  ['Payment service', 'Takes cards and bank transfers', { ...NO_COUNTS, medium: 3, low: 11 }],
  ['Customer portal', 'Where customers see their orders', { ...NO_COUNTS, high: 2, medium: 7, low: 4 }],
  ['Warehouse scanner', 'Firmware of the hand-held devices', { ...NO_COUNTS, critical: 1, unknown: 5 }],
] as const;

const pageSchema = z.object({ results: z.array(z.unknown()) });
const createdSchema = z.object({ id: z.string() });

/** Configures the channels; links in messages open this stack's page. */
const configure = async (handles: Handles): Promise<void> => {
  const api = apiClient(handles, await fetchToken(handles, { name: 'alice' }));
  await api('PATCH', '/settings', {
    email_from: 'gatebell@example.com',
    base_url_frontend: handles.web,
    exception_email_to: 'operations@example.com',
    exception_slack_webhook: `${handles.receiver}/services/operations`,
  });
};

/** Creates products in an empty stack through the API, as their owner. A stack that has products (`--data`) stays unchanged. */
export const loadDemonstration = async (handles: Handles): Promise<void> => {
  const olivia = apiClient(handles, await fetchToken(handles, { name: 'olivia' }));
  await configure(handles);
  const { results } = pageSchema.parse(await olivia('GET', '/products?limit=1'));
  if (results.length > 0) return;
  for (const [name, description, counts] of PRODUCTS) {
    const path = name.toLowerCase().replaceAll(' ', '-');
    const { id } = createdSchema.parse(
      await olivia('POST', '/products', {
        name,
        description,
        notification_email_to: `${path}@example.com`,
        notification_ms_teams_webhook: `${handles.receiver}/workflows/${path}`,
        notification_slack_webhook: `${handles.receiver}/services/${path}`,
      }),
    );
    await olivia('PUT', `/products/${id}/members/rita`, { role: 'reader' });
    await olivia('PUT', `/products/${id}/observation_counts`, counts);
  }
};
