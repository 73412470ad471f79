import { expect, it } from 'vitest';
import { type Channels, NO_CHANNELS } from '../../../core/channels/model.ts';
import { revealChannels } from '../../../core/secrets/reveal.ts';
import { sealedChannels, testVault } from '../../vault.ts';

const SLACK = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t';
const reader = { user: 'alice', as: 'administrator', requestId: 'r-1' } as const;

const reveal = async (channels: Channels) => {
  const lines: unknown[] = [];
  const write = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, ...fields });
  const log = { info: write('info'), error: write('error') };
  return { lines, shown: await revealChannels({ vault: testVault, log }, { productId: 'p1', channels, reader }) };
};

it('shows a webhook, and leaves a line that says to whom, without what it shows', async () => {
  const { shown, lines } = await reveal(sealedChannels('p1', 'notification', { notification_slack_webhook: SLACK }));
  expect(shown).toMatchObject({
    shown: { email: { text: '' }, ms_teams: { text: '' }, slack: { text: SLACK, secret: '' } },
    unreadable: [],
  });
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
  expect(await reveal(NO_CHANNELS)).toMatchObject({
    shown: { shown: { ms_teams: { text: '' }, slack: { text: '' } }, unreadable: [] },
    lines: [],
  });
});

it('masks one that does not open, and says so in the log', async () => {
  const elsewhere = sealedChannels('p2', 'notification', { notification_slack_webhook: SLACK });
  const { shown, lines } = await reveal(elsewhere);
  expect(shown).toMatchObject({ shown: { slack: { text: 'https://hooks.slack.com/***' } }, unreadable: ['slack'] });
  expect(lines).toEqual([{ level: 'error', message: 'A webhook does not open', product_id: 'p1', channel: 'slack' }]);
});
