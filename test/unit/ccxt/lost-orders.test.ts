// What became of an order whose answer was lost, at exchanges whose class hands an id on as it is: it is asked for by the
// venue's own word for it, another order's record settles nothing, and histories are asked before absence is believed.
import { describe, expect, it } from 'vitest';
import type { CcxtMethod } from '#main/venues/ccxt/border.ts';
import type { Calls } from '#main/venues/ccxt/calls.ts';
import { CCXT_LIMITS } from '#main/venues/ccxt/config.ts';
import { type CcxtName, DIALECTS } from '#main/venues/ccxt/dialects.ts';
import { createListing } from '#main/venues/ccxt/listing.ts';
import { createTrading } from '#main/venues/ccxt/trading.ts';
import { FaultError, fault } from '#shared/units/result.ts';

const market = (base: string) => ({
  id: `${base}USDT`,
  symbol: `${base}/USDT:USDT`,
  base,
  quote: 'USDT',
  settle: 'USDT',
  type: 'swap',
  linear: true,
  contractSize: '1',
  precision: { amount: '0.001', price: '0.1' },
  info: {},
});
const record = (id: string, clientOrderId: string) => ({
  id,
  clientOrderId,
  symbol: 'BTC/USDT:USDT',
  status: 'canceled',
  side: 'buy',
  amount: '0.002',
  filled: '0',
  price: '50000',
});

type Answers = Partial<Record<CcxtMethod, unknown>>;

/** Trading at an exchange that answers so; null: it has no such order. */
function desk(exchange: CcxtName, answers: Answers) {
  const asked: unknown[][] = [];
  const call = async (method: CcxtMethod, ...parameters: readonly unknown[]): Promise<unknown> => {
    if (method !== 'fetchOpenOrders') asked.push([method, ...parameters]);
    const answer = answers[method] ?? (method === 'fetchOrder' ? null : []);
    if (answer === null) throw new FaultError(fault('ccxt-OrderNotFound', 'no such order'));
    return answer;
  };
  const config = {
    venue: exchange,
    exchange,
    account: { id: 'main', name: 'Main' },
    underlyings: ['BTC', 'ETH'],
    kinds: ['perpetual'],
    endpoints: null,
    sandbox: false,
    paced: false,
    limits: CCXT_LIMITS,
  } as const;
  const dialect = DIALECTS[exchange];
  const listing = createListing(config, dialect, () => undefined);
  listing.load([market('BTC'), market('ETH')]);
  const calls: Pick<Calls, 'call'> = { call };
  const owner = { venue: exchange, account: 'main' };
  const { orderState } = createTrading({ config, owner, dialect, calls, listing, onFlaw: () => undefined });
  return { orderState, asked };
}

describe('an order whose answer was lost', () => {
  it('is asked for at each instrument, by the venue’s own name for our id', async () => {
    const { orderState, asked } = desk('bybit', {});
    expect(await orderState('keel-1')).toBeNull();
    const by = { orderLinkId: 'keel-1' };
    expect(asked).toEqual(
      ['BTC/USDT:USDT', 'ETH/USDT:USDT'].flatMap((symbol) => [
        ['fetchOrder', undefined, symbol, by],
        ['fetchClosedOrders', symbol, undefined, undefined, by],
        ['fetchCanceledOrders', symbol, undefined, undefined, by],
      ]),
    );
  });

  it('is not settled by another order’s record', async () => {
    const { orderState } = desk('bybit', { fetchOrder: record('1', 'keel-2') });
    await expect(orderState('keel-1')).rejects.toMatchObject({ fault: { code: 'bad-payload' } });
  });

  it('is found in the history that remembers it', async () => {
    const { orderState } = desk('bybit', { fetchCanceledOrders: [record('1', 'keel-2'), record('2', 'keel-1')] });
    expect(await orderState('keel-1')).toMatchObject({ venueOrderId: '2', state: 'CANCELLED', filled: '0' });
  });

  it.each(['binance', 'paradex'] as const)(
    'is asked for by id at %s, never looked for in filtered lists',
    async (name) => {
      const { orderState, asked } = desk(name, {});
      expect(await orderState('keel-1')).toBeNull();
      expect(asked.map(([method]) => method)).toEqual(['fetchOrder', 'fetchOrder']);
    },
  );
});
