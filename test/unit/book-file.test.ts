import { describe, expect, it } from 'vitest';
import { bookFile, bookToFile, heldFrom, marketFile, marketFrom } from '#shared/ipc/files.ts';
import { readJson } from '#shared/units/reading.ts';
import { CLAIMS, CONTRACTS, claimHeld, claimMarketAt, STAND } from '#test/support/claims.ts';
import { reportAt } from '#test/support/risk.ts';

const HELD = claimHeld(new Map([...CLAIMS, ...CONTRACTS].map((one) => [one, '1'] as const)));
const BOOK = JSON.stringify(bookToFile(HELD), null, 2);
const AXES = { spotShifts: Float64Array.of(-0.1, 0), volShifts: Float64Array.of(0), days: 0 };

/** What a claim's author may leave out. */
const BARE = {
  accounts: [{ id: 'w', venue: 'chain', name: 'W', rules: 'unmargined' }],
  instruments: [
    { kind: 'liquidity-range', id: 'uni:1', venue: 'chain', name: 'R', underlying: 'ETH', liquidity: '50', lower: '3000', upper: '5000' },
  ], // biome-ignore format: one glance
  positions: [{ account: 'w', instrument: 'uni:1', quantity: '1', entry: '900' }],
  balances: [],
};

function refused(change: (book: typeof BARE) => unknown): string {
  try {
    readJson(bookFile, JSON.stringify(change(structuredClone(BARE)), null, 2), 'book.json');
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  return 'accepted';
}

/** Protects: books of every kind as JSON: there and back, with defaults, and one line for what is wrong. */
describe('BOOK.json', () => {
  it('holds every kind, and comes back as the same report', () => {
    const market = claimMarketAt(STAND);
    const back = heldFrom(readJson(bookFile, BOOK, 'book.json'));
    const found = reportAt(back, market, AXES);
    const exact = reportAt(HELD, market, AXES);
    expect(found.positions).toEqual(exact.positions);
    expect(found.grids).toEqual(exact.grids);
  });

  it('needs no quote currency, tick, lot or fees of a claim', () => {
    const { instruments } = heldFrom(readJson(bookFile, JSON.stringify(BARE), 'book.json'));
    expect(instruments.get('uni:1')).toMatchObject({ quote: 'USDC', settlement: 'USDC', payoff: 'linear' });
  });

  it.each([
    ['bounds the wrong way round', (b: typeof BARE) => ({ ...b, instruments: [{ ...b.instruments[0], upper: '2000' }] }), /^book\.json, line \d+, instruments\.0\.upper: expected above 3000, was "2000"$/],
    ['liquidity of nothing', (b: typeof BARE) => ({ ...b, instruments: [{ ...b.instruments[0], liquidity: '0' }] }), /instruments\.0\.liquidity: expected a decimal above 0, was "0"$/],
    ['an unknown kind', (b: typeof BARE) => ({ ...b, instruments: [{ ...b.instruments[0], kind: 'swap' }] }), /^book\.json, line \d+, instruments\.0\.kind: expected .+, was "swap"$/],
    ['a coin-settled claim', (b: typeof BARE) => ({ ...b, instruments: [{ ...b.instruments[0], payoff: 'inverse' }] }), /instruments\.0\.payoff: expected "linear", was "inverse"$/],
    ['a field of another kind', (b: typeof BARE) => ({ ...b, instruments: [{ ...b.instruments[0], strike: '1' }] }), /instruments\.0/],
    ['a claim where options are margined', (b: typeof BARE) => ({ ...b, accounts: [{ ...b.accounts[0], rules: 'deribit-standard' }] }), /^book\.json, line \d+, positions\.0\.account: expected an account that holds a liquidity-range: unmargined, was "w"$/],
  ])('refuses %s in one line', (_what, change, expected) => {
    const message = refused(change);
    expect(message).toMatch(expected);
    expect(message).not.toContain('\n');
  }); // biome-ignore format: one glance
});

describe('MARKET.json', () => {
  it('carries what the past left of a claim', () => {
    const quote = {
      instrument: 'a', bid: null, bidSize: 0, ask: null, askSize: 0, mark: 1, markVol: 0.5, forward: 10, index: 10, funding8h: null, average: 9, touched: true,
    }; // biome-ignore format: one glance
    const text = JSON.stringify({ asOf: STAND.at, index: { BTC: 10 }, quotes: [quote] });
    expect(marketFrom(readJson(marketFile, text, 'm')).quotes.get('a')).toMatchObject({ average: 9, touched: true });
    expect(() => readJson(marketFile, text.replace('"average":9', '"average":0'), 'm')).toThrow(/quotes\.0\.average/);
  });
});
