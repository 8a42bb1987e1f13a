import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { atmVolAt, surfaceAt } from '#shared/market/surface.ts';
import { parseSurfaceTemplate } from '#shared/market/surface-template.ts';
import type { SviParameters } from '#shared/market/svi-parameters.ts';
import { unwrap } from '#shared/units/result.ts';

const file = new URL('../../resources/surfaces/btc-template.json', import.meta.url);
const written = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));
const template = unwrap(parseSurfaceTemplate(written()));

const HOUR = 1 / 8760;
const TENORS = Array.from({ length: 40 }, (_, i) => HOUR * 8760 ** (i / 39));
const LEVELS = [0.3, 0.592, 0.942, 1.3];
const RETURNS = [-0.8, -0.5, -0.206, -0.1, 0, 0.1, 0.3];

function totalVariance({ a, b, rho, m, sigma }: SviParameters, k: number): number {
  return a + b * (rho * (k - m) + Math.sqrt((k - m) ** 2 + sigma ** 2));
}

/** Durrleman's condition, Gatheral & Jacquier (2014), eq. 2.1. */
function durrleman(svi: SviParameters, k: number): number {
  const root = Math.sqrt((k - svi.m) ** 2 + svi.sigma ** 2);
  const w = totalVariance(svi, k);
  const first = svi.b * (svi.rho + (k - svi.m) / root);
  const second = (svi.b * svi.sigma ** 2) / root ** 3;
  return (1 - (k * first) / (2 * w)) ** 2 - ((first * first) / 4) * (1 / w + 0.25) + second / 2;
}

/** From 8 at-the-money spreads below the forward to 8 above. */
function strikesOf(svi: SviParameters): number[] {
  const spread = Math.sqrt(totalVariance(svi, 0));
  return Array.from({ length: 65 }, (_, i) => ((i - 32) / 4) * spread);
}

function smiles(atmLevel: number, spotReturn: number): SviParameters[] {
  return TENORS.map((years) => surfaceAt(template, { atmLevel, spotReturn, years }));
}

/** Protects: no generated smile can be arbitraged, from an hour to a year and through the whole of both tapes. */
describe('arbitrage in the generated surface', () => {
  it.each(LEVELS)('has no butterfly at level %d: g(k) ≥ 0', (level) => {
    const all = RETURNS.flatMap((spotReturn) => smiles(level, spotReturn));
    const smallest = Math.min(...all.flatMap((svi) => strikesOf(svi).map((k) => durrleman(svi, k))));
    expect(smallest).toBeGreaterThan(0);
  });

  it.each(LEVELS)('has no calendar at level %d: total variance rises with the tenor', (level) => {
    for (const spotReturn of RETURNS) {
      const all = smiles(level, spotReturn);
      const falls = all
        .slice(1)
        .flatMap((svi, i) => strikesOf(svi).map((k) => totalVariance(svi, k) - totalVariance(all[i]!, k)));
      expect(Math.min(...falls)).toBeGreaterThan(0);
    }
  });

  it('keeps the wings below the slope of 2 (Lee 2004)', () => {
    const all = LEVELS.flatMap((level) => RETURNS.flatMap((spotReturn) => smiles(level, spotReturn)));
    expect(Math.max(...all.map(({ b, rho }) => b * (1 + Math.abs(rho))))).toBeLessThan(2);
  });
});

/** Protects: the stated rule, "sticky delta with spot–vol correlation", is what the code does. */
describe('the rule of the surface', () => {
  const state = (spotReturn: number, years = 30 / 365) => ({ atmLevel: 0.6, spotReturn, years });
  const thirty = template.tenors.find(({ days }) => days === 30)!;

  it('gives back the level at 30 days at the anchor, and that vol at the forward', () => {
    expect(atmVolAt(template, state(0))).toBeCloseTo(0.6 * thirty.levelRatio, 12);
    const svi = surfaceAt(template, state(0));
    expect(Math.sqrt(totalVariance(svi, 0) / (30 / 365))).toBeCloseTo(0.6 * thirty.levelRatio, 12);
  });

  it('raises vol exponentially down to the deepest measured return', () => {
    expect(atmVolAt(template, state(-0.1)) / atmVolAt(template, state(0))).toBeCloseTo(
      Math.exp(0.1 * thirty.fallBeta),
      12,
    );
  });

  it('goes on along the tangent below it', () => {
    const { measuredReturn, riseShare } = template;
    const at = (r: number) => atmVolAt(template, state(r));
    const slope = (at(measuredReturn) - at(measuredReturn + 1e-6)) / 1e-6;
    expect(at(measuredReturn - 0.3)).toBeCloseTo(at(measuredReturn) + 0.3 * slope, 5);
    expect(at(0.1) / at(0)).toBeCloseTo(Math.exp(-0.1 * riseShare * thirty.fallBeta), 12);
  });

  it('moves short tenors more than long ones', () => {
    const rise = (days: number) =>
      atmVolAt(template, state(-0.2, days / 365)) / atmVolAt(template, state(0, days / 365));
    expect(rise(7)).toBeGreaterThan(rise(30));
    expect(rise(30)).toBeGreaterThan(rise(180));
  });

  it('prices puts over calls, more so under stress', () => {
    const skew = (spotReturn: number) => {
      const svi = surfaceAt(template, state(spotReturn));
      const spread = Math.sqrt(totalVariance(svi, 0));
      const [put, call] = [totalVariance(svi, -spread), totalVariance(svi, spread)];
      return Math.sqrt(put) / Math.sqrt(call);
    };
    expect(skew(0)).toBeGreaterThan(1.05);
    expect(skew(-0.2)).toBeGreaterThan(skew(0) + 0.1);
  });

  it.each([
    [{ atmLevel: 0, spotReturn: 0, years: 1 }],
    [{ atmLevel: 0.6, spotReturn: Number.NaN, years: 1 }],
    [{ atmLevel: 0.6, spotReturn: 0, years: 0 }],
    [{ atmLevel: 0.6, spotReturn: 0, years: Number.POSITIVE_INFINITY }],
  ])('refuses the state %o', (bad) => {
    expect(() => surfaceAt(template, bad)).toThrow(/expected a positive vol, a finite return and a positive year/);
  });
});

/** Protects: a damaged template is named field by field and never used. */
describe('reading a surface template', () => {
  const faultOf = (change: (json: Record<string, unknown>) => void): string => {
    const json = written();
    change(json);
    const result = parseSurfaceTemplate(json);
    return result.ok ? 'accepted' : result.error.message;
  };

  it('anchors both tapes', () => {
    expect(Object.keys(template.anchors)).toEqual(['march-2020', 'may-2021']);
  });

  it('names a missing number', () => {
    expect(faultOf((json) => delete json.riseShare)).toBe(
      'surface template: template.riseShare: expected a number from 0 to 1, was missing',
    );
  });

  it('names a value out of range inside a tenor', () => {
    const change = (json: Record<string, unknown>) => {
      json.tenors = template.tenors.map((tenor, i) =>
        i === 2 ? { ...tenor, calm: { ...tenor.calm, rho: 2 } } : tenor,
      );
    };
    expect(faultOf(change)).toContain('tenors[2].calm.rho: expected a number from -0.999 to 0.999, was 2');
  });

  it('names tenors out of order', () => {
    expect(faultOf((json) => (json.tenors = [...template.tenors].reverse()))).toContain(
      'tenors[1].days: expected more',
    );
  });

  it.each([[null], ['x'], [[]], [{ tenors: [] }]])('refuses %o', (value) => {
    expect(parseSurfaceTemplate(value).ok).toBe(false);
  });
});
