// `keel venues` says of each venue what its adapter says of itself, and connects to nothing.
import { describe, expect, it } from 'vitest';
import { venues } from '#main/cli/venues.ts';
import { plainResources } from '#test/fixtures/paper/market.ts';
import { openVenues } from '#test/fixtures/paper/venues.ts';

describe('keel venues', () => {
  it('prints production and testnet apart, and the paper venues as they are', async () => {
    const [results, lines]: [string[], string[]] = [[], []];
    const output = { result: (text: string) => void results.push(text), say: (text: string) => void lines.push(text) };
    expect(await venues.run([], output)).toBe(0);
    const printed = JSON.parse(results.join('')) as { venue: string; url: string | null }[];
    expect(printed.map((one) => [one.venue, one.url])).toEqual([
      ['deribit', 'wss://www.deribit.com/ws/api/v2'],
      ['deribit-testnet', 'wss://test.deribit.com/ws/api/v2'],
      ['derive', 'wss://api.lyra.finance/ws'],
      ['derive-testnet', 'wss://api-demo.lyra.finance/ws'],
      ['okx', null],
      ['bybit', null],
      ['binance', null],
      ['paradex', null],
      ['dydx', 'https://indexer.dydx.trade'],
      ['dydx-testnet', 'https://indexer.v4testnet.dydx.exchange'],
      ['aave-v3', null],
      ['uniswap-v3', null],
      ['perp-v2', null],
      ['hyperliquid', 'wss://api.hyperliquid.xyz/ws'],
      ['hyperliquid-testnet', 'wss://api.hyperliquid-testnet.xyz/ws'],
      ['deribit-paper', null],
      ['hyperliquid-paper', null],
    ]);
    for (const { id, capabilities } of openVenues(plainResources([10_000])).adapters) {
      expect(printed.find((one) => one.venue === id)).toMatchObject({ ...capabilities() });
    }
    const aave = printed.find((one) => one.venue === 'aave-v3');
    expect(aave).toMatchObject({ orderTypes: [], steps: expect.arrayContaining(['supply', 'repay']) });
    expect(lines.join('')).toMatch(/deribit \(wss:.*\n {4}limit, market, stop, .*amend/);
    expect(lines.join('')).toMatch(/dydx \(https:.*\n {4}read only/);
  });
});
