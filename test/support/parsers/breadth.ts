import type { z } from 'zod';
import * as ccxt from '#main/venues/ccxt/wire.ts';
import { instrumentOf } from '#main/venues/derive/instruments.ts';
import { fillOf, venueOrderOf } from '#main/venues/derive/orders.ts';
import { quoteOf } from '#main/venues/derive/tickers.ts';
import * as derive from '#main/venues/derive/wire.ts';
import type { Parser } from '#test/support/parsers/parser.ts';

const MARKET = {
  id: 'BTC-USD-SWAP', symbol: 'BTC/USD:BTC', base: 'BTC', quote: 'USD', settle: 'BTC', type: 'swap', active: true,
  linear: false, inverse: true, contractSize: '100', expiry: null, strike: null, optionType: null,
  precision: { amount: '0.1', price: '0.1' }, maker: '0.0002', taker: '0.0005', info: { ctMult: '1' },
}; // biome-ignore format: one glance
const ORDER = {
  id: '1', clientOrderId: 'a', symbol: 'BTC/USD:BTC', status: 'open', side: 'buy', amount: '1', filled: '0',
  price: '9000', timestamp: 1, lastUpdateTimestamp: 2, reduceOnly: false, info: {},
}; // biome-ignore format: one glance
const TRADE = {
  id: '1', order: '2', symbol: 'BTC/USD:BTC', side: 'buy', amount: '1', price: '9000', takerOrMaker: 'taker',
  fee: { cost: '0.1', currency: 'BTC' }, timestamp: 1, info: {},
}; // biome-ignore format: one glance
const POSITION = { symbol: 'BTC/USD:BTC', side: 'short', contracts: '3', entryPrice: '9000' };
const DERIVE_ORDER = {
  order_id: '1', instrument_name: 'BTC-PERP', label: 'a', direction: 'buy', order_status: 'open', amount: '1',
  filled_amount: '0', last_update_timestamp: 1, cancel_reason: '',
}; // biome-ignore format: one glance
const DERIVE_TRADE = {
  trade_id: 't', order_id: 'o', instrument_name: 'BTC-PERP', label: '', direction: 'sell', trade_amount: '0.1',
  trade_price: '9000', trade_fee: '1', index_price: '9000', liquidity_role: 'maker', timestamp: 1, tx_status: 'settled',
}; // biome-ignore format: one glance
const INSTRUMENT = {
  instrument_name: 'BTC-PERP', instrument_type: 'perp', is_active: true, base_currency: 'BTC', tick_size: '0.1',
  amount_step: '0.001', minimum_amount: '0.01', maker_fee_rate: '0', taker_fee_rate: '0.0003', base_fee: '0.1',
  base_asset_address: '0xDBa83C0C654DB1cd914FA2710bA743e925B53086', base_asset_sub_id: '0', option_details: null,
}; // biome-ignore format: one glance
const TICKER = {
  instrument_ticker: { t: 1, a: '2', A: '1', b: '1', B: '1', I: '1.5', M: '1.5', f: '0', minp: '1', maxp: '2' },
};
const BOOK = { timestamp: 1, publish_id: 1, bids: [['1', '1']], asks: [['2', '1']] };
const SUBACCOUNT = {
  subaccount_id: 1, margin_type: 'SM', subaccount_value: '1', initial_margin: '1', maintenance_margin: '1',
  collaterals: [{ asset_name: 'USDC', amount: '1', mark_value: '1' }], positions: [], open_orders: [],
}; // biome-ignore format: one glance

type Read = (payload: unknown) => unknown;
const reader =
  (readAs: <T>(schema: z.ZodType<T>, payload: unknown, what: string) => T) =>
  (schema: z.ZodType): Read =>
  (payload) =>
    readAs(schema, payload, 'sample');
const [ofCcxt, ofDerive] = [reader(ccxt.readAs), reader(derive.readAs)];

const OWNER = { venue: 'derive', account: 'main' };
const TICKER_OF_CCXT = {
  symbol: 'BTC/USD:BTC', timestamp: 1, bid: '1', bidVolume: '1', ask: '2', askVolume: '1', last: '1', markPrice: '1',
  indexPrice: '1', info: {},
}; // biome-ignore format: one glance
const GREEKS = {
  symbol: 'BTC/USD:BTC', timestamp: 1, delta: 0.5, gamma: 0.1, vega: 1, theta: -1, markImpliedVolatility: 0.7,
  underlyingPrice: 7_000, info: {},
}; // biome-ignore format: one glance
const FUNDING = { symbol: 'BTC/USD:BTC', fundingRate: '0.0001', markPrice: '1', indexPrice: '1', interval: '8h' };
const PAYMENT = { id: '1', symbol: 'BTC/USD:BTC', code: 'BTC', amount: '0.1', timestamp: 1 };
const BALANCE = { total: { BTC: '1', USDC: '2' }, info: {} };

const derived = <T>(schema: z.ZodType<T>, further: (wire: T) => unknown): Read => {
  return (payload) => further(derive.readAs(schema, payload, 'sample'));
};

export const BREADTH: Readonly<Record<string, Parser>> = {
  'ccxt market': [MARKET, ofCcxt(ccxt.wireMarket)],
  'ccxt order': [ORDER, ofCcxt(ccxt.wireOrder)],
  'ccxt trade': [TRADE, ofCcxt(ccxt.wireTrade)],
  'ccxt position': [POSITION, ofCcxt(ccxt.wirePosition)],
  'ccxt ticker': [TICKER_OF_CCXT, ofCcxt(ccxt.wireTicker)],
  'ccxt greeks': [GREEKS, ofCcxt(ccxt.wireGreeks)],
  'ccxt funding': [FUNDING, ofCcxt(ccxt.wireFunding)],
  'ccxt payment': [PAYMENT, ofCcxt(ccxt.wirePayment)],
  'ccxt balance': [BALANCE, ofCcxt(ccxt.wireBalance)],
  'ccxt book': [BOOK, ofCcxt(ccxt.wireBook)],
  'derive order': [DERIVE_ORDER, derived(derive.wireOrder, (wire) => venueOrderOf(OWNER, wire))],
  'derive trade': [DERIVE_TRADE, derived(derive.wireTradeNews.element, (wire) => fillOf(OWNER, wire))],
  'derive instrument': [INSTRUMENT, derived(derive.wireInstrument, (wire) => instrumentOf('derive', wire))],
  'derive ticker': [TICKER, ofDerive(derive.wireTicker)],
  'derive quote': [TICKER, derived(derive.wireTicker, (wire) => quoteOf('derive:BTC-PERP', wire.instrument_ticker, 0))],
  'derive book': [BOOK, ofDerive(derive.wireBook)],
  'derive subaccount': [SUBACCOUNT, ofDerive(derive.wireSubaccount)],
};
