import type { FillCause } from '#shared/domain/fill.ts';
import { type Decimal, decimal, multiply } from '#shared/units/decimal.ts';
import { DAY } from '#shared/units/time.ts';
import type { Dialect, MarketRead, PoolFigures, UnitGreeks } from './dialect.ts';
import { textIn, typesOf } from './fields.ts';
import type { WireBalance, WireGreeks, WireMarket } from './wire.ts';

// Field meanings: okx.com/docs-v5, "Get instruments", "Get balance", "Get option market data", "Get transaction details".

/** Client ids at OKX: up to 32 letters and digits. Ours keep theirs; what else is in them is written as Z and two digits. */
const MOST = 32;
const ESCAPED = /Z[0-9A-F]{2}/g;

function encoded(id: string): string | null {
  const text = id.replace(/[^0-9A-Ya-z]/g, (one) => {
    const code = one.charCodeAt(0).toString(16).toUpperCase();
    return `Z${code.padStart(2, '0')}`;
  });
  return text.length > 0 && text.length <= MOST && /^[0-9A-Za-z]+$/.test(text) ? text : null;
}

function decoded(wire: string): string | null {
  const text = wire.replace(ESCAPED, (one) => String.fromCharCode(Number.parseInt(one.slice(1), 16)));
  return encoded(text) === wire ? text : null;
}

/** `subType` of a fill: 100 to 107 liquidation, 112 and 113 delivery, 170 to 172 exercise and expiry. */
function causeOf(subType: string | null): FillCause {
  const code = Number(subType ?? 0);
  if (code >= 100 && code <= 107) return 'liquidation';
  return code === 112 || code === 113 || (code >= 170 && code <= 172) ? 'settlement' : 'order';
}

function first(payload: unknown): unknown {
  const data: unknown = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'data') : undefined;
  return Array.isArray(data) ? data[0] : undefined;
}

/** One entry per currency of the account. */
function details({ info }: WireBalance): readonly Record<string, unknown>[] {
  const account = first(info);
  const listed: unknown = typeof account === 'object' && account !== null ? Reflect.get(account, 'details') : [];
  return Array.isArray(listed) ? listed : [];
}

function numberIn(fields: Record<string, unknown>, name: string): number | null {
  const text = textIn(fields, name);
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** Margin by currency, as single-currency accounts have it; with several currencies in one pool there is one in USD. */
function poolsOf(balance: WireBalance): readonly PoolFigures[] {
  const account = first(balance.info) as Record<string, unknown> | undefined;
  const [together, equity] = [numberIn(account ?? {}, 'mmr'), numberIn(account ?? {}, 'adjEq')];
  if (together !== null && equity !== null) {
    const initialMargin = numberIn(account ?? {}, 'imr') ?? together;
    return [{ currency: 'USD', equity, initialMargin, maintenanceMargin: together }];
  }
  return details(balance).flatMap((one): PoolFigures[] => {
    const [currency, own] = [textIn(one, 'ccy'), numberIn(one, 'eq')];
    const [initialMargin, maintenanceMargin] = [numberIn(one, 'imr') ?? 0, numberIn(one, 'mmr') ?? 0];
    return currency === null || own === null ? [] : [{ currency, equity: own, initialMargin, maintenanceMargin }];
  });
}

/** Option contracts are `ctVal` × `ctMult` coins; ccxt leaves the multiplier out, which is a factor of 100. */
function contractSize({ type, contractSize: value, info }: WireMarket): Decimal {
  const one = value ?? decimal('1');
  const factor = textIn(info, 'ctMult');
  return type === 'option' && factor !== null ? multiply(one, decimal(factor)) : one;
}

/** OKX tells Greeks twice: in coin with the premium taken off, and by Black-Scholes in dollars, which are Keel's. */
function greeksOf({ info }: WireGreeks): UnitGreeks | null {
  const [delta, gamma] = [numberIn(info, 'deltaBS'), numberIn(info, 'gammaBS')];
  const [vega, theta] = [numberIn(info, 'vegaBS'), numberIn(info, 'thetaBS')];
  if (delta === null || gamma === null || vega === null || theta === null) return null;
  return { delta, gamma, vega, theta };
}

export const OKX: Dialect = {
  exchange: 'okx',
  form: 'secret-and-password',
  names: 'id',
  options: { fetchMarkets: { types: ['spot', 'swap', 'future', 'option'] } },
  tagHeaders: [],
  testnet: 'sandbox',
  news: ['watchOrders', 'watchMyTrades'],
  lines: 'one',
  able: { amend: true, greeks: true, reduceOnly: true },
  clientId: { encode: encoded, decode: decoded },
  byClient: (clientOrderId) => ({ clientOrderId }),
  contractSize,
  marketReads: (underlyings, kinds) => {
    const types = typesOf(kinds);
    const families = underlyings.map((one) => `${one}-USD`);
    const each = (method: MarketRead['method'], takes: MarketRead['takes']): MarketRead[] =>
      types.flatMap((type): MarketRead[] =>
        type === 'option'
          ? families.map((uly) => ({ method, parameters: [undefined, { type, uly }], takes }))
          : [{ method, parameters: [undefined, { type }], takes }],
      );
    const greeks = (uly: string): MarketRead => ({
      method: 'fetchAllGreeks',
      parameters: [undefined, { uly }],
      takes: 'greeks',
    });
    return [
      { method: 'publicGetMarketIndexTickers', parameters: [{ quoteCcy: 'USD' }], takes: 'indices' },
      ...each('fetchTickers', 'tickers'),
      ...each('fetchMarkPrices', 'marks').filter(({ parameters }) => textIn(parameters[1], 'type') !== 'spot'),
      ...(types.includes('option') ? families.map(greeks) : []),
      ...(types.includes('swap') ? [{ method: 'fetchFundingRates', parameters: [], takes: 'funding' } as const] : []),
    ];
  },
  fillScopes: (kinds) => typesOf(kinds).map((type) => ({ type })),
  fundingScopes: () => [{ type: 'swap' }],
  older: ({ info }) => ({ after: textIn(info, 'billId') ?? '' }),
  pageSize: 100,
  lookBack: 90 * DAY,
  clientOf: ({ info }) => textIn(info, 'clOrdId'),
  causeOf: ({ info }) => causeOf(textIn(info, 'subType')),
  indexOf: ({ info }) => {
    const told = textIn(info, 'fillIdxPx');
    return told === null ? null : decimal(told);
  },
  cashOf: (balance) =>
    new Map(
      details(balance).flatMap((one): [string, Decimal][] => {
        const [currency, cash] = [textIn(one, 'ccy'), textIn(one, 'cashBal')];
        return currency === null || cash === null ? [] : [[currency, decimal(cash)]];
      }),
    ),
  poolsOf,
  greeksOf,
  endedScopes: (kinds) =>
    typesOf(kinds).flatMap((type) => [
      { method: 'fetchClosedOrders' as const, scope: { type } },
      { method: 'fetchCanceledOrders' as const, scope: { type } },
    ]),
  endedBy: [],
};
