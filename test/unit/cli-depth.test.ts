// `keel depth` prints one book of a coin over all venues of a market file, with each venue's part of it.
import { describe, expect, it } from 'vitest';
import { depth } from '#main/cli/depth.ts';

const MARKET = 'test/fixtures/router/market.json';

interface Side {
  readonly levels: readonly { readonly price: number; readonly size: number }[];
  readonly venues: readonly { readonly venue: string; readonly size: number; readonly share: number }[];
}

async function run(...args: readonly string[]): Promise<{ readonly bids: Side; readonly asks: Side }> {
  const results: string[] = [];
  const output = { result: (text: string) => void results.push(text), say: () => undefined };
  expect(await depth.run(args, output)).toBe(0);
  return JSON.parse(results.join('')) as { bids: Side; asks: Side };
}

describe('keel depth', () => {
  it('merges what the file has of a coin and shares it out', async () => {
    const { bids, asks } = await run('--market', MARKET, '--underlying', 'BTC', '--within', '10000');
    expect(asks.venues.length).toBeGreaterThan(1);
    for (const { levels, venues } of [bids, asks]) {
      const whole = levels.reduce((sum, one) => sum + one.size, 0);
      expect(venues.reduce((sum, one) => sum + one.size, 0)).toBeCloseTo(whole, 9);
    }
    const narrow = await run('--market', MARKET, '--underlying', 'BTC', '--within', '0');
    expect(narrow.asks.levels).toEqual(asks.levels.slice(0, 1));
  });

  it('says what is wrong with what it is asked', async () => {
    await expect(run('--market', MARKET, '--underlying', 'DOGE')).rejects.toThrow('expected a book of DOGE');
    const bad = run('--market', MARKET, '--underlying', 'BTC', '--rates', 'USDT');
    await expect(bad).rejects.toThrow('--rates: expected ASSET=RATE above 0');
  });
});
