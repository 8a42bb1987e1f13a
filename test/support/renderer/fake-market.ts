import { type Instrument, isContract } from '#shared/domain/instrument.ts';
import type { MarketSnapshot, Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { yearsBetween } from '#shared/units/time.ts';
import { INSTRUMENTS } from './fake-book.ts';

/** A small seeded generator: the same picture every time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BASIS = { spot: 0, perpetual: -0.0008, future: 0.012, option: 0.0035 } as const;
const BASE_VOL: Readonly<Record<string, number>> = { BTC: 0.88, ETH: 1.06 };

function volOf(one: Instrument, index: number): number {
  if (one.kind !== 'option') return 0;
  const moneyness = Math.log(Number(one.strike) / index);
  return (BASE_VOL[one.underlying] ?? 1) - 0.25 * moneyness + 0.6 * moneyness * moneyness;
}

function quoteOf(one: Instrument, index: number, now: number, staleBy: number): Quote {
  const forward = index * (1 + (isContract(one) ? BASIS[one.kind] : 0));
  const vol = volOf(one, index);
  let mark = forward;
  if (one.kind === 'option') {
    const terms = { forward, strike: Number(one.strike), years: yearsBetween(now, one.expiry), right: one.right };
    const dollars = optionPrice(terms, vol) ?? Number.NaN;
    mark = one.payoff === 'inverse' ? dollars / forward : dollars;
  }
  return {
    instrument: one.id,
    bid: mark * 0.999,
    bidSize: 100,
    ask: mark * 1.001,
    askSize: 100,
    mark,
    markVol: one.kind === 'option' ? vol : null,
    forward,
    index,
    funding8h: one.kind === 'perpetual' ? 0.00012 : null,
    tsEvent: now - staleBy,
    tsReceived: now - staleBy,
  };
}

/** A market that walks: one step per call. */
export class WalkingMarket {
  private readonly random: () => number;
  private readonly index = new Map([
    ['BTC', 7296],
    ['ETH', 187.4],
  ]);
  /** One quote that never renews, so that staleness shows. */
  private readonly staleInstrument = INSTRUMENTS[17]?.id;

  constructor(seed = 20200312) {
    this.random = seeded(seed);
  }

  step(now: number, sigma = 0.00025): MarketSnapshot {
    const common = (this.random() + this.random() + this.random() - 1.5) * 2 * sigma;
    for (const [coin, price] of this.index) {
      const own = (this.random() - 0.5) * sigma;
      this.index.set(coin, price * Math.exp(common * (coin === 'ETH' ? 1.3 : 1) + own));
    }
    return {
      asOf: now,
      index: new Map(this.index),
      quotes: new Map(
        INSTRUMENTS.map((one) => {
          const staleBy = one.id === this.staleInstrument ? 14_000 : Math.floor(this.random() * 900);
          return [one.id, quoteOf(one, this.index.get(one.underlying) ?? 0, now, staleBy)];
        }),
      ),
    };
  }
}
