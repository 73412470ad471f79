import { ORIGIN_HEADER } from '../core/contract.ts';
import { RANDOM_PASSWORD } from '../packages/cdk-local/src/template/resource-kinds.ts';
import { bearer } from './api-call.ts';

const API_REQUEST = {
  routeKey: 'GET /nowhere',
  headers: { authorization: bearer({ sub: 'carol' }), [ORIGIN_HEADER]: RANDOM_PASSWORD },
  requestContext: { requestId: 'r', http: { method: 'GET' } },
};
const MESSAGE = { Records: [{ messageId: 'm', receiptHandle: 'h', body: '{}' }] };
const PUBLISHED = { Records: [{ Sns: { Message: 'neither alarm nor bounce' } }] };

/**
 * Of each function that works with the table an event of which it can make nothing. The sweeper takes any; it fails by a fault.
 * The dispatcher leaves what it can't read to the redrive.
 */
export const BROKEN_EVENTS: Readonly<Record<string, unknown>> = {
  products: API_REQUEST,
  settings: API_REQUEST,
  notifications: API_REQUEST,
  'test-notifications': API_REQUEST,
  exceptions: API_REQUEST,
  'gate-trigger': MESSAGE,
  'fan-out': MESSAGE,
  background: MESSAGE,
  alarms: PUBLISHED,
  'mail-feedback': PUBLISHED,
  sweeper: {},
};
