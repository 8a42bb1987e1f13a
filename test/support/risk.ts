import type { Contract } from '#shared/domain/instrument.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { type Assembled, assemble, type HeldBook } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import { compute } from '#shared/risk/compute.ts';
import { defaultAxes, type GridAxes } from '#shared/risk/problem.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { decimal } from '#shared/units/decimal.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option } from './domain.ts';

export const ASOF = Date.UTC(2020, 2, 12, 9);

/** Basis of each kind over the index, USD: forwards differ from spot so that mix-ups show. */
const BASIS = { spot: 0, perpetual: -6, future: 90, option: 25 } as const;

export function quoteOf(one: Contract, index: number, vol = 0.9, at = ASOF): Quote {
  const forward = index + BASIS[one.kind];
  const terms =
    one.kind === 'option'
      ? { forward, strike: Number(one.strike), years: yearsBetween(at, one.expiry), right: one.right }
      : null;
  const dollars = terms ? (optionPrice(terms, vol) ?? Number.NaN) : forward;
  const mark = terms && one.payoff === 'inverse' ? dollars / forward : dollars;
  return {
    instrument: one.id, bid: mark * 0.999, bidSize: 100, ask: mark * 1.001, askSize: 100, mark, markVol: terms ? vol : null, forward, index,
    funding8h: one.kind === 'perpetual' ? 0.0001 : null, tsEvent: at, tsReceived: at,
  }; // biome-ignore format: one glance
}

export const INSTRUMENTS: readonly Contract[] = [
  INVERSE_PERPETUAL, LINEAR_PERPETUAL, FUTURE, option(6000, 'put'), option(8500, 'call'), option(7000, 'put', 'linear'),
]; // biome-ignore format: one glance

export function marketAt(index: number, instruments: readonly Contract[] = INSTRUMENTS, vol = 0.9): MarketSnapshot {
  return {
    asOf: ASOF,
    index: new Map([['BTC', index]]),
    quotes: new Map(instruments.map((one) => [one.id, quoteOf(one, index, vol)])),
  };
}

/** Short strangle in coin, long dollar puts, short inverse perpetual and future, long linear perpetual, coin and dollars. */
export function demoHeld(): HeldBook {
  const hold = (instrument: string, quantity: string, entry: string) => ({
    account: 'options', instrument, quantity: decimal(quantity), entry: decimal(entry),
  }); // biome-ignore format: one glance
  return {
    accounts: [{ id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' }],
    instruments: new Map(INSTRUMENTS.map((one) => [one.id, one])),
    positions: [
      hold(INVERSE_PERPETUAL.id, '-90000', '7400'),
      hold(FUTURE.id, '-50000', '7600'),
      hold(LINEAR_PERPETUAL.id, '3', '7200'),
      hold(option(6000, 'put').id, '-12', '0.03'),
      hold(option(8500, 'call').id, '-12', '0.02'),
      hold(option(7000, 'put', 'linear').id, '4', '300'),
    ],
    balances: [
      { account: 'options', currency: 'BTC', cash: decimal('25') },
      { account: 'options', currency: 'USDC', cash: decimal('120000') },
    ],
  };
}

export function problemAt(held: HeldBook, market: MarketSnapshot, axes: GridAxes = defaultAxes()): Assembled {
  return assemble(held, { market, now: ASOF, staleBefore: ASOF - 5000, axes, dayOffsetUsd: () => 0 });
}

export function reportAt(held: HeldBook, market: MarketSnapshot, axes?: GridAxes): RiskReport {
  const assembled = problemAt(held, market, axes);
  return compose(assembled, compute(assembled.problem), { seq: 1, computeMs: 0 });
}
