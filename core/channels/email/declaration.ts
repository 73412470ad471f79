import type { Declaration } from '../declaration.ts';

export const email = {
  name: 'email',
  label: 'Email',
  field: { kind: 'addresses', wire: 'email_to', placeholder: 'team@example.com, lead@example.com' },
  interval: 'email',
  grant: 'ses',
} as const satisfies Declaration;
