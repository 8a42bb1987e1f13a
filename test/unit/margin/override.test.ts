import { describe, expect, it } from 'vitest';
import { MARGIN_RULES } from '#shared/domain/account.ts';
import { DERIBIT_PORTFOLIO } from '#shared/risk/margin/deribit-portfolio-parameters.ts';
import { HYPERLIQUID } from '#shared/risk/margin/hyperliquid-tiers.ts';
import { override } from '#shared/risk/margin/override.ts';
import { RULES } from '#shared/risk/margin/rules.ts';

// Venues change their figures: those of the day replace ours by name, and nothing else does.
describe('given parameters', () => {
  it('replace figures by name and leave all others', () => {
    const merged = override(DERIBIT_PORTFOLIO, { asOf: '2026-03-01', pairs: { ETH: { priceRange: 0.2 } } });
    expect(merged.ok && merged.value).toEqual({
      ...DERIBIT_PORTFOLIO,
      asOf: '2026-03-01',
      pairs: { ...DERIBIT_PORTFOLIO.pairs, ETH: { ...DERIBIT_PORTFOLIO.pairs.ETH, priceRange: 0.2 } },
    });
  });

  it('start a name that a table does not have from its default', () => {
    const merged = override(DERIBIT_PORTFOLIO, { pairs: { SOL: { priceRange: 0.3 } } });
    expect(merged.ok && merged.value.pairs.SOL).toEqual({ ...DERIBIT_PORTFOLIO.pairs.default, priceRange: 0.3 });
  });

  it('replace a list as a whole, whose entries must be whole', () => {
    const tiers = [{ from: 0, maximumLeverage: 50 }];
    const merged = override(HYPERLIQUID, { tiers: { BTC: tiers } });
    expect(merged.ok && merged.value.tiers.BTC).toEqual(tiers);
    expect(override(HYPERLIQUID, { tiers: { BTC: [{ from: 0 }] } })).toEqual({
      ok: false,
      error: { path: ['tiers', 'BTC', 0], expected: 'an entry with maximumLeverage' },
    });
  });

  it.each<[what: string, given: unknown, path: readonly string[], expected: RegExp]>([
    ['a name there is none of', { maintenance: 1 }, ['maintenance'], /^one of asOf, source, maintenanceFactor/],
    ['a word for a figure', { buckets: 'four' }, ['buckets'], /^a number$/],
    ['a figure for a record', { pairs: 3 }, ['pairs'], /^an object$/],
    ['a figure for a list', { extendedMoves: 0.5 }, ['extendedMoves'], /^a list$/],
    ['what is not a number', { buckets: Number.NaN }, ['buckets'], /^a number$/],
    ['a figure for a text', { source: 1 }, ['source'], /^a string$/],
  ])('do not fit: %s', (_what, given, path, expected) => {
    const merged = override(DERIBIT_PORTFOLIO, given);
    expect(merged.ok).toBe(false);
    if (merged.ok) return;
    expect(merged.error.path).toEqual(path);
    expect(merged.error.expected).toMatch(expected);
  });

  it.each(MARGIN_RULES)('are dated and have a source: %s', (name) => {
    const { asOf, source } = RULES[name].parameters;
    expect(Number.isFinite(Date.parse(asOf))).toBe(true);
    expect(source.length).toBeGreaterThan(10);
  });
});
