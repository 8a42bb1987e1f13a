// Whatever Derive or a class of ccxt sends, reading it gives a sound value or the one typed error that names the field:
// nothing else is thrown, nothing of the payload runs, and no number comes out that is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as ccxt from '#main/venues/ccxt/wire.ts';
import * as derive from '#main/venues/derive/wire.ts';
import { FaultError } from '#shared/units/result.ts';

const RUNS = 400;

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

const CASES: readonly (readonly [string, object, Read])[] = [
  ['market', MARKET, ofCcxt(ccxt.wireMarket)],
  ['order', ORDER, ofCcxt(ccxt.wireOrder)],
  ['own trade', TRADE, ofCcxt(ccxt.wireTrade)],
  ['position', POSITION, ofCcxt(ccxt.wirePosition)],
  ['derive order', DERIVE_ORDER, ofDerive(derive.wireOrder)],
  ['derive trade', DERIVE_TRADE, ofDerive(derive.wireTradeNews.element)],
  ['derive instrument', INSTRUMENT, ofDerive(derive.wireInstrument)],
  ['derive ticker', TICKER, ofDerive(derive.wireTicker)],
  ['derive book', BOOK, ofDerive(derive.wireBook)],
  ['derive subaccount', SUBACCOUNT, ofDerive(derive.wireSubaccount)],
];

const hostile = fc.oneof(
  fc.constantFrom(
    'NaN',
    'Infinity',
    '-0',
    '1e400',
    '0x10',
    '',
    ' 1',
    '1,000',
    '<b>1</b>',
    '__proto__',
    '9'.repeat(400),
  ),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, null, undefined, true),
  fc.jsonValue(),
);

/** The sample with one field replaced, or an unexpected one added. */
function spoiled(sample: object) {
  const keys = [...Object.keys(sample), '__proto__', 'constructor'];
  return fc.tuple(fc.constantFrom(...keys), hostile).map(([key, value]) => {
    const copy: Record<string, unknown> = JSON.parse(JSON.stringify(sample));
    Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
    return copy;
  });
}

function soundNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(soundNumbers);
}

function outcome(read: Read, payload: unknown): void {
  let told: unknown;
  try {
    told = read(payload);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(FaultError);
    expect((thrown as FaultError).fault.code).toBe('bad-payload');
    expect((thrown as FaultError).message.length).toBeLessThan(800);
    return;
  }
  // What the venue's own words are kept as (`info`) may hold anything.
  const { info: _, ...known } = told as { info?: unknown };
  expect(soundNumbers(known)).toBe(true);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
}

describe('payloads of Derive and ccxt', () => {
  it.each(CASES)('%s: a sound one is read', (_, sample, read) => {
    expect(() => read(sample)).not.toThrow();
  });

  it.each(CASES)('%s: a sound value or the one error', (_, sample, read) => {
    fc.assert(
      fc.property(fc.oneof(spoiled(sample), fc.jsonValue()), (payload) => outcome(read, payload)),
      { numRuns: RUNS },
    );
  });
});
