import * as z from 'zod/mini';
import { exceededSchema } from '../../core/gates/model.ts';
import { observationCountsSchema } from '../../core/gates/severity.ts';
import { pathIdSchema, writeRoute } from '../../core/http/route.ts';
import { countsReportSchema } from '../../core/products/counts-report.ts';
import { type ChangeDeps, changeProduct } from './change-product.ts';
import { EXAMPLE_PRODUCT } from './shown-product.ts';

const scannedSchema = z.strictObject({
  observation_counts: observationCountsSchema,
  security_gate_passed: z.nullable(z.boolean()),
  exceeded: z.array(exceededSchema),
});

/** The route that reports finding counts. */
export const countsRoute = (deps: ChangeDeps) =>
  writeRoute({
    doc: {
      id: 'putObservationCounts',
      summary: 'Reports the finding counts of a scan and returns the gate',
      description: 'Requires the upload role. The history of the product shows `commit` and `run_url`.',
      answers: {
        200: {
          description: 'The gate with the new counts',
          schema: scannedSchema,
          example: {
            observation_counts: EXAMPLE_PRODUCT.observation_counts,
            security_gate_passed: false,
            exceeded: [{ severity: 'critical', count: 3, threshold: 0 }],
          },
          headers: ['etag'],
        },
      },
      problems: ['not-found', 'forbidden', 'conflict', 'precondition-failed'],
      requestHeaders: ['if-match'],
      requestExample: {
        ...EXAMPLE_PRODUCT.observation_counts,
        commit: EXAMPLE_PRODUCT.observation_counts_commit,
        run_url: EXAMPLE_PRODUCT.observation_counts_run_url,
      },
    },
    path: z.object({ product_id: pathIdSchema }),
    body: countsReportSchema,
    handle: async ({ caller, path, body, ifMatch, requestId }) => {
      const access = { productId: path.product_id, caller, needed: 'upload', ifMatch, requestId } as const;
      const { commit, run_url, ...observation_counts } = body;
      const changed = await changeProduct(deps, access, { observation_counts, commit, run_url });
      if (changed.kind === 'refused') return changed.reply;
      const { product } = changed.view;
      return {
        status: 200,
        headers: { etag: `"${product.version}"` },
        body: {
          observation_counts: product.observation_counts,
          security_gate_passed: product.security_gate_passed,
          exceeded: product.gate_exceeded,
        },
      };
    },
  });
