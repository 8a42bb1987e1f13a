import { createHash } from 'node:crypto';
import type { Engine } from '#main/engine/engine.ts';
import type { JournalEntry } from '#shared/domain/events.ts';
import type { Quote } from '#shared/market/quote.ts';

/** Fields in order of their names: a row read from a table may carry them in another order than one that was folded. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Map) return [...value].map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, canonical(one)]));
}

/** A quote's figures in a fixed order: hundreds of them are hashed while keys may be pressed. */
function figuresOf(quote: Quote): readonly unknown[] {
  const { instrument, bid, bidSize, ask, askSize, mark, markVol, forward, index, funding8h } = quote;
  return [
    ...[instrument, bid, bidSize, ask, askSize, mark, markVol, forward, index, funding8h],
    ...[quote.tsEvent, quote.tsReceived],
  ];
}

function digest(previous: string, text: string): string {
  return createHash('sha256').update(previous).update('\n').update(text).digest('hex');
}

/** The hash of a run's journal so far; begin with "". Numbers, times and payloads of all its entries, in order. */
export function chainOn(chain: string, entries: readonly JournalEntry[]): string {
  return entries.reduce((hash, { seq, at, event }) => digest(hash, `${seq} ${at} ${JSON.stringify(event)}`), chain);
}

/**
 * SHA-256 over everything the kernel decides by: the run's journal, the book, what is staged, trading state, keys, rules, the
 * market it has seen and what it knows of its venues. No risk figures: those are computed beside it.
 */
export function stateHash(engine: Engine, chain: string): string {
  const { book, tradingState, keyState, staged, automation, parents, transfers, steps, journalFault } = engine;
  const venues = engine.venues.map(({ pools: _, ...venue }) => venue);
  const { accounts, balances, positions } = book;
  // Ended orders change no more: the journal's hash has them all.
  const orders = [...book.orders.working.values()];
  const kept = [...book.orders.keys()];
  const own = { accounts, balances, positions, orders, kept, venues };
  const worked = parents.length === 0 ? {} : { parents };
  const moving = {
    ...worked,
    ...(transfers.length === 0 ? {} : { transfers }),
    ...(steps.length === 0 ? {} : { steps }),
  };
  const state = { ...own, tradingState, keyState, staged, automation, ...moving, journalFault };
  const { index, quotes, asOf } = engine.market.snapshot();
  const market = [[...index], asOf, Array.from(quotes.values(), figuresOf)];
  return digest(chain, JSON.stringify([canonical(state), market]));
}
