import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';

export type AuthProps = {
  /** The OpenID provider; API Gateway reads its keys from the discovery document below this URL. */
  issuer: string;
  /** A token's audience, or the client id that it was made for, must be among these. */
  audience: string[];
};

/** API Gateway's own check of issuer, audience, expiry and signature: a function never sees an unchecked token. */
export const jwtAuthorizer = ({ issuer, audience }: AuthProps): HttpJwtAuthorizer =>
  new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: audience });
