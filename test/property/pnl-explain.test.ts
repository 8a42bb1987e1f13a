// The P&L of a step is explained to the last cent: rows add up to what the book is worth more or less than before.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent, type Book, emptyBook } from '#shared/domain/book.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { explainPnl } from '#shared/risk/pnl-explain.ts';
import { PNL_TERMS, sumPnl } from '#shared/risk/pnl-terms.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { DAY, HOUR, yearsBetween } from '#shared/units/time.ts';
import { FUTURE, fill, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';

const START = Date.UTC(2020, 2, 12, 9);
const CALL = option(7000, 'call', 'linear');
const PUT = option(6000, 'put');
const HELD: readonly Instrument[] = [LINEAR_PERPETUAL, INVERSE_PERPETUAL, FUTURE, PUT, CALL];
const LISTED = new Map([...HELD, SPOT].map((one) => [one.id, one]));

interface Moment {
  readonly index: number;
  readonly basis: number;
  readonly vol: number;
}

function markOf(instrument: Instrument, { index, basis, vol }: Moment, at: number): number {
  if (instrument.kind !== 'option') return instrument.kind === 'spot' ? index : index + basis;
  const years = yearsBetween(at, instrument.expiry);
  const terms = { forward: index + basis, strike: toNumber(instrument.strike), years, right: instrument.right };
  const dollars = optionPrice(terms, vol) ?? Number.NaN;
  return instrument.payoff === 'inverse' ? dollars / (index + basis) : dollars;
}

function snapshot(moment: Moment, at: number): MarketSnapshot {
  const quotes = [...LISTED.values()].map((instrument): [string, Quote] => {
    const mark = markOf(instrument, moment, at);
    const forward = instrument.kind === 'option' || instrument.kind === 'future' ? moment.index + moment.basis : mark;
    const markVol = instrument.kind === 'option' ? moment.vol : null;
    const sizes = { bid: null, bidSize: 0, ask: null, askSize: 0, funding8h: null, tsEvent: at, tsReceived: at };
    return [instrument.id, { ...sizes, instrument: instrument.id, mark, markVol, forward, index: moment.index }];
  });
  return { asOf: at, index: new Map([['BTC', moment.index]]), quotes: new Map(quotes) };
}

/** What the book is worth by the contracts' own words: cash, options at mark, profit of futures. */
function equityUsd(book: Book, moment: Moment, at: number): number {
  let usd = 0;
  for (const { currency, cash } of book.balances.values())
    usd += toNumber(cash) * (currency === 'BTC' ? moment.index : 1);
  for (const { instrument: id, quantity, entry } of book.positions.values()) {
    const instrument = LISTED.get(id);
    if (instrument === undefined || quantity === '0') continue;
    const [held, mark, from] = [toNumber(quantity), markOf(instrument, moment, at), toNumber(entry)];
    const coin = instrument.payoff === 'inverse' ? moment.index : 1;
    if (instrument.kind === 'option') usd += held * mark * coin;
    else usd += held * (instrument.payoff === 'inverse' ? 1 / from - 1 / mark : mark - from) * coin;
  }
  return usd;
}

const moment = fc.record({
  index: fc.integer({ min: 3000, max: 12_000 }),
  basis: fc.integer({ min: -150, max: 300 }),
  vol: fc.double({ min: 0.3, max: 2, noNaN: true }),
});
const trade = fc.record({
  instrument: fc.constantFrom(...HELD, SPOT),
  lots: fc.integer({ min: -30, max: 30 }).filter((one) => one !== 0),
  away: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
  fee: fc.integer({ min: -5, max: 20 }),
});
type Trade = typeof trade extends fc.Arbitrary<infer T> ? T : never;

function fillOf({ instrument, lots, away, fee }: Trade, now: Moment, at: number): Fill {
  const price = Math.max(markOf(instrument, now, at) * (1 + away), 0.0005);
  const size = instrument.id === INVERSE_PERPETUAL.id || instrument.id === FUTURE.id ? lots * 1000 : lots / 10;
  const feeCurrency = instrument.settlement;
  const paid = decimal((fee * (feeCurrency === 'BTC' ? 1e-5 : 0.1)).toFixed(8));
  const more = { fee: paid, feeCurrency, index: decimal(now.index), at };
  return fill(String(size), price.toFixed(4), instrument.id, more);
}

interface Played {
  readonly from: Moment;
  readonly to: Moment;
  readonly hours: number;
  readonly before: readonly Trade[];
  readonly during: readonly Trade[];
  readonly funding: readonly number[];
}

const step: fc.Arbitrary<Played> = fc.record({
  from: moment,
  to: moment,
  hours: fc.integer({ min: 1, max: 200 }),
  before: fc.array(trade, { maxLength: 6 }),
  during: fc.array(trade, { maxLength: 6 }),
  funding: fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 3 }),
});

/** A book that traded before the step, the step, and what it made of the book's worth. */
function play({ from, to, hours, before, during, funding }: Played) {
  const end = START + hours * HOUR;
  const book = emptyBook();
  const account = { id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' } as const;
  const cash = { account: 'options', currency: 'BTC', cash: decimal('3') };
  applyEvent(book, { type: 'instruments-listed', instruments: [...LISTED.values()] }, START);
  applyEvent(book, { type: 'account-opened', account, balances: [cash], positions: [] }, START);
  for (const one of before) applyEvent(book, { type: 'fill', fill: fillOf(one, from, START) }, START);
  const [positions, balances] = [[...book.positions.values()], [...book.balances.values()]];
  const worth = equityUsd(book, from, START);
  const fills = during.map((one) => fillOf(one, to, end));
  const paid = funding.map((amount, id): FundingPayment => {
    const what = { account: 'options', instrument: INVERSE_PERPETUAL.id, currency: 'BTC', at: end };
    return { ...what, amount: decimal((amount * 1e-5).toFixed(8)), id: `f${id}` };
  });
  for (const one of fills) applyEvent(book, { type: 'fill', fill: one }, end);
  for (const payment of paid) applyEvent(book, { type: 'funding', payment }, end);
  const explained = explainPnl({
    ...{ instruments: LISTED, from: snapshot(from, START), to: snapshot(to, end) },
    ...{ positions, balances, fills, funding: paid },
  });
  return { explained, worth, change: equityUsd(book, to, end) - worth };
}

describe('P&L explain', () => {
  it('adds up to the change of the book, and each row to its total, within 1e-9', () => {
    fc.assert(
      fc.property(step, (played) => {
        const { explained, worth, change } = play(played);
        expect(explained.excluded).toEqual([]);
        const total = sumPnl(explained.rows, 'book')[0]?.total ?? 0;
        expect(Math.abs(total - change)).toBeLessThan(1e-9 * (Math.abs(worth) + Math.abs(change) + 1));
        for (const row of explained.rows) {
          const sum = PNL_TERMS.reduce((all, name) => all + row.terms[name], 0);
          const scale = PNL_TERMS.reduce((all, name) => all + Math.abs(row.terms[name]), 1);
          expect(Math.abs(sum - row.total)).toBeLessThan(1e-9 * scale);
        }
        for (const by of ['position', 'underlying', 'account', 'day'] as const) {
          const all = sumPnl(explained.rows, by).reduce((sum, one) => sum + one.total, 0);
          expect(Math.abs(all - total)).toBeLessThan(1e-9 * (Math.abs(worth) + Math.abs(all) + 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives a step that ends at midnight to the day it closes', () => {
    const now = { index: 7000, basis: 0, vol: 0.8 };
    const positions = [{ account: 'options', instrument: PUT.id, quantity: decimal('1'), entry: decimal('0.05') }];
    const midnight = Math.ceil(START / DAY) * DAY;
    const at = (time: number) =>
      explainPnl({
        ...{ instruments: LISTED, from: snapshot(now, START), to: snapshot(now, time) },
        ...{ positions, balances: [], fills: [], funding: [] },
      }).rows;
    expect(sumPnl([...at(midnight), ...at(midnight + HOUR)], 'day').map((one) => one.key)).toEqual([
      '2020-03-12',
      '2020-03-13',
    ]);
  });
});
