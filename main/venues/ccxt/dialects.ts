import { type Decimal, decimal, multiply } from '#shared/units/decimal.ts';
import { DAY } from '#shared/units/time.ts';
import type { Dialect, MarketRead } from './dialect.ts';
import { typesOf } from './fields.ts';
import { OKX } from './okx.ts';
import type { WireMarket } from './wire.ts';

const ONE = decimal('1');

/** Where the venue takes any short text as a client id: ours as it is. */
function plainId(most: number): Dialect['clientId'] {
  const fits = (id: string) => id.length <= most && /^[\w-]+$/.test(id);
  return { encode: (id) => (fits(id) ? id : null), decode: (wire) => (fits(wire) ? wire : null) };
}

function wholeContract(market: WireMarket): Decimal {
  return market.contractSize === null ? ONE : multiply(market.contractSize, ONE);
}

/** What holds for an exchange of which nothing else is known: unified structures as they come. */
const COMMON: Omit<Dialect, 'exchange' | 'tagHeaders' | 'options' | 'marketReads'> = {
  form: 'secret',
  names: 'symbol',
  testnet: 'sandbox',
  news: ['watchOrders', 'watchMyTrades'],
  lines: 'by-kind',
  able: { amend: false, greeks: false, reduceOnly: true },
  clientId: plainId(36),
  byClient: (clientOrderId) => ({ clientOrderId }),
  contractSize: wholeContract,
  fillScopes: (kinds) => typesOf(kinds).map((type) => ({ type })),
  fundingScopes: () => [{ type: 'swap' }],
  older: null,
  pageSize: 100,
  lookBack: 7 * DAY,
  clientOf: () => null,
  causeOf: () => 'order',
  indexOf: () => null,
  cashOf: ({ total }) => new Map(Object.entries(total)),
  poolsOf: () => [],
  greeksOf: () => null,
  endedScopes: null,
  endedBy: [],
};

/** Tickers by type, and funding with mark and index where the venue has it in one list. */
function tickersAndFunding(types: readonly string[], funding: boolean): readonly MarketRead[] {
  const tickers = types.map(
    (type): MarketRead => ({
      method: 'fetchTickers',
      parameters: [undefined, { type }],
      takes: 'tickers',
    }),
  );
  const rates: MarketRead = { method: 'fetchFundingRates', parameters: [], takes: 'funding' };
  return funding && types.includes('swap') ? [...tickers, rates] : tickers;
}

const BYBIT: Dialect = {
  ...COMMON,
  exchange: 'bybit',
  // The class reads orders by id only where it is told that the venue lists the last 500 of them.
  options: { enableUnifiedAccount: true, fetchOrder: { acknowledged: true } },
  tagHeaders: ['Referer'],
  able: { amend: true, greeks: false, reduceOnly: true },
  // ccxt hands parameters on as they are: by any other name the venue would answer with whatever order is open.
  byClient: (orderLinkId) => ({ orderLinkId }),
  endedBy: ['fetchClosedOrders', 'fetchCanceledOrders'],
  marketReads: (_, kinds) => tickersAndFunding(typesOf(kinds), false),
};

const BINANCE: Dialect = {
  ...COMMON,
  exchange: 'binance',
  options: { defaultType: 'swap', warnOnFetchOpenOrdersWithoutSymbol: false },
  tagHeaders: [],
  // The futures sandbox is gone: ccxt refuses it.
  testnet: 'demo',
  fillScopes: (_, symbols) => symbols.map((symbol) => ({ symbol })),
  marketReads: (_, kinds) => tickersAndFunding(typesOf(kinds), true),
};

const PARADEX: Dialect = {
  ...COMMON,
  exchange: 'paradex',
  // Signs in and orders with a key of the account's own chain that cannot withdraw; never with the wallet's.
  form: 'stark-subkey',
  names: 'id',
  options: {},
  news: ['watchOrders'],
  lines: 'one',
  fundingScopes: (symbols) => symbols.map((symbol) => ({ symbol })),
  tagHeaders: ['PARADEX-PARTNER'],
  marketReads: () => tickersAndFunding(['swap'], false),
};

/** dYdX is not among them: what ccxt signs with there can withdraw (decision 0038). */
export const DIALECTS = { okx: OKX, bybit: BYBIT, binance: BINANCE, paradex: PARADEX } as const;
export type CcxtName = keyof typeof DIALECTS;
