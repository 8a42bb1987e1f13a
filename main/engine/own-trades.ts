import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { InstrumentId } from '#shared/units/ids.ts';

/** Present price of an instrument and index of its underlying, USD; null when there is none. */
export type PriceOf = (instrument: InstrumentId) => { readonly mark: number; readonly index: number } | null;

interface Line {
  readonly instrument: Instrument;
  /** Signed, instrument unit. */
  quantity: number;
  /** What the trades moved before marking, in the unit the mark adds to: see {@link createOwnTrades}. */
  moved: number;
  /** Paid, USD at the index of each execution. */
  feesUsd: number;
  /** The last execution: marks the line while the market gives no price. */
  last: { readonly mark: number; readonly index: number };
}

/** The trades of one rule, apart from the book that they became a part of. */
export interface OwnTrades {
  take(fill: Fill, instrument: Instrument): void;
  /** Loss at mark, fees included, USD; negative is a profit. */
  lossUsd(priceOf: PriceOf): number;
}

function isInverseFuture({ payoff, kind }: Instrument): boolean {
  return payoff === 'inverse' && kind !== 'option';
}

/**
 * P&L of a line: linear Σ(−q·p) + Q·mark in dollars; inverse futures Σ(q/p) − Q/mark and inverse options
 * Σ(−q·p) + Q·mark, both in coin.
 */
function profitUsd({ instrument, quantity, moved, feesUsd, last }: Line, priceOf: PriceOf): number {
  const { mark, index } = priceOf(instrument.id) ?? last;
  const held = isInverseFuture(instrument) ? -quantity / mark : quantity * mark;
  return (moved + held) * (instrument.payoff === 'inverse' ? index : 1) - feesUsd;
}

export function createOwnTrades(): OwnTrades {
  const lines = new Map<InstrumentId, Line>();
  return {
    take(fill, instrument) {
      const [quantity, price, index] = [fill.quantity, fill.price, fill.index].map(toNumber) as [
        number,
        number,
        number,
      ];
      const last = { mark: price, index };
      const line = lines.get(instrument.id) ?? { instrument, quantity: 0, moved: 0, feesUsd: 0, last };
      line.quantity += quantity;
      line.moved += isInverseFuture(instrument) ? quantity / price : -quantity * price;
      line.feesUsd += toNumber(fill.fee) * (fill.feeCurrency === instrument.underlying ? index : 1);
      line.last = last;
      lines.set(instrument.id, line);
    },
    lossUsd: (priceOf) => [...lines.values()].reduce((loss, line) => loss - profitUsd(line, priceOf), 0),
  };
}
