import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deribitStandard } from '#shared/risk/margin/deribit-standard.ts';
import { hyperliquid, isolatedLiquidationPrice, maintenanceMargin } from '#shared/risk/margin/hyperliquid.ts';
import type { MarginPosition } from '#shared/risk/margin/model.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const position: fc.Arbitrary<MarginPosition> = fc
  .record({
    kind: fc.constantFrom('future' as const, 'option' as const),
    inverse: fc.boolean(),
    call: fc.boolean(),
    moneyness: between(0.2, 5),
    quantity: between(-500, 500),
    index: between(100, 200_000),
    coinMark: between(0, 0.9),
  })
  .map(({ kind, inverse, call, moneyness, quantity, index, coinMark }) => {
    const option = kind === 'option';
    return {
      kind,
      inverse,
      right: option ? (call ? 1 : -1) : 0,
      strike: option ? index * moneyness : 0,
      quantity: inverse && !option ? quantity * 1_000 : quantity,
      mark: option ? (inverse ? coinMark : coinMark * index) : index,
      index,
    };
  });

describe('margin rules', () => {
  const rules = { deribitStandard, hyperliquid };

  it('never ask less for more of the same, nor less initial than maintenance margin', () => {
    fc.assert(
      fc.property(
        position,
        between(1, 10),
        fc.constantFrom('deribitStandard' as const, 'hyperliquid' as const),
        (held, factor, name) => {
          const rule = rules[name];
          const one = rule(held, 0);
          const more = rule({ ...held, quantity: held.quantity * factor }, 0);
          expect(one.maintenance).toBeGreaterThanOrEqual(0);
          expect(one.initial).toBeGreaterThanOrEqual(one.maintenance * (1 - 1e-12));
          expect(more.initial).toBeGreaterThanOrEqual(one.initial * (1 - 1e-12));
          expect(more.maintenance).toBeGreaterThanOrEqual(one.maintenance * (1 - 1e-12));
        },
      ),
    );
  });

  it('liquidate an isolated position exactly where its equity meets maintenance margin', () => {
    fc.assert(
      fc.property(
        between(1_000, 150_000),
        between(0.01, 100),
        between(0.03, 0.9),
        fc.boolean(),
        (price, size, share, long) => {
          const side = long ? 1 : -1;
          const margin = share * price * size;
          const at = isolatedLiquidationPrice(price, side, size, margin - maintenanceMargin(price * size), 40);
          const equity = margin + side * size * (at - price);
          expect(Math.abs(equity - maintenanceMargin(at * size))).toBeLessThan(1e-9 * price * size);
        },
      ),
    );
  });
});
