import { describe, expect, it } from 'vitest';
import { FUNCTION } from '../../core/contract.ts';
import { unused, wildcards } from './judge.ts';
import { type Report, readReports } from './reports.ts';

/** Runs after the flow tests (vitest.config.ts), with what their stacks saw (docs/adr/020-compare-grants-with-use.md). */
const reports = readReports();

const ADVICE =
  'The comparison needs all flow tests: run `npm test`, or `npx vitest run --project flow --project one-stack --project grants`';

describe('the roles of all functions', () => {
  it('are reported on', () => {
    expect(reports, ADVICE).not.toEqual([]);
    const functions = new Set(reports.flat().map((grant) => grant.function));
    expect([...functions].toSorted()).toEqual(Object.values(FUNCTION).toSorted());
  });

  it('grant nothing that no flow test needs', () => {
    expect(unused(reports), ADVICE).toEqual([]);
  });

  it('grant no wildcard', () => {
    expect(wildcards(reports)).toEqual([]);
  });
});

describe('the comparison', () => {
  const grant = (used: boolean, action = 'dynamodb:GetItem', resource = 'arn:aws:dynamodb:x:1:table/t') => ({
    function: 'products',
    action,
    resource,
    used,
  });

  it('finds what no stack saw used, and takes what one of them saw', () => {
    const reportsOf = (...used: boolean[]): Report[] => used.map((each) => [grant(each)]);
    expect(unused(reportsOf(false, false))).toEqual(['products: dynamodb:GetItem on arn:aws:dynamodb:x:1:table/t']);
    expect(unused(reportsOf(false, true))).toEqual([]);
  });

  it('does not take one resource for another, nor one function for another', () => {
    const elsewhere = [grant(true, 'dynamodb:GetItem', 'other'), { ...grant(true), function: 'settings' }];
    expect(unused([[grant(false)], elsewhere])).toHaveLength(1);
  });

  it('finds wildcards, used or not', () => {
    const report = [grant(true, 'dynamodb:*'), grant(false, 'dynamodb:Query', 'arn:x/index/*'), grant(true)];
    expect(wildcards([report])).toHaveLength(2);
  });
});
