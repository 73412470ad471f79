import type { CognitoLogin } from './cognito-login.ts';
import type { Login } from './login.ts';
import type { Sender } from './sender.ts';

export type Deployed = {
  /** Where people go. */
  pageUrl: string;
  login: Login;
  /** Where the stack made the login. */
  cognito: CognitoLogin | null;
  /** What SES was asked to verify. */
  sender: Sender | null;
};

const senderStep = ({ from, isDomain }: Sender): string =>
  isDomain
    ? `Add the DNS records of the outputs SenderDkim1 to 3; SES then verifies the domain of ${from}`
    : `Follow the link in the mail that AWS sent to ${from}`;

/** The first administrator; the invitation comes by mail from Cognito. */
const administratorStep = (userPoolId: string, group: string): string => {
  const user = `--user-pool-id ${userPoolId} --username NAME`;
  return [
    `aws cognito-idp admin-create-user ${user} --user-attributes Name=email,Value=ADDRESS Name=email_verified,Value=true`,
    `aws cognito-idp admin-add-user-to-group ${user} --group-name ${group}`,
  ].join(' && ');
};

const loginStep = ({ login, cognito, pageUrl }: Deployed): string =>
  cognito
    ? administratorStep(cognito.userPoolId, login.administratorsGroup)
    : `Let the client ${login.page.clientId} of ${login.issuer} redirect to ${pageUrl}/callback and, after a logout, to ${pageUrl}/; put yourself into the group ${login.administratorsGroup}`;

/** What is left to do by hand after a first deployment, in order: outputs of the stack. */
export const nextSteps = (deployed: Deployed): Record<string, string> => {
  const { pageUrl, sender } = deployed;
  const steps = [
    ...(sender ? [senderStep(sender)] : []),
    loginStep(deployed),
    `Sign in at ${pageUrl} and set, in the settings, the base URL (${pageUrl}), the sender${sender ? ` (${sender.from})` : ''} and the channels of exceptions; then send the test messages`,
  ];
  return Object.fromEntries(steps.map((step, index) => [`NextStep${index + 1}`, step]));
};
