import type { Book } from '#shared/domain/book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { isZero, toNumber } from '#shared/units/decimal.ts';
import { isDollar } from './assemble.ts';

/**
 * What the book is worth at the market's marks, USD: cash, options at mark, futures at their profit since entry. Coin
 * counts at its index. NaN where a mark or an index that is needed is missing.
 */
export function equityUsd(book: Book, market: MarketSnapshot): number {
  const rate = (currency: string): number => (isDollar(currency) ? 1 : (market.index.get(currency) ?? Number.NaN));
  let usd = 0;
  for (const { currency, cash } of book.balances.values()) if (!isZero(cash)) usd += toNumber(cash) * rate(currency);
  for (const { instrument: id, quantity, entry } of book.positions.values()) {
    if (isZero(quantity)) continue;
    const instrument = book.instruments.get(id);
    const mark = market.quotes.get(id)?.mark ?? Number.NaN;
    const [held, from] = [toNumber(quantity), toNumber(entry)];
    if (instrument === undefined) return Number.NaN;
    const coin = rate(instrument.settlement);
    if (instrument.kind === 'option') usd += held * mark * coin;
    else usd += held * (instrument.payoff === 'inverse' ? 1 / from - 1 / mark : mark - from) * coin;
  }
  return usd;
}
