// The bands against figures worked out elsewhere, and in the limits their authors give.
import { describe, expect, it } from 'vitest';
import { smileDelta } from '#shared/control/hedge-measure.ts';
import { bandOf, DEFAULT_POLICY, whalleyWilmottBand } from '#shared/control/hedge-policy.ts';
import { zakamoulineBand } from '#shared/control/zakamouline.ts';

describe('Zakamouline’s band', () => {
  // S 5000, T 0.25, σ 20 %, Γ 0.02, λ 5 bp, γ 1, step by step with ln: 0.0005^0.31 = exp(−2.356280) = 0.094772,
  // 0.25^0.05 = 0.933033, 5^0.25 = 1.495349, 0.02^0.5 = 0.141421; H0 = 0.0005 / (5000 · 0.04 · 0.25) = 1e-5. The sum
  // 0.020953691 stands in an independent Python implementation's test of the same formula.
  it('is H0 + H1', () => {
    const terms = { cost: 0.0005, riskAversion: 1, spot: 5_000, vol: 0.2, gamma: 0.02, years: 0.25 };
    expect(zakamoulineBand(terms).halfWidth).toBeCloseTo(0.020953691, 8);
    expect(zakamoulineBand({ ...terms, gamma: -0.02 }).halfWidth).toBeCloseTo(0.020953691, 8);
    // Far from every strike H0 is left.
    expect(zakamoulineBand({ ...terms, gamma: 0 })).toEqual({ halfWidth: expect.closeTo(1e-5, 15), hedgingVol: 0.2 });
  });

  // The paper's market: S = K = 100, σ 25 %, one year, λ 1 %, γ 1; Γ of the call at r = 0: φ(0.125) / (100 · 0.25).
  it('at the paper’s parameters: H0 0.0016, H1 0.0468, and a call bought is hedged at less vol than one sold', () => {
    const gamma = Math.exp(-(0.125 ** 2) / 2) / Math.sqrt(2 * Math.PI) / 25;
    const terms = { cost: 0.01, riskAversion: 1, spot: 100, vol: 0.25, gamma, years: 1 };
    // ln H1 = ln 1.12 + 0.31 ln 0.01 + 0.25 ln 4 + 0.5 ln 0.0158334 = 0.113329 − 1.427602 + 0.346574 − 2.072816.
    const { halfWidth, hedgingVol } = zakamoulineBand(terms);
    expect(halfWidth).toBeCloseTo(0.0016 + Math.exp(-3.040515), 5);
    // ln −K = ln 4.76 + 0.78 ln 0.01 + 0.25 ln 4 + 0.15 ln 158.334 = 1.560248 − 3.592033 + 0.346574 + 0.759706.
    const shift = Math.exp(-0.925505);
    expect(hedgingVol).toBeCloseTo(0.25 * Math.sqrt(1 - shift), 5);
    expect(zakamoulineBand({ ...terms, gamma: -gamma }).hedgingVol).toBeCloseTo(0.25 * Math.sqrt(1 + shift), 5);
  });

  it('is what a policy asks for, between its bounds', () => {
    const rule = {
      rule: 'zakamouline',
      riskAversion: 1,
      cost: 0.0005,
      days: 91.25,
      atLeast: 0.01,
      atMost: 0.5,
    } as const;
    expect(bandOf({ ...DEFAULT_POLICY, band: rule }, 5_000, 0.02, 0.2)).toBeCloseTo(0.020953691, 8);
    expect(bandOf({ ...DEFAULT_POLICY, band: rule }, 5_000, 0, 0.2)).toBe(0.01);
    expect(bandOf({ ...DEFAULT_POLICY, band: rule }, 5_000, 100, 0.2)).toBe(0.5);
  });
});

describe('Whalley and Wilmott’s band', () => {
  it('is 0.114471 for the same book: (1.5 · 0.0005 · 5000 · 0.0004)^(1/3)', () => {
    expect(whalleyWilmottBand(0.0005, 5_000, 0.02, 1)).toBeCloseTo(0.0015 ** (1 / 3), 12);
    expect(whalleyWilmottBand(0.0005, 5_000, 0.02, 1)).toBeCloseTo(0.114471, 6);
  });

  it('has the limits of the asymptotic analysis: cost to the third root, gamma to two thirds, closed without either', () => {
    const band = (cost: number, gamma: number, aversion = 0.01): number =>
      whalleyWilmottBand(cost, 7_000, gamma, aversion);
    expect(band(8e-4, 0.01) / band(1e-4, 0.01)).toBeCloseTo(2, 12);
    expect(band(1e-4, 0.08) / band(1e-4, 0.01)).toBeCloseTo(4, 12);
    expect(band(1e-4, 0.01, 0.08) / band(1e-4, 0.01, 0.01)).toBeCloseTo(0.5, 12);
    expect(band(0, 0.01)).toBe(0);
    expect(band(1e-4, 0)).toBe(0);
  });
});

describe('the delta of least variance', () => {
  // Vega −500 USD a point, ρ −0.6, ν 0.9, σ 0.65, S 60,000: −50,000 · −0.54 / 39,000 = 0.692308.
  it('adds vega · ρν / (σS)', () => {
    expect(smileDelta(-500, 60_000, 0.65, { correlation: -0.6, volOfVol: 0.9 })).toBeCloseTo(0.692308, 6);
    expect(smileDelta(-500, 60_000, 0.65, { correlation: 0, volOfVol: 0.9 })).toBeCloseTo(0, 12);
  });

  // Independent of the formula: the regression of ΔV on ΔS over a grid of correlated normal quantiles.
  it('is the slope of the book’s P&L on spot when both move', () => {
    const [delta, vega, spot, vol, correlation, volOfVol] = [2, -500, 60_000, 0.65, -0.6, 0.9];
    const points = Array.from({ length: 400 }, (_, at) => Math.sqrt(2) * Math.cos((2 * Math.PI * (at + 0.5)) / 400));
    const dt = Math.sqrt(1 / 365);
    let [covariance, variance] = [0, 0];
    for (const a of points) {
      for (const b of points) {
        const move = vol * spot * dt * a;
        const volMove = volOfVol * dt * (correlation * a + Math.sqrt(1 - correlation ** 2) * b);
        covariance += move * (delta * move + 100 * vega * volMove);
        variance += move * move;
      }
    }
    const hedge = delta + smileDelta(vega, spot, vol, { correlation, volOfVol });
    expect(hedge).toBeCloseTo(covariance / variance, 9);
  });
});
