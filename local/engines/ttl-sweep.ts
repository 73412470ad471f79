import { z } from 'zod';

const Answer = z.object({ result: z.object({ isError: z.literal(false).optional() }) });

/**
 * Makes the engine delete what has expired. It does not do so by itself; the sweep is a tool of its MCP server, which
 * keeps no session.
 */
export async function sweepTtl(mcpUrl: string): Promise<void> {
  const response = await fetch(mcpUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'sweep_ttl', arguments: {} },
    }),
  });
  Answer.parse(await response.json());
}
