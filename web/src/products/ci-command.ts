import { SEVERITY_KEYS } from '../gate/severities.ts';

/**
 * The call that reports the counts of a product. A placeholder stands for each count, so that the API refuses the call while one is left:
 * zeros without a scan would pass the gate.
 */
export const ciCommand = (origin: string, id: string): string => {
  const counts = SEVERITY_KEYS.map((severity) => `"${severity}": ${severity.toUpperCase()}_COUNT`).join(', ');
  return [
    `curl --fail-with-body -X PUT '${origin}/api/products/${encodeURIComponent(id)}/observation_counts' \\`,
    `  -H "authorization: Bearer $GATEBELL_TOKEN" -H 'content-type: application/json' \\`,
    `  -d '{ ${counts} }'`,
  ].join('\n');
};
