import { describe, expect, it } from 'vitest';
import type { Job } from '../../../core/jobs/model.ts';
import type { PageRequest } from '../../../core/platform/dynamodb/page.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { planRecheck } from '../../../functions/background/plan-recheck.ts';
import { recheck } from '../../../functions/background/recheck.ts';

const idOf = (n: number) => String(n).padStart(6, '0');

/** A catalogue of so many products, as the store lists it. */
const catalogue = (size: number) => {
  const ids = Array.from({ length: size }, (_, n) => idOf(n));
  return async ({ after, upTo, limit }: PageRequest & { readonly upTo: string | null }) => {
    const rest = ids.filter((id) => (after === null || id > after) && (upTo === null || id <= upTo));
    const entries = rest.slice(0, limit);
    return { entries, next: entries.length < rest.length ? (entries.at(-1) ?? null) : null };
  };
};

const settings = { ...DEFAULT_SETTINGS, gate_version: 7 };

/** Plans and rechecks from one plan job until no job is left; tells which products were read, and how often. */
const rechecked = async (size: number, first: Job): Promise<{ reads: string[]; jobs: Job[] }> => {
  const reads: string[] = [];
  const jobs: Job[] = [first];
  const all: Job[] = [];
  const deps = {
    readSettings: async () => settings,
    listProductIds: catalogue(size),
    sendJobs: async (more: readonly Job[]) => {
      jobs.push(...more);
    },
    readGatedProducts: async (ids: readonly string[]) => {
      reads.push(...ids);
      return [];
    },
    updateGate: async () => {},
  };
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    all.push(job);
    if (job.kind === 'plan-recheck') await planRecheck(deps, job);
    if (job.kind === 'recheck') await recheck(deps, job);
  }
  return { reads, jobs: all };
};

describe('a recheck of all products', () => {
  it.each([0, 1, 499, 500, 501, 5_000, 5_001, 12_345])('reads each of %i products exactly once', async (size) => {
    const { reads } = await rechecked(size, { kind: 'plan-recheck', gate_version: 7, after: null });
    expect(reads.toSorted()).toEqual(Array.from({ length: size }, (_, n) => idOf(n)));
  });

  it('holds no job over more than 500 products', async () => {
    const { jobs } = await rechecked(12_345, { kind: 'plan-recheck', gate_version: 7, after: null });
    const stretches = jobs.flatMap((job) =>
      job.kind === 'recheck' ? [Number(job.up_to) - Number(job.after ?? -1)] : [],
    );
    expect(Math.max(...stretches)).toBe(500);
  });

  it('stops where newer settings have a recheck of their own', async () => {
    const { reads, jobs } = await rechecked(10, { kind: 'plan-recheck', gate_version: 6, after: null });
    expect([reads, jobs.length]).toEqual([[], 1]);
  });
});
