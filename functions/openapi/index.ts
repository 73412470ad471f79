import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { openapiConfig } from '../../core/config.ts';
import { isFromDistribution, PAST_THE_DISTRIBUTION } from '../../core/http/origin.ts';
import document from '../../docs/openapi.json' with { type: 'json' };

const { originSecret } = openapiConfig();

const described: APIGatewayProxyStructuredResultV2 = {
  statusCode: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'x-content-type-options': 'nosniff',
  },
  body: JSON.stringify(document),
};

/** Serves the API's description, which `npm run openapi` writes. It is public, as this repository is. */
export const handler = async ({ headers }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  isFromDistribution(headers, originSecret) ? described : PAST_THE_DISTRIBUTION;
