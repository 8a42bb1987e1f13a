import type { Account } from '#shared/domain/account.ts';
import type { Future, Instrument, Option, Perpetual, Spot } from '#shared/domain/instrument.ts';
import type { HeldBook } from '#shared/risk/assemble.ts';
import { decimal } from '#shared/units/decimal.ts';
import { expiryCode } from '#shared/units/time.ts';

const DERIBIT = 'deribit-paper';
const HYPERLIQUID = 'hyperliquid-paper';
const fees = { maker: decimal('0.0001'), taker: decimal('0.0005') };
const MARCH = Date.UTC(2020, 2, 27, 8);
const APRIL = Date.UTC(2020, 3, 24, 8);
const JUNE = Date.UTC(2020, 5, 26, 8);

function common(venue: string, name: string, coin: string, linear: boolean) {
  return {
    id: `${venue}:${name}`,
    venue,
    name,
    underlying: coin,
    quote: linear ? 'USDC' : 'USD',
    settlement: linear ? 'USDC' : coin,
    payoff: linear ? ('linear' as const) : ('inverse' as const),
    fees,
  };
}

function perpetual(venue: string, name: string, coin: string, linear: boolean): Perpetual {
  return {
    kind: 'perpetual',
    ...common(venue, name, coin, linear),
    tick: decimal(coin === 'BTC' ? '0.5' : '0.05'),
    lot: decimal(linear ? '0.001' : '10'),
  };
}

function future(coin: string, expiry: number): Future {
  const name = `${coin}-${expiryCode(expiry)}`;
  return { kind: 'future', ...common(DERIBIT, name, coin, false), tick: decimal('0.5'), lot: decimal('10'), expiry };
}

function option(coin: string, expiry: number, strike: number, right: 'call' | 'put', linear = false): Option {
  const name = `${linear ? `${coin}_USDC` : coin}-${expiryCode(expiry)}-${strike}-${right === 'call' ? 'C' : 'P'}`;
  return {
    kind: 'option',
    ...common(DERIBIT, name, coin, linear),
    quote: linear ? 'USDC' : coin,
    tick: decimal(linear ? '5' : '0.0005'),
    lot: decimal('0.1'),
    expiry,
    strike: decimal(strike),
    right,
  };
}

function spot(venue: string, name: string, coin: string): Spot {
  return { kind: 'spot', ...common(venue, name, coin, true), tick: decimal('0.5'), lot: decimal('0.001') };
}

/** account, instrument, quantity, entry. */
type Held = readonly [string, Instrument, string, string];

const HELD: readonly Held[] = [
  ['options', option('BTC', MARCH, 6500, 'put'), '-8', '0.0485'],
  ['options', option('BTC', MARCH, 8500, 'call'), '-8', '0.0395'],
  ['options', option('BTC', MARCH, 7500, 'call'), '4', '0.0715'],
  ['options', option('BTC', MARCH, 7500, 'put'), '2', '0.0905'],
  ['options', option('BTC', MARCH, 7000, 'put', true), '-3', '540'],
  ['options', option('BTC', MARCH, 6000, 'put', true), '3', '255'],
  ['options', option('BTC', APRIL, 6000, 'put'), '-5', '0.0560'],
  ['options', option('BTC', APRIL, 9000, 'call'), '-5', '0.0605'],
  ['options', option('BTC', APRIL, 5000, 'put'), '6', '0.0310'],
  ['options', option('BTC', JUNE, 8000, 'call'), '2.5', '0.1420'],
  ['options', option('BTC', JUNE, 10000, 'call'), '-2.5', '0.0850'],
  ['options', future('BTC', JUNE), '-110000', '7420'],
  ['options', perpetual(DERIBIT, 'BTC-PERPETUAL', 'BTC', false), '-240000', '7361.5'],
  ['options', perpetual(DERIBIT, 'BTC_USDC-PERPETUAL', 'BTC', true), '3.25', '7288'],
  ['perps', perpetual(HYPERLIQUID, 'BTC', 'BTC', true), '20', '7305'],
  ['perps', spot(HYPERLIQUID, 'BTC/USDC', 'BTC'), '1.5', '7190'],
  ['options', option('ETH', MARCH, 160, 'put'), '-40', '0.0410'],
  ['options', option('ETH', MARCH, 220, 'call'), '-30', '0.0470'],
  ['options', option('ETH', APRIL, 200, 'call'), '25', '0.0980'],
  ['options', perpetual(DERIBIT, 'ETH-PERPETUAL', 'ETH', false), '-8200', '193.65'],
  ['perps', perpetual(HYPERLIQUID, 'ETH', 'ETH', true), '42', '189.4'],
];

const ACCOUNTS: readonly Account[] = [
  { id: 'options', venue: DERIBIT, name: 'Options', rules: 'deribit-standard' },
  { id: 'perps', venue: HYPERLIQUID, name: 'Perpetuals', rules: 'hyperliquid', leverage: 20 },
];

export const INSTRUMENTS: readonly Instrument[] = HELD.map(([, instrument]) => instrument);

/** A book of 26 rows over two coins, two accounts and every kind of instrument. */
export const BOOK: HeldBook = {
  accounts: ACCOUNTS,
  instruments: new Map(INSTRUMENTS.map((one) => [one.id, one])),
  positions: HELD.map(([account, instrument, quantity, entry]) => ({
    account,
    instrument: instrument.id,
    quantity: decimal(quantity),
    entry: decimal(entry),
  })),
  balances: [
    { account: 'options', currency: 'BTC', cash: decimal('25') },
    { account: 'options', currency: 'ETH', cash: decimal('120') },
    { account: 'options', currency: 'USDC', cash: decimal('120000') },
    { account: 'perps', currency: 'USDC', cash: decimal('39200') },
  ],
};
