import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, Mfa, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** User names ignore case. */
export const IGNORE_CASE = true;

const INVITATION_DAYS = 3;

/** HTML; Cognito fills in the user name and the temporary password, which needs a line of its own: it may end with a dot. */
const invitation = (page: string): string =>
  [
    `<p>Sign in to Gatebell at <a href="${page}">${page}</a>.</p>`,
    '<p>User name: {username}<br>Temporary password, valid for ',
    `${INVITATION_DAYS} days:<br>{####}</p>`,
    '<p>The first sign-in asks for a new password and an authenticator app.</p>',
  ].join('');

export type UserPoolProps = { readonly keepDataOnRemoval: boolean; readonly pageUrl: string };

/** Users whom administrators invite. A second factor is required. */
export const makeUserPool = (scope: Construct, { keepDataOnRemoval, pageUrl }: UserPoolProps): UserPool => {
  const pool = new UserPool(scope, 'Users', {
    // Administrators create users, with names that people recognize as members of a product.
    selfSignUpEnabled: false,
    signInAliases: { username: true, email: true },
    signInCaseSensitive: !IGNORE_CASE,
    userInvitation: {
      emailSubject: 'Your sign-in for Gatebell',
      emailBody: invitation(pageUrl),
    },
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { sms: false, otp: true },
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(INVITATION_DAYS),
    },
    featurePlan: FeaturePlan.ESSENTIALS,
    deletionProtection: keepDataOnRemoval,
    removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  const reason =
    'Threat protection requires the Plus plan. There is no self-service sign-up, and a second factor is required.';
  acknowledge(pool, { 'AwsSolutions-COG3': reason, 'AwsSolutions-COG8': reason });
  return pool;
};
