import { escapeHtml } from '../packages/cdk-local/src/escape-html.ts';
import { pageOf } from '../packages/cdk-local/src/http/page.ts';
import { SIGN_IN } from './people.ts';

export type LandingLinks = {
  readonly api: string;
  readonly mail: string;
  readonly receiver: string;
  readonly issuer: string;
  readonly functions: readonly string[];
  /** HTML of the latest messages. */
  readonly messages: readonly string[];
};

/** The page about the stack: messages as they look, addresses, users, and commands to try. */
export const landingPage = (links: LandingLinks): string => {
  const link = (url: string) => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
  const users = SIGN_IN.users.map(
    ({ name, description }) => `<strong>${escapeHtml(name)}</strong> (${escapeHtml(description)})`,
  );
  return pageOf(
    'Local stack · Gatebell',
    `<h1>Gatebell runs on this machine</h1>
<p><a href="/">Open the page</a> and sign in as ${users.join(', ')}, or any other name.</p>
<h2>Latest messages</h2>
${links.messages.length === 0 ? '<p>No messages yet. Run <code>npm run demo</code>, then reload.</p>' : links.messages.join('\n')}
<h2>Addresses</h2>
<dl>
<dt>API</dt><dd><code>${escapeHtml(links.api)}</code></dd>
<dt>Email</dt><dd>${link(links.mail)}</dd>
<dt>Webhooks</dt><dd>${link(links.receiver)}</dd>
<dt>Sign-in</dt><dd>${link(`${links.issuer}/.well-known/openid-configuration`)}</dd>
<dt>Functions</dt><dd>${links.functions.map(escapeHtml).join(', ')}</dd>
</dl>
<h2>Commands</h2>
<pre>npm run demo                        # fails a gate and notifies three channels
npm run -s token -- olivia          # a bearer token
curl -H "authorization: Bearer $(npm run -s token -- olivia)" ${escapeHtml(links.api)}/products</pre>`,
  );
};
