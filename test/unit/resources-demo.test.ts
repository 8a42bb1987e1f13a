import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCalibration } from '#main/venues/paper/calibration.ts';
import { type DemoAccount, parseDemoBook } from '#main/venues/paper/demo-book.ts';
import { startListing } from '#main/venues/paper/listing.ts';
import { paperMarket } from '#main/venues/paper/market.ts';
import { tapePath } from '#main/venues/paper/path.ts';
import { parseTape, parseTapeIndex } from '#main/venues/paper/tape.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { parseSurfaceTemplate } from '#shared/market/surface-template.ts';
import { unwrap } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';

const read = (file: string): string => readFileSync(new URL(`../../resources/${file}`, import.meta.url), 'utf8');
const surface = unwrap(parseSurfaceTemplate(JSON.parse(read('surfaces/btc-template.json'))));
const calibration = parseCalibration(read('books/calibration.json'), 'calibration.json');

function scene(id: string) {
  const entry = parseTapeIndex(read('tapes/index.json'), 'index.json').find((tape) => tape.id === id)!;
  const tape = parseTape(entry, read(`tapes/${entry.file}`), entry.file);
  const book = parseDemoBook(read(`demo/book-${id}.json`), `book-${id}.json`);
  const path = tapePath(tape, book.seed);
  const market = paperMarket({ path, surface, anchor: surface.anchors[id]!, calibration, seed: book.seed });
  const listed = startListing(book, tape.underlying, tape.startAt, path.index(tape.startAt));
  const instrumentOf = (account: DemoAccount, name: string): Instrument => {
    const found = listed.find((one) => one.venue === account.venue && one.name === name);
    if (!found) throw new Error(`${account.venue} does not list ${name}`);
    return found;
  };
  return { tape, book, market, instrumentOf };
}

type Scene = ReturnType<typeof scene>;

/**
 * An account at a time by its pools: equity, margin balance (without options) and maintenance margin in coin and in USDC,
 * entries at the marks of the start, and its delta in coins. Maintenance: Deribit standard without size terms (short option 0.075 + mark coin per
 * contract, inverse future 1 %), Hyperliquid half of 1/40 of notional.
 */
function stand({ tape, market, instrumentOf }: Scene, account: DemoAccount, at: number) {
  const pools = { BTC: { equity: 0, balance: 0, maintenance: 0 }, USDC: { equity: 0, balance: 0, maintenance: 0 } };
  const poolOf = (currency: string) => pools[currency === 'BTC' ? 'BTC' : 'USDC'];
  const gain = (pool: (typeof pools)['BTC'], amount: number): void => {
    pool.equity += amount;
    pool.balance += amount;
  };
  for (const { currency, amount } of account.balances) gain(poolOf(currency), Number(amount));
  const index = market.index(at);
  let delta = 0;
  for (const position of account.positions) {
    const instrument = instrumentOf(account, position.instrument);
    const quantity = Number(position.quantity);
    const { mark, delta: optionDelta } = market.mark(instrument, at);
    const entry = market.mark(instrument, tape.startAt).mark;
    const pool = poolOf(instrument.settlement);
    if (instrument.kind === 'option') {
      const coin = instrument.payoff === 'inverse' ? 1 : index;
      pool.equity += quantity * mark;
      pool.maintenance += Math.max(-quantity, 0) * (0.075 * coin + mark);
      delta += quantity * (optionDelta ?? Number.NaN);
    } else if (instrument.payoff === 'inverse') {
      const gained = quantity / entry - quantity / mark;
      gain(pool, gained);
      pool.maintenance += (0.01 * Math.abs(quantity)) / mark;
      delta += quantity / mark + gained;
    } else {
      gain(pool, quantity * (mark - entry));
      pool.maintenance += 0.0125 * Math.abs(quantity) * mark;
      delta += quantity;
    }
  }
  const coins = account.balances.reduce((sum, one) => sum + (one.currency === 'BTC' ? Number(one.amount) : 0), 0);
  return { pools, delta: delta + coins, usd: pools.BTC.equity * index + pools.USDC.equity };
}

const total = (at: Scene, time: number, of: (one: ReturnType<typeof stand>) => number): number =>
  at.book.accounts.reduce((sum, account) => sum + of(stand(at, account, time)), 0);

const ratioOf = (pool: { balance: number; maintenance: number }): number =>
  pool.balance > 0 ? pool.maintenance / pool.balance : Number.POSITIVE_INFINITY;

/** Protects: both demo books open as the first minute promises: flat, solvent, short gamma, every leg listed. */
describe.each(['march-2020', 'may-2021'])('demo book %s', (id) => {
  const at = scene(id);
  const start = at.tape.startAt;

  it('belongs to its tape and holds only what its venues list', () => {
    expect(at.book.tape).toBe(id);
    for (const account of at.book.accounts) {
      for (const { instrument } of account.positions)
        expect(at.instrumentOf(account, instrument).name).toBe(instrument);
    }
  });

  it('starts inside ±0.5 BTC of delta, worth 300 to 600 thousand USD', () => {
    expect(Math.abs(total(at, start, (one) => one.delta))).toBeLessThan(0.5);
    const worth = total(at, start, (one) => one.usd);
    expect(worth).toBeGreaterThan(300_000);
    expect(worth).toBeLessThan(600_000);
  });

  it('is short gamma: the fall leaves it long', () => {
    const lowest = at.tape.bars.reduce((best, bar, i) => (bar.low < at.tape.bars[best]!.low ? i : best), 0);
    const during = at.tape.from + lowest * at.tape.barMs;
    expect(total(at, during, (one) => one.delta)).toBeGreaterThan(1);
  });

  it('keeps every pool far from its maintenance margin for the first 90 minutes', () => {
    for (let time = start; time <= start + 90 * MINUTE; time += MINUTE) {
      for (const account of at.book.accounts) {
        const { pools } = stand(at, account, time);
        const used = Object.values(pools).filter(({ maintenance }) => maintenance > 0);
        for (const pool of used) expect(ratioOf(pool)).toBeLessThan(0.4);
      }
    }
  });

  it('brings the perpetuals account to watch (0.5) and to critical (0.8) during the fall', () => {
    const perps = at.book.accounts.find((account) => account.id === 'perps')!;
    const reached = { watch: false, critical: false };
    for (let time = start; time < at.tape.to && !reached.critical; time += SECOND) {
      const ratio = ratioOf(stand(at, perps, time).pools.USDC);
      reached.watch ||= ratio >= 0.5 && ratio < 0.8;
      reached.critical ||= ratio >= 0.8 && ratio < 1;
    }
    expect(reached).toEqual({ watch: true, critical: true });
  });

  it('lets the options account live through the lowest price', () => {
    const options = at.book.accounts.find((account) => account.id === 'options')!;
    for (let time = start; time < at.tape.to; time += 5 * MINUTE) {
      const { pools } = stand(at, options, time);
      expect(Math.max(ratioOf(pools.BTC), ratioOf(pools.USDC))).toBeLessThan(0.8);
    }
  });
});
