import { expect, it } from 'vitest';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

it('the page about the stack shows email, cards, and blocks as they look, and cuts nothing', async () => {
  const { receiver, web } = stack.handles;
  const alice = { token: await stack.token('alice'), body: { email_from: 'gatebell@example.org' } };
  expect((await stack.api('PATCH', '/api/settings', alice)).status).toBe(200);
  const product = await newProduct(stack, {
    name: `Product with a name ${'that goes on '.repeat(12)}${Date.now()}`,
    notification_email_to: 'team@example.org',
    notification_ms_teams_webhook: `${receiver}/workflows/${'w'.repeat(120)}`,
    notification_slack_webhook: `${receiver}/services/local-page`,
  });
  await product.report(3);
  await product.notifications();
  for (const width of [1280, 375]) {
    const page = await open({ user: newUser('visitor'), width });
    await page.goto(`${web}/_local`);
    const mail = page.frameLocator('iframe').first();
    await mail
      .getByRole('heading', { name: /failed its gate/ })
      .first()
      .waitFor();
    await page.locator('.card').getByText('failed its gate').first().waitFor();
    await page.locator('.blocks h3').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    // The frame is as high as the email.
    expect(
      await page.evaluate(() => {
        const frame = document.querySelector('iframe');
        const height = frame?.contentDocument?.documentElement.scrollHeight ?? 0;
        return height > 100 && frame?.clientHeight === height;
      }),
    ).toBe(true);
  }
});
