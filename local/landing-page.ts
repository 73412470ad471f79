import { escapeHtml } from '../packages/cdk-local/src/escape-html.ts';
import { pageOf } from '../packages/cdk-local/src/http/page.ts';
import { SIGN_IN } from './people.ts';

export type LandingLinks = {
  readonly api: string;
  readonly mail: string;
  readonly receiver: string;
  readonly issuer: string;
  readonly functions: readonly string[];
};

/** The page about the stack: its addresses, users, and commands to try. */
export const landingPage = (links: LandingLinks): string => {
  const link = (url: string) => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
  const users = SIGN_IN.users.map(
    ({ name, description }) => `<strong>${escapeHtml(name)}</strong> (${escapeHtml(description)})`,
  );
  return pageOf(
    'Local stack · Gatebell',
    `<h1>Gatebell runs on this machine</h1>
<p>This stack runs the synthesized CloudFormation template on local engines and enforces each function's IAM role.</p>
<h2>Look at</h2>
<dl>
<dt>Mail</dt><dd>${link(links.mail)} – email messages that were sent</dd>
<dt>Webhooks</dt><dd>${link(links.receiver)} – Teams and Slack messages that were sent</dd>
<dt>API</dt><dd><code>${escapeHtml(links.api)}</code></dd>
<dt>Login</dt><dd>${link(`${links.issuer}/.well-known/openid-configuration`)}</dd>
<dt>Functions</dt><dd>${links.functions.map(escapeHtml).join(', ')}</dd>
</dl>
<h2>Try</h2>
<pre>npm run demo                        # fails a gate and notifies three channels
npm run -s token -- olivia          # a bearer token
curl -H "authorization: Bearer $(npm run -s token -- olivia)" ${escapeHtml(links.api)}/products</pre>
<p>Users of the local login: ${users.join(', ')}.</p>`,
  );
};
