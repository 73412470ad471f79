import type { CognitoLogin } from './cognito-login.ts';
import type { DomainConfiguration } from './configuration.ts';
import type { Login } from './login.ts';
import type { Sender } from './sender.ts';
import type { Web } from './web.ts';

export type Deployed = {
  web: Web;
  /** The domain of the page and the API; undefined if it is CloudFront's. */
  domain: DomainConfiguration | undefined;
  login: Login;
  /** If the stack created the login. */
  cognito: CognitoLogin | null;
  /** The identity that SES verifies. */
  sender: Sender | null;
};

const senderStep = ({ from, isDomain }: Sender): string =>
  isDomain
    ? `Add the DNS records in the outputs SenderDkim1 to SenderDkim3, so that SES verifies the domain of ${from}`
    : `Follow the link in the email that AWS sent to ${from}`;

/** Creates the first administrator; Cognito sends the invitation. */
const administratorStep = (userPoolId: string, group: string): string => {
  const user = `--user-pool-id ${userPoolId} --username NAME`;
  return [
    `aws cognito-idp admin-create-user ${user} --user-attributes Name=email,Value=ADDRESS Name=email_verified,Value=true`,
    `aws cognito-idp admin-add-user-to-group ${user} --group-name ${group}`,
  ].join(' && ');
};

const domainStep = ({ name }: DomainConfiguration, { distribution }: Web): string =>
  `Point ${name} to ${distribution.distributionDomainName} in your DNS, by a CNAME record or an alias record`;

const loginStep = ({ login, cognito, web: { url: pageUrl } }: Deployed): string =>
  cognito
    ? administratorStep(cognito.userPoolId, login.administratorsGroup)
    : `At ${login.issuer}, allow the client ${login.page.clientId} to redirect to ${pageUrl}/callback and, after logout, to ${pageUrl}/. Add yourself to the group ${login.administratorsGroup}.`;

/** Outputs with the manual steps after the first deployment, in order. */
export const nextSteps = (deployed: Deployed): Record<string, string> => {
  const { web, domain, sender } = deployed;
  const pageUrl = web.url;
  const steps = [
    ...(domain && !domain.hostedZone ? [domainStep(domain, web)] : []),
    ...(sender ? [senderStep(sender)] : []),
    loginStep(deployed),
    `Sign in at ${pageUrl}. In the settings, set the page URL (${pageUrl}), the From address${sender ? ` (${sender.from})` : ''}, and the exception channels. Then send test messages.`,
  ];
  return Object.fromEntries(steps.map((step, index) => [`NextStep${index + 1}`, step]));
};
