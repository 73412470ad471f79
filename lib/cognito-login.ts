import { Aws, Duration, Fn, Lazy } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  ManagedLoginVersion,
  OAuthScope,
  ResourceServerScope,
  type UserPool,
  UserPoolClient,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { SCOPE } from '../core/contract.ts';
import type { Login } from './login.ts';
import type { CognitoConfiguration } from './login-configuration.ts';
import { pascalCase } from './pascal-case.ts';
import { IGNORE_CASE, makeUserPool } from './user-pool.ts';

export type CognitoLoginProps = CognitoConfiguration & { stage: string; keepDataOnRemoval: boolean };

const EXCEPTIONS = new ResourceServerScope({
  scopeName: SCOPE.exceptions,
  scopeDescription: 'Report exceptions of the application',
});

/** Cognito issues no token without a scope. This one grants nothing; the client's roles in products do. */
const CALL = new ResourceServerScope({ scopeName: 'api', scopeDescription: 'Call the API as a member of products' });

/** Cognito's prefix of scopes: `gatebell/exceptions`. */
const RESOURCE_SERVER = 'gatebell';

/** A user pool with an administrators' group, login pages, and clients (docs/adr/018-sign-in-with-cognito-or-openid.md). */
export class CognitoLogin extends Construct {
  readonly login: Login;
  readonly userPoolId: string;
  /** For setting up clients: the token endpoint and each machine's client id. */
  readonly outputs: Record<string, string> = {};
  readonly #props: CognitoLoginProps;
  readonly #pool: UserPool;
  readonly #clientIds: string[] = [];
  #pageUrl: string | null = null;

  constructor(scope: Construct, id: string, props: CognitoLoginProps) {
    super(scope, id);
    this.#props = props;
    this.#pool = makeUserPool(this, { ...props, pageUrl: this.#atPage('/') });
    this.userPoolId = this.#pool.userPoolId;
    this.outputs['UserPoolId'] = this.userPoolId;
    new CfnUserPoolGroup(this, 'Administrators', {
      userPoolId: this.userPoolId,
      groupName: props.administratorsGroup,
      description: 'Gatebell administrators',
    });
    const domain = this.#makeDomain();
    const pageClientId = this.#makePageClient(domain);
    this.outputs['TokenUrl'] = `${domain.baseUrl()}/oauth2/token`;
    this.#makeMachines();
    this.login = {
      issuer: this.#pool.userPoolProviderUrl,
      // Cognito's access tokens have no audience, so API Gateway checks the client id.
      audience: this.#clientIds,
      userClaim: 'username',
      userNamesIgnoreCase: IGNORE_CASE,
      groupsClaim: 'cognito:groups',
      administratorsGroup: props.administratorsGroup,
      resourceServer: RESOURCE_SERVER,
      page: {
        clientId: pageClientId,
        scopes: ['openid'],
        authorizationParameters: {},
        // Cognito's own names for what OpenID calls id_token_hint and post_logout_redirect_uri.
        logoutParameters: { client_id: pageClientId, logout_uri: this.#atPage('/') },
        origins: [`https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`, this.#signInOrigin()],
      },
    };
  }

  /** Sets the page's origin, the only one that its client may redirect to. */
  servePageAt(url: string): void {
    this.#pageUrl = url;
  }

  #atPage(path: string): string {
    return Lazy.string({
      produce: () => {
        if (this.#pageUrl === null) throw new Error('servePageAt was not called');
        return `${this.#pageUrl}${path}`;
      },
    });
  }

  #domainPrefix(): string {
    // The stack's id ends with a UUID, the same for as long as the stack is there; its first part makes the name unique.
    const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    return this.#props.domainPrefix ?? `gatebell-${this.#props.stage}-${Fn.select(0, Fn.split('-', uuid))}`;
  }

  /**
   * As `baseUrl()` of the domain, but without a reference to it: the page's headers name the origin, the page's URL depends on
   * them, and the invitation of the pool contains that URL.
   */
  #signInOrigin(): string {
    return `https://${this.#domainPrefix()}.auth.${Aws.REGION}.amazoncognito.com`;
  }

  #makeDomain(): UserPoolDomain {
    return this.#pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: this.#domainPrefix() },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
  }

  #makePageClient(domain: UserPoolDomain): string {
    const client = this.#makeClient('Page', {
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [this.#atPage('/callback')],
        logoutUrls: [this.#atPage('/')],
      },
      // Groups are read from the token, so a removed administrator loses access after this time.
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.hours(12),
    });
    // The newer login pages are only used by clients with a style, even if it is Cognito's default.
    const branding = new CfnManagedLoginBranding(this, 'PageBranding', {
      userPoolId: this.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    branding.node.addDependency(domain);
    return client.userPoolClientId;
  }

  #makeMachines(): void {
    const server = this.#pool.addResourceServer('Api', { identifier: RESOURCE_SERVER, scopes: [EXCEPTIONS, CALL] });
    for (const [name, { reportsExceptions }] of Object.entries(this.#props.machines)) {
      const client = this.#makeMachine(name, server, reportsExceptions ? [CALL, EXCEPTIONS] : [CALL]);
      this.outputs[`${pascalCase(name)}ClientId`] = client.userPoolClientId;
    }
  }

  #makeMachine(name: string, server: UserPoolResourceServer, scopes: ResourceServerScope[]): UserPoolClient {
    return this.#makeClient(`Machine-${name}`, {
      generateSecret: true,
      authFlows: { custom: false },
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes.map((scope) => OAuthScope.resourceServer(server, scope)),
      },
      accessTokenValidity: Duration.hours(1),
    });
  }

  #makeClient(id: string, props: Omit<ConstructorParameters<typeof UserPoolClient>[2], 'userPool'>): UserPoolClient {
    const client = new UserPoolClient(this, id, {
      userPool: this.#pool,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      ...props,
    });
    this.#clientIds.push(client.userPoolClientId);
    return client;
  }
}
