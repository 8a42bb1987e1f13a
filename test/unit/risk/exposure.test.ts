// Exposure: every cut has the same totals as the report, gross is never below net, and weights do what they say.
import { describe, expect, it } from 'vitest';
import { betaWeights, type CutExposure, exposures, volWeights } from '#shared/risk/exposure.ts';
import { demoHeld, marketAt, problemAt, reportAt } from '#test/support/risk.ts';
import { SPOT } from '#test/support/risk-moves.ts';

const held = demoHeld();
const puts = (one: { readonly instrument: string }) => one.instrument.includes('-P');
const tagged = { ...held, positions: held.positions.map((one) => (puts(one) ? { ...one, tag: 'puts' } : one)) };
const assembled = problemAt(tagged, marketAt(SPOT));
const cuts = exposures(assembled, { weights: betaWeights({ BTC: 1.5 }) });
const of = (by: CutExposure['by'], key: string): CutExposure | undefined =>
  cuts.find((one) => one.by === by && one.key === key);
const book = of('book', 'book');

describe('exposure by cut', () => {
  it('agrees with the risk report: delta in dollars, gross notional, vega', () => {
    const report = reportAt(demoHeld(), marketAt(SPOT)).exposures.find((one) => one.by === 'book');
    expect(book?.netDeltaUsd).toBeCloseTo(report?.deltaUsd ?? Number.NaN, 6);
    expect(book?.grossNotionalUsd).toBeCloseTo(report?.grossNotionalUsd ?? Number.NaN, 6);
    expect(book?.netVega).toBeCloseTo(report?.vega ?? Number.NaN, 9);
  });

  it('adds up to the book in every full cut, and gross is at least net', () => {
    for (const by of ['underlying', 'expiry', 'tenor', 'venue', 'account', 'settlement'] as const) {
      const own = cuts.filter((one) => one.by === by);
      for (const figure of ['netDeltaUsd', 'grossDeltaUsd', 'grossNotionalUsd', 'netVega', 'termVega'] as const) {
        const total = own.reduce((sum, one) => sum + one[figure], 0);
        expect(total, `${by} ${figure}`).toBeCloseTo(book?.[figure] ?? Number.NaN, 6);
      }
      for (const one of own) {
        expect(one.grossDeltaUsd).toBeGreaterThanOrEqual(Math.abs(one.netDeltaUsd) - 1e-9);
        expect(one.longNotionalUsd + one.shortNotionalUsd).toBeLessThanOrEqual(one.grossNotionalUsd + 1e-9);
      }
    }
  });

  it('puts rows where they belong', () => {
    expect(of('settlement', 'USDC')?.rows).toBe(3);
    expect(of('underlying', 'USDC')?.netDeltaUsd).toBe(0);
    expect(of('tenor', 'perpetual')?.rows).toBe(2);
    expect(of('tenor', 'to 1m')?.netVega).toBeCloseTo(book?.netVega ?? Number.NaN, 9);
    expect(of('tag', 'puts')?.rows).toBe(held.positions.filter(puts).length);
    expect(cuts.filter((one) => one.by === 'tag').map((one) => one.key)).toEqual(['puts']);
  });

  it('weighs delta by beta or vol, and vega by √(30/days)', () => {
    expect(book?.weightedDeltaUsd).toBeCloseTo(1.5 * (of('underlying', 'BTC')?.netDeltaUsd ?? 0), 6);
    expect([...volWeights({ BTC: 0.5, ETH: 0.8 }, 'BTC')]).toEqual([['BTC', 1], ['ETH', 1.6]]); // biome-ignore format: one glance
    expect(volWeights({ ETH: 0.8 }, 'BTC').size).toBe(0);
    const { instruments: table } = assembled.problem;
    const days = (table.years.at(-1) ?? 0) * 365;
    expect(of('tenor', 'to 1m')?.termVega).toBeCloseTo((book?.netVega ?? 0) * Math.sqrt(30 / days), 8);
  });
});
