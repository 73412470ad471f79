import { expect, it } from 'vitest';
import type { Webhooks } from '../../../core/secrets/model.ts';
import { revealWebhooks } from '../../../core/secrets/reveal.ts';
import { sealed, testVault } from '../../vault.ts';

const SLACK = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t';
const reader = { user: 'alice', as: 'administrator', requestId: 'r-1' } as const;

const reveal = async (webhooks: Webhooks) => {
  const lines: unknown[] = [];
  const write = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, ...fields });
  const log = { info: write('info'), error: write('error') };
  return { lines, shown: await revealWebhooks({ vault: testVault, log }, { productId: 'p1', webhooks, reader }) };
};

it('shows a webhook, and leaves a line that says to whom, without what it shows', async () => {
  const { shown, lines } = await reveal({
    ms_teams: null,
    slack: sealed(SLACK, { productId: 'p1', channel: 'slack' }),
  });
  expect(shown).toEqual({ ms_teams: '', slack: SLACK, unreadable: [] });
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'Webhooks were shown',
      product_id: 'p1',
      channels: ['slack'],
      user: 'alice',
      as: 'administrator',
      request_id: 'r-1',
    },
  ]);
});

it('leaves no line where there is nothing to show', async () => {
  expect(await reveal({ ms_teams: null, slack: null })).toEqual({
    shown: { ms_teams: '', slack: '', unreadable: [] },
    lines: [],
  });
});

it('masks one that does not open, and says so in the log', async () => {
  const elsewhere = sealed(SLACK, { productId: 'p2', channel: 'slack' });
  const { shown, lines } = await reveal({ ms_teams: null, slack: elsewhere });
  expect(shown).toMatchObject({ slack: 'https://hooks.slack.com/***', unreadable: ['slack'] });
  expect(lines).toEqual([{ level: 'error', message: 'A webhook does not open', product_id: 'p1', channel: 'slack' }]);
});
