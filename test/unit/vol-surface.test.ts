import { describe, expect, it } from 'vitest';
import { volSurface } from '#main/session/vol-surface.ts';
import { applyEvent, emptyBook } from '#shared/domain/book.ts';
import { flat } from '#shared/domain/position.ts';
import type { Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { decimal } from '#shared/units/decimal.ts';
import { toFault } from '#shared/units/result.ts';
import { DAY, YEAR } from '#shared/units/time.ts';
import { option } from '#test/support/domain.ts';
import { ACCOUNT } from '#test/support/engine-room.ts';

const STRIKES = [5_000, 5_500, 6_000, 6_500, 7_000, 7_500, 8_000, 8_500, 9_000];
const FORWARD = 7_000;
const HALF_SPREAD = 0.01;
const OPTIONS = STRIKES.flatMap((strike) => [option(strike, 'call'), option(strike, 'put')]);
const EXPIRY = OPTIONS[0]?.expiry ?? 0;
const NOW = EXPIRY - 15 * DAY;

/** A chain quoted 2 vol points wide around a smile that falls to the right: 80 % at the money. */
function market() {
  const quotes = OPTIONS.map((one): Quote => {
    const strike = Number(one.strike);
    const vol = 0.8 - 0.2 * Math.log(strike / FORWARD);
    const years = (EXPIRY - NOW) / YEAR;
    const coin = (at: number) =>
      (optionPrice({ forward: FORWARD, strike, years, right: one.right }, at) ?? Number.NaN) / FORWARD;
    const sizes = { bidSize: 1, askSize: 1, funding8h: null, tsEvent: NOW, tsReceived: NOW };
    const [bid, ask, mark] = [coin(vol - HALF_SPREAD), coin(vol + HALF_SPREAD), coin(vol)];
    return { instrument: one.id, bid, ask, mark, markVol: vol, forward: FORWARD, index: FORWARD, ...sizes };
  });
  return { asOf: NOW, index: new Map([['BTC', FORWARD]]), quotes: new Map(quotes.map((one) => [one.instrument, one])) };
}

function book() {
  const made = emptyBook();
  applyEvent(made, { type: 'instruments-listed', instruments: OPTIONS }, 0);
  const held = { ...flat(ACCOUNT.id, option(6_000, 'put').id), quantity: decimal('-8'), entry: decimal('0.02') };
  applyEvent(made, { type: 'account-opened', account: ACCOUNT, balances: [], positions: [held] }, 0);
  return made;
}

describe('the surface of what is quoted', () => {
  it('has the vols that were quoted, one option per strike out of the money, and what is held there', () => {
    const { smiles, leftOut } = volSurface(book(), market(), 'BTC', 'inverse');
    expect(smiles.length).toBe(1);
    const [smile] = smiles;
    expect(smile?.atm).toBeCloseTo(0.8, 2);
    expect(smile?.riskReversal).toBeLessThan(0);
    expect(smile?.quotes.map(({ strike, right }) => `${strike} ${right}`)).toEqual(
      STRIKES.map((strike) => `${strike} ${strike < FORWARD ? 'put' : 'call'}`),
    );
    for (const quote of smile?.quotes ?? []) {
      const vol = 0.8 - 0.2 * Math.log(quote.strike / FORWARD);
      expect(quote.bidVol).toBeCloseTo(vol - HALF_SPREAD, 9);
      expect(quote.askVol).toBeCloseTo(vol + HALF_SPREAD, 9);
      expect(Math.abs(quote.fittedVol - vol)).toBeLessThan(HALF_SPREAD);
      expect(quote.held).toBe(quote.strike === 6_000 ? -8 : 0);
    }
    expect(smile?.inside).toBe(smile?.twoSided);
    expect(leftOut).toEqual([]);
  });

  it('says why there is none', () => {
    const message = (() => {
      try {
        volSurface(book(), market(), 'BTC', 'linear');
        return null;
      } catch (thrown) {
        return toFault(thrown).message;
      }
    })();
    expect(message).toBe('no dollar-settled option of BTC is quoted on both sides');
  });
});
