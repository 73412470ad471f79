import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DefaultGate,
  describeExceeded,
  effectiveThresholds,
  evaluateGate,
  type ProductGate,
} from '../../../core/gates/model.ts';
import { SEVERITIES } from '../../../core/gates/severity.ts';

const perSeverity = <Value>(value: fc.Arbitrary<Value>) =>
  fc.record({ critical: value, high: value, medium: value, low: value, none: value, unknown: value });

const thresholds = <Value>(value: fc.Arbitrary<Value>) =>
  fc.record({
    security_gate_threshold_critical: value,
    security_gate_threshold_high: value,
    security_gate_threshold_medium: value,
    security_gate_threshold_low: value,
    security_gate_threshold_none: value,
    security_gate_threshold_unknown: value,
  });

// Small numbers, so that counts and thresholds meet often.
const small = fc.integer({ min: 0, max: 4 });

const standardGate: fc.Arbitrary<DefaultGate> = fc
  .tuple(thresholds(small), fc.boolean())
  .map(([limits, active]) => ({ ...limits, security_gate_active: active }));

const productGate: fc.Arbitrary<ProductGate> = fc
  .tuple(thresholds(fc.option(small)), fc.constantFrom(null, true, false), perSeverity(small))
  .map(([limits, active, counts]) => ({ ...limits, security_gate_active: active, observation_counts: counts }));

describe('rulingThresholds', () => {
  it("are the product's own, an empty one counting as 0, or the settings', or none", () => {
    fc.assert(
      fc.property(productGate, standardGate, (product, standard) => {
        const own = SEVERITIES.map((severity) => product[`security_gate_threshold_${severity}`] ?? 0);
        const standards = SEVERITIES.map((severity) => standard[`security_gate_threshold_${severity}`]);
        const shown = effectiveThresholds(product, standard);
        const inOrder = shown && SEVERITIES.map((severity) => shown[severity]);
        if (product.security_gate_active === false) expect(inOrder).toBeNull();
        else if (product.security_gate_active === true) expect(inOrder).toEqual(own);
        else expect(inOrder).toEqual(standard.security_gate_active ? standards : null);
      }),
    );
  });
});

describe('evaluateGate', () => {
  it('has no gate exactly where it is disabled', () => {
    fc.assert(
      fc.property(productGate, standardGate, (product, standard) => {
        const disabled =
          product.security_gate_active === false ||
          (product.security_gate_active === null && !standard.security_gate_active);
        expect(evaluateGate(product, standard).passed === null).toBe(disabled);
      }),
    );
  });

  it('fails exactly where a count exceeds the ruling threshold, and names each such severity', () => {
    fc.assert(
      fc.property(productGate, standardGate, (product, standard) => {
        const { passed, exceeded } = evaluateGate(product, standard);
        if (passed === null) {
          expect(exceeded).toEqual([]);
          return;
        }
        const ruling = product.security_gate_active === true ? product : standard;
        const over = SEVERITIES.filter(
          (severity) => product.observation_counts[severity] > (ruling[`security_gate_threshold_${severity}`] ?? 0),
        );
        expect(exceeded.map(({ severity }) => severity)).toEqual(over);
        expect(passed).toBe(over.length === 0);
      }),
    );
  });

  it('never passes again by one more observation', () => {
    fc.assert(
      fc.property(productGate, standardGate, fc.constantFrom(...SEVERITIES), (product, standard, severity) => {
        const counts = { ...product.observation_counts, [severity]: product.observation_counts[severity] + 1 };
        if (evaluateGate(product, standard).passed !== false) return;
        expect(evaluateGate({ ...product, observation_counts: counts }, standard).passed).toBe(false);
      }),
    );
  });

  it('ignores the standard gate where the product has its own, and its own where the standard rules', () => {
    fc.assert(
      fc.property(productGate, productGate, standardGate, standardGate, (product, other, one, two) => {
        if (product.security_gate_active === true) {
          expect(evaluateGate(product, one)).toEqual(evaluateGate(product, two));
        }
        if (product.security_gate_active === null) {
          const { observation_counts } = product;
          expect(evaluateGate({ ...other, security_gate_active: null, observation_counts }, one)).toEqual(
            evaluateGate(product, one),
          );
        }
      }),
    );
  });

  it('counts a null threshold of the product as 0', () => {
    const product: ProductGate = {
      security_gate_active: true,
      security_gate_threshold_critical: null,
      security_gate_threshold_high: null,
      security_gate_threshold_medium: null,
      security_gate_threshold_low: null,
      security_gate_threshold_none: null,
      security_gate_threshold_unknown: 5,
      observation_counts: { critical: 0, high: 0, medium: 0, low: 1, none: 0, unknown: 6 },
    };
    const { passed, exceeded } = evaluateGate(product, { ...product, security_gate_active: true });
    expect(passed).toBe(false);
    expect(describeExceeded(exceeded)).toBe('1 low, 0 allowed; 6 unknown, 5 allowed');
  });
});
